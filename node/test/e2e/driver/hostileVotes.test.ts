import assert from "node:assert/strict";
import { type SigningContext, type Vote, VoteKind } from "@lucid/consensus";
import { VirtualClock } from "@lucid/consensus/base";
import { MemoryHub } from "@lucid/p2p";
import { Strain } from "@lucid/p2p/testing";
import { MemoryStore } from "@lucid/storage";
import { VOTES_AT_ONCE } from "../../../src/driver/consensusDriver.js";
import { networkLimits } from "../../../src/driver/peerNetwork.js";
import { protocols, topics } from "../../../src/driver/topics.js";
import type { GenesisFile } from "../../../src/networks/index.js";
import { signVote } from "../../support/doubleSigner.js";
import {
  GENESIS_TIME,
  run,
  SLOT_SECONDS,
  settle,
  TestValidator,
  testGenesis,
  testSigner,
} from "../../support/testValidator.js";

/*
 * What the driver says of each vote; what a transport does with a peer whose messages are rejected, p2p's own tests show.
 */
describe("votes of a hostile peer", () => {
  let running: TestValidator | undefined;

  afterEach(async () => {
    await running?.stop();
  });

  /** A node in the middle of slot 1, an honest peer of it, and somebody else. */
  async function setUp(genesis: GenesisFile, index: number | undefined) {
    const modules = { clock: new VirtualClock((GENESIS_TIME + 1.5 * SLOT_SECONDS) * 1000), hub: new MemoryHub() };
    const node = await TestValidator.start({ genesis, index }, { ...modules, store: new MemoryStore() });
    running = node;
    const [honest, hostile] = ["honest", "hostile"].map((name) => modules.hub.join(name));
    assert.ok(honest !== undefined && hostile !== undefined);
    await honest.start();
    await hostile.start();
    await settle([node], modules.hub);
    const context: SigningContext = { genesisRoot: node.config.genesisRoot, forkVersion: 1 };
    let before = node.network.counters();
    /** Verdicts since it was asked last. */
    const verdicts = async () => {
      await settle([node], modules.hub);
      const { accepted, ignored, rejected } = node.network.counters();
      const since = {
        accepted: accepted - before.accepted,
        ignored: ignored - before.ignored,
        rejected: rejected - before.rejected,
      };
      before = node.network.counters();
      return since;
    };
    return { ...modules, node, honest, hostile, context, verdicts };
  }

  const root = new Uint8Array(32).fill(9);
  const prevote: Vote = { kind: VoteKind.Prevote, height: 1, slot: 1, round: 0, blockRoot: root };

  it("one bad signature in a batch with 255 good ones: the 255 count, the bad one is held against its sender", async () => {
    const { node, honest, hostile, context, verdicts } = await setUp(await testGenesis(256), undefined);
    for (let voter = 0; voter < 256; voter++) {
      const signed = signVote(testSigner(voter), context, voter, prevote);
      if (voter !== 128) honest.publish(topics.vote, signed);
      else
        hostile.publish(topics.vote, { ...signed, signature: signVote(testSigner(1), context, 1, prevote).signature });
    }
    assert.deepEqual(await verdicts(), { accepted: 255, ignored: 0, rejected: 1 });
    assert.equal(node.agreement.status()?.missing.length, 1);
    // The voter in whose name it was is not harmed: its own vote still counts.
    honest.publish(topics.vote, signVote(testSigner(128), context, 128, prevote));
    assert.deepEqual(await verdicts(), { accepted: 1, ignored: 0, rejected: 0 });
    assert.equal(node.agreement.status()?.missing.length, 0);
  }).timeout(60_000);

  it("votes of nobody are held against their sender, and beyond its patience the node looks at nothing more of it", async () => {
    const { node, honest, hostile, context, verdicts } = await setUp(await testGenesis(4), undefined);
    for (let n = 0; n < 50; n++) {
      hostile.publish(topics.vote, signVote(testSigner(n), context, 4 + n, prevote));
    }
    honest.publish(topics.vote, signVote(testSigner(0), context, 0, prevote));
    const { accepted, rejected } = await verdicts();
    assert.equal(accepted, 1);
    const { value: patience } = networkLimits.rejects;
    assert.ok(rejected >= patience && rejected <= patience + VOTES_AT_ONCE, `${rejected} rejected`);
    assert.equal(node.agreement.status()?.missing.length, 3);
    assert.deepEqual(
      node.network.peers().map(({ id }) => id),
      ["honest"],
    );
  });

  it("a thousand forged votes in an answer to what the node lacks: few are verified, and the peer is banned", async () => {
    const { node, hub, clock, honest, hostile, context } = await setUp(await testGenesis(256), undefined);
    await honest.stop();
    const { signature } = signVote(testSigner(1), context, 1, { ...prevote, height: 7 });
    let asked = 0;
    hostile.handle(protocols.heightVotes, () => {
      asked++;
      const slot = node.agreement.status()?.slot ?? 1;
      const votes = Array.from({ length: 1_024 }, (_, n) => {
        return { vote: { ...prevote, slot, round: n >> 8 }, voter: n & 255, signature };
      });
      return { proposals: [], votes, certificates: [], commits: [] };
    });
    const strain = new Strain();
    const isGone = () => node.network.peers().length === 0;
    await run([node], { clock, hub }, { seconds: 10 * SLOT_SECONDS, done: isGone });
    assert.ok(isGone());
    assert.equal(asked, 1);
    strain.check();
  }).timeout(60_000);

  it("votes of far views are passed over: not verified, not kept, not forwarded", async () => {
    const { node, honest, hostile, context, verdicts } = await setUp(await testGenesis(4), undefined);
    // The signature is of another vote: whoever verified it would reject.
    const { signature } = signVote(testSigner(0), context, 0, prevote);
    const far = Array.from({ length: 500 }, (_, n): Vote[] => [
      { ...prevote, slot: 1_000 + n },
      { ...prevote, round: 100 + n },
      { ...prevote, height: 3 + n },
    ]).flat();
    for (const vote of far) hostile.publish(topics.vote, { vote, voter: 0, signature });
    honest.publish(topics.vote, signVote(testSigner(1), context, 1, prevote));
    assert.deepEqual(await verdicts(), { accepted: 1, ignored: far.length, rejected: 0 });
    assert.deepEqual([node.agreement.status()?.slot, node.agreement.status()?.missing.length], [1, 3]);
    // Views of the next height and slot, held until they open, are few for each voter.
    for (let round = 0; round < 64; round++) {
      const next = { ...prevote, height: 2, slot: 2, round };
      hostile.publish(topics.vote, signVote(testSigner(2), context, 2, next));
    }
    assert.deepEqual(await verdicts(), { accepted: 16, ignored: 48, rejected: 0 });
  });

  it("votes of an old height are answered with its certificate, and the chain goes on", async () => {
    const { node, hub, clock, honest, hostile, context, verdicts } = await setUp(await testGenesis(1), 0);
    const told: number[] = [];
    hostile.handle(protocols.announceCommit, (certificate) => {
      told.push(certificate.height);
      return undefined;
    });
    const commits: number[] = [];
    honest.subscribe(topics.commit, ({ height }) => {
      commits.push(height);
      return "accept";
    });
    await run([node], { clock, hub }, { seconds: 3 * SLOT_SECONDS });
    const { height } = node;
    assert.ok(height >= 3);
    await verdicts();
    for (let round = 0; round < 300; round++) {
      hostile.publish(topics.vote, signVote(testSigner(0), context, 0, { ...prevote, round }));
    }
    assert.deepEqual(await verdicts(), { accepted: 0, ignored: 300, rejected: 0 });
    assert.ok(told.length > 0 && told.every((each) => each === 1));
    await run([node], { clock, hub }, { seconds: 2 * SLOT_SECONDS });
    assert.equal(node.height, height + 2);
    assert.ok(commits.includes(height + 2), "the honest peer did not hear of the last block");
  });
});
