import assert from "node:assert/strict";
import { toHex } from "@lucid/consensus/base";
import { chunkRoot } from "@lucid/consensus/proofs";
import { MANIFEST_FIRST_INDEX, sealChunk } from "../../../src/chunk/index.js";
import {
  encodeManifest,
  type Manifest,
  manifestHashOf,
  merkleRootOf,
  putSession,
  restoreSession,
  type SessionAnchor,
  SessionReader,
  type SessionResult,
  sealManifest,
  verifySession,
} from "../../../src/session/index.js";
import { sessionId as fixtureId, sessionKey as fixtureKey, noise, referenceBlob } from "../chunk/chunkFixtures.js";
import { frameOf, rleBlocks } from "../chunk/zstdBombs.js";
import {
  CHUNK,
  collect,
  createClient,
  description,
  keyOf,
  MemoryNetwork,
  removeTemporaryFolders,
  type TestClient,
  writeSource,
} from "./sessionFixtures.js";

const content = noise(4 * CHUNK + 9);

interface Stored {
  readonly client: TestClient;
  readonly result: SessionResult;
  readonly manifest: Manifest;
}

async function store(): Promise<Stored> {
  const client = await createClient();
  const path = await writeSource(client.folder, content);
  const result = await putSession({ path, chunkSize: CHUNK, description, keyOf }, client);
  const { manifest } = await reader(client, result.anchor);
  return { client, result, manifest };
}

function reader(client: TestClient, anchor: SessionAnchor): Promise<SessionReader> {
  const modules = { source: client.network, createEngine: client.createEngine };
  return SessionReader.open({ anchor, key: keyOf(anchor.sessionId) }, modules);
}

/** Everything that comes out before the failure. */
async function failsWith(code: string, client: TestClient, anchor: SessionAnchor): Promise<Buffer> {
  const out: Uint8Array[] = [];
  const modules = { source: client.network, createEngine: client.createEngine };
  await assert.rejects(
    async () => {
      for await (const piece of restoreSession({ anchor, key: keyOf(anchor.sessionId) }, modules)) out.push(piece);
    },
    { code },
  );
  return Buffer.concat(out);
}

/** Seals and publishes a manifest that its owner made wrong, and the anchor that its owner would sign for it. */
async function publish({ client, result }: Stored, manifest: Manifest): Promise<SessionAnchor> {
  const parts = await sealManifest(manifest, keyOf(result.sessionId));
  const roots = manifest.chunks.map(({ root }) => root);
  const partRoots = parts.map(({ root }) => root);
  client.network.candidates.length = 0;
  parts.forEach(({ root, blob }, i) => {
    client.network.blobs.set(toHex(root), blob);
    client.network.candidates.push({ root, index: MANIFEST_FIRST_INDEX - i });
  });
  const merkleRoot = merkleRootOf(roots, partRoots);
  const chunkCount = roots.length + partRoots.length;
  return { ...result.anchor, manifestHash: manifestHashOf(partRoots), merkleRoot, chunkCount };
}

function damage(network: MemoryNetwork, root: Uint8Array, change: (blob: Uint8Array) => Uint8Array): void {
  const blob = network.blobs.get(toHex(root));
  assert.ok(blob !== undefined);
  network.blobs.set(toHex(root), change(blob.slice()));
}

