import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SLOT_BLOB_START } from "../../../src/chunk/index.js";
import { DIRECT_BLOCK, writeDirect } from "../../../src/files/directWrite.js";
import { blockingFileSystem } from "../../../src/session/blockingFileSystem.js";
import { createWorkerEngine, putSession, recordSession, StagingStore } from "../../../src/session/index.js";
import { noise, prose } from "../chunk/chunkFixtures.js";
import {
  CHUNK,
  createClient,
  description,
  keyOf,
  removeTemporaryFolders,
  temporaryFolder,
  writeSource,
} from "./sessionFixtures.js";

const MIB = 1024 * 1024;

describe("a blob on its way to the disk", () => {
  after(removeTemporaryFolders);

  it("goes past the page cache in whole blocks, from wherever a slot lies in memory", async () => {
    const folder = await temporaryFolder();
    const engine = createWorkerEngine({ chunkSize: MIB, workers: 1 });
    try {
      const slots = [await engine.acquire(), await engine.acquire()];
      const taken: number[] = [];
      for (const { id, bytes } of slots) {
        const blob = bytes.subarray(SLOT_BLOB_START, SLOT_BLOB_START + MIB + 87);
        blob.set(noise(MIB));
        const path = join(folder, `${id}`);
        await writeFile(path, "");
        const done = writeDirect(path, blob);
        assert.ok(Buffer.from(blob.subarray(0, done)).equals(await readFile(path)));
        taken.push(done);
      }
      // Some file systems do not take such writes (0); where one slot's is taken every slot's is, and all of its whole blocks.
      assert.ok(taken.every((done) => done === taken[0]));
      assert.ok(taken[0] === 0 || taken[0] === MIB, `${taken[0]} bytes`);
      // Nowhere near a block: refused by the disk or not, nothing breaks.
      const odd = slots[0]?.bytes.subarray(SLOT_BLOB_START + 13, SLOT_BLOB_START + 13 + MIB) ?? new Uint8Array();
      await writeFile(join(folder, "odd"), "");
      assert.ok([0, MIB].includes(writeDirect(join(folder, "odd"), odd)));
    } finally {
      await engine.stop();
    }
  });

  it("is whole in the file, whatever its length, its place in memory and the pieces it comes in", async () => {
    const folder = await temporaryFolder();
    const engine = createWorkerEngine({ chunkSize: MIB, workers: 1 });
    const { bytes } = await engine.acquire();
    bytes.set(noise(MIB));
    try {
      let name = 0;
      for (const length of [1, DIRECT_BLOCK, 64 * 1024, 64 * 1024 + 1, 200_000, MIB]) {
        for (const start of [0, 1, 4095]) {
          const path = join(folder, `file${name++}`);
          const pieces = [bytes.subarray(start, length), bytes.subarray(0, 70_000), bytes.subarray(5, 12)];
          const file = await blockingFileSystem.open(path, "create");
          for (const piece of pieces) await file.write(piece);
          await file.sync();
          await file.close();
          assert.ok(Buffer.concat(pieces).equals(await readFile(path)), `${length} bytes at ${start}`);
        }
      }
    } finally {
      await engine.stop();
    }
  });
});

class CountingStaging extends StagingStore {
  reads = 0;

  override read(...args: Parameters<StagingStore["read"]>): Promise<Uint8Array> {
    this.reads++;
    return super.read(...args);
  }
}

describe("a blob on its way to the sink", () => {
  after(removeTemporaryFolders);
  const content = Buffer.concat([prose(3 * CHUNK), noise(5 * CHUNK), prose(100)]);
  const common = { chunkSize: CHUNK, description, keyOf };

  for (const workers of [undefined, 2]) {
    it(`of a put comes out of memory, ${workers === undefined ? "inline" : "with workers"}`, async () => {
      const client = await createClient(workers === undefined ? {} : { workers });
      const staging = new CountingStaging(join(client.folder, "staging"));
      const path = await writeSource(client.folder, content);
      const { chunks, manifestParts, delivered } = await putSession({ ...common, path }, { ...client, staging });
      assert.equal(chunks, 9);
      assert.equal(delivered, true);
      assert.equal(client.network.blobs.size, chunks + manifestParts);
      // Only the manifest is read back.
      assert.equal(staging.reads, manifestParts);
    });
  }

  it("of a recording is read back, so that a slow sink leaves the slots to the source", async () => {
    const client = await createClient();
    const staging = new CountingStaging(join(client.folder, "staging"));
    async function* source() {
      yield new Uint8Array(content);
    }
    const options = { ...common, source: source(), stop: new AbortController().signal };
    const { chunks, manifestParts } = await recordSession(options, { ...client, staging });
    assert.equal(staging.reads, chunks + manifestParts);
  });
});
