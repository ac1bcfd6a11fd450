import assert from "node:assert/strict";
import { chunkRoot } from "@lucid/consensus/proofs";
import { compress } from "@mongodb-js/zstd";
import { compress as compressAt } from "@mongodb-js/zstd/bindings.js";
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import * as fc from "fast-check";
import {
  CHUNK_HEADER_LENGTH,
  CHUNK_OVERHEAD,
  openChunk,
  parseChunkHeader,
  SLOT_BLOB_START,
  SLOT_PLAIN_START,
  sealChunk,
  sealSlot,
  slotLength,
} from "../../../src/chunk/index.js";
import { deriveChunkKey } from "../../../src/keys/sessionKeys.js";
import { noise, prose, referenceBlob, sessionId, sessionKey } from "./chunkFixtures.js";
import { frameOf, rleBlocks } from "./zstdBombs.js";

const options = { sessionKey, sessionId, index: 5, last: false, manifest: false };

describe("chunk", () => {
  it("round-trips any plaintext, raw and compressed", async () => {
    const plaintexts = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 3000 }),
      fc.integer({ min: 1, max: 400_000 }).map((length) => prose(length, length)),
      fc.integer({ min: 1, max: 400_000 }).map((length) => noise(length, length)),
      fc.integer({ min: 1, max: 400_000 }).map((length) => new Uint8Array(length)),
    );
    await fc.assert(
      fc.asyncProperty(plaintexts, fc.nat(0xffffffff), async (plaintext, index) => {
        const sealed = await sealChunk(plaintext, { ...options, index });
        assert.equal(sealed.size, sealed.blob.length);
        assert.deepEqual(chunkRoot(sealed.blob), sealed.root);
        assert.ok(sealed.size <= plaintext.length + CHUNK_OVERHEAD);
        const { root, size, plainSize } = sealed;
        const opened = await openChunk(sealed.blob, {
          sessionKey,
          sessionId,
          root,
          size,
          plainSize,
          index,
          manifest: false,
        });
        assert.ok(Buffer.from(opened.plaintext).equals(plaintext));
      }),
      { seed: 2026, numRuns: 60 },
    );
  });

  it("is what noble's XChaCha20-Poly1305 makes, raw, and what zstd unpacks, compressed", async () => {
    for (const plaintext of [noise(300_001), noise(1), prose(300_000)]) {
      const { blob, codec } = await sealChunk(plaintext, options);
      const aad = blob.slice(0, CHUNK_HEADER_LENGTH);
      const cipher = xchacha20poly1305(deriveChunkKey(sessionKey, 5), parseChunkHeader(blob).nonce, aad);
      const payload = cipher.decrypt(blob.slice(CHUNK_HEADER_LENGTH));
      if (codec === "raw") assert.ok(Buffer.from(payload).equals(plaintext));
      assert.equal(codec, plaintext[0] === noise(1)[0] || plaintext.length === 300_001 ? "raw" : "zstd");
    }
  });

  it("opens what another implementation made: a frame with content size, single segment or not", async () => {
    const plaintext = new Uint8Array(1000);
    // The single-segment frame: descriptor 0x60 (two-byte size less 256, single segment), one RLE block.
    const block = Buffer.alloc(4);
    block.writeUIntLE((1000 << 3) | (1 << 1) | 1, 0, 3);
    const single = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x60, 744 & 0xff, 744 >> 8, ...block);
    for (const frame of [single, frameOf(1000n, [block])]) {
      const blob = referenceBlob({ codec: "zstd", last: false, manifest: false, index: 0, plainLength: 1000 }, frame);
      assert.deepEqual(new Uint8Array((await openChunk(blob, { sessionKey })).plaintext), plaintext);
    }
  });

  it("works in place in a shared slot and leaves what is behind the blob alone", async () => {
    const plaintext = noise(10_000);
    const slot = new Uint8Array(new SharedArrayBuffer(slotLength(65_536)));
    slot.fill(0x77);
    slot.set(plaintext, SLOT_PLAIN_START);
    const sealed = await sealSlot(slot, plaintext.length, options);
    assert.ok(slot.slice(SLOT_BLOB_START + sealed.size).every((byte) => byte === 0x77));
    const opened = await openChunk(slot.slice(SLOT_BLOB_START, SLOT_BLOB_START + sealed.size), { sessionKey });
    assert.deepEqual(opened.plaintext.slice(), plaintext);
  });

  it("is packed at the level that it asks for: the package's own wrapper forgets it", async () => {
    const words = Buffer.from(prose(1_000_000));
    const [fast, thorough] = await Promise.all([compressAt(words, 1), compressAt(words, 9)]);
    assert.ok(thorough.length < fast.length * 0.98, `${fast.length} and ${thorough.length}`);
  });

  it("never uses a nonce twice", async () => {
    const nonces = new Set<string>();
    for (let i = 0; i < 50; i++) {
      const { blob } = await sealChunk(Uint8Array.of(1), options);
      nonces.add(Buffer.from(parseChunkHeader(blob).nonce).toString("hex"));
    }
    assert.equal(nonces.size, 50);
  });
});

