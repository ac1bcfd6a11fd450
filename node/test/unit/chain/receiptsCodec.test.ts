import assert from "node:assert/strict";
import { hasCode } from "@lucid/consensus/base";
import fc from "fast-check";
import { encodeReceipts, ReceiptsRecord } from "../../../src/chain/receiptsCodec.js";
import type { Log, Receipt } from "../../../src/interfaces.js";

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const log: fc.Arbitrary<Log> = fc.record(
  { address: bytes(20), topics: fc.array(bytes(32), { maxLength: 4 }), data: fc.uint8Array({ maxLength: 100 }) },
  { noNullPrototype: true },
);
/** From nothing over a few bits to more bits than are worth listing. */
const bloom = fc.oneof(
  fc.constant(new Uint8Array(256)),
  fc.array(fc.integer({ min: 0, max: 2047 }), { maxLength: 12 }).map((bits) => {
    const out = new Uint8Array(256);
    for (const bit of bits) out[bit >> 3] = (out[bit >> 3] ?? 0) | (1 << (bit & 7));
    return out;
  }),
  bytes(256),
);
const receipt: fc.Arbitrary<Receipt> = fc.record(
  {
    type: fc.constantFrom(0 as const, 1 as const, 2 as const),
    status: fc.constantFrom(0 as const, 1 as const),
    cumulativeGasUsed: u64,
    gasUsed: u64,
    effectiveGasPrice: fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }),
    logsBloom: bloom,
    logs: fc.array(log, { maxLength: 4 }),
  },
  { noNullPrototype: true },
);
const hashOf = (index: number) => new Uint8Array(32).fill(index + 1);
const root = new Uint8Array(32).fill(0xab);

describe("receipts record", () => {
  it("gives back every receipt, log and hash", () => {
    fc.assert(
      fc.property(fc.array(receipt, { maxLength: 6 }), (receipts) => {
        const record = new ReceiptsRecord(
          encodeReceipts(
            root,
            receipts,
            receipts.map((_, i) => hashOf(i)),
          ),
        );
        assert.deepEqual(record.blockRoot, root);
        assert.deepEqual(record.receipts(), receipts);
        const logs = receipts.flatMap((each, transactionIndex) =>
          each.logs.map((one) => ({ ...one, transactionIndex, transactionHash: hashOf(transactionIndex) })),
        );
        assert.equal(record.logCount, logs.length);
        assert.deepEqual(
          logs.map((_, index) => record.log(index)),
          logs,
        );
      }),
    );
  });

  it("answers damage with CHAIN_CORRUPT or a wrong value, never with another failure", () => {
    fc.assert(
      fc.property(
        fc.array(receipt, { minLength: 1, maxLength: 3 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (receipts, at, flip) => {
          const encoded = encodeReceipts(
            root,
            receipts,
            receipts.map((_, i) => hashOf(i)),
          ).slice();
          const index = at % encoded.length;
          encoded[index] = (encoded[index] ?? 0) ^ flip;
          try {
            const record = new ReceiptsRecord(encoded);
            record.receipts();
            for (let i = 0; i < record.logCount; i++) record.log(i);
          } catch (error) {
            assert.ok(hasCode(error, "CHAIN_CORRUPT"), String(error));
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it("refuses random bytes with CHAIN_CORRUPT", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (garbage) => {
        assert.throws(() => new ReceiptsRecord(garbage).receipts(), { code: "CHAIN_CORRUPT" });
      }),
      { numRuns: 1_000 },
    );
  });
});
