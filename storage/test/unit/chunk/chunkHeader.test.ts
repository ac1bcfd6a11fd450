import assert from "node:assert/strict";
import { hasCode } from "@lucid/consensus/base";
import * as fc from "fast-check";
import {
  CHUNK_HEADER_LENGTH,
  CHUNK_OVERHEAD,
  encodeChunkHeader,
  MAX_CHUNK_SIZE,
  parseChunkBlob,
  parseChunkHeader,
} from "../../../src/chunk/index.js";
import { noise } from "./chunkFixtures.js";

const headers = fc.record(
  {
    codec: fc.constantFrom("raw" as const, "zstd" as const),
    last: fc.boolean(),
    manifest: fc.boolean(),
    sessionId: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    index: fc.nat(0xffffffff),
    plainLength: fc.integer({ min: 1, max: MAX_CHUNK_SIZE }),
    nonce: fc.uint8Array({ minLength: 24, maxLength: 24 }),
  },
  { noNullPrototype: true },
);

describe("chunk header", () => {
  it("round-trips in 71 bytes", () => {
    fc.assert(
      fc.property(headers, (header) => {
        const bytes = encodeChunkHeader(header);
        assert.equal(bytes.length, CHUNK_HEADER_LENGTH);
        assert.deepEqual(parseChunkHeader(bytes), header);
      }),
      { seed: 71, numRuns: 300 },
    );
  });

  it("has one encoding: whatever is accepted encodes to the same bytes", () => {
    const damaged = fc
      .tuple(headers, fc.nat(CHUNK_HEADER_LENGTH - 1), fc.nat(255), fc.uint8Array({ maxLength: 9 }))
      .map(([header, at, byte, rest]) => {
        const bytes = encodeChunkHeader(header);
        bytes[at] = byte;
        return Uint8Array.of(...bytes, ...rest);
      });
    const bytes = fc.oneof(damaged, fc.uint8Array({ maxLength: 90 }));
    let accepted = 0;
    fc.assert(
      fc.property(bytes, (input) => {
        try {
          const header = parseChunkHeader(input);
          accepted++;
          assert.deepEqual(encodeChunkHeader(header), input.slice(0, CHUNK_HEADER_LENGTH));
        } catch (error) {
          const codes = ["CHUNK_TRUNCATED", "CHUNK_MALFORMED", "CHUNK_VERSION", "CHUNK_BOMB"];
          assert.ok(codes.some((code) => hasCode(error, code)));
        }
      }),
      { seed: 4711, numRuns: 2000 },
    );
    assert.ok(accepted > 0);
  });

  it("says what is wrong with a code", () => {
    const good = encodeChunkHeader({
      codec: "raw",
      last: true,
      manifest: false,
      sessionId: noise(32),
      index: 3,
      plainLength: 100,
      nonce: noise(24),
    });
    const changed = (at: number, value: number) => good.map((byte, i) => (i === at ? value : byte));
    assert.throws(() => parseChunkHeader(good.slice(0, 70)), { code: "CHUNK_TRUNCATED" });
    assert.throws(() => parseChunkHeader(changed(0, 0x4d)), { code: "CHUNK_MALFORMED" });
    assert.throws(() => parseChunkHeader(changed(4, 2)), { code: "CHUNK_VERSION" });
    assert.throws(() => parseChunkHeader(changed(5, 2)), { code: "CHUNK_MALFORMED" });
    assert.throws(() => parseChunkHeader(changed(6, 4)), { code: "CHUNK_MALFORMED" });
    assert.throws(() => parseChunkHeader(changed(46, 0)), { code: "CHUNK_MALFORMED" });
    assert.throws(() => parseChunkHeader(changed(43, 0x05)), { code: "CHUNK_BOMB" });
    assert.throws(() => parseChunkHeader(good, 99), { code: "CHUNK_BOMB" });
    const blob = new Uint8Array(100 + CHUNK_OVERHEAD);
    blob.set(good);
    assert.equal(parseChunkBlob(blob).plainLength, 100);
    assert.throws(() => parseChunkBlob(blob.slice(0, -1)), { code: "CHUNK_TRUNCATED" });
    assert.throws(() => parseChunkBlob(new Uint8Array([...blob, 0])), { code: "CHUNK_MALFORMED" });
  });
});
