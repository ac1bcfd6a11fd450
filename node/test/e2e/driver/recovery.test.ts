import assert from "node:assert/strict";
import {
  BitArray,
  ConsensusState,
  headerRoot,
  nodeIdOf,
  presets,
  type Recovery,
  type SignedVote,
  Step,
  signRecovery,
  stepOfKind,
} from "@lucid/consensus";
import { equalBytes, hasCode, toHex, VirtualClock } from "@lucid/consensus/base";
import { MemoryHub } from "@lucid/p2p";
import { type BatchOp, checkDatabase, type KeyValueStore, MemoryStore } from "@lucid/storage";
import { enumerateCrashes } from "@lucid/storage/faults";
import { chainInvariants } from "../../../src/chain/chainInvariants.js";
import { VoterStore } from "../../../src/driver/voterStore.js";
import type { GenesisFile } from "../../../src/networks/index.js";
import { configOf } from "../../../src/node/genesisChain.js";
import { decodeRecovery, encodeRecovery } from "../../../src/recovery/recoveryFile.js";
import { withRecoveries } from "../../../src/recovery/recoveryStore.js";
import { StoppedNode } from "../../../src/recovery/stoppedNode.js";
import {
  GENESIS_TIME,
  run,
  SignatureLog,
  SLOT_SECONDS,
  TestValidator,
  testGenesis,
  testSigner,
} from "../../support/testValidator.js";

const { epochSlots } = presets.devnet;
const COUNT = 5;
const LEFT = [0, 1, 2];
const idOf = (index: number) => nodeIdOf(testSigner(index).publicKey);

const rejects = (code: string, work: Promise<unknown>) =>
  assert.rejects(work, (error: unknown) => hasCode(error, code) || assert.fail(`not ${code}: ${String(error)}`));

async function copyOf(store: MemoryStore): Promise<MemoryStore> {
  const ops: BatchOp[] = [];
  for await (const [key, value] of store.entries({})) ops.push({ type: "put", key, value });
  const copy = new MemoryStore();
  await copy.batch(ops, { sync: true });
  return copy;
}

