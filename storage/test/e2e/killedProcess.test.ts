import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import {
  ChunkStore,
  checkDatabase,
  chunkInvariants,
  databaseInvariants,
  openDatabase,
  reconcileChunks,
} from "../../src/index.js";
import { makeBlob } from "../unit/chunkStore/makeBlob.js";

const writer = fileURLToPath(new URL("./chunkWriter.js", import.meta.url));

/** Chunks that the child says are stored, in order. */
function acknowledgements(child: ChildProcess): AsyncIterable<string> {
  assert.ok(child.stdout !== null);
  return createInterface({ input: child.stdout });
}

describe("a process that is killed while it stores chunks", function () {
  this.timeout(120_000);
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "lucid-kill-"));
  });

  afterEach(() => rm(folder, { recursive: true }));

  /** Opens what is left, checks every acknowledged chunk and all invariants. */
  const check = async (acknowledged: readonly number[]) => {
    const store = await openDatabase({ location: join(folder, "chain") });
    const chunks = await ChunkStore.open({ folder: join(folder, "chunks"), quotaBytes: 1e9 }, { store });
    for (const i of acknowledged) {
      const { root, blob } = makeBlob(i, 20_000);
      assert.deepEqual(await chunks.read(root), blob, `chunk ${i} was acknowledged`);
    }
    const report = await checkDatabase([...databaseInvariants(store), ...chunkInvariants(chunks, { deep: true })]);
    assert.deepEqual(report.problems, []);
    const { missing, damaged } = await reconcileChunks(chunks, { extra: "remove" });
    assert.deepEqual([missing, damaged], [0, 0]);
    await chunks.close();
    await store.close();
  };

  it("loses nothing that it acknowledged, and what it leaves is sound (SIGKILL, 8 times on the same folder)", async () => {
    const acknowledged: number[] = [];
    for (let round = 0; round < 8; round++) {
      const child = spawn(process.execPath, [writer, folder, String(round * 1_000)], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const exit = once(child, "exit");
      let count = 0;
      for await (const line of acknowledgements(child)) {
        acknowledged.push(Number(line));
        if (count === 0) await assert.rejects(openDatabase({ location: join(folder, "chain") }), { code: "DB_LOCKED" });
        // Killed after another number of chunks each time, wherever the next ones are.
        if (++count === 3 + round * 5) child.kill("SIGKILL");
      }
      await exit;
      assert.ok(count >= 3 + round * 5);
      await check(acknowledged);
    }
  });

  it("refuses further writes after the disk failed, and the next start has everything (file size limit)", async function () {
    if (process.platform !== "linux") this.skip();
    // 512-byte blocks in dash, 1 KiB in bash: the log of the database hits 1 or 2 MiB either way.
    const script = `trap '' XFSZ; ulimit -f 2048; exec "$0" "$@"`;
    const child = spawn("/bin/sh", ["-c", script, process.execPath, writer, folder, "0", "log"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exit = once(child, "exit");
    const acknowledged: number[] = [];
    const codes: string[] = [];
    for await (const line of acknowledgements(child)) {
      if (/^\d+$/.test(line)) acknowledged.push(Number(line));
      else codes.push(line);
    }
    await exit;
    assert.ok(acknowledged.length > 5, `${acknowledged.length} writes`);
    assert.deepEqual(codes, ["DB_IO", "DB_IO", "refused at once"]);
    const store = await openDatabase({ location: join(folder, "chain") });
    for (const i of acknowledged) assert.equal(store.get(new Uint8Array([0x70, i >> 8, i & 255]))?.length, 20_000);
    await store.close();
  });
});
