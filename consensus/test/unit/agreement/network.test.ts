import assert from "node:assert/strict";
import { proposerAt } from "../../../src/schedule/leaders.js";
import { SimWorld, type WorldOptions } from "../../../src/sim/index.js";
import { openSchedule } from "../../../src/transition/votersOf.js";
import { VoteKind } from "../../../src/types/vote.js";

function world(options: Partial<WorldOptions> & { size: number }): SimWorld {
  return new SimWorld({ seed: 1, preset: "mainnet", ...options });
}

/** Index of the primary of the next slot, as all nodes see it. */
function nextPrimary(w: SimWorld, slot: number): number {
  const { state } = w.nodes.reduce((best, node) => (node.height > best.height ? node : best)).tip;
  const schedule = openSchedule(state, w.network.config.params.epochSlots);
  return proposerAt(schedule, { slot, round: 0 })?.node ?? -1;
}

const slotOf = (w: SimWorld): number => Math.floor(w.elapsed / w.network.config.clock.slotDuration);

describe("agreement of several nodes", () => {
  for (const size of [1, 2, 3, 4, 16, 17, 18]) {
    it(`${size} nodes decide in every slot, the primary's block`, () => {
      const w = world({ size, preset: "devnet" });
      w.start();
      w.runSlots(25.9);
      assert.deepEqual(w.violations, []);
      assert.equal(w.lowestHeight(), 25);
      assert.ok(w.nodes[0]?.disk.chain.every(({ block, certificate }) => certificate.round + block.header.round === 0));
    });
  }

  it("100 nodes decide in every slot", () => {
    const w = world({ size: 100 });
    w.start();
    w.runSlots(3.9);
    assert.deepEqual(w.violations, []);
    assert.equal(w.lowestHeight(), 3);
  }).timeout(60_000);

  it("when the primary is down, the fallback's block is final in the same slot", () => {
    const w = world({ size: 4 });
    w.start();
    w.runSlots(3.5);
    const down = nextPrimary(w, 4);
    w.nodes[down]?.crash();
    w.runSlots(1);
    assert.deepEqual(w.violations, []);
    assert.equal(w.lowestHeight(), 4);
    const last = w.nodes[down === 0 ? 1 : 0]?.disk.chain.at(-1);
    assert.equal(last?.block.header.slot, 4);
    assert.equal(last?.certificate.slot, 4);
    assert.ok((last?.block.header.round ?? 0) > 0);
  });

  it("a silent primary is blamed: its liveScore falls", () => {
    const w = world({ size: 4 });
    w.start();
    w.runSlots(3.5);
    const down = nextPrimary(w, 4);
    w.nodes[down]?.crash();
    w.runSlots(3);
    const state = w.nodes[down === 0 ? 1 : 0]?.tip.state;
    assert.equal(state?.liveScore[down], 9000);
    assert.equal(state?.countedSkips.length, 1);
  });

  it("stops with two of four gone, and goes on within two slots of their return", () => {
    const w = world({ size: 4 });
    w.start();
    w.runSlots(3.5);
    w.nodes[2]?.crash();
    w.nodes[3]?.crash();
    w.runSlots(3);
    assert.equal(w.lowestHeight(), 3);
    const status = w.nodes[0]?.agreement?.status();
    assert.ok(status !== undefined && status.seenWeight < status.quorumWeight);
    assert.equal(status.missing.length, 2);
    const before = slotOf(w);
    w.nodes[2]?.start();
    w.nodes[3]?.start();
    w.runSlots(2);
    assert.deepEqual(w.violations, []);
    const first = w.decisions.find(({ height }) => height === 4);
    assert.ok(first !== undefined && first.slot <= before + 2, `decided in slot ${first?.slot}, back in ${before}`);
  });

  it("goes on across an epoch boundary when a height stays open over it", () => {
    const w = world({ size: 4, preset: "devnet" });
    w.start();
    w.runSlots(8.5);
    w.nodes[2]?.crash();
    w.nodes[3]?.crash();
    w.runSlots(14);
    assert.equal(w.lowestHeight(), 8);
    w.nodes[2]?.start();
    w.nodes[3]?.start();
    w.runSlots(12);
    assert.deepEqual(w.violations, []);
    assert.ok(w.lowestHeight() >= 17, `height ${w.lowestHeight()}`);
    assert.ok((w.nodes[0]?.tip.state.epoch.epoch ?? 0) >= 25);
  });

  it("a node that missed blocks catches up with certificates", () => {
    const w = world({ size: 4 });
    w.start();
    w.runSlots(1.5);
    w.nodes[3]?.crash();
    w.runSlots(6);
    w.nodes[3]?.start();
    w.runSlots(4);
    assert.deepEqual(w.violations, []);
    const heights = w.nodes.map((node) => node.height);
    assert.ok(Math.max(...heights) - (heights[3] ?? 0) <= 1, heights.join(" "));
  });

  it("of a parent with two certificates: what was sent in the slot that only the lower one opens is not lost", () => {
    const w = world({ size: 4, preset: "mainnet" });
    const at = (slot: number, milliseconds: number) => slot * w.network.config.clock.slotDuration + milliseconds;
    // Node `ahead` alone sees the precommits of (1, 0), and proposes height 2 in (2, 0). The others decide the block again
    // in (2, 1), hear of the lower certificate after that, and still have the proposal that had come before it.
    const ahead = nextPrimary(w, 2);
    w.link = (from, to, message) => {
      const delay = w.random.between(20, 200);
      if ("transaction" in message) return delay;
      const first = w.elapsed < at(2, 0);
      const told = "gossip" in message ? message.gossip.topic === "commit" : message.input.type === "commit";
      if (told && from === ahead) return Math.max(delay, at(2, 8_000) - w.elapsed);
      if ("input" in message) return first ? undefined : delay;
      const { gossip } = message;
      if (gossip.topic === "proposal") return first && gossip.message.proposal.round > 0 ? undefined : delay;
      if (gossip.topic !== "vote" || !first) return delay;
      const { kind, round } = gossip.message.vote;
      return round > 0 || (kind === VoteKind.Precommit && to !== ahead) ? undefined : delay;
    };
    w.start();
    w.runSlots(2.9);
    assert.deepEqual(w.violations, []);
    const commits = w.nodes.map((node) => node.disk.chain.map(({ certificate }) => certificate));
    assert.ok(w.decisions.some(({ height, time }) => height === 1 && time < at(2, 0)));
    for (const [first, second] of commits) {
      assert.deepEqual([first?.slot, first?.round], [1, 0]);
      assert.deepEqual([second?.slot, second?.round], [2, 0]);
    }
    const second = w.decisions.find(({ height }) => height === 2);
    assert.ok(second !== undefined && second.time < at(2, 9_000), `decided at ${second?.time}`);
  });

  it("lost messages are asked for: a fifth of all lost, no slot lost for long", () => {
    const w = world({ size: 4, seed: 5 });
    w.link = () => (w.random.chance(0.2) ? undefined : w.random.between(20, 300));
    w.start();
    w.runSlots(20.9);
    assert.deepEqual(w.violations, []);
    assert.ok(w.lowestHeight() >= 18, `height ${w.lowestHeight()}`);
  });

  it("clocks a second off cost nothing", () => {
    const w = world({ size: 7, seed: 9 });
    for (const node of w.nodes) node.skew = w.random.between(-1000, 1000);
    w.start();
    w.runSlots(20.9);
    assert.deepEqual(w.violations, []);
    assert.equal(w.lowestHeight(), 20);
  });

  it("slow blocks are no silent primaries", () => {
    const w = world({ size: 4, seed: 3 });
    for (const node of w.nodes) node.executionTime = 9_000;
    w.start();
    w.runSlots(10.9);
    assert.deepEqual(w.violations, []);
    assert.ok(w.lowestHeight() >= 9, `height ${w.lowestHeight()}`);
    assert.ok(w.nodes[0]?.tip.state.liveScore.every((score) => score === 10_000));
  });

  it("crashes at any moment and restarts break nothing", () => {
    const w = world({ size: 4, seed: 11 });
    w.start();
    for (let i = 0; i < 40; i++) {
      w.runSlots(w.random.unit());
      const node = w.random.pick(w.nodes);
      if (node.alive) node.crash();
      else node.start();
      if (w.nodes.filter(({ alive }) => alive).length < 3) for (const each of w.nodes) each.start();
    }
    for (const node of w.nodes) node.start();
    w.runSlots(4);
    assert.deepEqual(w.violations, []);
    assert.ok(w.lowestHeight() > 10, `height ${w.lowestHeight()}`);
  });

  it("the same seed gives the same run", () => {
    const run = (): string => {
      const w = world({ size: 4, seed: 77, timeline: true });
      w.link = () => (w.random.chance(0.1) ? undefined : w.random.between(20, 900));
      w.start();
      w.runSlots(6.9);
      return w.timeline.join("\n");
    };
    const first = run();
    assert.ok(first.length > 1000);
    assert.equal(run(), first);
  });

  it("certificates carry late votes: everybody who voted in time is credited", () => {
    const w = world({ size: 4 });
    w.start();
    w.runSlots(5.9);
    const commits = w.nodes[0]?.tip.state.epoch.commits;
    assert.deepEqual(commits, [4, 4, 4, 4]);
  });
});
