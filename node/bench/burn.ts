import { type Bench, numberOption, round } from "@lucid/consensus/bench";
import { BurnedNodes } from "../test/support/burnedNodes.js";

const MIB = 2 ** 20;

/** The case of ten nodes, of which three burn, with as many bytes as one likes. */
export const bench: Bench = {
  name: "burn",
  summary: "ten nodes, two lost, then a third; time and bytes of repair: [--megabytes 5120] [--chunk-kib 8192]",
  async run({ args, log }) {
    const megabytes = numberOption(args, "megabytes", 5_120);
    const chunkBytes = 1_024 * numberOption(args, "chunk-kib", 8_192);
    const chunks = Math.ceil((megabytes * MIB) / chunkBytes);
    // A node takes an eighth of its quota of one account before the anchor.
    const nodes = await BurnedNodes.make({ chunks, chunkBytes, quotaBytes: 4 * chunks * chunkBytes });
    try {
      log(`${chunks} chunks of ${chunkBytes / 1024} KiB`);
      const { storing, single, reading, repairs } = await nodes.run(log);
      const [two, third] = repairs;
      return {
        megabytes,
        chunks,
        secondsToStore: round(storing, 1),
        singleCopies: single,
        secondsToRead: round(reading, 1),
        secondsToRepairTwo: round(two.seconds, 1),
        bytesMovedForTwo: two.moved,
        bytesLeastForTwo: two.least,
        secondsToRepairThird: round(third.seconds, 1),
        bytesMovedForThird: third.moved,
        bytesLeastForThird: third.least,
        mostResidentMB: Math.round(process.resourceUsage().maxRSS / 1_000),
      };
    } finally {
      await nodes.stop();
    }
  },
};
