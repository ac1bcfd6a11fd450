import assert from "node:assert/strict";
import { type BeaconTask, type Header, presets } from "@lucid/consensus";
import { VirtualClock } from "@lucid/consensus/base";
import { MemoryHub } from "@lucid/p2p";
import { MemoryStore } from "@lucid/storage";
import type { StoredBlock } from "../../../src/interfaces.js";
import {
  GENESIS_TIME,
  run,
  SignatureLog,
  SLOT_SECONDS,
  TestValidator,
  testGenesis,
  wallets,
} from "../../support/testValidator.js";
import { GWEI } from "../../support/wallet.js";

const start = GENESIS_TIME * 1000;
const [sender, receiver] = wallets;

describe("consensus driver", () => {
  let running: TestValidator[] = [];

  async function network(count: number) {
    const genesis = await testGenesis(count);
    const modules = { clock: new VirtualClock(start), hub: new MemoryHub(), signatures: new SignatureLog() };
    const stores = Array.from({ length: count }, () => new MemoryStore());
    const open = async (index: number): Promise<TestValidator> => {
      const store = stores[index] ?? assert.fail("no such validator");
      const validator = await TestValidator.start({ genesis, index }, { ...modules, store });
      running.push(validator);
      return validator;
    };
    const validators: TestValidator[] = [];
    for (let index = 0; index < count; index++) validators.push(await open(index));
    return { ...modules, genesis, stores, validators, open };
  }

  const gone = (validator: TestValidator) => {
    running = running.filter((each) => each !== validator);
  };

  afterEach(async () => {
    await Promise.all(running.splice(0).map((validator) => validator.stop()));
  });

  it("lets one validator decide a block in every slot, by proposal, prevote and precommit", async () => {
    const net = await network(1);
    const [only] = net.validators;
    assert.ok(only !== undefined);
    await run(net.validators, net, { seconds: 5 * SLOT_SECONDS });
    assert.equal(only.height, 5);
    for (let height = 1; height <= 5; height++) {
      const header: Header | undefined = only.chain.blockByHeight(height)?.header;
      assert.deepEqual([header?.slot, header?.round], [height, 0]);
      assert.equal(header?.timestamp, BigInt(GENESIS_TIME + height * SLOT_SECONDS));
      const commit = only.chain.commit(height);
      assert.deepEqual([commit?.height, commit?.slot, commit?.round], [height, height, 0]);
    }
    // Three signatures for each block: nothing was signed twice, nothing was left out.
    assert.deepEqual(net.signatures.conflicts, []);
    assert.equal(net.signatures.size, 3 * 5);
  });

  it("decides within moments of the slot's start, since the block was built before", async () => {
    const net = await network(1);
    const [only] = net.validators;
    await run(net.validators, net, { seconds: 3 * SLOT_SECONDS - 0.001 });
    assert.equal(only?.height, 2);
    await run(net.validators, net, { seconds: 0.001 });
    assert.equal(only?.height, 3);
  });

  it("puts an admitted transaction into the next block and tells its receipt", async () => {
    const net = await network(1);
    const [only] = net.validators;
    assert.ok(only !== undefined && sender !== undefined && receiver !== undefined);
    const raw = sender.sign({
      nonce: 0,
      to: receiver.address,
      value: 5n,
      gasLimit: 21_000n,
      maxFeePerGas: 100n * GWEI,
    });
    const hash = await only.mempool.add(raw, "local");
    await run(net.validators, net, { seconds: 2 * SLOT_SECONDS });
    const found = only.chain.transaction(hash);
    assert.deepEqual(found, { height: 1, index: 0 });
    assert.equal(only.chain.receipts(1)?.[0]?.status, 1);
    assert.deepEqual(only.chain.senders(1), [sender.address]);
    assert.equal(only.mempool.get(hash), undefined);
  });

  it("goes on after a stop, from its own records, without signing anything again differently", async () => {
    const net = await network(1);
    const [first] = net.validators;
    assert.ok(first !== undefined);
    await run(net.validators, net, { seconds: 3 * SLOT_SECONDS });
    await first.stop();
    gone(first);
    const second = await net.open(0);
    assert.equal(second.height, 3);
    await run([second], net, { seconds: 3 * SLOT_SECONDS });
    assert.equal(second.height, 6);
    assert.deepEqual(net.signatures.conflicts, []);
  });

  it("agrees with three others, block by block", async () => {
    const net = await network(4);
    assert.ok(sender !== undefined && receiver !== undefined);
    const raw = sender.sign({ nonce: 0, to: receiver.address, gasLimit: 21_000n, maxFeePerGas: 100n * GWEI });
    const hash = await net.validators[2]?.mempool.add(raw, "local");
    await run(net.validators, net, { seconds: 6 * SLOT_SECONDS });
    assert.ok(hash !== undefined);
    const roots = net.validators.map(({ chain }) => Buffer.from(chain.blockByHeight(5)?.root ?? []).toString("hex"));
    assert.equal(new Set(roots).size, 1);
    assert.ok(net.validators.every(({ height }) => height >= 5));
    assert.ok(net.validators.every(({ chain }) => (chain.transaction(hash)?.height ?? 9) <= 2));
    assert.deepEqual(net.signatures.conflicts, []);
  });

  it("pays every node for its uptime: each block carries the beacons of the slot before it", async () => {
    const net = await network(4);
    await run(net.validators, net, { seconds: 8 * SLOT_SECONDS });
    const [first] = net.validators;
    assert.ok(first !== undefined && first.height >= 7);
    for (let height = 3; height <= 7; height++) {
      const block: StoredBlock | undefined = first.chain.blockByHeight(height);
      const before: number = (block?.header.slot ?? 0) - 1;
      const task: BeaconTask | undefined = block?.body.tasks.beacons.find(({ slot }) => slot === before);
      assert.deepEqual(task?.nodes.getTrueBitIndexes(), [0, 1, 2, 3], `block ${height}`);
    }
  });

  it("keeps its voters over the borders of epochs", async () => {
    const net = await network(4);
    const epochs = 3;
    const slots = epochs * presets.devnet.epochSlots + 5;
    await run(net.validators, net, { seconds: slots * SLOT_SECONDS });
    for (const { chain, height } of net.validators) {
      assert.ok(height >= slots - 1, `${height} blocks in ${slots} slots`);
      assert.equal(chain.voters(chain.head().header.activeSetRoot)?.length, 4);
    }
    assert.deepEqual(net.signatures.conflicts, []);
  });

  it("goes on with three of four when one is killed, and takes it back when it returns", async () => {
    const net = await network(4);
    await run(net.validators, net, { seconds: 3 * SLOT_SECONDS });
    const [dead, ...others] = net.validators;
    assert.ok(dead !== undefined && others[0] !== undefined);
    dead.kill();
    await run(others, net, { seconds: 8 * SLOT_SECONDS });
    const height = others[0].height;
    assert.ok(height >= 8, `only ${height} blocks`);
    await dead.stop();
    gone(dead);
    const back = await net.open(0);
    await run([...others, back], net, { seconds: 6 * SLOT_SECONDS });
    assert.ok(back.height >= height + 4, `${back.height} after ${height}`);
    assert.ok(Math.abs(back.height - others[0].height) <= 1);
    assert.deepEqual(net.signatures.conflicts, []);
  });

  it("stops without a quorum, says so, and goes on by itself", async () => {
    const net = await network(4);
    await run(net.validators, net, { seconds: 3 * SLOT_SECONDS });
    net.hub.setLinks((from, to) => !["node 0", "node 1"].includes(from) && !["node 0", "node 1"].includes(to));
    await run(net.validators, net, { seconds: 4 * SLOT_SECONDS });
    const heights = net.validators.map(({ height }) => height);
    await run(net.validators, net, { seconds: 4 * SLOT_SECONDS });
    assert.deepEqual(
      net.validators.map(({ height }) => height),
      heights,
    );
    const status = net.validators[2]?.agreement.status();
    assert.ok(status !== undefined && status.seenWeight < status.quorumWeight && status.missing.length === 2);
    net.hub.setLinks(() => true);
    await run(net.validators, net, { seconds: 3 * SLOT_SECONDS });
    assert.ok(net.validators.every(({ height }) => height > Math.max(...heights)));
    assert.deepEqual(net.signatures.conflicts, []);
  });

  it("brings a follower that starts late to the head", async () => {
    const net = await network(4);
    await run(net.validators, net, { seconds: 12 * SLOT_SECONDS });
    const modules = { clock: net.clock, hub: net.hub, store: new MemoryStore() };
    const follower = await TestValidator.start({ genesis: net.genesis, index: undefined }, modules);
    running.push(follower);
    await run([...net.validators, follower], net, { seconds: 2 * SLOT_SECONDS });
    assert.equal(follower.height, net.validators[0]?.height);
    assert.equal(follower.agreement.status()?.signing, "observer");
  });
});
