import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConsensusState, epochOfSlot, nodeIdOf, StandInVerifier, slotAt } from "@lucid/consensus";
import { type Clock, concatBytes, equalBytes, sha256, toHex, u32be } from "@lucid/consensus/base";
import { sessionRoot } from "@lucid/consensus/proofs";
import { standInNetwork } from "@lucid/consensus/sim";
import { Libp2pNetwork, type Libp2pNetworkOptions } from "@lucid/p2p";
import { ChunkStore, type KeyValueStore, MemoryStore, peerKeyFromSecret, sealChunk } from "@lucid/storage";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { callData, word } from "../../src/governance/abiReader.js";
import type { ChainReader, StoredBlock } from "../../src/interfaces.js";
import { ChunkHasher } from "../../src/localApi/chunkHasher.js";
import { Replication } from "../../src/replication/replication.js";
import {
  UPLOAD_DOMAIN_NAME,
  UPLOAD_DOMAIN_VERSION,
  type UploadConsent,
  uploadTypes,
} from "../../src/replication/uploadConsent.js";

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const DAY = 86_400;

/** The system's clock, which a test can put forward. */
export class ShiftedClock implements Clock {
  shift = 0;

  now(): number {
    return Date.now() + this.shift;
  }

  setTimer(milliseconds: number, callback: () => void): { cancel(): void } {
    const handle = setTimeout(callback, milliseconds);
    return { cancel: () => clearTimeout(handle) };
  }
}

interface TestSession {
  readonly owner: Uint8Array;
  readonly sessionId: Uint8Array;
  readonly merkleRoot: Uint8Array;
  readonly chunkCount: number;
  readonly registeredAt: number;
  paidUntil: number;
}

/** The chain as replication sees it: a state, some headers, and LucidAnchors as a list. */
export class TestChainView {
  readonly sessions: TestSession[] = [];
  readonly clock = new ShiftedClock();
  state: ConsensusState;
  private readonly listeners = new Set<(block: StoredBlock) => void>();
  private height = 1;
  private readonly base: ReturnType<typeof standInNetwork>;

  constructor(base: ReturnType<typeof standInNetwork>, peerIds: readonly Uint8Array[]) {
    this.base = base;
    const nodes = base.genesis.state.nodes.map((node, i) => ({ ...node, peerId: peerIds[i] ?? node.peerId }));
    this.state = { ...base.genesis.state, nodes };
  }

  readonly chain: Pick<ChainReader, "head" | "receipts" | "onBlock"> = {
    head: () => this.block(this.height),
    receipts: () => [],
    onBlock: (listener) => {
      this.listeners.add(listener);
      return () => void this.listeners.delete(listener);
    },
  };

  /** Another epoch by the state; nodes that are `gone` leave the placement set. */
  nextEpoch(gone: readonly number[] = []): void {
    const { epoch } = this.state.epoch;
    const nodes = this.state.nodes.map((node, i) => (gone.includes(i) ? { ...node, retiredEpoch: epoch } : node));
    this.state = {
      ...this.state,
      nodes,
      placementMixes: this.mixes(),
      epoch: { ...this.state.epoch, epoch: epoch + 1 },
    };
    this.height++;
    for (const listener of this.listeners) listener(this.block(this.height));
  }

  /** LucidAnchors.registerSession. */
  register(owner: Uint8Array, sessionId: Uint8Array, roots: readonly Uint8Array[], days = 30): void {
    const now = Math.floor(this.clock.now() / 1000);
    const paidUntil = now + days * DAY;
    const merkleRoot = sessionRoot([...roots]);
    this.sessions.push({ owner, sessionId, merkleRoot, chunkCount: roots.length, registeredAt: now, paidUntil });
  }

  async call(_to: Uint8Array, data: Uint8Array): Promise<Uint8Array | undefined> {
    if (equalBytes(data, callData("sessionCount()"))) return word(this.sessions.length);
    const number = Buffer.from(data).readUInt32BE(32);
    const session = this.sessions[number - 1];
    if (session === undefined || !equalBytes(data.subarray(0, 4), callData("sessionByNumber(uint32)")))
      return undefined;
    const { owner, sessionId, merkleRoot, chunkCount, registeredAt, paidUntil } = session;
    const words = [number, owner, sessionId, sha256(merkleRoot), merkleRoot, chunkCount, 0, registeredAt, paidUntil, 0];
    return concatBytes(...words.map(word));
  }

