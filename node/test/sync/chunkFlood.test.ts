import assert from "node:assert/strict";
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { hasCode, toHex } from "@lucid/consensus/base";
import type { Libp2pNetwork } from "@lucid/p2p";
import { encodeFrames, ProtocolNames, RawPeer, varint } from "@lucid/p2p/testing";
import { dataPaths } from "@lucid/storage";
import { DEVNET_PASSPHRASE } from "../../src/cli/devnet/network.js";
import { networkLimits } from "../../src/driver/peerNetwork.js";
import { protocols } from "../../src/driver/topics.js";
import { deriveIdentity, genesisRootOf, writeNodeDirectory } from "../../src/networks/index.js";
import { createSnapshot } from "../../src/snapshot/createSnapshot.js";
import { snapshotPath } from "../../src/snapshot/snapshotShelf.js";
import { JUNK_WORDS, temporaryFolder } from "../e2e/cli/harness.js";
import { BuiltChain, type BuiltNetwork, builtNetwork } from "../support/builtChain.js";
import { NodeProcess, until } from "../support/processNetwork.js";
import { serveChain } from "../support/syncPeers.js";
import { testPeer } from "../support/testPeer.js";

const BLOCKS = 12;
/** Of the snapshot. */
const HEIGHT = 10;
/** Seconds: no slot begins during the test. */
const SLOT = 120;
/** Peers that ask as fast as they are answered. */
const FAST = 3;
/** Peers that ask for all that they may and read nothing: 130 MB, if a node let it wait. */
const MUTE = 16;
const MIB = 2 ** 20;

interface Found {
  served: number;
  readonly other: Map<string, number>;
}

