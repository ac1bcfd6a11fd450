import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import type { Bench } from "@lucid/consensus/bench";
import { MemoryStore, openDatabase } from "@lucid/storage";
import { BuiltChain, builtNetwork, richWallets } from "../test/support/builtChain.js";
import { sessionAnchor } from "../test/support/sessionAnchors.js";

const DEFAULT_BLOCKS = 2_000;
const ANCHORS = 4;
const VALIDATORS = 4;

/** Signed beforehand: what is measured is the chain, not the wallets. */
function anchors(blocks: number): Uint8Array[][] {
  return Array.from({ length: blocks }, (_, block) =>
    richWallets.slice(0, ANCHORS).map((wallet, index) => sessionAnchor(wallet, block, `${block}/${index}`)),
  );
}

export const bench: Bench = {
  name: "chain",
  summary:
    "Blocks of 4 session anchors a second: built with all keys in hand, and imported as sync does; in memory and on disk",
  async run({ log, args }) {
    const blocks = Number(args[0] ?? DEFAULT_BLOCKS);
    const network = await builtNetwork({ validators: VALIDATORS, slotDuration: 2 });
    const transactions = anchors(blocks);
    const folder = await mkdtemp(join(tmpdir(), "lucid-bench-"));
    try {
      // Processor time beside it: on a machine that does other things, it is the figure to compare.
      const timed = async (what: string, work: () => Promise<void>): Promise<Record<string, number>> => {
        const [start, before] = [performance.now(), process.cpuUsage()];
        await work();
        const perSecond = (1000 * blocks) / (performance.now() - start);
        const { user, system } = process.cpuUsage(before);
        const cpuMs = (user + system) / 1000 / blocks;
        log(`${what}: ${perSecond.toFixed(0)} blocks/s, ${cpuMs.toFixed(1)} ms of processor time a block`);
        return { [`${what}PerSecond`]: perSecond, [`${what}CpuMs`]: cpuMs };
      };
      const store = new MemoryStore();
      const source = await BuiltChain.open(network, store);
      const built = await timed("built", () => source.extend(blocks, (height) => transactions[height - 1] ?? []));
      const follower = await BuiltChain.open(network);
      const imported = await timed("imported", async () => {
        for (let height = 1; height <= blocks; height++) await follower.import(source.served(height));
      });
      await follower.stop();
      const disk = await openDatabase({ location: join(folder, "chain") });
      const onDisk = await BuiltChain.open(network, disk);
      const toDisk = await timed("importedToDisk", async () => {
        for (let height = 1; height <= blocks; height++) await onDisk.import(source.served(height));
      });
      await onDisk.stop();
      await disk.close();
      await source.stop();
      return { blocks, validators: VALIDATORS, ...built, ...imported, ...toDisk };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