  /** With each epoch the mixes of all sessions before it are known. */
  private mixes(): ConsensusState["placementMixes"] {
    const { clock, params } = this.base.config;
    const epochs = this.sessions.map(({ registeredAt }) =>
      epochOfSlot(slotAt(clock, registeredAt * 1000), params.epochSlots),
    );
    return [...new Set(epochs)].sort((a, b) => a - b).map((epoch) => ({ epoch, mix: sha256(u32be(epoch)) }));
  }

  private block(height: number): StoredBlock {
    const { config } = this.base;
    const header = { ...this.base.genesis.header, height, slot: slotAt(config.clock, Date.now()) };
    const tasks = { storage: [], relay: [], beacons: [] };
    return { root: sha256(u32be(height)), header, body: { tasks }, size: 0 } as unknown as StoredBlock;
  }
}

export interface ReplicaNode {
  readonly index: number;
  readonly nodeId: Uint8Array;
  readonly network: Libp2pNetwork;
  readonly chunks: ChunkStore;
  readonly replication: Replication;
  readonly folder: string;
  stop(): Promise<void>;
}

export interface ReplicaNetworkOptions {
  readonly quotaBytes?: number;
  /** Instead of one in memory. */
  readonly store?: KeyValueStore;
  /** Copies that an upload waits for, where it is not as many as the protocol wants. */
  readonly copies?: number;
  /** Instead of connections to all nodes that run. */
  readonly network?: Partial<Libp2pNetworkOptions>;
}

/** Nodes that keep chunks for each other over real sockets and disks; consensus and the EVM are played by TestChainView. */
export class ReplicaNetwork {
  readonly view: TestChainView;
  readonly nodes: ReplicaNode[] = [];
  /** What all nodes take their chain for. */
  behind = false;
  readonly owner: PrivateKeyAccount = privateKeyToAccount(toHex(sha256(u32be(1))));
  readonly base: ReturnType<typeof standInNetwork>;
  private readonly folder: string;
  private readonly seeds: readonly Uint8Array[];
  private readonly hasher = new ChunkHasher();
  private readonly stores = new Map<number, KeyValueStore>();

  private constructor(size: number, folder: string, seeds: readonly Uint8Array[]) {
    this.folder = folder;
    this.base = standInNetwork(size, "devnet");
    this.seeds = seeds;
    this.view = new TestChainView(
      this.base,
      this.seeds.map((seed) => peerKeyFromSecret(seed).publicKey),
    );
  }

  /** @param seeds of the peer keys: the same ones in all processes that play a network together */
  static async make(size: number, seeds: readonly Uint8Array[] = peerSeeds(size)): Promise<ReplicaNetwork> {
    return new ReplicaNetwork(size, await mkdtemp(join(tmpdir(), "lucid-replica-")), seeds);
  }

  get ownerBytes(): Uint8Array {
    return Buffer.from(this.owner.address.slice(2), "hex");
  }

  /** Starts a node, on what it had before; @param index beyond the validators is a follower without a key */
  async start(index: number, options: ReplicaNetworkOptions = {}): Promise<ReplicaNode> {
    const { config, signers } = this.base;
    const signer = signers[index];
    const nodeId = signer === undefined ? undefined : nodeIdOf(signer.publicKey);
    const { clock, chain } = this.view;
    const folder = join(this.folder, String(index));
    await mkdir(folder, { recursive: true });
    const network = new Libp2pNetwork(
      {
        genesisRoot: config.genesisRoot,
        forkVersion: 1,
        slotDuration: 2_000,
        peerKey: this.seeds[index] ?? new Uint8Array(randomBytes(32)),
        listen: ["/ip4/127.0.0.1/tcp/0"],
        peers: this.nodes.flatMap((node) => node.network.address() ?? []),
        topics: [],
        ...options.network,
      },
      { clock },
    );
    const store = options.store ?? this.stores.get(index) ?? new MemoryStore();
    this.stores.set(index, store);
    const chunks = await ChunkStore.open(
      { folder, quotaBytes: options.quotaBytes ?? 1 << 30, reservedFreeBytes: 0 },
      { store, now: () => clock.now() },
    );
    const now = () => ({
      epoch: epochOfSlot(slotAt(config.clock, clock.now()), config.params.epochSlots),
      context: { genesisRoot: config.genesisRoot, forkVersion: 1 },
    });
    const replication = await Replication.open(
      {
        config,
        nodeId,
        receipts: signer === undefined || nodeId === undefined ? undefined : { signer, nodeId, now },
        now,
        maxChunkSize: () => 16 << 20,
        ...(options.copies === undefined ? {} : { copiesToAnchor: options.copies }),
      },
      {
        network,
        chunks,
        hasher: this.hasher,
        store,
        chain,
        state: () => this.view.state,
        call: (to, data) => this.view.call(to, data),
        isBehind: () => this.behind,
        verifier: new StandInVerifier(),
        clock,
        logger: silent,
      },
    );
    await network.start();
    await replication.start();
    const node: ReplicaNode = {
      index,
      nodeId: nodeId ?? new Uint8Array(32),
      network,
      chunks,
      replication,
      folder,
      stop: async () => {
        const at = this.nodes.indexOf(node);
        if (at < 0) return;
        this.nodes.splice(at, 1);
        await replication.stop();
        await network.stop();
        await chunks.close();
      },
    };
    this.nodes.push(node);
    return node;
  }