describe("a flood of requests for chunks of the state", function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  const nodes: NodeProcess[] = [];
  const peers: { stop(): Promise<void> }[] = [];
  let network: BuiltNetwork;
  let source: BuiltChain;
  let snapshot: { readonly path: string; readonly root: Uint8Array };

  before(async () => {
    const genesisTime = Math.floor(Date.now() / 1000) - SLOT * (BLOCKS + 3);
    network = await builtNetwork({ validators: 4, slotDuration: SLOT, genesisTime, accounts: 8_000 });
    source = await BuiltChain.open(network);
    await source.extend(HEIGHT);
    const path = snapshotPath(folder.path, HEIGHT);
    await createSnapshot(source.store, { genesisRoot: source.config.genesisRoot, path });
    snapshot = { path, root: source.tip.root };
    await source.extend(BLOCKS - HEIGHT);
  });

  after(async () => {
    await Promise.all(peers.map((peer) => peer.stop()));
    await Promise.all(nodes.map((node) => (node.running ? node.stop() : undefined)));
    await source?.stop();
    folder.remove();
  });

  async function start(
    address: string,
    options: { readonly withSnapshot: boolean },
    ...more: string[]
  ): Promise<NodeProcess> {
    const dataDir = join(folder.path, `node${nodes.length}`);
    const identity = await deriveIdentity(JUNK_WORDS, 10 + nodes.length);
    const keys = { identity, passphrase: DEVNET_PASSPHRASE, cost: { n: 1024, r: 8, p: 1 } };
    await writeNodeDirectory({ dataDir, genesis: network.genesis, keys });
    if (options.withSnapshot) {
      const { snapshots } = dataPaths(dataDir);
      await mkdir(snapshots, { recursive: true });
      await copyFile(snapshot.path, snapshotPath(snapshots, HEIGHT));
    }
    const listen = ["--no-discovery", "--p2p-listen", "/ip4/127.0.0.1/tcp/0"];
    const node = new NodeProcess(dataDir, [...listen, "--peers", address, ...more]);
    nodes.push(node);
    return node;
  }

  async function isAtHead(node: NodeProcess): Promise<void> {
    await until("the node at the head", async () => (await node.height()) >= BLOCKS, 60);
    const { hash } = await node.rpc<{ hash: string }>("eth_getBlockByNumber", ["latest", false]);
    assert.equal(hash, toHex(source.tip.root));
  }

  async function peer(dial: readonly string[], listen: readonly string[] = []): Promise<Libp2pNetwork> {
    const made = testPeer(network.genesis, { peers: dial, listen });
    peers.push(made);
    return made;
  }

  /** Asks without a pause until it is told to end. */
  async function floodFast(
    flooder: Libp2pNetwork,
    chunks: number,
    found: Found,
    flooding: () => boolean,
  ): Promise<void> {
    const [target] = flooder.peers();
    assert.ok(target !== undefined);
    for (let index = 0; flooding(); index = (index + 1) % chunks) {
      try {
        await flooder.request(target.id, protocols.stateChunk, { root: snapshot.root, index });
        found.served++;
      } catch (error) {
        const code = String((error as { readonly code?: string }).code);
        if (!hasCode(error, "P2P_BUSY")) found.other.set(code, (found.other.get(code) ?? 0) + 1);
      }
    }
  }

  /** Opens all streams that it may have, asks on each, and reads nothing; again whenever they have been ended. */
  async function floodMute(flooder: RawPeer, names: ProtocolNames, flooding: () => boolean): Promise<void> {
    const message = protocols.stateChunk.request.encode({ root: snapshot.root, index: 0 });
    const request = Buffer.concat([varint(message.length), ...encodeFrames(message)]);
    const ask = async (): Promise<void> => {
      while (flooding() && flooder.isConnected) {
        try {
          const stream = await flooder.open(names.of(protocols.stateChunk.name));
          stream.pause();
          stream.send(request);
          await new Promise((resolve) => stream.addEventListener("close", resolve, { once: true }));
        } catch {
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      }
    };
    await Promise.all(Array.from({ length: networkLimits.requestsInFlight.value }, ask));
  }

  it("memory, event loop and disk of the node stay within bounds, and a newcomer has its snapshot from it meanwhile", async () => {
    const root = await peer([], ["/ip4/127.0.0.1/tcp/0"]);
    serveChain(root, source, undefined, Date.now);
    await root.start();
    const victim = await start(root.address() ?? "", { withSnapshot: true });
    await isAtHead(victim);
    const { p2p } = await victim.ready;
    const names = new ProtocolNames(genesisRootOf(network.genesis), network.genesis.forkVersion);

    const fast = await Promise.all(Array.from({ length: FAST }, () => peer([p2p])));
    for (const each of fast) await each.start();
    const mute = await Promise.all(Array.from({ length: MUTE }, () => RawPeer.connect(p2p, names)));
    peers.push(...mute);
    await until("they are connected", () => fast.every((each) => each.peers().length === 1), 20);
    const [info] =
      (await fast[0]?.request(fast[0].peers()[0]?.id ?? "", protocols.snapshots, undefined))?.snapshots ?? [];
    assert.ok(info !== undefined && info.chunks > 3, `${info?.chunks} chunks`);

    const before = await victim.usage();
    const refusedBefore = await victim.metric("lucid_requests_refused_total");
    await victim.metric("nodejs_eventloop_lag_max_seconds");
    const began = performance.now();
    const found: Found = { served: 0, other: new Map() };
    let isFlooding = true;
    const flooding = (): boolean => isFlooding;
    const floods = [
      ...fast.flatMap((each) => Array.from({ length: 4 }, () => floodFast(each, info.chunks, found, flooding))),
      ...mute.map((each) => floodMute(each, names, flooding)),
    ];
    let memory = 0;
    const watch = setInterval(() => {
      void victim.usage().then(
        ({ resident }) => {
          memory = Math.max(memory, resident - before.resident);
        },
        () => undefined,
      );
    }, 200);

    const trusted = `${BLOCKS}:${toHex(source.tip.root)}`;
    const newcomer = await start(p2p, { withSnapshot: false }, "--checkpoint", trusted);
    await isAtHead(newcomer);
    await assert.rejects(
      newcomer.rpc("eth_getBlockByNumber", ["0x1", false]),
      /pruned/,
      "it has begun with the snapshot",
    );
    const ready = performance.now() - began;
    const lag = await victim.metric("nodejs_eventloop_lag_p99_seconds");
    const refused = (await victim.metric("lucid_requests_refused_total")) - refusedBefore;
    isFlooding = false;
    for (const each of mute) await each.stop();
    await Promise.all(floods);
    clearInterval(watch);

    const seconds = (performance.now() - began) / 1000;
    const { quota, maxResponseBytes } = protocols.stateChunk;
    const each = quota.burst + quota.rate * (seconds + 1);
    const after = await victim.usage();
    const read = after.read - before.read;
    const cpu = (after.processor - before.processor) / (seconds * 1000);
    const all = `${found.served} served, ${refused} refused in ${seconds.toFixed(1)} s, newcomer after ${(ready / 1000).toFixed(1)} s, ${(memory / MIB).toFixed(0)} MiB, lag ${lag} s, ${(read / MIB).toFixed(0)} MiB read, processor ${cpu.toFixed(2)}`;
    assert.ok(found.served > 0 && found.served <= FAST * each, all);
    // Beyond their memory or their rate.
    assert.ok(refused > 0, all);
    assert.deepEqual([...found.other], []);
    assert.ok(memory < networkLimits.answerBytes.value + 64 * MIB, all);
    // On a machine with much else to do.
    assert.ok(lag < 2, all);
    // What all may ask for, and the newcomer's own; nothing is read for what is refused. Sockets are counted too.
    assert.ok(read < (FAST + MUTE + 1) * each * maxResponseBytes, all);
  });
});
