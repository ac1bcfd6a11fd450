/**
 * One of four validators behind a slow link, under load. The three others go on: a slot whose primary is the slow one may
 * need a fallback, no slot stays empty for long. The slow node follows as fast as its link lets it and catches up after.
 */
import { presets } from "@lucid/consensus";
import type { Lab } from "./lab.js";
import { withLab } from "./labRun.js";
import { Load } from "./load.js";
import { judged, type Run, type RunOptions } from "./run.js";
import { SimNetwork } from "./simNetwork.js";

const SLOTS = 12;
const PER_SECOND = 10;

export interface SlowOptions {
  readonly slotSeconds: number;
  /** Of the slow link, both directions. */
  readonly kilobits: number;
}

async function play(run: Run, lab: Lab, { slotSeconds, kilobits }: SlowOptions): Promise<object> {
  const network = await SimNetwork.start(run, { validators: 4, slotSeconds, lead: 10, lab });
  const [one, slowest] = [network.node(0), network.node(3)];
  await network.untilHeight(one, 4, 180);
  const load = new Load(
    [0, 1, 2].map((index) => network.node(index)),
    PER_SECOND,
    Number(presets.devnet.chainId),
  );
  load.start();
  try {
    const watch = async (from: number): Promise<{ blocks: number; rounds: readonly number[]; lag: number }> => {
      let lag = 0;
      for (let slot = from; slot < from + SLOTS; slot++) {
        await network.untilSlot(slot);
        await run.sleep(slotSeconds * 900);
        lag = Math.max(lag, (await one.height()) - (await slowest.height()));
      }
      await network.untilSlot(from + SLOTS + 1);
      const blocks = await network.blocksBetween(one, from, from + SLOTS);
      return { blocks: blocks.length, rounds: blocks.map(({ round }) => round), lag };
    };
    const before = await watch(network.slotNow() + 1);
    run.say(`all links fast: ${before.blocks} blocks in ${SLOTS} slots`);
    await lab.slow("operator4", kilobits);
    const traffic = await lab.traffic("operator4");
    const during = await watch(network.slotNow() + 1);
    const used = await lab.traffic("operator4");
    run.say(`${kilobits} kbit/s: ${during.blocks} blocks in ${SLOTS} slots, the slow node ${during.lag} blocks behind`);
    await lab.fast("operator4");
    const healed = Date.now();
    const target = await one.height();
    await network.untilHeight(slowest, target, 120);
    const catchUp = (Date.now() - healed) / 1000;
    await load.stop();
    const agreed = await network.agree(network.validators);
    const result = {
      slotSeconds,
      kilobits,
      transactions: { sent: load.sent, refused: load.refused, perSecond: PER_SECOND },
      before: { slots: SLOTS, ...before },
      during: {
        slots: SLOTS,
        ...during,
        linkKilobits: Math.round(((used.received - traffic.received) * 8) / 1000 / (SLOTS * slotSeconds)),
      },
      secondsToCatchUp: Number(catchUp.toFixed(1)),
      same: agreed.same,
    };
    return judged(result, [
      [agreed.same, "the nodes hold different blocks"],
      [before.blocks >= SLOTS - 1, `${before.blocks} blocks in ${SLOTS} slots with fast links`],
      [during.blocks >= SLOTS - 2, `${during.blocks} blocks in ${SLOTS} slots with one slow link`],
    ]);
  } finally {
    await load.stop();
  }
}

export function slow(options: RunOptions & SlowOptions): Promise<object> {
  return withLab(options, (run, lab) => play(run, lab, options));
}
