import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { type SignedVote, type SigningContext, type Vote, VoteKind } from "@lucid/consensus";
import { VirtualClock } from "@lucid/consensus/base";
import { type Libp2pNetwork, MemoryHub } from "@lucid/p2p";
import { field, frame, ProtocolNames, RawPeer, Strain, send } from "@lucid/p2p/testing";
import { MemoryStore } from "@lucid/storage";
import { VOTES_AT_ONCE } from "../../../src/driver/consensusDriver.js";
import { networkLimits, peerNetwork } from "../../../src/driver/peerNetwork.js";
import { protocols, topics } from "../../../src/driver/topics.js";
import { configOf } from "../../../src/node/genesisChain.js";
import { SystemClock } from "../../../src/node/systemClock.js";
import { signVote } from "../../support/doubleSigner.js";
import { until } from "../../support/processNetwork.js";
import { GENESIS_TIME, SLOT_SECONDS, TestValidator, testGenesis, testSigner } from "../../support/testValidator.js";

const SIZE = 256;
/** Of the peer that comes back under another name. */
const KEYS = 3;
/** Votes that are too early for anybody. */
const FAR = 10_000;
/** None is above 1,023; so many have no divisor in common with the voters, so that each vote is another one. */
const ROUNDS = 701;
const prevote: Vote = { kind: VoteKind.Prevote, height: 1, slot: 1, round: 0, blockRoot: new Uint8Array(32).fill(9) };
/** A signature of something else: whoever verified it would reject. */
const forged = (signed: SignedVote, context: SigningContext): SignedVote => ({
  ...signed,
  signature: signVote(testSigner(1), context, 1, { ...prevote, height: 7 }).signature,
});

