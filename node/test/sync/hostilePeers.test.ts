import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { equalBytes, hasCode, toHex } from "@lucid/consensus/base";
import { type Libp2pNetwork, P2pError } from "@lucid/p2p";
import { DEVNET_PASSPHRASE } from "../../src/cli/devnet/network.js";
import { networkLimits } from "../../src/driver/peerNetwork.js";
import { protocols } from "../../src/driver/topics.js";
import { deriveIdentity, writeNodeDirectory } from "../../src/networks/index.js";
import type { Logger } from "../../src/node/logging.js";
import { createSnapshot } from "../../src/snapshot/createSnapshot.js";
import { SnapshotShelf, snapshotPath } from "../../src/snapshot/snapshotShelf.js";
import { serveHeaders } from "../../src/sync/blockRange.js";
import { JUNK_WORDS, temporaryFolder } from "../e2e/cli/harness.js";
import { BuiltChain, type BuiltNetwork, builtNetwork, richWallets } from "../support/builtChain.js";
import { NodeProcess, until } from "../support/processNetwork.js";
import { sessionAnchor } from "../support/sessionAnchors.js";
import { type Answer, serveChain, withBlock } from "../support/syncPeers.js";
import { testPeer } from "../support/testPeer.js";

const BLOCKS = 70;
/** Of the snapshot. */
const HEIGHT = 60;
/** Seconds, as on mainnet: no slot begins during the test. */
const SLOT = 120;
/** Chunks of a state that a node fetches ahead of the one that it checks. */
const AHEAD = 8;
/** Milliseconds between two claims of a liar; slower than the quota of status gives. */
const CLAIM_INTERVAL = 500;
/** Requests that the flooder has under way. */
const FLOODS = 24;
const silent: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** The newcomer is the node as people start it; its peers speak the node's protocols over TCP and say what they like. */
describe("a newcomer among hostile peers", function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  let network: BuiltNetwork;
  let source: BuiltChain;
  let running: NodeProcess[] = [];
  let peers: Libp2pNetwork[] = [];
  let shelves: SnapshotShelf[] = [];
  let snapshot = "";
  let claims: NodeJS.Timeout[] = [];
  let folders = 0;

  before(async () => {
    const genesisTime = Math.floor(Date.now() / 1000) - SLOT * (BLOCKS + 3);
    network = await builtNetwork({ validators: 4, slotDuration: SLOT, genesisTime, accounts: 2_000 });
    source = await BuiltChain.open(network);
    const [owner] = richWallets;
    assert.ok(owner !== undefined);
    const anchors = (height: number) => [sessionAnchor(owner, height - 1, height)];
    await source.extend(HEIGHT, anchors);
    snapshot = snapshotPath(folder.path, HEIGHT);
    await createSnapshot(source.store, { genesisRoot: source.config.genesisRoot, path: snapshot });
    await source.extend(BLOCKS - HEIGHT, anchors);
  });
  afterEach(async () => {
    for (const claim of claims) clearInterval(claim);
    await Promise.all(running.map((node) => (node.running ? node.stop() : undefined)));
    await Promise.all(shelves.map((shelf) => shelf.stop()));
    await Promise.all(peers.map((peer) => peer.stop()));
    [running, shelves, peers, claims] = [[], [], [], []];
  });
  after(async () => {
    await source.stop();
    folder.remove();
  });

  function makePeer(
    dial: readonly string[] = [],
    peerKey: Uint8Array = new Uint8Array(randomBytes(32)),
  ): Libp2pNetwork {
    const peer = testPeer(network.genesis, { peers: dial, listen: ["/ip4/127.0.0.1/tcp/0"], peerKey });
    peers.push(peer);
    return peer;
  }

  async function start(addresses: readonly string[], ...more: string[]): Promise<NodeProcess> {
    const dataDir = join(folder.path, `node${folders}`);
    const identity = await deriveIdentity(JUNK_WORDS, 10 + folders++);
    const keys = { identity, passphrase: DEVNET_PASSPHRASE, cost: { n: 1024, r: 8, p: 1 } };
    await writeNodeDirectory({ dataDir, genesis: network.genesis, keys });
    const listen = ["--no-discovery", "--p2p-listen", "/ip4/127.0.0.1/tcp/0"];
    const node = new NodeProcess(dataDir, [...listen, "--peers", addresses.join(","), ...more]);
    running.push(node);
    return node;
  }

  const addressOf = (peer: Libp2pNetwork): string => peer.address() ?? assert.fail("it does not listen");

  /** Its next life on the same data directory. */
  async function restart(node: NodeProcess): Promise<NodeProcess> {
    await node.stop();
    const next = new NodeProcess(node.data, node.args);
    running.push(next);
    return next;
  }

  async function isAtHead(node: NodeProcess): Promise<void> {
    await until("the newcomer at the head", async () => (await node.height()) >= BLOCKS, 60);
    const { hash } = await node.rpc<{ hash: string }>("eth_getBlockByNumber", ["latest", false]);
    assert.equal(hash, toHex(source.tip.root));
  }

  it("who serves a wrong block, certificates of too few, or nothing is dropped, and the sync ends right", async () => {
    const hostile: Readonly<Record<string, Answer>> = {
      wrong: (honest) =>
        withBlock(honest, 3, ({ block, certificate }) => ({
          certificate,
          block: { header: block.header, body: { ...block.body, transactions: [new Uint8Array(100)] } },
        })),
      unsigned: (honest) => ({
        blocks: honest.blocks.map(({ block, certificate }) => {
          const { slot, round, blockRoot } = certificate;
          return { block, certificate: source.keys.commit(source.tip, blockRoot, { slot, round }, [0, 1]) };
        }),
      }),
      empty: () => ({ blocks: [] }),
    };
    const byName = new Map<string, Libp2pNetwork>();
    const closed = new Set<string>();
    /** Questions to who had been dropped for a lie. */
    let late = 0;
    for (const [name, answer] of Object.entries(hostile)) {
      const peer = makePeer();
      byName.set(name, peer);
      peer.onPeer((_, connected) => {
        if (!connected) closed.add(name);
      });
      const { status } = serveChain(
        peer,
        source,
        (honest, request) => {
          if (closed.has(name) && name !== "empty") late++;
          return answer(honest, request);
        },
        Date.now,
      );
      // Says again and again that it has them all. Not only when asked: a claim that overtakes an empty answer is taken back by it.
      claims.push(
        setInterval(() => {
          for (const { id } of peer.peers()) void peer.request(id, protocols.status, status()).catch(() => undefined);
        }, CLAIM_INTERVAL),
      );
      await peer.start();
    }
    const honest = makePeer();
    let node: NodeProcess | undefined;
    // Until all have been found out: what one served may have been thrown away unseen when another was. By the node's own word:
    // who is banned before he has seen that he is connected never hears that he is not.
    const isBusy = async () => !closed.has("empty") || (await node?.metric("lucid_p2p_banned_peers")) !== 2;
    serveChain(
      honest,
      source,
      async (blocks) => {
        if (await isBusy()) throw new P2pError({ code: "P2P_BUSY", message: "the others first" });
        return blocks;
      },
      Date.now,
    );
    await honest.start();
    node = await start(peers.map(addressOf));
    await isAtHead(node);
    assert.equal(await isBusy(), false, "all are dropped");
    // Who brings nothing may come back, who lies may not: the node knows their addresses and would have dialled them again.
    for (const name of ["wrong", "unsigned"]) assert.equal(byName.get(name)?.peers().length, 0, `${name} is banned`);
    assert.equal(honest.peers().length, 1);
    assert.ok(late <= 2, `${late} questions to who lied, but for those that were under way`);
  });

  it("who never answers holds nobody up", async () => {
    const [mute, honest] = [makePeer(), makePeer()];
    let askedAt = Number.POSITIVE_INFINITY;
    const never = () => {
      askedAt = Math.min(askedAt, performance.now());
      return new Promise<never>(() => undefined);
    };
    serveChain(mute, source, never, Date.now);
    serveChain(
      honest,
      source,
      (blocks) => {
        if (askedAt === Number.POSITIVE_INFINITY) throw new P2pError({ code: "P2P_BUSY", message: "the other first" });
        return blocks;
      },
      Date.now,
    );
    for (const peer of peers) await peer.start();
    const node = await start(peers.map(addressOf));
    await isAtHead(node);
    assert.ok(performance.now() - askedAt < protocols.blocksByRange.timeoutMilliseconds, "before its time limit");
  });

  async function serveSnapshot(
    peer: Libp2pNetwork,
    change: (bytes: Uint8Array, index: number, headPieces: number) => Uint8Array | Promise<Uint8Array>,
  ): Promise<void> {
    const place = join(folder.path, `shelf${folders++}`);
    await mkdir(place);
    await copyFile(snapshot, snapshotPath(place, HEIGHT));
    const { config, store, chain } = source;
    const shelf = new SnapshotShelf(
      { config, folder: place, make: false },
      { store, chain, network: peer, logger: silent, isBehind: () => false },
    );
    shelves.push(shelf);
    await shelf.start();
    const [info] = shelf.list().snapshots;
    assert.ok(info !== undefined);
    peer.handle(protocols.headersByRange, (request) => serveHeaders(chain, request));
    peer.handle(protocols.stateChunk, async (request) => {
      assert.ok(equalBytes(request.root, info.root));
      return change(await shelf.chunk(request), request.index, info.headPieces);
    });
  }

  /** Whoever has this key dials, and is turned away again and again. */
  async function isRefused(node: NodeProcess, peerKey: Uint8Array): Promise<void> {
    const { p2p } = await node.ready;
    const before = await node.metric("lucid_p2p_refused_total");
    const back = makePeer([p2p], peerKey);
    let entered = false;
    back.onPeer(() => {
      entered = true;
    });
    await back.start();
    await until("three refusals", async () => (await node.metric("lucid_p2p_refused_total")) >= before + 3, 20);
    await back.stop();
    assert.equal(entered, false);
    assert.equal(await node.metric("lucid_p2p_banned_peers"), 1);
  }

  it("a wrong chunk of the state bans its peer for all lives of the node, one without chunks is passed over, and the state is right", async () => {
    const liarKey = new Uint8Array(randomBytes(32));
    const [liar, empty, honest] = [makePeer([], liarKey), makePeer(), makePeer()];
    let lies = 0;
    let lacks = 0;
    await serveSnapshot(liar, (bytes, index, headPieces) => {
      if (index < headPieces) return bytes;
      lies++;
      const wrong = bytes.slice();
      wrong.set([(bytes.at(-1) ?? 0) ^ 1], bytes.length - 1);
      return wrong;
    });
    await serveSnapshot(empty, () => {
      lacks++;
      return new Uint8Array();
    });
    await serveSnapshot(honest, (bytes, index, headPieces) => {
      if (index >= headPieces && (lies === 0 || lacks === 0)) {
        throw new P2pError({ code: "P2P_BUSY", message: "the others first" });
      }
      return bytes;
    });
    for (const peer of peers) {
      serveChain(peer, source, undefined, Date.now);
      await peer.start();
    }
    const node = await start(peers.map(addressOf), "--checkpoint", `${BLOCKS}:${toHex(source.tip.root)}`);
    await isAtHead(node);
    await assert.rejects(node.rpc("eth_getBlockByNumber", ["0x1", false]), /pruned/, "it has begun with the snapshot");
    assert.ok(lies > 0 && lies <= AHEAD, `${lies} wrong chunks: those fetched ahead of the one that was found out`);
    assert.ok(lacks > 0);
    const balance = await node.rpc<string>("eth_getBalance", [
      toHex(richWallets[3]?.address ?? assert.fail()),
      "latest",
    ]);
    assert.equal(BigInt(balance), 100_000n * 10n ** 18n);
    // The snapshot was fetched by a network that has ended: the node's own one must know as much, and that of its next life.
    assert.equal(liar.peers().length, 0);
    await liar.stop();
    await isRefused(node, liarKey);
    assert.equal(honest.peers().length, 1);
    const next = await restart(node);
    await isRefused(next, liarKey);
    assert.match((await next.stop()).stderr, /banned before, until .* served a wrong chunk of the state/);
  });

  it("who asks at rate gets what its quota gives and a code, and a newcomer beside it syncs", async () => {
    const root = makePeer();
    serveChain(root, source, undefined, Date.now);
    await serveSnapshot(root, (bytes) => bytes);
    await root.start();
    const victim = await start([addressOf(root)]);
    await isAtHead(victim);
    const { p2p } = await victim.ready;
    const flooder = makePeer([p2p]);
    await flooder.start();
    await until("the flooder is connected", () => flooder.peers().length === 1, 20);
    const [target] = flooder.peers();
    assert.ok(target !== undefined);
    const found = { served: 0, bytes: 0, refused: 0, other: new Map<string, number>() };
    let flooding = true;
    const began = performance.now();
    const cpuBefore = await victim.processorTime();
    const flood = async (): Promise<void> => {
      while (flooding) {
        try {
          const answer = await flooder.request(target.id, protocols.blocksByRange, { start: 1, count: 64 });
          found.served++;
          found.bytes += protocols.blocksByRange.response.encode(answer).length;
        } catch (error) {
          if (hasCode(error, "P2P_BUSY")) found.refused++;
          else {
            const name = String((error as { code?: string }).code);
            found.other.set(name, (found.other.get(name) ?? 0) + 1);
            if (name === "P2P_PEER_GONE") return;
          }
        }
      }
    };
    const floods = Array.from({ length: FLOODS }, flood);
    const newcomer = await start([p2p]);
    await isAtHead(newcomer);
    flooding = false;
    await Promise.all(floods);
    const seconds = (performance.now() - began) / 1000;
    const cpu = (await victim.processorTime()) - cpuBefore;
    const { quota } = protocols.blocksByRange;
    const allowed = quota.burst + quota.rate * (seconds + 1);
    assert.ok(found.served > 0 && found.served <= allowed, `${found.served} answers, ${allowed} allowed`);
    const bytes = networkLimits.responseBurst.value + networkLimits.responseRate.value * (seconds + 1);
    assert.ok(found.bytes <= bytes + FLOODS * protocols.blocksByRange.maxResponseBytes, `${found.bytes} bytes`);
    assert.ok(found.refused > 0, "beyond its quota it is told so");
    assert.deepEqual([...found.other], [], "and nothing else happens to it");
    // The newcomer's blocks and everything else of the node included.
    const each = cpu / (found.served + found.refused);
    assert.ok(each < 50, `${each.toFixed(1)} ms of processor time for each request`);
    assert.equal(await victim.height(), BLOCKS);
  });
});
