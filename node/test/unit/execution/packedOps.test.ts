import assert from "node:assert/strict";
import fc from "fast-check";
import { packOps, unpackOps } from "../../../src/execution/packedOps.js";
import type { StoreOp } from "../../../src/interfaces.js";

const bytes = fc.uint8Array({ maxLength: 300 });
const anyOp: fc.Arbitrary<StoreOp> = fc.oneof(
  fc.tuple(bytes, bytes).map(([key, value]): StoreOp => ({ type: "put", key, value })),
  bytes.map((key): StoreOp => ({ type: "del", key })),
);

describe("operations as one array", () => {
  it("are the same behind the way to another thread", () => {
    fc.assert(
      fc.property(fc.array(anyOp), (ops) => {
        const arrived = structuredClone(packOps(ops));
        assert.deepEqual(unpackOps(arrived), ops);
      }),
    );
  });
});
