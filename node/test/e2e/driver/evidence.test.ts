import assert from "node:assert/strict";
import { ConsensusState, nodeIdOf, presets, type SigningContext, Step, stepOfKind, VoteKind } from "@lucid/consensus";
import { equalBytes, toHex, VirtualClock } from "@lucid/consensus/base";
import { MemoryHub, type MemoryNetwork } from "@lucid/p2p";
import { type BatchOp, MemoryStore } from "@lucid/storage";
import { topics } from "../../../src/driver/topics.js";
import type { GenesisFile } from "../../../src/networks/index.js";
import { evidenceAgainst, signTwice } from "../../support/doubleSigner.js";
import {
  GENESIS_TIME,
  run,
  SLOT_SECONDS,
  settle,
  TestValidator,
  testGenesis,
  testSigner,
} from "../../support/testValidator.js";

const CULPRIT = 2;
const culprit = testSigner(CULPRIT);
const culpritId = nodeIdOf(culprit.publicKey);
const { epochSlots } = presets.devnet;

function stateOf({ chain }: TestValidator): ConsensusState {
  return ConsensusState.deserialize(chain.blocks.consensusState() ?? new Uint8Array());
}

describe("a validator that signs two things for one position", () => {
  let running: TestValidator[] = [];

  async function network(genesis: GenesisFile) {
    const modules = { clock: new VirtualClock(GENESIS_TIME * 1000), hub: new MemoryHub() };
    const stores = genesis.validators.map(() => new MemoryStore());
    const open = async (index: number): Promise<TestValidator> => {
      const validator = await TestValidator.start(
        { genesis, index },
        { ...modules, store: stores[index] ?? new MemoryStore() },
      );
      running.push(validator);
      return validator;
    };
    const validators: TestValidator[] = [];
    for (const [index] of stores.entries()) validators.push(await open(index));
    const thief = modules.hub.join("thief");
    await thief.start();
    const { genesisRoot } = validators[0]?.config ?? assert.fail();
    const context: SigningContext = { genesisRoot, forkVersion: 1 };
    return { ...modules, stores, validators, open, thief, context };
  }

  /** The thief's votes reach everybody but the owner of the key, who would stop at once. */
  const hide = (hub: MemoryHub, thief: MemoryNetwork) =>
    hub.setLinks((from, to) => from !== thief.id || to !== `node ${CULPRIT}`);

  afterEach(async () => {
    await Promise.all(running.splice(0).map((validator) => validator.stop()));
  });

  it("is jailed by the next block: no more proposals, and its weight goes with the set", async () => {
    const net = await network(await testGenesis(5));
    const honest = net.validators.filter((_, index) => index !== CULPRIT);
    const [first] = honest;
    assert.ok(first !== undefined);
    hide(net.hub, net.thief);
    await run(net.validators, net, { seconds: 2.5 * SLOT_SECONDS });
    const done = signTwice(net.thief, { signer: culprit, voter: CULPRIT, context: net.context });
    await run(net.validators.slice(0, CULPRIT), net, { seconds: 3 * SLOT_SECONDS });
    const vote = await done;

    const jailer = first.chain.blockByHeight(vote.height + 1);
    const [evidence] = jailer?.body.evidence ?? [];
    assert.ok(evidence !== undefined && equalBytes(evidence.nodeId, culpritId), "the next block holds the evidence");
    assert.equal(evidence.votes.length + evidence.proposals.length, 2);
    const jailed = stateOf(first).nodes[CULPRIT];
    assert.ok(jailed !== undefined && jailed.jailedUntil > 0);
    // It stands in the evidence of a twin: who finds such a vote of its own key stops.
    const own = net.validators[CULPRIT];
    assert.equal(own?.fatal?.code, "VALIDATOR_TWIN");

    // It is started again and goes on voting, but proposes in vain until its weight is gone.
    await own.stop();
    running = running.filter((each) => each !== own);
    const again = await net.open(CULPRIT);
    const all = [...honest, again];
    await run(all, net, { seconds: 2 * epochSlots * SLOT_SECONDS });
    assert.equal(again.fatal, undefined);
    const proposers = new Set<string>();
    const { height } = first;
    for (let h = vote.height + 2; h <= height; h++) {
      proposers.add(toHex(first.chain.blockByHeight(h)?.header.proposer ?? new Uint8Array()));
    }
    assert.ok(height > vote.height + epochSlots, `height ${height}`);
    assert.ok(!proposers.has(toHex(culpritId)), "it proposed a block after it was jailed");
    assert.equal(proposers.size, 4);
    const state = stateOf(first);
    assert.ok(!state.voters.members.some((member) => equalBytes(member.nodeId, culpritId)), "it still votes");
    assert.equal(state.voters.members.length, 4);
  }).timeout(60_000);

  it("with fewer than four voters it is recorded only", async () => {
    const net = await network(await testGenesis(3));
    const [first, second, own] = net.validators;
    assert.ok(first !== undefined && second !== undefined && own !== undefined);
    hide(net.hub, net.thief);
    await run(net.validators, net, { seconds: 2.5 * SLOT_SECONDS });
    const done = signTwice(net.thief, { signer: culprit, voter: CULPRIT, context: net.context });
    await run([first, second], net, { seconds: 2 * SLOT_SECONDS });
    const vote = await done;
    // All three are needed: the chain waits for the one that found its twin.
    await own.stop();
    running = running.filter((each) => each !== own);
    await run([first, second, await net.open(CULPRIT)], net, { seconds: 4 * SLOT_SECONDS });
    assert.equal(first.chain.blockByHeight(vote.height + 1)?.body.evidence.length, 1);
    const { nodes, jailQueue, epoch } = stateOf(first);
    assert.deepEqual([nodes[CULPRIT]?.jailedUntil, jailQueue], [0, []]);
    assert.equal(nodes[CULPRIT]?.settledEpoch, epoch.epoch);
    assert.ok(first.height > vote.height + 1);
  });

  it("evidence is kept over a restart until a block holds it, and is told to who was not there", async () => {
    const net = await network(await testGenesis(4));
    const [first] = net.validators;
    const [store] = net.stores;
    assert.ok(first !== undefined && store !== undefined);
    await run(net.validators, net, { seconds: 2.5 * SLOT_SECONDS });
    // Only node 0 hears of it, and is stopped before it can tell anybody.
    net.hub.setLinks((from, to) => from === "thief" && to === "node 0");
    const vote = { kind: VoteKind.Prevote, height: 2, slot: 2, round: 0, blockRoot: new Uint8Array(32).fill(1) };
    assert.equal(stepOfKind(vote.kind), Step.Prevote);
    net.thief.publish(topics.evidence, evidenceAgainst(culprit, culpritId, net.context, vote));
    await settle([first], net.hub);
    await first.stop();
    running = running.filter((each) => each !== first);
    net.hub.setLinks(() => true);
    const back = await net.open(0);
    const all = [back, ...net.validators.filter((_, index) => index !== 0 && index !== CULPRIT)];
    await run(all, net, { seconds: 4 * SLOT_SECONDS });
    for (const validator of all) {
      assert.ok((stateOf(validator).nodes[CULPRIT]?.jailedUntil ?? 0) > 0, "not jailed");
    }
  });

  it("what no honest node sends costs its sender, what is only old does not, and nothing grows", async () => {
    const net = await network(await testGenesis(4));
    const [first] = net.validators;
    const [store] = net.stores;
    assert.ok(first !== undefined && store !== undefined);
    await run(net.validators, net, { seconds: 2.5 * SLOT_SECONDS });
    const vote = { kind: VoteKind.Prevote, height: 2, slot: 2, round: 0, blockRoot: new Uint8Array(32).fill(1) };
    const good = evidenceAgainst(culprit, culpritId, net.context, vote);
    const [one, other] = good.votes;
    assert.ok(one !== undefined && other !== undefined);
    const before = first.network.counters();
    const hostile = [
      { ...good, votes: [one, one] },
      { ...good, votes: [one] },
      { ...good, votes: [] },
      { ...good, votes: [one, { ...other, message: { ...other.message, slot: 3 } }] },
      { ...good, votes: [one, { ...other, signature: one.signature }] },
      evidenceAgainst(testSigner(9), culpritId, net.context, vote),
    ];
    for (const each of hostile) net.thief.publish(topics.evidence, each);
    const harmless = [
      evidenceAgainst(testSigner(9), nodeIdOf(testSigner(9).publicKey), net.context, vote),
      evidenceAgainst(culprit, culpritId, net.context, { ...vote, height: 99 }),
    ];
    for (const each of harmless) net.thief.publish(topics.evidence, each);
    await settle(net.validators, net.hub);
    const after = first.network.counters();
    assert.equal(after.rejected - before.rejected, hostile.length);
    assert.equal(after.ignored - before.ignored, harmless.length);
    // A key's owner can make any number of proofs against itself; one is kept.
    for (let n = 0; n < 200; n++) {
      const blockRoot = new Uint8Array(32).fill(1).fill(n, 0, 1);
      net.thief.publish(topics.evidence, evidenceAgainst(culprit, culpritId, net.context, { ...vote, blockRoot }));
    }
    await settle(
      net.validators.filter((_, index) => index !== CULPRIT),
      net.hub,
    );
    const kept: BatchOp[] = [];
    for await (const [key, value] of store.entries({ gte: Uint8Array.of(0x1d), lt: Uint8Array.of(0x1e) })) {
      kept.push({ type: "put", key, value });
    }
    assert.equal(kept.length, 1);
    assert.equal(first.network.counters().accepted - after.accepted, 1);
  });
});

