import assert from "node:assert/strict";
import { CodedError } from "@lucid/consensus/base";
import fc from "fast-check";
import {
  decodeSyncRequest,
  decodeSyncResponse,
  encodeSyncRequest,
  encodeSyncResponse,
  fittingItems,
  SYNC_MESSAGE_LIMIT,
  type SyncRequest,
  type SyncResponse,
} from "../../../src/index.js";
import { at, fakeItem } from "./indexFixtures.js";

const items = fc.array(
  fc.nat(50).map((key) => fakeItem({ key: key + 1, clock: at(key) })),
  { maxLength: 5 },
);
const frame = fc.uint8Array({ maxLength: 40 });
const id = fc.uint8Array({ minLength: 16, maxLength: 16 });

describe("messages of index-sync/1", () => {
  it("decode to what was encoded", () => {
    const request: fc.Arbitrary<SyncRequest> = fc.oneof(
      frame.map((bytes) => ({ kind: "reconcile" as const, frame: bytes })),
      fc.array(id, { maxLength: 5 }).map((ids) => ({ kind: "get" as const, ids })),
      items.map((list) => ({ kind: "put" as const, items: list })),
    );
    const response: fc.Arbitrary<SyncResponse> = fc.oneof(
      frame.map((bytes) => ({ kind: "reconcile" as const, frame: bytes })),
      items.map((list) => ({ kind: "get" as const, items: list })),
      fc.nat(65_535).map((stored) => ({ kind: "put" as const, stored })),
    );
    const property = fc.property(request, response, (question, answer) => {
      assert.deepEqual(decodeSyncRequest(encodeSyncRequest(question)), question);
      assert.deepEqual(decodeSyncResponse(encodeSyncResponse(answer)), answer);
    });
    fc.assert(property);
  });

  it("fuzz: other bytes are refused with a code", () => {
    const whole = encodeSyncRequest({ kind: "put", items: [fakeItem({ key: 1, clock: at(1) })] });
    const any = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.tuple(fc.nat(whole.length - 1), fc.nat(255)).map(([index, value]) => {
        const copy = whole.slice();
        copy[index] = value;
        return copy;
      }),
    );
    const property = fc.property(any, (bytes) => {
      for (const decode of [decodeSyncRequest, decodeSyncResponse]) {
        try {
          decode(bytes);
        } catch (error) {
          assert.ok(error instanceof CodedError && error.code.startsWith("INDEX_"), String(error));
        }
      }
    });
    fc.assert(property, { numRuns: 1_000 });
    assert.throws(() => decodeSyncRequest(new Uint8Array(SYNC_MESSAGE_LIMIT + 1)));
    assert.throws(() => decodeSyncRequest(Uint8Array.of(1, ...new Uint8Array(257 * 16))));
  });

  it("hold as many entries as fit", () => {
    const large = Array.from({ length: 20 }, (_, i) => fakeItem({ key: i + 1, clock: at(i), size: 3_900 }));
    const fitting = fittingItems(large);
    assert.equal(fitting.length, 16);
    assert.ok(encodeSyncResponse({ kind: "get", items: fitting }).length <= SYNC_MESSAGE_LIMIT);
  });
});