  /** So many nodes, each connected to each. */
  async startAll(count: number): Promise<void> {
    for (let i = 0; i < count; i++) await this.start(i);
    await this.connected();
  }

  async connected(): Promise<void> {
    const wanted = this.nodes.length - 1;
    await until(() => this.nodes.every(({ network }) => network.peers().length >= wanted));
  }

  node(index: number): ReplicaNode {
    const found = this.nodes.find((node) => node.index === index);
    assert.ok(found !== undefined, `node ${index} does not run`);
    return found;
  }

  /** The node's disk is lost: blobs and records. It must not run. */
  async wipe(index: number): Promise<void> {
    this.stores.delete(index);
    await rm(join(this.folder, String(index)), { recursive: true, force: true });
  }

  /** The owner's signature, over whatever a test wants. */
  async consent(sessionId: Uint8Array, changes: Partial<UploadConsent> = {}, chainId?: number): Promise<UploadConsent> {
    const expiry = BigInt(Math.floor(this.view.clock.now() / 1000) + 3_600);
    const consent = { account: this.ownerBytes, sessionId, maxBytes: 1n << 40n, expiry, ...changes };
    if (changes.signature !== undefined) return { ...consent, signature: changes.signature };
    const signature = await this.owner.signTypedData({
      domain: {
        name: UPLOAD_DOMAIN_NAME,
        version: UPLOAD_DOMAIN_VERSION,
        chainId: chainId ?? Number(this.base.config.genesis.chainId),
      },
      types: uploadTypes,
      primaryType: "Upload",
      message: {
        account: toHex(consent.account),
        sessionId: toHex(sessionId),
        maxBytes: consent.maxBytes,
        expiry: consent.expiry,
      },
    });
    return { ...consent, signature: Buffer.from(signature.slice(2), "hex") };
  }

  async stop(): Promise<void> {
    for (const node of [...this.nodes]) await node.stop();
    await this.hasher.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

export function peerSeeds(size: number): Uint8Array[] {
  return Array.from({ length: size }, () => new Uint8Array(randomBytes(32)));
}

export interface TestChunk {
  readonly root: Uint8Array;
  readonly blob: Uint8Array;
}

export async function sealedChunk(sessionId: Uint8Array, index: number, size: number): Promise<TestChunk> {
  const options = { sessionKey: new Uint8Array(32).fill(9), sessionId, index, last: false, manifest: false };
  const { root, blob } = await sealChunk(randomBytes(size), options);
  return { root, blob };
}

export async function sealedChunks(sessionId: Uint8Array, count: number, size: number): Promise<TestChunk[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => sealedChunk(sessionId, index, size)));
}

/** Stores a session through a node as its client would, up to the point at which it may be anchored. */
export async function upload(
  net: ReplicaNetwork,
  through: ReplicaNode,
  sessionId: Uint8Array,
  chunks: readonly TestChunk[],
): Promise<void> {
  await through.replication.beginUpload(await net.consent(sessionId));
  for (const { root, blob } of chunks) {
    const { created } = await through.chunks.put(root, blob, { verified: true });
    if (created) through.replication.chunkStored(sessionId, root, blob.length);
  }
  await through.replication.takeRoots(
    sessionId,
    chunks.map(({ root }) => root),
  );
  while ((await through.replication.copies(sessionId, 1_000))?.complete !== true);
}

/** Resolves when the condition holds; looks again whenever the event loop comes round, with no limit but the test's. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
