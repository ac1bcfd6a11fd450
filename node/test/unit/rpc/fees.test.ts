import assert from "node:assert/strict";
import { nextBaseFee } from "@lucid/consensus";
import { wallets } from "../../support/rpcChain.js";
import { RpcNode } from "../../support/rpcNode.js";
import { GWEI } from "../../support/wallet.js";

interface FeeHistory {
  readonly oldestBlock: string;
  readonly baseFeePerGas: readonly string[];
  readonly gasUsedRatio: readonly number[];
  readonly reward?: readonly (readonly string[])[];
}

describe("json-rpc: fees", () => {
  let node: RpcNode;
  const [alice, bob] = wallets;
  assert.ok(alice !== undefined && bob !== undefined);
  before(async () => {
    node = await RpcNode.start({ limits: { maxFeeHistory: 4 } });
    await node.chain.mine();
    for (const [nonce, tip] of [3n, 1n, 2n].entries()) {
      const fees = { maxPriorityFeePerGas: tip * GWEI, maxFeePerGas: 100n * GWEI };
      await node.chain.parts.pool.add(alice.sign({ nonce, to: bob.address, gasLimit: 21_000n, ...fees }));
    }
    await node.chain.mine();
    for (let i = 0; i < 4; i++) await node.chain.mine();
  });
  after(() => node.stop());

  it("suggests a tip from what recent blocks took, and a price above the next base fee", async () => {
    const tip = BigInt((await node.call("eth_maxPriorityFeePerGas")) as string);
    assert.equal(tip, 2n * GWEI);
    const next = nextBaseFee(node.chain.parts.chain.head().header);
    assert.equal(BigInt((await node.call("eth_gasPrice")) as string), next + tip);
    assert.equal(BigInt((await node.call("eth_baseFee")) as string), next);
  });

  it("gives base fees with the next one, use of gas, and tips by percentile of gas", async () => {
    const history = (await node.call("eth_feeHistory", "0x2", "0x2", [0, 50, 100])) as FeeHistory;
    assert.equal(history.oldestBlock, "0x1");
    assert.equal(history.baseFeePerGas.length, 3);
    assert.deepEqual(history.gasUsedRatio, [0, 63_000 / 30_000_000]);
    assert.deepEqual(history.reward, [
      ["0x0", "0x0", "0x0"],
      [1n, 2n, 3n].map((tip) => `0x${(tip * GWEI).toString(16)}`),
    ]);
  });

  it("takes the count in both forms, caps it, and stops at genesis", async () => {
    const capped = (await node.call("eth_feeHistory", 100, "latest", [])) as FeeHistory;
    assert.equal(capped.gasUsedRatio.length, 4);
    assert.equal(capped.reward, undefined);
    const first = (await node.call("eth_feeHistory", "0x4", "earliest")) as FeeHistory;
    assert.deepEqual(first.gasUsedRatio, [0]);
    const none = (await node.call("eth_feeHistory", "0x0", "latest")) as FeeHistory;
    assert.deepEqual(none.gasUsedRatio, []);
  });

  it("refuses percentiles that fall, leave 0 to 100 or are too many", async () => {
    for (const percentiles of [[50, 10], [101], [-1], ["a"], Array.from({ length: 101 }, () => 1)]) {
      assert.equal((await node.fail("eth_feeHistory", "0x1", "latest", percentiles)).code, -32602);
    }
    assert.equal((await node.fail("eth_feeHistory", "0x1", "0x63")).code, -32001);
  });
});
