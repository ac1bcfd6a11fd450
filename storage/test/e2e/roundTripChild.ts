import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import {
  createWorkerEngine,
  deriveSessionKey,
  type FetchOptions,
  LevelStore,
  MANIFEST_FIRST_INDEX,
  type ManifestCandidate,
  putSession,
  restoreSession,
  SessionJournal,
  StagingStore,
  systemClock,
} from "../../src/index.js";

/** `roundTripChild.js FILE FOLDER`: a file in and out again through staging folder and worker threads, in one process. */
const [path = "", folder = ""] = process.argv.slice(2);
const store = await LevelStore.open({ location: join(folder, "db") });
const journal = new SessionJournal(store);
const staging = new StagingStore(join(folder, "staging"));
const ownerKey = new Uint8Array(32).fill(1);
const createEngine = (chunkSize: number) => createWorkerEngine({ chunkSize });
const description = {
  owner: new Uint8Array(20),
  recorder: { name: "test", version: "1" },
  deviceFingerprint: new Uint8Array(32),
};
const keyOf = (sessionId: Uint8Array) => ({ sessionKey: deriveSessionKey(ownerKey, sessionId) });

let began = performance.now();
const result = await putSession({ path, description, keyOf }, { journal, staging, clock: systemClock, createEngine });
const putSeconds = (performance.now() - began) / 1000;
const { sessionId, anchor } = result;

const candidates: ManifestCandidate[] = [];
for await (const chunk of journal.chunks(sessionId, result.chunks)) {
  candidates.push({ root: chunk.root, index: MANIFEST_FIRST_INDEX - (chunk.position - result.chunks) });
}
const source = {
  fetchChunk: (root: Uint8Array, { into }: FetchOptions) => staging.read(sessionId, root, into),
  manifestCandidates: async () => candidates,
};
began = performance.now();
const out = createHash("sha256");
let bytes = 0;
for await (const piece of restoreSession({ anchor, key: keyOf(sessionId) }, { source, createEngine })) {
  out.update(piece);
  bytes += piece.length;
}
const restoreSeconds = (performance.now() - began) / 1000;
await store.close();
const rssMiB = Math.round(process.resourceUsage().maxRSS / 1024);

const original = createHash("sha256");
for await (const data of createReadStream(path)) original.update(data as Buffer);
process.stdout.write(
  `${JSON.stringify({
    bytes,
    sha256In: original.digest("hex"),
    sha256Out: out.digest("hex"),
    rssMiB,
    putMiBps: Math.round(bytes / 2 ** 20 / putSeconds),
    restoreMiBps: Math.round(bytes / 2 ** 20 / restoreSeconds),
  })}\n`,
);
