import { join } from "node:path";
// Not the package's index: it brings the curves and word lists of keys, which sealing does not use.
import { LevelStore } from "../../src/db/index.js";
import { deriveSessionKey } from "../../src/keys/sessionKeys.js";
import { createWorkerEngine, putSession, SessionJournal, StagingStore, systemClock } from "../../src/session/index.js";

/** `putChild.js FILE FOLDER [WORKERS]`: what `lucid session put` does up to the anchor, as a process of its own. */
const [path = "", folder = "", workers] = process.argv.slice(2);
const store = await LevelStore.open({ location: join(folder, "db") });
const ownerKey = new Uint8Array(32).fill(1);
const result = await putSession(
  {
    path,
    keyOf: (sessionId) => ({ sessionKey: deriveSessionKey(ownerKey, sessionId) }),
    description: {
      owner: new Uint8Array(20),
      recorder: { name: "bench", version: "1" },
      deviceFingerprint: new Uint8Array(32),
    },
  },
  {
    journal: new SessionJournal(store),
    staging: new StagingStore(join(folder, "staging")),
    clock: systemClock,
    createEngine: (chunkSize) =>
      createWorkerEngine({ chunkSize, workers: workers === undefined ? undefined : Number(workers) }),
  },
);
await store.close();
const { maxRSS } = process.resourceUsage();
process.stdout.write(`${JSON.stringify({ bytesStored: result.bytesStored, rssMiB: Math.round(maxRSS / 1024) })}\n`);