describe("a network that lost two of five voters for ever", () => {
  let running: TestValidator[] = [];
  let genesis: GenesisFile;

  before(async () => {
    genesis = await testGenesis(COUNT);
  });

  afterEach(async () => {
    await Promise.all(running.splice(0).map((validator) => validator.stop()));
  });

  async function network() {
    const modules = {
      clock: new VirtualClock(GENESIS_TIME * 1000),
      hub: new MemoryHub(),
      signatures: new SignatureLog(),
    };
    const stores = Array.from({ length: COUNT }, () => new MemoryStore());
    const open = async (index: number, store = stores[index] ?? assert.fail()): Promise<TestValidator> => {
      const validator = await TestValidator.start({ genesis, index }, { ...modules, store });
      running.push(validator);
      return validator;
    };
    const stopAll = async () => {
      await Promise.all(running.splice(0).map((validator) => validator.stop()));
    };
    const stopped = async (index: number): Promise<StoppedNode> => {
      const store = stores[index] ?? assert.fail();
      const config = await withRecoveries(configOf(genesis), store);
      const nodeId = idOf(index);
      const voterStore = new VoterStore({ genesisRoot: config.genesisRoot, nodeId }, { store });
      return new StoppedNode({ config, store, voterStore, nodeId });
    };
    /** Created by node 0, signed by those that are left, one after the other, through the file. */
    const recover = async (signers = LEFT): Promise<Recovery> => {
      let recovery = (await stopped(0)).create(modules.clock, LEFT.map(idOf));
      for (const index of signers) {
        recovery = decodeRecovery(encodeRecovery(await (await stopped(index)).sign(recovery, testSigner(index))));
      }
      return recovery;
    };
    for (let index = 0; index < COUNT; index++) await open(index);
    return { ...modules, stores, open, stopAll, stopped, recover };
  }

  const stateOf = ({ chain }: TestValidator) =>
    ConsensusState.deserialize(chain.blocks.consensusState() ?? new Uint8Array());

  it("goes on with the three for epochs, and takes back who returns", async () => {
    const net = await network();
    await run(running, net, { seconds: 5.5 * SLOT_SECONDS });
    for (const dead of running.splice(3)) await dead.stop();
    const before = running[0]?.height ?? 0;
    await run(running, net, { seconds: 4 * SLOT_SECONDS });
    assert.equal(running[0]?.height, before, "the chain went on without a quorum");
    await net.stopAll();

    const recovery = await net.recover();
    assert.deepEqual([recovery.plan.forkVersion, recovery.plan.height], [2, before]);
    for (const index of LEFT) assert.equal(await (await net.stopped(index)).adopt(recovery), "adopted");
    assert.equal(await (await net.stopped(0)).adopt(recovery), "known");
    const left = await Promise.all(LEFT.map((index) => net.open(index)));
    const [first] = left;
    assert.ok(first !== undefined);
    await run(left, net, { seconds: 3 * epochSlots * SLOT_SECONDS });
    assert.ok(first.height > before + 2 * epochSlots, `${first.height} after ${before}`);
    const after = first.chain.blockByHeight(before + 1);
    assert.ok(after !== undefined && after.header.forkVersion === 2 && after.header.slot >= recovery.plan.slot);
    const { voters, nextVoters } = stateOf(first);
    for (const set of [voters, nextVoters]) {
      assert.deepEqual(
        set.members.map(({ node }) => node),
        LEFT,
      );
    }

    // One of the lost is back with its old disk. Without the file it says what happened, and what it votes counts for
    // nothing and is no fault of its; with the file it becomes a voter again.
    const height = first.height;
    const rejected = left.map(({ network: own }) => own.counters().rejected);
    const unaware = await net.open(3);
    await run([...left, unaware], net, { seconds: 12 });
    const { offer } = unaware.forks;
    assert.deepEqual([offer?.forkVersion, offer?.height], [2, before]);
    const { weight = 0, totalWeight = 0 } = offer?.weight ?? {};
    assert.equal(5 * weight, 3 * totalWeight);
    assert.equal(unaware.height, before);
    assert.deepEqual(
      left.map(({ network: own }) => own.counters().rejected),
      rejected,
    );
    await unaware.stop();
    running = running.filter((each) => each !== unaware);
    const old = await net.stopped(3);
    assert.equal(await old.adopt(recovery), "adopted");
    const back = await net.open(3);
    await run([...left, back], net, { seconds: 3 * epochSlots * SLOT_SECONDS });
    assert.ok(back.height > height + epochSlots);
    assert.ok(
      stateOf(first).voters.members.some(({ node }) => node === 3),
      "it is no voter again",
    );
    assert.deepEqual(net.signatures.conflicts, []);
    for (const store of net.stores.slice(0, 4)) {
      const report = await checkDatabase(chainInvariants(store, first.config.genesisRoot));
      assert.deepEqual(report.problems, []);
    }
  }).timeout(120_000);

  it("decides the block that somebody may have seen decided: the highest lock is carried over", async () => {
    const net = await network();
    await run(running, net, { seconds: 3.5 * SLOT_SECONDS });
    // From now on precommits are lost: everybody locks, nobody decides.
    for (const { network: own } of running) {
      const publish = own.publish.bind(own);
      own.publish = (topic, message) => {
        const lost =
          topic.name === "vote" && stepOfKind((message as unknown as SignedVote).vote.kind) === Step.Precommit;
        if (!lost) publish(topic, message);
      };
    }
    const before = running[0]?.height ?? 0;
    await run(running, net, { seconds: 2 * SLOT_SECONDS });
    assert.equal(running[0]?.height, before);
    await net.stopAll();

    const recovery = await net.recover();
    const [block] = recovery.block;
    assert.ok(block !== undefined && block.header.height === before + 1, "no block is locked");
    await rejects("RECOVERY_LOCK", (await net.stopped(1)).adopt({ ...recovery, block: [] }));
    const other = { ...block, header: { ...block.header, gasUsed: 1n } };
    await rejects("RECOVERY_LOCK", (await net.stopped(1)).adopt({ ...recovery, block: [other] }));
    for (const index of LEFT) await (await net.stopped(index)).adopt(recovery);
    const now = await Promise.all(LEFT.map((index) => net.open(index)));
    await run(now, net, { seconds: 4 * SLOT_SECONDS, done: () => now.every(({ height }) => height === before + 1) });
    // It starts again on the block that was carried over.
    await net.stopAll();
    const left = await Promise.all(LEFT.map((index) => net.open(index)));
    const [first] = left;
    assert.ok(first !== undefined && first.height === before + 1);
    await run(left, net, { seconds: (2 * epochSlots + 3) * SLOT_SECONDS });
    assert.ok(first.height > before + epochSlots);
    assert.deepEqual(
      toHex(first.chain.blockByHeight(before + 1)?.root ?? new Uint8Array()),
      toHex(headerRoot(block.header)),
    );
    assert.equal(first.chain.blockByHeight(before + 2)?.header.forkVersion, 2);
    assert.deepEqual(net.signatures.conflicts, []);
    for (const index of LEFT) {
      const store = net.stores[index] ?? assert.fail();
      const report = await checkDatabase(chainInvariants(store, first.config.genesisRoot));
      assert.deepEqual(report.problems, []);
    }
  }).timeout(120_000);

  it("a key that has signed a recovery signs no lower fork and no other plan, whether it has adopted it or not", async () => {
    const net = await network();
    await run(running, net, { seconds: 4.5 * SLOT_SECONDS });
    await net.stopAll();
    const backup = await copyOf(net.stores[0] ?? assert.fail());
    const recovery = await net.recover();
    const node = await net.stopped(0);
    const another = node.create(net.clock, LEFT.slice(1).map(idOf));
    await rejects("RECOVERY_SIGNED", node.sign(another, testSigner(0)));
    assert.equal((await node.sign(recovery, testSigner(0))).consents.length, 3, "the same plan once more");

    // All five are back as if nothing had been: three have promised, so nothing is decided under the old fork.
    const all = await Promise.all([0, 1, 2, 3, 4].map((index) => net.open(index)));
    const heights = all.map(({ height }) => height);
    await run(all, net, { seconds: 4 * SLOT_SECONDS });
    assert.deepEqual(
      all.map(({ height }) => height),
      heights,
    );
    for (const index of LEFT) assert.equal(all[index]?.agreement.status()?.signing, "lowerFork");
    assert.equal(all[3]?.agreement.status()?.signing, "active");

    // Node 0 is restored from a backup that knows of nothing; the others have adopted and show it its own signature.
    await net.stopAll();
    for (const index of [1, 2]) await (await net.stopped(index)).adopt(recovery);
    const others = await Promise.all([1, 2].map((index) => net.open(index)));
    const restored = await net.open(0, backup);
    await run([...others, restored], net, { seconds: 12 });
    assert.equal(restored.agreement.status()?.signing, "lowerFork");
    await net.stopAll();
    const alone = await net.open(0, backup);
    await run([alone], net, { seconds: 2 * SLOT_SECONDS });
    assert.equal(alone.agreement.status()?.signing, "lowerFork");
  }).timeout(60_000);

  it("a node that never had the chain adopts first and checks when it is there", async () => {
    const net = await network();
    await run(running, net, { seconds: 4.5 * SLOT_SECONDS });
    await net.stopAll();
    const recovery = await net.recover();
    for (const index of LEFT) await (await net.stopped(index)).adopt(recovery);
    const left = await Promise.all(LEFT.map((index) => net.open(index)));
    await run(left, net, { seconds: 4 * SLOT_SECONDS });

    for (const good of [true, false]) {
      const store = new MemoryStore();
      const clock = { clock: net.clock, hub: new MemoryHub() };
      const seed = await TestValidator.start({ genesis, index: 4, name: "seed" }, { ...clock, store });
      await seed.stop();
      const config = configOf(genesis);
      const voterStore = new VoterStore({ genesisRoot: config.genesisRoot, nodeId: idOf(4) }, { store });
      const fresh = new StoppedNode({ config, store, voterStore, nodeId: idOf(4) });
      const given = good ? recovery : { ...recovery, consents: recovery.consents.slice(1) };
      assert.equal(await fresh.adopt(given), "later");
      const follower = await TestValidator.start({ genesis, index: 4, name: `fresh ${good}` }, { ...net, store });
      running.push(follower);
      await run(left, net, { seconds: 3 * SLOT_SECONDS });
      if (good) assert.equal(follower.height, left[0]?.height);
      else assert.match(follower.fatal?.message ?? "", /40\.0 % of the weight have signed; more than 50 % must/);
    }
  }).timeout(60_000);

  it("stopped at any write of signing and adopting, it has promised before it signed, and adopted whole or not at all", async () => {
    const net = await network();
    await run(running, net, { seconds: 4.5 * SLOT_SECONDS });
    await net.stopAll();
    const chain: BatchOp[] = [];
    for await (const [key, value] of (net.stores[0] ?? assert.fail()).entries({}))
      chain.push({ type: "put", key, value });
    const unsigned = (await net.stopped(0)).create(net.clock, LEFT.map(idOf));
    const recovery = await net.recover();
    const founded = configOf(genesis);
    const opened = async (store: KeyValueStore) => {
      const config = await withRecoveries(founded, store);
      const voterStore = new VoterStore({ genesisRoot: founded.genesisRoot, nodeId: idOf(0) }, { store });
      return { config, voterStore, node: () => new StoppedNode({ config, store, voterStore, nodeId: idOf(0) }) };
    };
    interface Told {
      signed: boolean;
      adopted: boolean;
    }
    const summary = await enumerateCrashes<Told>({
      begin: () => ({ signed: false, adopted: false }),
      async run(disk, told) {
        const store = disk.store();
        await store.batch(chain, { sync: true });
        await (await opened(store)).node().sign(unsigned, testSigner(0));
        told.signed = true;
        await (await opened(store)).node().adopt(recovery);
        told.adopted = true;
      },
      async check(disk, told) {
        const { config, voterStore } = await opened(disk.store());
        const fork = (await voterStore.load())?.record.forkVersion ?? 0;
        if (told.signed) assert.equal(fork, 2);
        if (told.adopted) assert.equal(config.recoveries.length, 1);
        if (config.recoveries.length > 0) assert.equal(fork, 2);
      },
    });
    assert.ok(summary.points >= 6, `only ${summary.points} points`);
  }).timeout(60_000);

  it("each kind of bad recovery has its code, and changes nothing", async () => {
    const net = await network();
    await run(running, net, { seconds: 4.5 * SLOT_SECONDS });
    await net.stopAll();
    const recovery = await net.recover();
    const node = await net.stopped(1);
    const { plan, consents } = recovery;
    const [first, second, third] = consents;
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    const with_ = (change: Partial<typeof plan>) => ({ ...recovery, plan: { ...plan, ...change } });
    const lock = { height: plan.height + 1, slot: plan.slot - 1, round: 0, blockRoot: plan.root };
    const unproven = { ...lock, signers: BitArray.fromBoolArray(Array(COUNT).fill(true)), signature: first.signature };
    const liar = signRecovery(testSigner(0), plan, unproven);
    const honest = consents.filter(({ nodeId }) => !equalBytes(nodeId, liar.nodeId));
    const bad: readonly (readonly [string, Recovery])[] = [
      ["RECOVERY_OTHER", with_({ genesisRoot: new Uint8Array(32) })],
      ["RECOVERY_FORK", with_({ forkVersion: 1 })],
      ["RECOVERY_FORK", with_({ forkVersion: 3 })],
      ["RECOVERY_FORK", with_({ slot: 1 })],
      ["RECOVERY_HEAD", with_({ height: plan.height - 1 })],
      ["RECOVERY_HEAD", with_({ root: new Uint8Array(32) })],
      ["RECOVERY_VOTERS", with_({ voters: [] })],
      ["RECOVERY_VOTERS", with_({ voters: [{ nodeId: new Uint8Array(32), weight: 1 }] })],
      ["RECOVERY_VOTERS", with_({ voters: [...plan.voters].reverse() })],
      ["RECOVERY_VOTERS", with_({ voters: plan.voters.map((voter) => ({ ...voter, weight: 1 })) })],
      ["RECOVERY_CONSENT", with_({ slot: plan.slot + 1 })],
      ["RECOVERY_CONSENT", { ...recovery, consents: [first, first, second, third] }],
      ["RECOVERY_CONSENT", { ...recovery, consents: [{ ...first, nodeId: new Uint8Array(32) }, second, third] }],
      ["RECOVERY_CONSENT", { ...recovery, consents: [{ ...first, signature: second.signature }, second, third] }],
      ["RECOVERY_CONSENT", { ...recovery, consents: [liar, ...honest] }],
      ["RECOVERY_WEIGHT", { ...recovery, consents: [first, second] }],
      [
        "RECOVERY_LOCK",
        { ...recovery, block: [{ header: node.tip.header, body: (await net.open(4)).chain.head().body }] },
      ],
    ];
    for (const [code, each] of bad) await rejects(code, node.adopt(each));
    const store = net.stores[1] ?? assert.fail();
    assert.equal((await withRecoveries(configOf(genesis), store)).recoveries.length, 0);
    // The text of the file says what it holds, and nothing else.
    const text = encodeRecovery(recovery);
    assert.deepEqual(decodeRecovery(text), recovery);
    const lied = text.replace(/"firstSlot": \d+/, '"firstSlot": 1');
    for (const wrong of [
      "",
      "{}",
      "[]",
      text.slice(0, -9),
      lied,
      text.replace('"recovery": "0x', '"recovery": "0x00'),
    ]) {
      assert.throws(
        () => decodeRecovery(wrong),
        (error: unknown) => hasCode(error, "RECOVERY_FILE"),
      );
    }
  }).timeout(60_000);
});
