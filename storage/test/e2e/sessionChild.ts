import { join } from "node:path";
import { toHex } from "@lucid/consensus/base";
import {
  closeRecording,
  createWorkerEngine,
  deriveSessionKey,
  LevelStore,
  putSession,
  recordSession,
  SessionJournal,
  type SessionModules,
  type StagedChunk,
  StagingStore,
  systemClock,
} from "../../src/index.js";

/**
 * `sessionChild.js put FILE FOLDER` or `sessionChild.js record FOLDER` or `sessionChild.js close FOLDER`: a client process that is
 * killed by its test. It says each chunk that it has acknowledged, and the result as JSON at the end.
 */
class SayingJournal extends SessionJournal {
  override async append(sessionId: Uint8Array, chunks: readonly StagedChunk[]): Promise<void> {
    await super.append(sessionId, chunks);
    for (const { root } of chunks) process.stdout.write(`ack ${toHex(root)}\n`);
  }
}

const [mode, ...rest] = process.argv.slice(2);
const folder = rest.at(-1) ?? "";
const ownerKey = new Uint8Array(32).fill(1);
const options = {
  chunkSize: 64 * 1024,
  description: {
    owner: new Uint8Array(20),
    recorder: { name: "test", version: "1" },
    deviceFingerprint: new Uint8Array(32),
  },
  keyOf: (sessionId: Uint8Array) => ({ sessionKey: deriveSessionKey(ownerKey, sessionId) }),
};

async function run(modules: SessionModules) {
  if (mode === "put") return putSession({ ...options, path: rest[0] ?? "" }, modules);
  if (mode === "record") {
    const script =
      "let i = 0; const more = (error) => error ? process.exit(1) : process.stdout.write(String(i++).padStart(16), more); more();";
    const source = { file: process.execPath, args: ["-e", script] };
    return recordSession({ ...options, source, stop: new AbortController().signal }, modules);
  }
  for await (const { sessionId, state } of modules.journal.list()) {
    if (state === "writing") return closeRecording(sessionId, options, modules);
  }
  return undefined;
}

const store = await LevelStore.open({ location: join(folder, "db") });
const result = await run({
  journal: new SayingJournal(store),
  staging: new StagingStore(join(folder, "staging")),
  clock: systemClock,
  createEngine: (chunkSize) => createWorkerEngine({ chunkSize, workers: 3 }),
});
await store.close();
const { bytes = 0, chunks = 0, gaps = [] } = result ?? {};
const sessionId = toHex(result?.sessionId ?? new Uint8Array());
process.stdout.write(`${JSON.stringify({ sessionId, bytes, chunks, gaps: gaps.map(({ reason }) => reason) })}\n`);
