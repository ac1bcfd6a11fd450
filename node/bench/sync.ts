import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { toHex } from "@lucid/consensus/base";
import type { Bench } from "@lucid/consensus/bench";
import { dataPaths, openDatabase } from "@lucid/storage";
import { DEVNET_PASSPHRASE } from "../src/cli/devnet/network.js";
import { deriveIdentity, writeNodeDirectory } from "../src/networks/index.js";
import { createSnapshot } from "../src/snapshot/createSnapshot.js";
import { snapshotPath } from "../src/snapshot/snapshotShelf.js";
import { BuiltChain, builtNetwork, richWallets } from "../test/support/builtChain.js";
import { NodeProcess } from "../test/support/processNetwork.js";
import { sessionAnchor } from "../test/support/sessionAnchors.js";

const WORDS = "test test test test test test test test test test test junk";
const DEFAULT_BLOCKS = 2_000;
const ANCHORS = 4;
/** Blocks above the snapshot. */
const ABOVE = 20;
/** Seconds, as on mainnet: what a node does once a slot must not be most of what is measured. */
const SLOT = 120;
/** Processor time in a second of who has nothing to do, milliseconds. */
const QUIET = 60;

/** Milliseconds until the node has the block. */
async function reach(node: NodeProcess, height: number): Promise<number> {
  await node.ready;
  const start = performance.now();
  // Asking costs the node something too.
  while ((await node.height()) < height) await delay(200);
  return performance.now() - start;
}

/** Until it has looked through the sessions of its chain, which it does once after the start. */
async function settled(node: NodeProcess): Promise<void> {
  for (let quiet = 0; quiet < 3; ) {
    const before = await node.processorTime();
    await delay(1_000);
    quiet = (await node.processorTime()) - before < QUIET ? quiet + 1 : 0;
  }
}

export const bench: Bench = {
  name: "sync",
  summary:
    "Newcomers fetch a chain of 4 session anchors a block from one node, killed half-way, and from two; another starts from a snapshot",
  async run({ log, args }) {
    const blocks = Number(args[0] ?? DEFAULT_BLOCKS);
    const folder = await mkdtemp(join(tmpdir(), "lucid-bench-"));
    const running: NodeProcess[] = [];
    const start = (data: string, ...more: string[]): NodeProcess => {
      const node = new NodeProcess(data, ["--no-discovery", "--p2p-listen", "/ip4/127.0.0.1/tcp/0", ...more]);
      running.push(node);
      return node;
    };
    try {
      const genesisTime = Math.floor(Date.now() / 1000) - SLOT * (blocks + 5);
      const network = await builtNetwork({ validators: 4, slotDuration: SLOT, genesisTime });
      const data: string[] = [];
      for (const index of [0, 1, 2, 3, 4]) {
        const dataDir = join(folder, `node${index}`);
        const identity = await deriveIdentity(WORDS, 10 + index);
        const cost = { n: 1024, r: 8, p: 1 };
        await writeNodeDirectory({
          dataDir,
          genesis: network.genesis,
          keys: { identity, passphrase: DEVNET_PASSPHRASE, cost },
        });
        data.push(dataDir);
      }
      const [first = "", second = "", whole = "", fast = "", straight = ""] = data;
      const store = await openDatabase({ location: dataPaths(first).chain });
      const chain = await BuiltChain.open(network, store);
      const anchors = (height: number) =>
        richWallets.slice(0, ANCHORS).map((wallet, index) => sessionAnchor(wallet, height - 1, `${height}/${index}`));
      await chain.extend(blocks - ABOVE, anchors);
      const path = snapshotPath(dataPaths(first).snapshots, blocks - ABOVE);
      const { bytes } = await createSnapshot(store, { genesisRoot: chain.config.genesisRoot, path });
      await chain.extend(ABOVE, anchors);
      const checkpoint = `${blocks}:${toHex(chain.tip.root)}`;
      await chain.stop();
      await store.close();
      log(`built ${blocks} blocks; the snapshot has ${bytes} bytes`);

      const source = start(first);
      const peers = (await source.ready).p2p;
      await settled(source);
      const steady = start(straight, "--peers", peers);
      const perSecond = (1000 * blocks) / (await reach(steady, blocks));
      log(`from genesis: ${perSecond.toFixed(1)} blocks/s`);
      await steady.stop();

      let newcomer = start(whole, "--peers", peers);
      let milliseconds = await reach(newcomer, Math.floor(blocks / 2));
      await newcomer.kill();
      newcomer = start(whole, "--peers", peers);
      const kept = await newcomer.height();
      const before = await newcomer.processorTime();
      milliseconds += await reach(newcomer, blocks);
      const cpuMs = ((await newcomer.processorTime()) - before) / (blocks - kept);
      const killedPerSecond = (1000 * blocks) / milliseconds;
      log(
        `killed half-way: ${killedPerSecond.toFixed(1)} blocks/s, ${cpuMs.toFixed(1)} ms of processor time a block; went on at block ${kept}`,
      );

      // A second source: ranges come from both.
      const third = start(second, "--peers", `${peers},${(await newcomer.ready).p2p}`);
      const fromTwo = (1000 * blocks) / (await reach(third, blocks));
      log(`from two peers: ${fromTwo.toFixed(1)} blocks/s`);

      const began = performance.now();
      const light = start(fast, "--peers", peers, "--checkpoint", checkpoint);
      await light.ready;
      const readySeconds = (performance.now() - began) / 1000;
      const headSeconds = readySeconds + (await reach(light, blocks)) / 1000;
      log(`from the snapshot: ready after ${readySeconds.toFixed(1)} s, at the head after ${headSeconds.toFixed(1)} s`);
      return {
        blocks,
        snapshotBytes: bytes,
        perSecond,
        killedPerSecond,
        cpuMs,
        fromTwoPerSecond: fromTwo,
        keptAfterKill: kept,
        readySeconds,
        headSeconds,
      };
    } finally {
      await Promise.all(running.map((node) => (node.running ? node.stop() : undefined)));
      await rm(folder, { recursive: true, force: true });
    }
  },
};
