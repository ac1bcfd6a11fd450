/**
 * Four validators of equal weight. Cut two from two for three slots: nobody has more than two thirds, so no block may be
 * decided anywhere; healed, the chain goes on. Cut one from three: the three go on, the one stands; healed, it catches up.
 */
import type { Lab } from "./lab.js";
import { withLab } from "./labRun.js";
import { check, judged, type Run, type RunOptions } from "./run.js";
import { SimNetwork } from "./simNetwork.js";

const SLOTS = 3;

async function play(run: Run, lab: Lab, slotSeconds: number): Promise<object> {
  const { say } = run;
  const network = await SimNetwork.start(run, { validators: 4, slotSeconds, lead: 10, lab });
  const [one, two, three, four] = [0, 1, 2, 3].map((index) => network.node(index));
  check(one !== undefined && two !== undefined && three !== undefined && four !== undefined, "four validators");
  await network.untilHeight(one, 5, 180);

  /** Cuts in the middle of a slot, when its block is final, so that whole slots lie in the cut. */
  const cut = async (names: readonly string[]): Promise<{ first: number; heights: readonly number[] }> => {
    const first = network.slotNow() + 2;
    await network.untilSlot(first - 1);
    await run.sleep(slotSeconds * 900);
    await lab.part(names);
    return { first, heights: await Promise.all(network.validators.map((node) => node.height())) };
  };
  const heal = async (first: number): Promise<number> => {
    await network.untilSlot(first + SLOTS);
    await lab.heal();
    return Date.now();
  };

  const even = await cut(["operator3", "operator4"]);
  say(`2/2 from slot ${even.first} on, heads ${even.heights.join(" ")}`);
  const evenHealed = await heal(even.first);
  const standing = await Promise.all(network.validators.map((node) => node.height()));
  const top = Math.max(...standing);
  await run.until("a block after 2/2", 120, async () => (await one.height()) > top);
  const evenSeconds = (Date.now() - evenHealed) / 1000;
  const evenBlock = await network.block(one, top + 1);
  await Promise.all(network.validators.map((node) => network.untilHeight(node, top + 2, 120)));
  const evenAgreed = await network.agree(network.validators);
  say(`healed: the first block after ${evenSeconds.toFixed(1)} s in slot ${evenBlock?.slot}`);

  // Connections that hung come back one after the other; the next cut is of a whole network.
  await run.until("the network is whole", 90, async () => {
    const blocks = await network.blocksBetween(one, network.slotNow() - 2, network.slotNow());
    return blocks.length === 2;
  });
  const odd = await cut(["operator4"]);
  say(`3/1 from slot ${odd.first} on, heads ${odd.heights.join(" ")}`);
  const oddHealed = await heal(odd.first);
  const alone = await four.height();
  const during = await network.blocksBetween(one, odd.first, odd.first + SLOTS);
  const target = await one.height();
  await network.untilHeight(four, target, 120);
  const oddSeconds = (Date.now() - oddHealed) / 1000;
  const after = network.slotNow() + 1;
  await network.untilSlot(after + SLOTS);
  await run.sleep(slotSeconds * 800);
  const later = await network.blocksBetween(four, after, after + SLOTS);
  const oddAgreed = await network.agree(network.validators);
  say(`healed: the one had caught up after ${oddSeconds.toFixed(1)} s`);

  const result = {
    slotSeconds,
    even: {
      slots: SLOTS,
      blocksDuring: top - Math.max(...even.heights),
      secondsToFinality: Number(evenSeconds.toFixed(1)),
      firstBlock:
        evenBlock === undefined
          ? null
          : { slotsAfterHeal: evenBlock.slot - even.first - SLOTS, round: evenBlock.round },
      same: evenAgreed.same,
    },
    odd: {
      slots: SLOTS,
      blocksOfThree: during.length,
      rounds: during.map(({ round }) => round),
      blocksOfOne: alone - (odd.heights[3] ?? 0),
      secondsToCatchUp: Number(oddSeconds.toFixed(1)),
      blocksAfter: `${later.length} of ${SLOTS} slots`,
      same: oddAgreed.same,
    },
  };
  return judged(result, [
    // The block of the slot before the cut may have been decided on one side only.
    [result.even.blocksDuring <= 0, `${result.even.blocksDuring} blocks without a quorum`],
    [evenAgreed.same && oddAgreed.same, "the nodes hold different blocks"],
    [during.length === SLOTS, `three of four made ${during.length} blocks in ${SLOTS} slots`],
    [result.odd.blocksOfOne <= 1, "one of four made blocks"],
    [later.length >= SLOTS - 1, `${later.length} blocks in ${SLOTS} slots after all was healed`],
  ]);
}

export function partition(options: RunOptions & { readonly slotSeconds: number }): Promise<object> {
  return withLab(options, (run, lab) => play(run, lab, options.slotSeconds));
}