describe("a primary that says nothing", () => {
  it("loses live score: the fallback's block carries the certificate of who heard nothing", async () => {
    const genesis = await testGenesis(4);
    const modules = { clock: new VirtualClock(GENESIS_TIME * 1000), hub: new MemoryHub() };
    const running: TestValidator[] = [];
    for (let index = 0; index < 4; index++) {
      running.push(await TestValidator.start({ genesis, index }, { ...modules, store: new MemoryStore() }));
    }
    try {
      await run(running, modules, { seconds: 2.5 * SLOT_SECONDS });
      modules.hub.setLinks((from, to) => from !== "node 3" && to !== "node 3");
      const others = running.slice(0, 3);
      await run(others, modules, { seconds: 5 * SLOT_SECONDS });
      const [first] = others;
      assert.ok(first !== undefined);
      const skips = Array.from({ length: first.height }, (_, h) => first.chain.blockByHeight(h + 1)).flatMap((block) =>
        (block?.body.skips ?? []).map((skip) => ({ skip, header: block?.header })),
      );
      assert.ok(skips.length > 0);
      for (const { skip, header } of skips) {
        assert.deepEqual([skip.slot, skip.height], [header?.slot, header?.height], "in the same slot's fallback block");
        assert.ok((header?.round ?? 0) > 0);
      }
      assert.deepEqual(stateOf(first).liveScore, [10_000, 10_000, 10_000, 10_000 - 1_000 * skips.length]);
    } finally {
      await Promise.all(running.map((validator) => validator.stop()));
    }
  });
});
