import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  assignedTo,
  type Block,
  Body,
  ConsensusState,
  challengedLeaf,
  placementSetOf,
  possessionMessage,
  presets,
  RELAY_UNIT,
  type StorageProof,
} from "@lucid/consensus";
import { fromHex, toHex, VirtualClock } from "@lucid/consensus/base";
import { buildChunkProof, buildLeafProof, sessionRoot } from "@lucid/consensus/proofs";
import { signAnswer, signReceipt } from "@lucid/consensus/sim";
import { contractAddresses, lucidAnchorsAbi } from "@lucid/contracts";
import { type ConsensusNetwork, MemoryHub } from "@lucid/p2p";
import { ChunkStore, checkDatabase, type KeyValueStore, openDatabase } from "@lucid/storage";
import { encodeFunctionData } from "viem";
import { chainInvariants } from "../../../src/chain/chainInvariants.js";
import { causesOf, type WhyFacts } from "../../../src/cli/why.js";
import { topics } from "../../../src/driver/topics.js";
import { ChunkHasher } from "../../../src/localApi/chunkHasher.js";
import { createGenesisFile, type GenesisFile } from "../../../src/networks/index.js";
import { recordInvariants } from "../../../src/records/recordInvariants.js";
import { ReplicationStore } from "../../../src/replication/replicationStore.js";
import { sealedChunks, type TestChunk } from "../../support/replicaNetwork.js";
import { GENESIS_TIME, run, SLOT_SECONDS, TestValidator, testSigner, wallets } from "../../support/testValidator.js";
import { ETHER } from "../../support/wallet.js";

const VALIDATORS = 4;
const CHUNKS = 16;
const MIB = 1 << 20;
const sessionId = new Uint8Array(32).fill(0x5e);

/** Validators with all contracts, whose chunks of one session are on real disks. */
class ProofNetwork {
  readonly clock = new VirtualClock(GENESIS_TIME * 1000);
  readonly hub = new MemoryHub();
  readonly hasher = new ChunkHasher();
  readonly validators: TestValidator[] = [];
  readonly stores: KeyValueStore[] = [];
  private readonly chunkStores: ChunkStore[] = [];
  readonly folder: string;
  readonly genesis: GenesisFile;
  readonly chunks: readonly TestChunk[];

  private constructor(folder: string, genesis: GenesisFile, chunks: readonly TestChunk[]) {
    this.folder = folder;
    this.genesis = genesis;
    this.chunks = chunks;
  }

  static async make(): Promise<ProofNetwork> {
    const { chainId } = presets.devnet;
    const genesis = await createGenesisFile({
      network: "proofs",
      preset: "devnet",
      genesisTime: GENESIS_TIME,
      slotDuration: SLOT_SECONDS,
      balances: wallets.map(({ address }) => ({ address, balance: 1_000n * ETHER })),
      validators: Array.from({ length: VALIDATORS }, (_, index) => {
        const signer = testSigner(index);
        const operator = new Uint8Array(20).fill(index + 1);
        return {
          blsPublicKey: toHex(signer.publicKey),
          proofOfPossession: toHex(signer.sign(possessionMessage(chainId, signer.publicKey, operator))),
          peerId: toHex(new Uint8Array(32).fill(index + 1)),
          operator: toHex(operator),
        };
      }),
    });
    const chunks = await sealedChunks(sessionId, CHUNKS, MIB - 4_096);
    return new ProofNetwork(await mkdtemp(join(tmpdir(), "lucid-proofs-")), genesis, chunks);
  }

  get roots(): Uint8Array[] {
    return this.chunks.map(({ root }) => root);
  }

  /** @param lacking roots that this node does not have */
  async start(index: number | undefined, lacking: readonly Uint8Array[] = []): Promise<TestValidator> {
    const name = `${index ?? "follower"}`;
    const store = await openDatabase({ location: join(this.folder, `db-${name}`) });
    const chunks = await ChunkStore.open(
      { folder: join(this.folder, `chunks-${name}`), quotaBytes: 1 << 30, reservedFreeBytes: 0 },
      { store },
    );
    for (const { root, blob } of this.chunks) {
      if (!lacking.some((each) => Buffer.compare(each, root) === 0)) await chunks.put(root, blob, { verified: true });
    }
    const replication = new ReplicationStore(store);
    const owner = wallets[0]?.address ?? assert.fail();
    const session = { owner, sessionId, merkleRoot: sessionRoot(this.roots), chunkCount: CHUNKS };
    const known = { ...session, registeredAt: GENESIS_TIME, paidUntil: GENESIS_TIME + 30 * 86_400, rootsKnown: true };
    await replication.write([replication.anchored.putOp(1, known), ...replication.rootsOps(session, this.roots)], true);
    const { clock, hub, genesis, hasher } = this;
    const custody = { chunks, hasher, store: replication };
    const validator = await TestValidator.start({ genesis, index, custody }, { clock, hub, store });
    this.validators.push(validator);
    this.stores.push(store);
    this.chunkStores.push(chunks);
    return validator;
  }

