import assert from "node:assert/strict";
import { toHex } from "@lucid/consensus/base";
import { verifyChunkProof } from "@lucid/consensus/proofs";
import * as fc from "fast-check";
import {
  anchorSession,
  buildSessionChunkProof,
  putSession,
  releaseSession,
  restoreSession,
  SessionReader,
  verifySession,
} from "../../../src/session/index.js";
import { noise, prose } from "../chunk/chunkFixtures.js";
import {
  CHUNK,
  collect,
  createClient,
  description,
  keyOf,
  removeTemporaryFolders,
  writeSource,
} from "./sessionFixtures.js";

describe("session put and restore", () => {
  after(removeTemporaryFolders);

  it("gives any content back byte for byte, in any chunk size and range", async () => {
    const content = fc.oneof(
      fc.integer({ min: 0, max: 5 * CHUNK }).map((length) => noise(length, length + 1)),
      fc.integer({ min: 0, max: 9 * CHUNK }).map((length) => prose(length, length)),
      fc.constantFrom(0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK).map((length) => noise(length, 3)),
    );
    const input = fc.record({
      content,
      chunkSize: fc.integer({ min: CHUNK, max: 4 * CHUNK }),
      a: fc.nat(),
      b: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(input, async ({ content, chunkSize, a, b }) => {
        const client = await createClient();
        const path = await writeSource(client.folder, content);
        const result = await putSession({ path, chunkSize, description, keyOf }, client);
        assert.equal(result.bytes, content.length);
        assert.equal(result.chunks, Math.ceil(content.length / chunkSize));
        const options = { anchor: result.anchor, key: keyOf(result.sessionId) };
        const modules = { source: client.network, createEngine: client.createEngine };
        assert.ok((await collect(restoreSession(options, modules))).equals(content));
        const [start = 0, end = 0] = [a % (content.length + 1), b % (content.length + 1)].sort((x, y) => x - y);
        const range = await collect(restoreSession({ ...options, start, end }, modules));
        assert.ok(range.equals(content.subarray(start, end)));
      }),
      { seed: 1, numRuns: 40 },
    );
  });

  it("works in worker threads", async () => {
    const client = await createClient({ workers: 3 });
    const content = Buffer.concat([noise(10 * CHUNK + 5), prose(10 * CHUNK)]);
    const path = await writeSource(client.folder, content);
    const progress: number[] = [];
    const onProgress = ({ bytesRead }: { bytesRead: number }) => progress.push(bytesRead);
    const result = await putSession({ path, chunkSize: CHUNK, description, keyOf, onProgress }, client);
    assert.equal(progress.at(-1), content.length);
    assert.ok(result.delivered);
    const options = { anchor: result.anchor, key: keyOf(result.sessionId) };
    const modules = { source: client.network, createEngine: client.createEngine };
    assert.ok((await collect(restoreSession(options, modules))).equals(content));
    const check = await verifySession({ ...options, decrypt: true }, modules);
    assert.equal(check.bytes, content.length);
    const stored = [...client.network.blobs.values()].reduce((sum, blob) => sum + blob.length, 0);
    assert.equal(result.bytesStored, stored);
    const manifest = client.network.blobs.get(toHex(client.network.firstPart?.root ?? new Uint8Array()));
    assert.equal(check.bytesChecked, stored - (manifest?.length ?? 0));
  });

  it("fetches only the chunks of a range", async () => {
    const client = await createClient();
    const content = noise(10 * CHUNK);
    const path = await writeSource(client.folder, content);
    const result = await putSession({ path, chunkSize: CHUNK, description, keyOf }, client);
    const modules = { source: client.network, createEngine: client.createEngine };
    const reader = await SessionReader.open({ anchor: result.anchor, key: keyOf(result.sessionId) }, modules);
    client.network.fetches = 0;
    const piece = await collect(reader.read({ start: 3 * CHUNK + 10, end: 5 * CHUNK - 1 }));
    assert.ok(piece.equals(content.subarray(3 * CHUNK + 10, 5 * CHUNK - 1)));
    assert.equal(client.network.fetches, 2);
    await assert.rejects(collect(reader.read({ start: 0, end: content.length + 1 })), { code: "SESSION_RANGE" });
    await assert.rejects(collect(reader.read({ start: 5, end: 4 })), { code: "SESSION_RANGE" });
    assert.equal((await collect(reader.read({ start: 7, end: 7 }))).length, 0);
  });

  it("proves every chunk, and empties the staging folder only after the anchor", async () => {
    const client = await createClient();
    const path = await writeSource(client.folder, noise(3 * CHUNK));
    const { anchor, sessionId } = await putSession({ path, chunkSize: CHUNK, description, keyOf }, client);
    const modules = { source: client.network, createEngine: client.createEngine };
    for (let index = 0; index < anchor.chunkCount; index++) {
      const proof = await buildSessionChunkProof({ anchor, key: keyOf(sessionId), index }, modules);
      assert.ok(verifyChunkProof(proof, anchor.merkleRoot));
    }
    assert.equal(await releaseSession(sessionId, client), false);
    await anchorSession(sessionId, { txHash: new Uint8Array(32), blockNumber: 5 }, client);
    assert.equal(await releaseSession(sessionId, client), true);
    assert.equal(await releaseSession(sessionId, client), true);
    assert.equal(client.journal.get(sessionId)?.state, "released");
    assert.equal(await client.staging.files.stat(client.staging.sessionFolder(sessionId)), undefined);
  });
});