describe("votes of a hostile peer, over sockets", function () {
  this.timeout(120_000);
  let node: TestValidator;
  let server: Libp2pNetwork;
  let context: SigningContext;
  let open: (peers: readonly string[]) => Promise<Libp2pNetwork>;
  const networks: Libp2pNetwork[] = [];
  const raw: RawPeer[] = [];

  /** A node in the middle of slot 1 of a network of 256 validators. */
  before(async () => {
    const genesis = await testGenesis(SIZE);
    const { genesisRoot } = configOf(genesis);
    context = { genesisRoot, forkVersion: 1 };
    const make = (peers: readonly string[], listen: readonly string[]): Libp2pNetwork =>
      peerNetwork(
        {
          genesisRoot,
          forkVersion: 1,
          slotDuration: SLOT_SECONDS * 1000,
          peerKey: new Uint8Array(randomBytes(32)),
          listen: [...listen],
          peers: [...peers],
          maxPeers: 32,
        },
        { clock: new SystemClock() },
      );
    open = async (peers) => {
      const network = make(peers, []);
      networks.push(network);
      await network.start();
      return network;
    };
    server = make([], ["/ip4/127.0.0.1/tcp/0"]);
    node = await TestValidator.start(
      { genesis, index: undefined },
      {
        clock: new VirtualClock((GENESIS_TIME + 1.5 * SLOT_SECONDS) * 1000),
        hub: new MemoryHub(),
        network: server,
        store: new MemoryStore(),
      },
    );
  });

  afterEach(async () => {
    await Promise.all([...networks.splice(0), ...raw.splice(0)].map((network) => network.stop()));
    await until("nobody is connected", () => server.peers().length === 0);
  });

  after(() => node?.stop());

  /** An honest peer, one that is told what the node passes on, and somebody else. */
  async function peers() {
    const address = server.address() ?? assert.fail();
    const [honest, witness, hostile] = [await open([address]), await open([address]), await open([address])];
    const passed: SignedVote[] = [];
    witness.subscribe(topics.vote, (signed) => {
      passed.push(signed);
      return "accept";
    });
    for (const each of [honest, hostile]) {
      each.subscribe(topics.vote, () => "accept");
      // Whoever votes on a height is asked for the blocks below it; somebody who does not answer at all would be dropped.
      each.handle(protocols.blocksByRange, () => ({ blocks: [] }));
    }
    await until("a mesh", () => networks.every((each) => each.meshPeers(topics.vote.name).length === 1));
    await until("all three in it", () => server.meshPeers(topics.vote.name).length === 3);
    const before = server.counters();
    const since = () => {
      const { accepted, ignored, rejected } = server.counters();
      return [accepted - before.accepted, ignored - before.ignored, rejected - before.rejected];
    };
    return { honest, witness, hostile, passed, since };
  }

  const missing = () => node.agreement.status()?.missing.length;
  const isIn = (network: Libp2pNetwork) => server.peers().some(({ id }) => id === network.peerId);

  it("one bad among 255 good ones: those count and are passed on, the bad one is not", async () => {
    const { honest, hostile, witness, passed, since } = await peers();
    hostile.publish(topics.vote, forged(signVote(testSigner(128), context, 128, prevote), context));
    for (let voter = 0; voter < SIZE; voter++) {
      if (voter !== 128) honest.publish(topics.vote, signVote(testSigner(voter), context, voter, prevote));
    }
    await until("all judged", () => since().reduce((sum, count) => sum + count, 0) >= SIZE);
    assert.deepEqual(since(), [SIZE - 1, 0, 1]);
    assert.equal(missing(), 1);
    await until("all good ones passed on", () => passed.length === SIZE - 1);
    assert.ok(passed.every(({ voter }) => voter !== 128));
    // One may be a mistake: nobody is shut out for it.
    assert.ok([honest, witness, hostile].every(isIn));
    // The voter in whose name it was is not harmed.
    honest.publish(topics.vote, signVote(testSigner(128), context, 128, prevote));
    await until("its own vote", () => missing() === 0);
  });

  it("forged votes and votes of nobody, one after the other: their sender is banned, the others stay served", async () => {
    const { honest, hostile, passed, since } = await peers();
    const strain = new Strain();
    const { rejects } = networkLimits;
    for (let n = 0; n < rejects.value; n++) {
      const voter = n % 2 === 0 ? SIZE + n : n;
      const signed = signVote(testSigner(voter), context, voter, { ...prevote, round: 1 });
      hostile.publish(topics.vote, n % 2 === 0 ? signed : forged(signed, context));
    }
    await until("a ban", () => server.report().banned === 1 && !isIn(hostile));
    assert.equal(since()[2], rejects.value);
    honest.publish(topics.vote, signVote(testSigner(0), context, 0, { ...prevote, round: 1 }));
    await until("an honest vote passed on", () => passed.length === 1);
    assert.ok(isIn(honest));
    assert.equal(server.peers().length, 2);
    strain.check();
  });

  it("a thousand forged votes at once, of one key after the other: few are verified, the event loop runs, honest votes count", async () => {
    const { honest, passed, since } = await peers();
    const strain = new Strain();
    const names = new ProtocolNames(context.genesisRoot, context.forkVersion);
    const topic = field(4, Buffer.from(names.of(topics.vote.name)));
    const kinds = [VoteKind.Prevote, VoteKind.Precommit].flatMap((kind) => [1, 2].map((round) => ({ kind, round })));
    const voters = Array.from({ length: SIZE }, (_, voter) => voter);
    for (let key = 1; key <= KEYS; key++) {
      // A signature by somebody of something: as dear to refuse as a right one is to accept.
      const { signature } = signVote(testSigner(key), context, key, { ...prevote, height: 7 });
      const messages = kinds.flatMap((view) =>
        voters.map((voter) => {
          const data = topics.vote.encode({ vote: { ...prevote, ...view }, voter, signature });
          return field(2, Buffer.concat([field(2, data), topic]));
        }),
      );
      const liar = await RawPeer.connect(server.address() ?? "", names);
      raw.push(liar);
      const stream = await liar.open("/meshsub/1.2.0");
      // As many in a frame as there may be: they arrive together.
      const { value } = networkLimits.gossipPerFrame;
      for (let at = 0; at < messages.length; at += value) await send(stream, frame(...messages.slice(at, at + value)));
      await until("a ban", () => !liar.isConnected, 30);
    }
    honest.publish(topics.vote, signVote(testSigner(3), context, 3, { ...prevote, round: 2 }));
    await until("an honest vote passed on", () => passed.length === 1);
    const [accepted, , rejected] = since();
    assert.equal(accepted, 1);
    assert.ok((rejected ?? 0) >= KEYS * networkLimits.rejects.value);
    // Those of the batch in which it was found out, and no more of its thousand.
    assert.ok((rejected ?? 0) <= KEYS * (networkLimits.rejects.value + VOTES_AT_ONCE), `${rejected} were verified`);
    strain.check();
  });

  it("far views and heights: looked at by nobody, passed on to nobody, and honest votes go through", async () => {
    const { honest, hostile, passed, since } = await peers();
    const strain = new Strain();
    const far = Array.from({ length: 200 }, (_, n): Vote[] => [
      { ...prevote, slot: 1_000 + n },
      { ...prevote, round: 200 + n },
      { ...prevote, height: 3 + n },
    ]).flat();
    const { signature } = forged(signVote(testSigner(0), context, 0, prevote), context);
    for (const vote of far) hostile.publish(topics.vote, { vote, voter: 0, signature });
    honest.publish(topics.vote, signVote(testSigner(2), context, 2, { ...prevote, round: 2 }));
    await until("the honest vote passed on", () => passed.length > 0);
    await until("all judged", () => since().reduce((sum, count) => sum + count, 0) >= far.length + 1);
    assert.deepEqual(since(), [1, far.length, 0]);
    assert.equal(passed.length, 1);
    assert.equal(node.agreement.status()?.slot, 1);
    // Nobody is to blame: an honest node whose clock is right may think the same of one whose clock is not.
    assert.ok(isIn(honest) && isIn(hostile));
    strain.check();
  });

  it("ten thousand votes of far slots and rounds at once: few are looked at, none is passed on, and honest votes go through", async () => {
    const { honest, passed, since } = await peers();
    const strain = new Strain();
    const names = new ProtocolNames(context.genesisRoot, context.forkVersion);
    const topic = field(4, Buffer.from(names.of(topics.vote.name)));
    const { signature } = forged(signVote(testSigner(0), context, 0, prevote), context);
    const messages = Array.from({ length: FAR }, (_, n) => {
      const view = n % 2 === 0 ? { slot: 2_000 + n } : { round: 200 + (n % ROUNDS) };
      const data = topics.vote.encode({ vote: { ...prevote, ...view }, voter: n % SIZE, signature });
      return field(2, Buffer.concat([field(2, data), topic]));
    });
    const liar = await RawPeer.connect(server.address() ?? "", names);
    raw.push(liar);
    const stream = await liar.open("/meshsub/1.2.0");
    const { dropped } = server.counters();
    const judged = () => since().reduce((sum, count) => sum + count, server.counters().dropped - dropped);
    const vote = (voter: number) =>
      honest.publish(topics.vote, signVote(testSigner(voter), context, voter, { ...prevote, round: 3 }));
    const { value } = networkLimits.gossipPerFrame;
    for (let at = 0; at < FAR; at += value) {
      // In the middle of it, and behind it.
      if (at === 10 * value) vote(5);
      assert.ok(await send(stream, frame(...messages.slice(at, at + value))));
    }
    vote(6);
    await until("the honest votes passed on", () => passed.length === 2, 10);
    await until("all judged", () => judged() === FAR + 2, 30);
    const [accepted, ignored = 0, rejected] = since();
    assert.deepEqual([accepted, rejected], [2, 0]);
    // Of one peer half of the room; what comes meanwhile is dropped.
    assert.ok(ignored >= topics.vote.maxQueued / 2, `${ignored} were looked at`);
    assert.equal(passed.length, 2);
    assert.equal(node.agreement.status()?.slot, 1);
    assert.ok(isIn(honest) && liar.isConnected);
    strain.check();
  });
});