  /** Runs until the first validator has this height. */
  async until(height: number): Promise<void> {
    const [first] = this.validators;
    const seconds = 40 * (height + 5) * SLOT_SECONDS;
    await run(this.validators, this, { seconds, done: () => (first?.height ?? 0) >= height });
    assert.ok((first?.height ?? 0) >= height, "the chain stands");
  }

  async register(): Promise<void> {
    const [wallet] = wallets;
    assert.ok(wallet !== undefined);
    const data = encodeFunctionData({
      abi: lucidAnchorsAbi,
      functionName: "registerSession",
      args: [
        toHex(sessionId),
        toHex(sessionRoot(this.roots)),
        1n,
        toHex(wallet.address),
        toHex(sessionRoot(this.roots)),
        CHUNKS,
      ],
    });
    const value = 10n ** 14n * BigInt(CHUNKS) * 30n;
    const to = fromHex(contractAddresses.LucidAnchors);
    const raw = wallet.sign({ nonce: 0, to, data: fromHex(data), value, gasLimit: 400_000n });
    await this.validators[0]?.mempool.add(raw, "local");
  }

  state(index = 0): ConsensusState {
    const bytes = this.validators[index]?.chain.blocks.consensusState();
    return ConsensusState.deserialize(bytes ?? assert.fail());
  }

