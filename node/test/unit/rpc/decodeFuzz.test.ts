import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { decodePayload, isDeeperThan } from "../../../src/rpc/decode.js";
import { RpcError } from "../../../src/rpc/rpcError.js";
import { RpcNode } from "../../support/rpcNode.js";

const LIMITS = { maxDepth: 16, maxBatch: 20 };
/** Texts that once broke a decoder, here or elsewhere, and the shapes that mutations start from. */
const seeds = JSON.parse(
  readFileSync(new URL("../../../../test/vectors/jsonRpcSeeds.json", import.meta.url), "utf8"),
) as readonly string[];

/** Whatever comes in, what comes out is requests and refusals, or one of two errors. */
function assertDecodes(bytes: Uint8Array): void {
  let decoded: ReturnType<typeof decodePayload>;
  try {
    decoded = decodePayload(bytes, LIMITS);
  } catch (error) {
    assert.ok(error instanceof RpcError, String(error));
    assert.ok(error.code === "RPC_PARSE" || error.code === "RPC_INVALID_REQUEST");
    return;
  }
  for (const item of decoded.items) {
    assert.ok(item.id === undefined || item.id === null || ["string", "number"].includes(typeof item.id));
    if ("error" in item) continue;
    assert.ok(item.method.length <= 100);
    assert.ok(Array.isArray(item.params));
  }
}

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

describe("json-rpc: decoder fuzz", function () {
  this.timeout(60_000);

  it("holds its contract for the seeds, and for every prefix of them", () => {
    for (const seed of seeds) {
      const bytes = Buffer.from(seed);
      for (let end = 0; end <= bytes.length; end++) assertDecodes(bytes.subarray(0, end));
    }
  });

  it("holds its contract for mutated seeds", () => {
    const mutation = fc.record({
      seed: fc.constantFrom(...seeds),
      edits: fc.array(fc.record({ at: fc.nat(400), byte: fc.nat(255), insert: fc.boolean() }), { maxLength: 8 }),
    });
    fc.assert(
      fc.property(mutation, ({ seed, edits }) => {
        const bytes = [...Buffer.from(seed)];
        for (const { at, byte, insert } of edits) bytes.splice(at % (bytes.length + 1), insert ? 0 : 1, byte);
        assertDecodes(Uint8Array.from(bytes));
      }),
      { numRuns: 3_000 },
    );
  });

  it("holds its contract for any bytes and any JSON", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => assertDecodes(bytes)),
      { numRuns: 2_000 },
    );
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 20 }), (value) => assertDecodes(Buffer.from(JSON.stringify(value)))),
      { numRuns: 1_000 },
    );
  });

  it("measures depth exactly, whatever the strings hold", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 12 }), (value) => {
        const bytes = Buffer.from(JSON.stringify(value));
        const depth = depthOf(value);
        assert.equal(isDeeperThan(bytes, depth), false);
        if (depth > 0) assert.equal(isDeeperThan(bytes, depth - 1), true);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("json-rpc: parameter fuzz", function () {
  this.timeout(60_000);

  it("answers every method with any parameters, and never with an internal error", async () => {
    const node = await RpcNode.start();
    try {
      const context = { transport: "http", client: "fuzz", admin: false } as const;
      const names = node.core.dispatcher.table.list().map(({ name }) => name);
      const hexText = fc.nat({ max: 66 }).map((length) => `0x${"1f".repeat(33).slice(0, length)}`);
      const leaf = fc.oneof(fc.jsonValue(), hexText, fc.constantFrom("latest", "0x0", "0x1", "pending"));
      const shaped = fc.record(
        { to: leaf, data: leaf, fromBlock: leaf, address: leaf, topics: fc.array(leaf), blockHash: leaf },
        { requiredKeys: [] },
      );
      const params = fc.array(fc.oneof(leaf, shaped), { maxLength: 4 });
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...names), params, async (method, given) => {
          const text = await node.core.dispatcher.handle(
            JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: given }),
            context,
          );
          const answer = JSON.parse(text ?? "") as { error?: { code: number; message: string } };
          assert.notEqual(answer.error?.code, -32603, `${method} ${JSON.stringify(given)}`);
          node.clock.advanceTo(node.clock.now() + 1_000);
        }),
        { numRuns: 2_000 },
      );
      assert.deepEqual(node.defects, []);
    } finally {
      await node.stop();
    }
  });
});
