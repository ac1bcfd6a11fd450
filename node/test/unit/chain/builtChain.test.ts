import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { epochOfSlot } from "@lucid/consensus";
import { fromHex, toHex } from "@lucid/consensus/base";
import { contractAddresses, lucidAnchorsAbi } from "@lucid/contracts";
import { checkDatabase, databaseInvariants, openDatabase } from "@lucid/storage";
import { encodeEventTopics } from "viem";
import { chainInvariants } from "../../../src/chain/chainInvariants.js";
import { recordInvariants } from "../../../src/records/recordInvariants.js";
import { RecordStore } from "../../../src/records/recordStore.js";
import { stateInvariants } from "../../../src/state/stateInvariants.js";
import { BuiltChain, type BuiltNetwork, builtNetwork, richWallets } from "../../support/builtChain.js";
import { sessionAnchor } from "../../support/sessionAnchors.js";

/** Four session anchors a block, of four owners. */
function fourAnchors(height: number): Uint8Array[] {
  return richWallets.slice(0, 4).map((wallet, index) => sessionAnchor(wallet, height - 1, `${height}/${index}`));
}

describe("a chain built with all keys in hand", function () {
  this.timeout(60_000);
  let network: BuiltNetwork;

  before(async () => {
    network = await builtNetwork({ validators: 4, slotDuration: 2 });
  });

  it("executes for real: anchors, rewards, epochs, and every index of a node", async () => {
    const built = await BuiltChain.open(network);
    await built.extend(25, fourAnchors);
    const { chain, tip } = built;
    assert.equal(chain.head().header.height, 25);
    assert.equal(tip.state.epoch.epoch, 24 + 2);
    const addresses = [fromHex(contractAddresses.LucidAnchors)];
    const registered = encodeEventTopics({ abi: lucidAnchorsAbi, eventName: "SessionRegistered" }).map((topic) =>
      fromHex(String(topic)),
    );
    const logs = await chain.logs({ fromHeight: 1, toHeight: 25, addresses, topics: [registered] }, 1_000);
    assert.equal(logs.length, 100);
    for (let height = 1; height <= 25; height++) {
      assert.ok(chain.receipts(height)?.every(({ status }) => status === 1));
    }
    assert.ok(chain.head().header.gasUsed > 4n * 100_000n);
    // Paid for real, to the operators' accounts.
    assert.ok(tip.state.earned.every((earned) => earned > 0));
    const paid = Array.from({ length: 25 }, (_, i) => chain.blockByHeight(i + 1)?.body.withdrawals.length ?? 0);
    assert.ok(paid.reduce((sum, count) => sum + count, 0) >= 4);
    assert.equal(new RecordStore(built.store).leader(24)?.reason, "primary");
    await built.stop();
  });

  it("another node takes every block: checked, executed and committed to the same head and state", async () => {
    const built = await BuiltChain.open(network);
    await built.extend(30, (height) => (height % 3 === 0 ? fourAnchors(height / 3) : []));
    const follower = await BuiltChain.open(network);
    for (let height = 1; height <= built.height; height++) await follower.import(built.served(height));
    assert.equal(toHex(follower.tip.root), toHex(built.tip.root));
    assert.deepEqual(follower.chain.commit(30), built.chain.commit(30));
    // A block with a certificate of too few is not what a decided parent looks like to the next one.
    const [parent] = [built.tip];
    const thin = await built.next({ commitBy: [0, 1] });
    await follower.import({
      ...thin,
      certificate: built.keys.commit(parent, thin.root, { slot: 31, round: 0 }, [0, 1]),
    });
    const next = await built.next();
    assert.equal(await follower.processor.execute(next.root, next.block), false);
    await Promise.all([built.stop(), follower.stop()]);
  });

  it("slots, rounds, absences and skips are the caller's", async () => {
    const built = await BuiltChain.open(network);
    await built.next({ slot: 3 });
    const skip = built.keys.skip(built.tip, 5);
    const { block } = await built.next({ slot: 5, round: 1, skips: [skip], commitBy: [0, 1, 2] });
    assert.equal(block.body.skips.length, 1);
    assert.equal(built.tip.state.liveScore.filter((score) => score === 9_000).length, 1);
    await built.next({ slot: 47, beaconsBy: [0] });
    const { slot } = built.tip.header;
    assert.equal(epochOfSlot(slot, built.config.params.epochSlots), 4);
    assert.equal(built.tip.state.epoch.epoch, 24 + 1);
    assert.deepEqual(built.tip.state.epoch.commits, [1, 1, 1, 0]);
    assert.equal(built.now, built.config.clock.genesisTime + 97_000);
    await built.stop();
  });

  it("a transaction that does not get in is an error, not a silent gap", async () => {
    const built = await BuiltChain.open(network);
    const [wallet] = richWallets;
    assert.ok(wallet !== undefined);
    await assert.rejects(
      built.next({ transactions: [sessionAnchor(wallet, 7, "late")] }),
      /did not get into the block/,
    );
    await built.stop();
  });

  it("on disk it is a node's database: sound, and it goes on after it was closed", async () => {
    const folder = await mkdtemp(join(tmpdir(), "lucid-"));
    try {
      const location = join(folder, "chain");
      let store = await openDatabase({ location });
      let built = await BuiltChain.open(network, store);
      await built.extend(15, fourAnchors);
      const root = toHex(built.tip.root);
      await built.stop();
      await store.close();

      store = await openDatabase({ location });
      built = await BuiltChain.open(network, store);
      assert.equal(toHex(built.tip.root), root);
      await built.extend(10, fourAnchors);
      const report = await checkDatabase([
        ...databaseInvariants(store),
        ...chainInvariants(store, built.config.genesisRoot),
        ...recordInvariants(store),
        ...stateInvariants(store),
      ]);
      assert.deepEqual(report.problems, []);
      await built.stop();
      await store.close();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
