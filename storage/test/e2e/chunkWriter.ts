/**
 * Child of killedProcess.test: stores chunks (or, with "log", bare records) until it is killed or refused, and prints the
 * number of each one that is acknowledged, and the code of the first refusals.
 * Arguments: folder, first number, "log" or nothing.
 */
import { randomFillSync } from "node:crypto";
import { writeSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { ChunkStore, LevelStore, openDatabase, put } from "../../src/index.js";
import { makeBlob } from "../unit/chunkStore/makeBlob.js";

const [folder = "", first = "0", mode] = process.argv.slice(2);
// Synchronous: what is printed was acknowledged before the process can be killed.
const say = (text: string) => writeSync(1, `${text}\n`);
const codeOf = (error: unknown) => (error instanceof Error && "code" in error ? String(error.code) : String(error));
const store = await openDatabase({ location: join(folder, "chain"), writeBufferSize: 64 << 20 });

if (mode === "log") {
  // As a worker thread would: another opening of the same database.
  const other = await LevelStore.open({ location: join(folder, "chain") });
  let refused = 0;
  for (let i = 0; refused < 2; i++) {
    try {
      await store.batch([put(new Uint8Array([0x70, i >> 8, i & 255]), randomFillSync(new Uint8Array(20_000)))], {
        sync: true,
      });
      say(String(i));
    } catch (error) {
      say(codeOf(error));
      refused++;
    }
  }
  // The news goes round by messages; some turns of the event loop are more than it takes.
  for (let turn = 0; turn < 200; turn++) await setImmediate();
  await other.batch([put(new Uint8Array([0x71]), new Uint8Array())], { sync: true }).then(
    () => say("taken"),
    (error: Error) => say(error.message.includes("an earlier write failed") ? "refused at once" : error.message),
  );
} else {
  const chunks = await ChunkStore.open({ folder: join(folder, "chunks"), quotaBytes: 1e9 }, { store });
  let next = Number(first);
  const work = async () => {
    for (;;) {
      const i = next++;
      const { root, blob } = makeBlob(i, 20_000);
      await chunks.put(root, blob);
      say(String(i));
    }
  };
  await Promise.all([work(), work(), work()]);
}
