import assert from "node:assert/strict";
import { presets } from "@lucid/consensus";
import { toHex } from "@lucid/consensus/base";
import { contractAddresses } from "@lucid/contracts";
import { ParamReader } from "../../../src/governance/params.js";
import { HistoricalState, HistoryCache } from "../../../src/state/historicalState.js";
import { textOf } from "../../../src/state/keys.js";
import { encodeSet, MIB } from "../../contracts/support/params.js";
import { BuiltChain, builtNetwork, richWallets } from "../../support/builtChain.js";
import { ChainReads } from "../../support/chainReads.js";
import { Voter } from "../../support/voter.js";

const { epochSlots } = presets.devnet;
const [wallet] = richWallets;
assert.ok(wallet !== undefined);
const account = wallet;
const address = toHex(account.address);
const draft = {
  target: contractAddresses.ParamRegistry,
  data: encodeSet("maxChunkSize", 2n * MIB),
  title: "smaller chunks",
};

describe("a node that registers, becomes eligible, votes and loses its vote", function () {
  this.timeout(60_000);
  let built: BuiltChain;
  let reads: ChainReads;
  let voter: Voter;
  let beaconsBy: readonly number[] | undefined;

  /** The next block; contract and consensus agree after it. */
  async function step(transactions: readonly Uint8Array[] = []): Promise<void> {
    await built.next({ transactions, ...(beaconsBy === undefined ? {} : { beaconsBy }) });
    assert.ok(built.chain.receipts(built.height)?.every(({ status }) => status === 1));
    const votes = await reads.read("NodeRegistry", "getVotes", [address]);
    assert.equal(votes, voter.mayVote ? 1n : 0n, `height ${built.height}`);
  }

  before(async () => {
    built = await BuiltChain.open(await builtNetwork({ validators: 1, slotDuration: 2 }));
    reads = await ChainReads.open(built);
    voter = new Voter(built, account, step);
  });

  after(async () => {
    await reads.stop();
    await built.stop();
  });

  const epoch = (): number => built.tip.state.epoch.epoch;
  const mayPropose = () => reads.call("LucidGovernor", "propose", voter.proposal(draft), account.address);

  it("has no vote when it registers, and has one from the block that opens its third epoch", async () => {
    await step();
    assert.equal((await mayPropose()).error, "GovernorInsufficientProposerVotes");
    await voter.register();
    const joined = epoch();
    await voter.becomeEligible();
    assert.ok(epoch() >= joined + 2, `eligible in epoch ${epoch()}, joined in ${joined}`);
    assert.equal(
      built.tip.state.epoch.firstHeight,
      built.height - 1,
      "the block that opens an epoch tells the contract",
    );
    assert.ok((built.tip.state.earned[voter.index] ?? 0) >= 1_000_000_000);
    assert.equal(await reads.read("NodeRegistry", "getVotes", [toHex(new Uint8Array(20).fill(1))]), 1n);
  });

  it("its vote changes a parameter, which the node obeys from the block on that executes it", async () => {
    const state = {
      storage: (contract: Uint8Array, slot: Uint8Array, height: number) => {
        const word = new Uint8Array(32);
        const history = new HistoricalState(built.store, height, new HistoryCache());
        const value = history.slot(contract, textOf(contract), slot);
        word.set(value, 32 - value.length);
        return word;
      },
    };
    const params = new ParamReader({ chain: built.chain, state });
    assert.equal((await mayPropose()).error, undefined);
    const hashOf = (args: readonly unknown[]) => reads.read("LucidGovernor", "hashProposal", args);
    const id = await voter.ripen(draft, hashOf);
    assert.equal((await reads.call("LucidGovernor", "execute", [id])).error, "TimelockUnexpectedOperationState");
    const before = params.current().maxChunkSize;
    await voter.execute(id);
    assert.deepEqual([before, params.current().maxChunkSize], [16 * 2 ** 20, 2 * 2 ** 20]);
  });

  it("loses the vote at the boundary after its uptime fell below 80 %; votes of the past stay", async () => {
    const then = built.chain.head().header.timestamp;
    beaconsBy = [0];
    while (voter.mayVote) {
      assert.ok(built.height < 300, "it never lost its vote");
      await step();
    }
    assert.equal(built.tip.state.epoch.firstHeight, built.height);
    assert.equal(await reads.read("NodeRegistry", "getPastVotes", [address, then]), 1n);
    await step();
    assert.equal((await mayPropose()).error, "GovernorInsufficientProposerVotes");
    // It comes back with its beacons.
    beaconsBy = undefined;
    while (!voter.mayVote) {
      assert.ok(built.height < 25 * epochSlots, "it never came back");
      await step();
    }
  });
});