describe("a restore that cannot be trusted gives nothing wrong", () => {
  after(removeTemporaryFolders);

  it("flipped bit: CHUNK_ROOT_MISMATCH, and only whole chunks in front of it came out", async () => {
    const { client, result, manifest } = await store();
    damage(client.network, manifest.chunks[2]?.root ?? new Uint8Array(), (blob) => {
      blob[500] = (blob[500] ?? 0) ^ 4;
      return blob;
    });
    const out = await failsWith("CHUNK_ROOT_MISMATCH", client, result.anchor);
    assert.ok(out.equals(content.subarray(0, out.length)));
    assert.ok(out.length <= 2 * CHUNK && out.length % CHUNK === 0);
  });

  it("truncated, too long, missing: each its code", async () => {
    const { client, result, manifest } = await store();
    const root = manifest.chunks[1]?.root ?? new Uint8Array();
    const whole = client.network.blobs.get(toHex(root)) ?? new Uint8Array();
    damage(client.network, root, (blob) => blob.slice(0, -1));
    await failsWith("CHUNK_TRUNCATED", client, result.anchor);
    damage(client.network, root, () => Uint8Array.of(...whole.subarray(0, 100)));
    await failsWith("CHUNK_TRUNCATED", client, result.anchor);
    damage(client.network, root, () => new Uint8Array([...whole, 0]));
    await failsWith("CHUNK_ROOT_MISMATCH", client, result.anchor);
    client.network.blobs.delete(toHex(root));
    await failsWith("CHUNK_NOT_FOUND", client, result.anchor);
  });

  it("bytes that are wrong once are asked for again", async () => {
    const { client, result } = await store();
    const { network } = client;
    let bad = 0;
    const source = {
      manifestCandidates: () => network.manifestCandidates(),
      fetchChunk: async (root: Uint8Array, { attempt }: { attempt: number }) => {
        const blob = await network.fetchChunk(root);
        if (attempt > 0 || blob === undefined) return blob;
        bad++;
        const other = blob.slice();
        other[80] = (other[80] ?? 0) ^ 1;
        return other;
      },
    };
    const options = { anchor: result.anchor, key: keyOf(result.sessionId) };
    const restored = await collect(restoreSession(options, { source, createEngine: client.createEngine }));
    assert.ok(restored.equals(content));
    assert.equal(bad, 6);
  });

  it("wrong key: SESSION_KEY_WRONG", async () => {
    const { client, result } = await store();
    const modules = { source: client.network, createEngine: client.createEngine };
    const key = { sessionKey: new Uint8Array(32) };
    await assert.rejects(verifySession({ anchor: result.anchor, key }, modules), { code: "SESSION_KEY_WRONG" });
  });

  it("a manifest that is not the one on the chain: MANIFEST_MISMATCH or MANIFEST_NOT_FOUND", async () => {
    const stored = await store();
    const { client, result } = stored;
    const { anchor } = result;
    const other = new Uint8Array(32).fill(9);
    await failsWith("MANIFEST_NOT_FOUND", client, { ...anchor, manifestHash: other });
    await failsWith("MANIFEST_MISMATCH", client, { ...anchor, merkleRoot: other });
    await failsWith("MANIFEST_MISMATCH", client, { ...anchor, chunkCount: anchor.chunkCount + 1 });
    await failsWith("MANIFEST_MISMATCH", client, { ...anchor, chunkCount: anchor.chunkCount - 1 });
    await failsWith("MANIFEST_MISMATCH", client, { ...anchor, owner: other.slice(0, 20) });
    await failsWith("MANIFEST_MISMATCH", client, { ...anchor, startedAt: 1 });
    client.network.candidates.length = 0;
    await failsWith("MANIFEST_NOT_FOUND", client, anchor);
  });

  it("candidates that a hostile node invents do not hide the right one, and cost a bounded effort", async () => {
    const { client, result } = await store();
    const right = client.network.candidates.splice(0);
    for (let i = 0; i < 50; i++) {
      client.network.candidates.push({ root: noise(32, i + 1), index: MANIFEST_FIRST_INDEX - (i % 3) });
    }
    client.network.candidates.push(
      { root: new Uint8Array(5), index: MANIFEST_FIRST_INDEX },
      { root: noise(32), index: -1 },
    );
    client.network.candidates.push(...right);
    const before = client.network.fetches;
    const options = { anchor: result.anchor, key: keyOf(result.sessionId) };
    const modules = { source: client.network, createEngine: client.createEngine };
    assert.ok((await collect(restoreSession(options, modules))).equals(content));
    assert.equal(client.network.fetches - before, 6);
  });

  it("candidates for later parts do not hide a manifest of several parts", async () => {
    const stored = await store();
    const { network } = stored.client;
    const many = { ...stored.manifest, participants: Array.from({ length: 250 }, (_, i) => `${i}`.padStart(128, "€")) };
    const anchor = await publish(stored, many);
    const right = network.candidates.splice(0);
    for (let i = 0; i < 60; i++) {
      const blob = noise(500, i + 1);
      network.blobs.set(toHex(chunkRoot(blob)), blob);
      network.candidates.push({
        root: i % 2 === 0 ? chunkRoot(blob) : noise(32, i + 1),
        index: MANIFEST_FIRST_INDEX - (i % 3),
      });
    }
    network.candidates.push(...right);
    assert.deepEqual((await reader(stored.client, anchor)).manifest, many);
  });

  it("a manifest of several parts comes back, and not when parts are swapped, missing or cut otherwise", async () => {
    const stored = await store();
    const { client, result } = stored;
    const many = { ...stored.manifest, participants: Array.from({ length: 250 }, (_, i) => `${i}`.padStart(128, "€")) };
    assert.ok(encodeManifest(many).length > CHUNK);
    const anchor = await publish(stored, many);
    assert.deepEqual((await reader(client, anchor)).manifest, many);
    const { candidates } = client.network;
    assert.equal(candidates.length, 2);
    const [first, second] = candidates;
    assert.ok(first !== undefined && second !== undefined);
    candidates.splice(0, 2, { ...second, index: first.index }, { ...first, index: second.index });
    await failsWith("MANIFEST_NOT_FOUND", client, anchor);
    // The anchor itself names the parts in the wrong order: by their own headers there is no such manifest.
    const swapped = [second.root, first.root];
    const chunkRoots = many.chunks.map(({ root }) => root);
    await failsWith("MANIFEST_NOT_FOUND", client, {
      ...anchor,
      manifestHash: manifestHashOf(swapped),
      merkleRoot: merkleRootOf(chunkRoots, swapped),
    });
    // Cut in three instead of two.
    const bytes = encodeManifest(many);
    const roots: Uint8Array[] = [];
    candidates.length = 0;
    for (const [i, at] of [0, 1000, 2000].entries()) {
      const { sessionKey } = keyOf(result.sessionId);
      const index = MANIFEST_FIRST_INDEX - i;
      const piece = bytes.subarray(at, i === 2 ? undefined : at + 1000);
      const part = await sealChunk(piece, {
        sessionKey,
        sessionId: result.sessionId,
        index,
        last: i === 2,
        manifest: true,
      });
      client.network.blobs.set(toHex(part.root), part.blob);
      candidates.push({ root: part.root, index });
      roots.push(part.root);
    }
    const cut = { manifestHash: manifestHashOf(roots), merkleRoot: merkleRootOf(chunkRoots, roots) };
    await failsWith("MANIFEST_MISMATCH", client, { ...anchor, ...cut, chunkCount: chunkRoots.length + 3 });
  });

  it("an owner's own lies about chunks: order, length, another session's chunk", async () => {
    const stored = await store();
    const { client, manifest } = stored;
    const [a, b, ...rest] = manifest.chunks;
    assert.ok(a !== undefined && b !== undefined);
    assert.equal(
      (await failsWith("MANIFEST_MISMATCH", client, await publish(stored, { ...manifest, chunks: [b, a, ...rest] })))
        .length,
      0,
    );
    const shorter = { ...a, plainSize: a.plainSize - 1, size: a.size - 1 };
    await failsWith(
      "CHUNK_ROOT_MISMATCH",
      client,
      await publish(stored, { ...manifest, chunks: [shorter, b, ...rest] }),
    );
    const compressed = { ...a, size: a.size - 1 };
    await failsWith(
      "CHUNK_ROOT_MISMATCH",
      client,
      await publish(stored, { ...manifest, chunks: [compressed, b, ...rest] }),
    );
    const foreign = await store();
    const chunk = foreign.manifest.chunks[0] ?? a;
    client.network.blobs.set(
      toHex(chunk.root),
      foreign.client.network.blobs.get(toHex(chunk.root)) ?? new Uint8Array(),
    );
    await failsWith("MANIFEST_MISMATCH", client, await publish(stored, { ...manifest, chunks: [chunk, b, ...rest] }));
  });

  it("a zstd bomb that is anchored as it should be: CHUNK_BOMB, in bounded memory", async () => {
    const network = new MemoryNetwork();
    const client = { ...(await createClient()), network };
    const bombs = [
      frameOf(undefined, rleBlocks(12_000)),
      frameOf(BigInt(12_000 * 131_072), rleBlocks(12_000)),
      frameOf(2n ** 62n, rleBlocks(1)),
    ];
    const before = process.resourceUsage().maxRSS;
    for (const frame of bombs) {
      const plainSize = CHUNK;
      const header = { codec: "zstd" as const, last: true, manifest: false, index: 0, plainLength: plainSize };
      const blob = referenceBlob(header, frame);
      const root = chunkRoot(blob);
      const chunks = [{ root, size: blob.length, plainSize }];
      const manifest: Manifest = { ...(await store()).manifest, sessionId: fixtureId, chunks };
      const key = { sessionKey: fixtureKey };
      const parts = await sealManifest(manifest, key);
      network.candidates.length = 0;
      for (const part of parts) {
        network.blobs.set(toHex(part.root), part.blob);
        network.candidates.push({ root: part.root, index: MANIFEST_FIRST_INDEX });
      }
      network.blobs.set(toHex(root), blob);
      const partRoots = parts.map((part) => part.root);
      const anchor = {
        sessionId: fixtureId,
        manifestHash: manifestHashOf(partRoots),
        merkleRoot: merkleRootOf([root], partRoots),
        chunkCount: 1 + parts.length,
      };
      const modules = { source: network, createEngine: client.createEngine };
      await assert.rejects(collect(restoreSession({ anchor, key }, modules)), { code: "CHUNK_BOMB" });
    }
    assert.ok(process.resourceUsage().maxRSS - before < 100 * 1024, "KiB of memory grew");
  });

  it("an aborted restore stops, and a consumer may leave early", async () => {
    const { client, result } = await store();
    const abort = new AbortController();
    const opened = await reader(client, result.anchor);
    await assert.rejects(
      async () => {
        for await (const _ of opened.read({ signal: abort.signal })) abort.abort();
      },
      { code: "SESSION_ABORTED" },
    );
    for await (const piece of opened.read()) {
      assert.equal(piece.length, CHUNK);
      break;
    }
    assert.ok((await collect(opened.read())).equals(content));
  });
});
