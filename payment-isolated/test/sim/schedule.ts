/** Random schedules: several workers, a network that fails and lies, kills at any moment; then everything heals. */
import assert from "node:assert/strict";
import type { PayoutDoc } from "../../src/domain/documents.js";
import type { Engine } from "../../src/engine/engine.js";
import { PayoutError } from "../../src/errors.js";
import type { Fault } from "../emulator/index.js";
import { Killed, Moments } from "../support/crasher.js";
import { addressOf, sha } from "../support/fixtures.js";
import { World, type WorldOptions } from "../support/world.js";

/** mulberry32: small, and the same everywhere. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
}

export interface ScheduleResult {
  readonly payouts: number;
  readonly confirmed: number;
  readonly failed: number;
  readonly attempts: number;
  readonly kills: number;
  readonly disagreements: number;
}

const faults: readonly Fault[] = [
  "drop",
  "lostResponse",
  "rateLimit",
  "http429",
  "http503",
  "html",
  "bareText",
  "truncated",
  { answer: {} },
  { answer: [] },
];

interface Worker {
  engine: Engine;
  readonly moments: Moments;
}

export async function runSchedule(seed: number, options: WorldOptions = {}, steps = 60): Promise<ScheduleResult> {
  const next = random(seed);
  const chance = (probability: number) => next() < probability;
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
  const world = await new World({
    ...options,
    nodes: chance(0.5) ? 1 : 2,
    config: {
      lifetimeMs: 60_000 + Math.floor(next() * 60_000),
      maxOpen: 1 + Math.floor(next() * 4),
      leaseMs: 5000 + Math.floor(next() * 20_000),
      ...options.config,
    },
  }).start();
  const names = Array.from({ length: 1 + Math.floor(next() * 4) }, (_, index) => `${seed}-${index}`);
  let kills = 0;
  const makeWorker = (): Worker => {
    const moments = new Moments();
    return { engine: world.engine(moments), moments };
  };
  const workers = Array.from({ length: 1 + Math.floor(next() * 3) }, makeWorker);
  const once = () => {
    for (const name of names) assert.ok(world.transfers(sha(name)) <= 1, `seed ${seed}: ${name} is paid twice`);
  };

  async function pass(worker: Worker): Promise<void> {
    if (chance(0.25)) {
      const at = worker.moments.count + Math.floor(next() * 6);
      worker.moments.at = async (number, what) => {
        if (number < at) return;
        worker.moments.at = () => undefined;
        if (chance(0.5)) throw new Killed(what);
        // It hangs; time passes and the others go on.
        for (let block = 0; block < 12; block++) {
          await world.chain.produce();
          for (const other of workers)
            if (other !== worker && other.moments.at.length === 0) await other.engine.runOnce().catch(ignoreKilled);
        }
      };
    }
    try {
      await worker.engine.runOnce();
    } catch (error) {
      ignoreKilled(error);
      kills += 1;
      Object.assign(worker, makeWorker());
    }
  }

  for (const name of names) {
    const to = addressOf(`payee ${name}`);
    const amount = BigInt(10_000_000 + Math.floor(next() * 90_000_000));
    const route = chance(0.4) ? "KYC" : "V0";
    const kyc = route === "KYC" ? world.kyc({ payoutId: sha(name), to, amount }) : undefined;
    await world.approved(name, { to, amount, route, ...(kyc === undefined ? {} : { kyc }) });
  }
  for (let step = 0; step < steps; step++) {
    const dice = next();
    if (dice < 0.45) await pass(pick(workers));
    else if (dice < 0.7) await world.chain.produce(1 + Math.floor(next() * 4));
    else if (dice < 0.74) await world.chain.produce(20);
    else if (dice < 0.78) world.chain.dropPending();
    else if (dice < 0.82) await world.chain.rollback(1 + Math.floor(next() * 8), chance(0.5));
    else if (dice < 0.87) {
      const view = pick(world.views);
      const probability = next() * 0.7;
      const fault = pick(faults);
      view.script = chance(0.3) ? undefined : () => (next() < probability ? fault : undefined);
    } else if (dice < 0.9) pick(world.views).lag = chance(0.5) ? 0 : Math.floor(next() * 30);
    else if (dice < 0.92) {
      const view = pick(world.views);
      view.hides.clear();
      if (chance(0.6))
        for (const name of names) for (const txid of txidsOf(await world.get(name))) view.hides.add(txid);
    } else if (dice < 0.94) {
      const view = pick(world.views);
      view.swallowsBroadcasts = chance(0.4);
      view.cachesIds = chance(0.3);
      view.failsFirst = view.cachesIds && chance(0.5) ? 1 : 0;
    } else if (dice < 0.96) pick(world.signers).down = chance(0.5);
    else if (dice < 0.97) await world.book.setPaused("sim", chance(0.4) ? "random" : undefined);
    else if (dice < 0.985) await command(world, pick(names), chance(0.5) ? "retry" : "cancel");
    else {
      // Everything dies at once, as with the machine.
      await world.restartStore();
      kills += workers.length;
      for (const worker of workers) Object.assign(worker, makeWorker());
    }
    once();
  }
  await heal(world);
  const engine = world.engine();
  for (let round = 0; round < 300; round++) {
    await engine.runOnce();
    await world.chain.produce(2);
    const docs = await Promise.all(names.map((name) => world.get(name)));
    once();
    if (docs.every(({ state }) => state === "confirmed" || state === "failed")) break;
  }
  return judge(world, names, seed, kills);
}

async function heal(world: World): Promise<void> {
  for (const view of world.views) {
    view.script = undefined;
    view.lag = 0;
    view.hides.clear();
    view.swallowsBroadcasts = false;
    view.cachesIds = false;
    view.failsFirst = 0;
  }
  for (const signer of world.signers) signer.down = false;
  await world.book.setPaused("sim", undefined);
}

async function judge(world: World, names: readonly string[], seed: number, kills: number): Promise<ScheduleResult> {
  let [confirmed, failed, attempts] = [0, 0, 0];
  for (const name of names) {
    const payout = await world.get(name);
    const paid = world.transfers(payout.payoutId);
    const where = `seed ${seed}, ${name}: ${JSON.stringify(await world.summary())}`;
    assert.ok(payout.state === "confirmed" || payout.state === "failed", `${where} is stuck`);
    assert.ok(payout.reason !== undefined, `${where} has no reason`);
    assert.equal(paid, payout.state === "confirmed" ? 1 : 0, `${where}: ${paid} transfers`);
    if (payout.state === "confirmed") confirmed += 1;
    else failed += 1;
    attempts += payout.history.length;
  }
  const disagreements = world.events.filter(({ type }) => type === "disagreement").length;
  return { payouts: names.length, confirmed, failed, attempts, kills, disagreements };
}

async function command(world: World, name: string, what: "retry" | "cancel"): Promise<void> {
  try {
    const { payoutId } = await world.get(name);
    await (what === "retry" ? world.book.retry(payoutId, "sim") : world.book.cancel(payoutId, "sim"));
  } catch (error) {
    if (!(error instanceof PayoutError)) throw error;
  }
}

function txidsOf(payout: PayoutDoc): string[] {
  return [
    ...(payout.attempt === undefined ? [] : [payout.attempt.txid]),
    ...payout.history.map(({ attempt }) => attempt.txid),
    ...(payout.result === undefined ? [] : [payout.result.txid]),
  ];
}

function ignoreKilled(error: unknown): void {
  if (!(error instanceof Killed) && !(error instanceof PayoutError)) throw error;
}
