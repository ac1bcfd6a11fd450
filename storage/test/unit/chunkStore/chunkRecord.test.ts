import assert from "node:assert/strict";
import { fromHex, toHex } from "@lucid/consensus/base";
import fc from "fast-check";
import { chunkRecordCodec, sessionChunkCodec } from "../../../src/chunkStore/chunkRecord.js";
import { type ChunkRecord, StorageError } from "../../../src/index.js";

const u32 = fc.integer({ min: 0, max: 0xffffffff });
const time = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const recordArbitrary: fc.Arbitrary<ChunkRecord> = fc.record(
  {
    state: fc.constantFrom("stored", "damaged", "missing"),
    size: u32,
    index: u32,
    last: fc.boolean(),
    manifest: fc.boolean(),
    storedAt: time,
    lastVerified: time,
    sessionId: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  },
  { noNullPrototype: true },
);

describe("chunk record", () => {
  it("keeps its bytes (golden)", () => {
    const record: ChunkRecord = {
      state: "damaged",
      size: 8_388_608,
      index: 7,
      last: true,
      manifest: false,
      storedAt: 1_795_411_200_000,
      lastVerified: 1_795_411_260_000,
      sessionId: new Uint8Array(32).fill(0x5e),
    };
    const bytes = `0x01010100800000000000070000${"01a206d8c800"}0000${"01a206d9b260"}${"5e".repeat(32)}`;
    assert.equal(toHex(chunkRecordCodec.encode(record)), bytes);
    assert.deepEqual(chunkRecordCodec.decode(fromHex(bytes)), record);
    assert.equal(toHex(sessionChunkCodec.encode({ size: 300, last: false, manifest: true })), "0x0000012c02");
  });

  it("goes to bytes and back", () => {
    fc.assert(
      fc.property(recordArbitrary, (record) =>
        assert.deepEqual(chunkRecordCodec.decode(chunkRecordCodec.encode(record)), record),
      ),
    );
    const entry = fc.record({ size: u32, last: fc.boolean(), manifest: fc.boolean() }, { noNullPrototype: true });
    fc.assert(
      fc.property(entry, (value) => assert.deepEqual(sessionChunkCodec.decode(sessionChunkCodec.encode(value)), value)),
    );
  });

  it("has one encoding, or is refused with a code (fuzz)", () => {
    const check = (
      codec: { decode(bytes: Uint8Array): unknown; encode(value: never): Uint8Array },
      bytes: Uint8Array,
    ) => {
      let value: unknown;
      try {
        value = codec.decode(bytes);
      } catch (error) {
        assert.ok(error instanceof StorageError && error.code === "RECORD_CORRUPT");
        return;
      }
      assert.deepEqual(codec.encode(value as never), bytes);
    };
    const near = fc.tuple(recordArbitrary, fc.nat({ max: 58 }), fc.nat({ max: 255 })).map(([record, at, byte]) => {
      const bytes = chunkRecordCodec.encode(record);
      bytes[at] = byte;
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(near, fc.uint8Array({ maxLength: 70 })), (bytes) => check(chunkRecordCodec, bytes)),
      { numRuns: 2_000, seed: 20261123 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 7 }), (bytes) => check(sessionChunkCodec, bytes)),
      { numRuns: 1_000, seed: 20261123 },
    );
  });
});
