import { workerData } from "node:worker_threads";
import { LevelStore } from "@lucid/storage";
import type { BuildInput, Bytes32, ExecutionInput } from "../interfaces.js";
import { WorkerHost } from "../workers/workerHost.js";
import { LocalExecutor } from "./localExecutor.js";
import { unpackOps } from "./packedOps.js";
import type { WorkerExecutorOptions } from "./workerExecutor.js";

/** Entry point of the thread that executes blocks. It shares the database with its owner and owns the head state. */
const options = workerData as WorkerExecutorOptions;
let opened: Promise<{ executor: LocalExecutor; store: LevelStore }> | undefined;

async function open(): Promise<{ executor: LocalExecutor; store: LevelStore }> {
  const store = await LevelStore.open({ ...options.level, multithreading: true, createIfMissing: false });
  const blockRoot = (height: number): Promise<Bytes32 | undefined> =>
    host.ask("blockRoot", height) as Promise<Bytes32 | undefined>;
  return { store, executor: await LocalExecutor.open(options, { store, blockRoot }) };
}

async function executor(): Promise<LocalExecutor> {
  opened ??= open();
  return (await opened).executor;
}

const host = new WorkerHost({
  open: async () => {
    const { height, stateRoot } = await executor();
    return { height, stateRoot };
  },
  execute: async (input: ExecutionInput) => (await executor()).execute(input),
  build: async (input: BuildInput) => (await executor()).build(input),
  commit: async ({ candidate, packed }: { candidate: number; packed: Uint8Array }) =>
    (await executor()).commit(candidate, unpackOps(packed)),
  discard: async (candidate: number) => (await executor()).discard(candidate),
  cacheSizes: async () => (await executor()).cacheSizes(),
  stop: async () => {
    if (opened === undefined) return;
    const { executor: running, store } = await opened;
    await running.stop();
    await store.close();
  },
});