  async stop(): Promise<void> {
    await Promise.all(this.validators.map((validator) => validator.stop()));
    await Promise.all(this.chunkStores.map((chunks) => chunks.close()));
    await Promise.all(this.stores.map((store) => store.close()));
    await this.hasher.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

describe("proofs of storage", () => {
  let net: ProofNetwork;

  beforeEach(async function () {
    this.timeout(60_000);
    net = await ProofNetwork.make();
  });
  afterEach(() => net.stop());

  it("honest nodes answer all, who dropped a chunk is paid that much less and is seen; old proofs are pruned, and a late node follows", async function () {
    this.timeout(120_000);
    for (let index = 0; index < 3; index++) await net.start(index);
    const { config } = net.validators[0] ?? assert.fail();
    const start = net.state();
    const placement = placementSetOf(start, start.epoch.epoch, config.params);
    const dropped = net.roots.find((root) => placement.assign(root).some(({ node }) => node === 3)) ?? assert.fail();
    await net.start(3, [dropped]);
    await net.register();
    await net.until(28);
    const [validator] = net.validators;
    assert.ok(validator !== undefined);
    const nodeId = (node: number) => net.state().nodes[node]?.nodeId ?? assert.fail();

    // What was due, as the nodes themselves saw it, is what the chain has booked.
    const figures = [0, 1, 2, 3].map((node) => validator.records.answers(nodeId(node)) ?? assert.fail());
    for (const node of [0, 1, 2]) {
      assert.ok((figures[node]?.due ?? 0) > 60, "challenged often");
      assert.equal(figures[node]?.answered, figures[node]?.due, `node ${node} answered all`);
    }
    const { due, answered, lastMissed } = figures[3] ?? assert.fail();
    assert.ok(answered < due && answered > 0.8 * due && lastMissed > 0);
    assert.deepEqual(net.validators[3]?.records.answers(nodeId(3)), figures[3], "it sees it itself");
    const facts = { nodeId: "0x", syncing: false, signing: "active", height: 28 } as WhyFacts;
    const standing = validator.records.node(nodeId(3));
    const node = { ...standing, entityId: "0x", challenges: figures[3] } as unknown as WhyFacts["node"];
    const [cause] = causesOf("paid", { ...facts, node });
    assert.match(cause?.fact ?? "", new RegExp(`^${due - answered} of ${due} `));

    // Credits: the same for each answer, a sixteenth to who includes it.
    const proofs = [...Array(28).keys()].flatMap((i) => validator.records.tasks(i + 1) ?? []);
    const own = (index: number) =>
      proofs.filter(({ type, nodeId: of, value }) => {
        return type === "storage_proof" && value > 10 && Buffer.compare(of, nodeId(index)) === 0;
      }).length;
    assert.ok(own(3) >= answered && own(0) >= (figures[0]?.answered ?? 0));
    const tally = await validator.records.tally(net.state().epoch.epoch - 1);
    const credits = tally.rows.map(({ storage }) => storage);
    assert.ok(Math.min(...credits) > 0 && tally.rows.length === VALIDATORS);

    // Two epochs back the proofs are gone, and the block is the same.
    const answersOf = (block: Block["body"] | undefined) => block?.tasks.storage ?? [];
    const old = validator.chain.blocks.block(6);
    assert.ok(answersOf(old?.body).length > 0 && answersOf(old?.body).every(({ proof }) => proof.length === 0));
    assert.deepEqual(Body.hashTreeRoot(old?.body ?? assert.fail()), old?.header.bodyRoot);
    const young = validator.chain.blocks.block(20);
    assert.ok(answersOf(young?.body).every(({ proof }) => proof.length === 1) && answersOf(young?.body).length > 0);

    const follower = await net.start(undefined);
    await run(net.validators, net, { seconds: 60, done: () => follower.height >= 28 });
    assert.ok(follower.height >= 28);
    assert.deepEqual(follower.chain.blockByHeight(28)?.root, validator.chain.blockByHeight(28)?.root);

    const [store] = net.stores;
    assert.ok(store !== undefined);
    const report = await checkDatabase([...chainInvariants(store, config.genesisRoot), ...recordInvariants(store)]);
    assert.deepEqual(report.problems, []);
  });

  it("a forged answer or receipt reaches no block, and costs its sender", async function () {
    this.timeout(60_000);
    for (let index = 0; index < VALIDATORS; index++) await net.start(index, index === 3 ? net.roots : []);
    await net.register();
    const hostile: ConsensusNetwork = net.hub.join("hostile");
    await hostile.start();
    await net.until(3);
    const config = net.validators[0]?.config ?? assert.fail();
    const end = 10;
    let sent = 0;
    for (let height = 4; height <= end; height++) {
      await net.until(height);
      // Node 3 has nothing. It signs what it can make up, and what it copies from the answers of others.
      const state = net.state();
      for (const set of state.challenges) {
        for (const [challenge, item] of set.items.entries()) {
          const { blob, root } = net.chunks[item.chunk] ?? assert.fail();
          if (!assignedTo(state, set.epoch, item, root, config.params).some(({ node }) => node === 3)) continue;
          const wanted = challengedLeaf(set.seed, challenge, blob.length);
          const right = buildLeafProof(blob, wanted);
          const other = buildLeafProof(blob, (wanted + 1) % 256);
          const chunkPath = [...buildChunkProof(net.roots, item.chunk).path];
          const forged: [number, StorageProof][] = [
            [blob.length, { leaf: other.leaf, leafPath: [...other.path], chunkPath }],
            [blob.length, { leaf: new Uint8Array(4_096), leafPath: [...right.path], chunkPath }],
            [8 * MIB, { leaf: right.leaf, leafPath: [...right.path], chunkPath }],
            [blob.length, { leaf: right.leaf, leafPath: [...right.path], chunkPath: chunkPath.slice(1) }],
          ];
          for (const [blobLength, proof] of forged) {
            hostile.publish(
              topics.storageAnswer,
              signAnswer(config, set, { node: 3, challenge, blobLength, proof }, testSigner(3)),
            );
            sent++;
          }
          // The right proof, signed by somebody else.
          const proof = { leaf: right.leaf, leafPath: [...right.path], chunkPath };
          const stolen = signAnswer(config, set, { node: 3, challenge, blobLength: blob.length, proof }, testSigner(2));
          hostile.publish(topics.storageAnswer, stolen);
        }
      }
      const receipt = { downloader: 0, server: 3, epoch: state.epoch.epoch, bytes: BigInt(100 * RELAY_UNIT) };
      hostile.publish(topics.relayReceipt, signReceipt(config, receipt, state.slot, testSigner(3)));
    }
    await net.until(end + 2);
    assert.ok(sent > 20);
    assert.ok((net.validators[0]?.proofs.counters().wrongAnswers ?? 0) > 20);
    const tasks = [...Array(end + 2).keys()].flatMap((i) => net.validators[0]?.records.tasks(i + 1) ?? []);
    const of3 = tasks.filter(({ nodeId }) => Buffer.compare(nodeId, net.state().nodes[3]?.nodeId ?? sessionId) === 0);
    // What it has of storage credits is its sixteenth of what it included.
    assert.ok(of3.every(({ type, value }) => type !== "storage_proof" || value < 10));
    assert.ok(of3.every(({ type }) => type !== "relay_bandwidth"));
    assert.ok(tasks.some(({ type, value }) => type === "storage_proof" && value > 50));
    await hostile.stop();
  });

  it("a receipt of who downloaded pays the server, within a quarter of its storage credits", async function () {
    this.timeout(60_000);
    for (let index = 0; index < VALIDATORS; index++) await net.start(index);
    await net.register();
    await net.until(4);
    net.validators[1]?.proofs.received(0, RELAY_UNIT + 5);
    net.validators[2]?.proofs.received(0, 400 * RELAY_UNIT);
    await net.until(8);
    const { relay, storage, relayed } = net.state().epoch;
    assert.deepEqual(relayed.map(({ downloader, server }) => [downloader, server]).sort(), [
      [1, 0],
      [2, 0],
    ]);
    assert.ok((relay[0] ?? 0) > 0 && (relay[0] ?? 0) <= (storage[0] ?? 0) / 4);
    assert.equal(relay[1], 0);
  });
});