describe("a bad chunk", () => {
  it("with a flipped bit, anywhere: CHUNK_ROOT_MISMATCH with the root, refused without it", async () => {
    const { blob, root } = await sealChunk(prose(9000), options);
    await fc.assert(
      fc.asyncProperty(fc.nat(blob.length * 8 - 1), async (bit) => {
        const bad = blob.slice();
        bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        await assert.rejects(openChunk(bad, { sessionKey, root }), { code: "CHUNK_ROOT_MISMATCH" });
        const codes = /^CHUNK_(AUTH|MALFORMED|VERSION|BOMB|TRUNCATED)$/;
        await assert.rejects(openChunk(bad, { sessionKey }), (error: { code?: string }) =>
          codes.test(error.code ?? ""),
        );
      }),
      { seed: 8, numRuns: 200 },
    );
  });

  it("that is truncated: CHUNK_TRUNCATED where the size is known, CHUNK_ROOT_MISMATCH by the root", async () => {
    const { blob, root, size } = await sealChunk(noise(9000), options);
    for (const cut of [0, 1, 70, 71, 87, 5000, blob.length - 1]) {
      const bad = blob.slice(0, cut);
      await assert.rejects(openChunk(bad, { sessionKey, root, size }), { code: "CHUNK_TRUNCATED" });
      await assert.rejects(openChunk(bad, { sessionKey }), { code: "CHUNK_TRUNCATED" });
      await assert.rejects(openChunk(bad, { sessionKey, root }), { code: "CHUNK_ROOT_MISMATCH" });
    }
    const longer = new Uint8Array([...blob, 0]);
    await assert.rejects(openChunk(longer, { sessionKey, root, size }), { code: "CHUNK_ROOT_MISMATCH" });
  });

  it("with the wrong key: SESSION_KEY_WRONG when the root holds, CHUNK_AUTH otherwise", async () => {
    const { blob, root } = await sealChunk(noise(9000), options);
    const otherKey = sessionKey.map((byte) => byte ^ 1);
    await assert.rejects(openChunk(blob, { sessionKey: otherKey, root }), { code: "SESSION_KEY_WRONG" });
    await assert.rejects(openChunk(blob, { sessionKey: otherKey }), { code: "CHUNK_AUTH" });
  });

  it("of another place: MANIFEST_MISMATCH", async () => {
    const { blob, root } = await sealChunk(noise(9000), options);
    const known = { sessionKey, root };
    await assert.rejects(openChunk(blob, { ...known, index: 6 }), { code: "MANIFEST_MISMATCH" });
    await assert.rejects(openChunk(blob, { ...known, manifest: true }), { code: "MANIFEST_MISMATCH" });
    await assert.rejects(openChunk(blob, { ...known, plainSize: 8999 }), { code: "MANIFEST_MISMATCH" });
    await assert.rejects(openChunk(blob, { ...known, sessionId: noise(32) }), { code: "MANIFEST_MISMATCH" });
    await assert.rejects(openChunk(blob, { ...known, maxPlainSize: 8999 }), { code: "CHUNK_BOMB" });
  });
});

describe("a zstd bomb", () => {
  const plainLength = 64 * 1024;
  const open = (frame: Uint8Array) =>
    openChunk(referenceBlob({ codec: "zstd", last: false, manifest: false, index: 1, plainLength }, frame), {
      sessionKey,
    });

  it("is refused before it is unpacked, whatever its frame announces", async () => {
    const before = process.resourceUsage().maxRSS;
    // 15,000 blocks of 4 bytes make 1.9 GB.
    const blocks = rleBlocks(15_000);
    await assert.rejects(open(frameOf(undefined, blocks)), { code: "CHUNK_BOMB" });
    await assert.rejects(open(frameOf(BigInt(15_000 * 131_072), blocks)), { code: "CHUNK_BOMB" });
    await assert.rejects(open(frameOf(2n ** 63n, rleBlocks(1))), { code: "CHUNK_BOMB" });
    // The announcement is right, the blocks make more: the decoder stops at the announced length.
    await assert.rejects(open(frameOf(BigInt(plainLength), blocks)), { code: "CHUNK_COMPRESSION" });
    await assert.rejects(open(frameOf(BigInt(plainLength), rleBlocks(1), 0xff)), { code: "CHUNK_BOMB" });
    const two = Buffer.concat([frameOf(BigInt(plainLength), rleBlocks(1)), frameOf(2n ** 40n, blocks)]);
    await assert.rejects(open(two.subarray(0, 60_000)), { code: "CHUNK_COMPRESSION" });
    assert.ok(process.resourceUsage().maxRSS - before < 64 * 1024, "KiB of memory grew");
  });

  it("made by the real encoder out of zeros is refused when its header lies about the length", async () => {
    const frame = await compress(Buffer.alloc(32 * 1024 * 1024), 3);
    await assert.rejects(open(frame), { code: "CHUNK_BOMB" });
  });

  it("check takes random and damaged frames without harm", async () => {
    const good = await sealedFrame();
    const damaged = fc
      .tuple(fc.nat(good.length - 1), fc.nat(255))
      .map(([at, byte]) => good.map((b, i) => (i === at ? byte : b)));
    const random = fc.uint8Array({ minLength: 1, maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(fc.oneof(damaged, random), async (frame) => {
        try {
          assert.equal((await open(frame)).plaintext.length, plainLength);
        } catch (error) {
          assert.match((error as { code?: string }).code ?? "", /^CHUNK_(BOMB|COMPRESSION)$/);
        }
      }),
      { seed: 8878, numRuns: 400 },
    );
  });

  async function sealedFrame(): Promise<Uint8Array> {
    const { blob } = await sealChunk(prose(plainLength), { ...options, index: 1 });
    const cipher = xchacha20poly1305(deriveChunkKey(sessionKey, 1), parseChunkHeader(blob).nonce, blob.slice(0, 71));
    return cipher.decrypt(blob.slice(71));
  }
});
