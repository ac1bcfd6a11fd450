import assert from "node:assert/strict";
import { toHex } from "@lucid/consensus/base";
import { wallets } from "../../support/rpcChain.js";
import { RpcNode } from "../../support/rpcNode.js";

type Pool<T> = { pending: Record<string, Record<string, T>>; queued: Record<string, Record<string, T>> };

describe("json-rpc: txpool", () => {
  let node: RpcNode;
  const [alice, bob] = wallets;
  assert.ok(alice !== undefined && bob !== undefined);
  const from = toHex(alice.address);
  before(async () => {
    node = await RpcNode.start();
    for (const nonce of [0, 1, 5]) {
      await node.chain.parts.pool.add(alice.sign({ nonce, to: bob.address, value: 3n, gasLimit: 21_000n }));
    }
  });
  after(() => node.stop());

  it("counts what can run and what waits for an earlier nonce", async () => {
    assert.deepEqual(await node.call("txpool_status"), { pending: "0x2", queued: "0x1" });
  });

  it("groups by sender and nonce", async () => {
    const content = (await node.call("txpool_content")) as Pool<{ nonce: string; blockHash: null }>;
    assert.deepEqual(Object.keys(content.pending[from] ?? {}), ["0", "1"]);
    assert.deepEqual(Object.keys(content.queued[from] ?? {}), ["5"]);
    assert.equal(content.pending[from]?.["1"]?.blockHash, null);
    const own = (await node.call("txpool_contentFrom", from)) as { pending: object; queued: object };
    assert.deepEqual(own.pending, content.pending[from]);
    assert.deepEqual(await node.call("txpool_contentFrom", toHex(bob.address)), { pending: {}, queued: {} });
  });

  it("shows a line for each", async () => {
    const lines = (await node.call("txpool_inspect")) as Pool<string>;
    assert.equal(lines.pending[from]?.["0"], `${toHex(bob.address)}: 3 wei + 21000 gas * 10000000000 wei`);
  });
});
