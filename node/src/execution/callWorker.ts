import { workerData } from "node:worker_threads";
import { LevelStore } from "@lucid/storage";
import type { Bytes32 } from "../interfaces.js";
import { WorkerHost } from "../workers/workerHost.js";
import { type CallJob, LocalCallRunner } from "./callRunner.js";
import type { WorkerCallOptions } from "./workerCallRunner.js";

/** Entry point of a thread that runs eth_call; it only reads, and its owner ends it when a call takes too long. */
const options = workerData as WorkerCallOptions;
let opened: Promise<{ runner: LocalCallRunner; store: LevelStore }> | undefined;

async function open(): Promise<{ runner: LocalCallRunner; store: LevelStore }> {
  const store = await LevelStore.open({ ...options.level, multithreading: true, createIfMissing: false });
  const blockRoot = (height: number): Promise<Bytes32 | undefined> =>
    host.ask("blockRoot", height) as Promise<Bytes32 | undefined>;
  return { store, runner: await LocalCallRunner.create(options.chainId, store, blockRoot) };
}

async function runner(): Promise<LocalCallRunner> {
  opened ??= open();
  return (await opened).runner;
}

const host = new WorkerHost({
  open: async () => void (await runner()),
  call: async (job: CallJob) => (await runner()).call(job),
  estimateGas: async (job: CallJob) => (await runner()).estimateGas(job),
  createAccessList: async (job: CallJob) => (await runner()).createAccessList(job),
  stop: async () => {
    if (opened !== undefined) await (await opened).store.close();
  },
});
