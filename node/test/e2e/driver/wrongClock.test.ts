import assert from "node:assert/strict";
import { type SignedVote, slotAt } from "@lucid/consensus";
import { type Clock, type Timer, VirtualClock } from "@lucid/consensus/base";
import { MemoryHub } from "@lucid/p2p";
import { MemoryStore } from "@lucid/storage";
import { topics } from "../../../src/driver/topics.js";
import {
  GENESIS_TIME,
  run,
  SignatureLog,
  SLOT_SECONDS,
  TestValidator,
  testGenesis,
} from "../../support/testValidator.js";

const HOUR = 3_600_000;

/** The clock of a machine that is not set right: its time is another one, its timers run at the same pace. */
class WrongClock implements Clock {
  ahead = 0;
  private readonly right: Clock;

  constructor(right: Clock) {
    this.right = right;
  }

  now(): number {
    return this.right.now() + this.ahead;
  }

  setTimer(milliseconds: number, callback: () => void): Timer {
    return this.right.setTimer(milliseconds, callback);
  }
}

describe("a node whose clock is wrong", () => {
  const running: TestValidator[] = [];

  afterEach(async () => {
    await Promise.all(running.splice(0).map((validator) => validator.stop()));
  });

  /** Four validators after three slots; the last of them has a clock that can be set, and is told apart by `votes`. */
  async function network() {
    const genesis = await testGenesis(4);
    const clock = new VirtualClock(GENESIS_TIME * 1000);
    const hub = new MemoryHub();
    const wrong = new WrongClock(clock);
    const signatures = new SignatureLog();
    const stores = Array.from({ length: 4 }, () => new MemoryStore());
    const start = async (index: number): Promise<TestValidator> => {
      const modules = {
        store: stores[index] ?? new MemoryStore(),
        clock: index === 3 ? wrong : clock,
        hub,
        signatures,
      };
      const validator = await TestValidator.start({ genesis, index }, modules);
      running.push(validator);
      return validator;
    };
    for (const index of [0, 1, 2, 3]) await start(index);
    const [first, , , last] = running;
    assert.ok(first !== undefined && last !== undefined);
    await run(running, { clock, hub }, { seconds: 3.5 * SLOT_SECONDS });
    /** Votes of the last validator, and the slot that it was when they came. */
    const votes: { readonly signed: SignedVote; readonly slot: number }[] = [];
    const listener = hub.join("listener");
    await listener.start();
    listener.subscribe(topics.vote, (signed) => {
      if (signed.voter === 3) votes.push({ signed, slot: slotAt(first.config.clock, clock.now()) });
      return "accept";
    });
    const pass = (slots: number) => run(running, { clock, hub }, { seconds: slots * SLOT_SECONDS });
    return { clock, hub, wrong, signatures, start, pass, votes, first, last };
  }

  type Net = Awaited<ReturnType<typeof network>>;

  /** Each of its votes is of the slot that it was, and none contradicts another. */
  function assertSound({ votes, signatures }: Net): void {
    for (const { signed, slot } of votes) assert.equal(signed.vote.slot, slot);
    assert.deepEqual(signatures.conflicts, []);
  }

  // The long ones go over an epoch's end: who sends no beacons of the right slots is no voter after it.
  for (const [name, ahead, slots] of [
    ["an hour ahead", HOUR, 17],
    ["11 s ahead", 11_000, 6],
    ["an hour behind", -HOUR, 17],
    ["11 s behind", -11_000, 6],
  ] as const) {
    it(`${name}: it says so, votes only where the others are, and the chain goes on`, async () => {
      const net = await network();
      const { first, last, wrong, votes } = net;
      await last.stop();
      running.pop();
      wrong.ahead = ahead;
      const restarted = await net.start(3);
      const before = first.height;
      await net.pass(slots);
      assert.deepEqual(restarted.watch.drift, { offset: -ahead, trusted: false });
      assert.equal(first.watch.drift.trusted, true);
      // One slot may fall to the others while it starts.
      assert.ok(first.height >= before + slots - 1, `height ${first.height} after ${before}`);
      assert.equal(restarted.height, first.height);
      // It follows the votes of the others, and is one of them.
      assert.ok(votes.length >= slots, `${votes.length} votes`);
      assertSound(net);
      // Corrected, it opens slots by its clock again.
      wrong.ahead = 0;
      const seen = votes.length;
      await net.pass(6);
      assert.deepEqual(restarted.watch.drift, { offset: 0, trusted: true });
      assert.ok(votes.length >= seen + 6, `${votes.length - seen} votes in 6 slots`);
      assertSound(net);
    });
  }

  it("within 10 s it is trusted: what it sends early is held, and costs nobody a slot", async () => {
    const net = await network();
    net.wrong.ahead = 900;
    const before = net.first.height;
    await net.pass(8);
    assert.equal(net.last.watch.drift.trusted, true);
    assert.ok(net.first.height >= before + 7);
    assert.deepEqual(net.signatures.conflicts, []);
  });

  it("set an hour ahead and back while it runs, it goes on at once, though the others need its vote", async () => {
    const net = await network();
    const { wrong, first, last } = net;
    wrong.ahead = HOUR;
    await net.pass(6);
    assert.equal(last.watch.drift.trusted, false);
    wrong.ahead = 0;
    await net.pass(6);
    assert.equal(last.watch.drift.trusted, true);
    await running[2]?.stop();
    running.splice(2, 1);
    const before = first.height;
    await net.pass(10);
    assert.ok(first.height >= before + 8, `${first.height - before} blocks in 10 slots with three of four`);
    assert.deepEqual(net.signatures.conflicts, []);
  });
});
