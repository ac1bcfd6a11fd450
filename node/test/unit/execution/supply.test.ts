import assert from "node:assert/strict";
import { type KeyValueStore, namespaces, prefixRange } from "@lucid/storage";
import { decodeAccount } from "../../../src/state/account.js";
import { randomBlocks } from "../../support/randomBlocks.js";
import { openLocal } from "../../support/testChain.js";
import { GWEI } from "../../support/wallet.js";

/** Wei in all accounts. */
async function supplyIn(store: KeyValueStore): Promise<bigint> {
  let sum = 0n;
  for await (const [, value] of store.entries(prefixRange(Uint8Array.of(namespaces.account)))) {
    sum += decodeAccount(value).balance;
  }
  return sum;
}

describe("total supply", () => {
  it("is genesis + rewards - burnt base fees, exactly, after every block", async function () {
    this.timeout(60_000);
    let rewarded = 0n;
    let burnt = 0n;
    for (const seed of [1, 2, 3]) {
      const { executor, store } = await openLocal();
      let expected = await supplyIn(store);
      assert.ok(expected > 0n);
      for (const input of randomBlocks(seed, 60)) {
        const done = await executor.execute(input);
        await executor.commit(done.candidate, []);
        const rewards = input.withdrawals.reduce((sum, { amount }) => sum + amount * GWEI, 0n);
        const fees = done.gasUsed * input.env.baseFeePerGas;
        rewarded += rewards;
        burnt += fees;
        expected += rewards - fees;
        assert.equal(await supplyIn(store), expected, `seed ${seed}, block ${input.env.height}`);
      }
      await executor.stop();
    }
    assert.ok(rewarded > 0n && burnt > 0n, "the blocks reward and burn");
  });
});
