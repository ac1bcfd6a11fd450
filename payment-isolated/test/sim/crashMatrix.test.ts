import assert from "node:assert/strict";
import { Killed, Moments } from "../support/crasher.js";
import { sha } from "../support/fixtures.js";
import { World } from "../support/world.js";

/** What the network makes of the transactions of a run. */
const outcomes = {
  accepted: () => undefined,
  "dropped from the pool": (world: World) => {
    let left = 2;
    return () => {
      if (left > 0 && world.chain.pendingCount > 0) {
        left -= 1;
        world.chain.dropPending();
      }
    };
  },
  "accepted, answer lost": (world: World) => {
    for (const view of world.views)
      view.script = (path) => (path.endsWith("/broadcasthex") ? "lostResponse" : undefined);
    return undefined;
  },
  "rolled back": (world: World) => {
    let left = 2;
    return async () => {
      const place = [...Array(world.chain.head.number + 1).keys()].some(
        (number) => number > world.chain.solidNumber && (world.chain.block(number)?.transactions.length ?? 0) > 0,
      );
      if (left > 0 && place) {
        left -= 1;
        await world.chain.rollback(4, left === 1);
      }
    };
  },
  expired: (world: World) => {
    const until = world.chain.head.timestamp + 80_000;
    for (const view of world.views)
      view.script = (path) =>
        path.endsWith("/broadcasthex") && world.chain.head.timestamp < until ? "drop" : undefined;
    return undefined;
  },
  "refused first, then a duplicate": (world: World) => {
    for (const view of world.views) {
      view.cachesIds = true;
      view.failsFirst = 1;
    }
    return undefined;
  },
} satisfies Record<string, (world: World) => (() => void | Promise<void>) | undefined>;

type Outcome = keyof typeof outcomes;

interface RunResult {
  readonly names: readonly string[];
  readonly name: string;
}

/** One payout under one outcome; at moment `at` the worker is killed, or another worker takes over while it hangs. */
async function run(outcome: Outcome, at: number, how: "kill" | "second worker"): Promise<RunResult> {
  const world = await new World({ config: { lifetimeMs: 60_000, maxAttempts: 8 } }).start();
  await world.approved("x");
  const disturb = outcomes[outcome](world);
  let moments = new Moments();
  const names: string[] = [];
  let name = "none";
  const other = world.engine();
  moments.at = async (number, what) => {
    if (number !== at) return;
    name = what;
    moments.at = () => undefined;
    if (how === "kill") throw new Killed(what);
    for (let pass = 0; pass < 15; pass++) {
      await world.chain.produce(3);
      await disturb?.();
      await other.runOnce();
    }
  };
  let engine = world.engine(moments);
  const payoutId = sha("x");
  for (let pass = 0; pass < 150; pass++) {
    try {
      await engine.runOnce();
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      await world.restartStore();
      names.push(...moments.names);
      moments = new Moments();
      engine = world.engine(moments);
    }
    await world.chain.produce(3);
    await disturb?.();
    assert.ok(world.transfers(payoutId) <= 1, "paid twice");
    if ((await world.get("x")).state === "confirmed") break;
  }
  const payout = await world.get("x");
  assert.equal(
    payout.state,
    "confirmed",
    `${outcome}, ${how} at ${at} (${name}): ${JSON.stringify(await world.summary())}`,
  );
  assert.equal(world.transfers(payoutId), 1);
  return { names: [...names, ...moments.names], name };
}

describe("crash matrix: every moment of a payout x every outcome of the network", function () {
  this.timeout(120_000);
  for (const outcome of Object.keys(outcomes) as Outcome[]) {
    for (const how of ["kill", "second worker"] as const) {
      it(`${outcome}, ${how}: paid exactly once`, async () => {
        const reached = new Set<string>();
        const { names } = await run(outcome, -1, how);
        // The first and the last time of each kind of moment; LUCID_PAYOUT_MATRIX=full takes them all.
        const all = process.env["LUCID_PAYOUT_MATRIX"] === "full";
        const chosen = names.flatMap((name, at) =>
          all || names.indexOf(name) === at || names.lastIndexOf(name) === at ? [at] : [],
        );
        assert.ok(chosen.length >= 16, `${chosen.length} moments`);
        for (const at of chosen) reached.add((await run(outcome, at, how)).name);
        const answered = outcome !== "accepted, answer lost" && outcome !== "expired";
        for (const name of [
          "before replace built",
          "after replace built",
          "after signature",
          "after replace signed",
          "after replace broadcast",
          "before broadcast",
          ...(answered ? ["after broadcast"] : []),
          "before replace confirmed",
          "after replace confirmed",
        ]) {
          assert.ok(reached.has(name), `${name} was reached`);
        }
      });
    }
  }
});
