import assert from "node:assert/strict";
import {
  type Block,
  BlsSigner,
  BlsVerifier,
  type ChainConfig,
  type CommitCertificate,
  type Evidence,
  headerRoot,
  type Params,
  possessionMessage,
  presets,
  type Signer,
  type SkipCertificate,
  type Tip,
} from "@lucid/consensus";
import { sha256, toHex, u32be } from "@lucid/consensus/base";
import { ChainKeys } from "@lucid/consensus/sim";
import { MemoryHub } from "@lucid/p2p";
import { type KeyValueStore, MemoryStore } from "@lucid/storage";
import { Chain } from "../../src/chain/chain.js";
import type { BlockChecker } from "../../src/driver/blockChecks.js";
import { BlockLookahead } from "../../src/driver/blockLookahead.js";
import { BlockProcessor } from "../../src/driver/blockProcessor.js";
import { EvidencePool } from "../../src/driver/evidencePool.js";
import { RememberingVerifier } from "../../src/driver/rememberingVerifier.js";
import { LocalExecutor } from "../../src/execution/localExecutor.js";
import { recoverSender } from "../../src/execution/sender.js";
import { decodeTransaction, transactionHash } from "../../src/execution/transaction.js";
import type { Mempool, PooledTransaction } from "../../src/interfaces.js";
import { createGenesisFile, type GenesisFile } from "../../src/networks/index.js";
import { configOf, initialiseChain } from "../../src/node/genesisChain.js";
import type { Logger } from "../../src/node/logging.js";
import { anchorSessionsOf } from "./anchorStorage.js";
import { ETHER, TestWallet } from "./wallet.js";

export interface BuiltNetwork {
  readonly genesis: GenesisFile;
  /** Keys of its validators, in the order of the file. */
  readonly signers: readonly Signer[];
}

export interface NewBuiltNetwork {
  readonly validators?: number;
  readonly preset?: Params["preset"];
  /** Seconds; default: the preset's. */
  readonly slotDuration?: number;
  /** Unix seconds. Far enough in the past, a node takes the chain for one that has run until today. */
  readonly genesisTime?: number;
  /** Accounts beside the rich ones, for a state of some size; about 200 bytes of a snapshot each. */
  readonly accounts?: number;
}

/** Accounts with 100,000 LUCID each in every network made here. */
export const richWallets: readonly TestWallet[] = Array.from({ length: 8 }, (_, index) => new TestWallet(index));

const GENESIS_TIME = 1_700_000_000;

function networkSigner(index: number): BlsSigner {
  // Below the order of the group.
  return new BlsSigner(sha256(u32be(index), Uint8Array.of(9)).fill(1, 0, 1));
}

/** A network with all genesis contracts, whose keys are all known here. Takes about a second. */
export async function builtNetwork(options: NewBuiltNetwork = {}): Promise<BuiltNetwork> {
  const preset = options.preset ?? "devnet";
  const { chainId, slotDuration } = presets[preset];
  const signers = Array.from({ length: options.validators ?? 1 }, (_, index) => networkSigner(index));
  const genesis = await createGenesisFile({
    network: preset === "devnet" ? "built" : preset,
    preset,
    genesisTime: options.genesisTime ?? GENESIS_TIME,
    slotDuration: options.slotDuration ?? slotDuration,
    validators: signers.map((signer, index) => {
      const operator = new Uint8Array(20).fill(index + 1);
      return {
        blsPublicKey: toHex(signer.publicKey),
        proofOfPossession: toHex(signer.sign(possessionMessage(chainId, signer.publicKey, operator))),
        peerId: toHex(sha256(u32be(index), Uint8Array.of(10))),
        operator: toHex(operator),
      };
    }),
    balances: [
      ...richWallets.map(({ address }) => ({ address, balance: 100_000n * ETHER })),
      ...Array.from({ length: options.accounts ?? 0 }, (_, index) => ({
        address: sha256(u32be(index), Uint8Array.of(11)).subarray(0, 20),
        balance: ETHER,
      })),
    ],
  });
  return { genesis, signers };
}

/** The transactions of one block, in the order in which they were given. */
class BlockPool implements Mempool {
  transactions: readonly PooledTransaction[] = [];

  put(raws: readonly Uint8Array[]): void {
    this.transactions = raws.map((raw) => {
      const transaction = decodeTransaction(raw);
      const { to } = transaction;
      assert.ok(to !== undefined, "a chain without contract creation");
      return {
        ...transaction,
        to,
        raw,
        hash: transactionHash(raw),
        sender: recoverSender(transaction),
        size: raw.length,
      };
    });
  }

  add(): Promise<Uint8Array> {
    return assert.fail("transactions of a built chain are given to its blocks");
  }

  get(hash: Uint8Array): PooledTransaction | undefined {
    return this.transactions.find((each) => Buffer.compare(each.hash, hash) === 0);
  }

  nextNonce(): bigint {
    return assert.fail("a built chain keeps no nonces");
  }

  pending(): readonly PooledTransaction[] {
    return this.transactions;
  }

  content(): { pending: readonly PooledTransaction[]; queued: readonly PooledTransaction[] } {
    return { pending: this.transactions, queued: [] };
  }

  onAdded(): () => void {
    return () => undefined;
  }

  async onHead(): Promise<void> {
    this.transactions = [];
  }

  async stop(): Promise<void> {}
}

export interface BuiltBlockOptions {
  readonly transactions?: readonly Uint8Array[];
  /** Default: the slot after the last decision's. */
  readonly slot?: number;
  /** Of the proposal; default: the first whose proposer is not jailed. */
  readonly round?: number;
  /** Registry indices of who precommits; default all. */
  readonly commitBy?: readonly number[];
  /** Registry indices of who sent a beacon of the slot before; default all. */
  readonly beaconsBy?: readonly number[];
  readonly skips?: readonly SkipCertificate[];
  readonly evidence?: readonly Evidence[];
}

export interface BuiltBlock {
  readonly block: Block;
  readonly root: Uint8Array;
  readonly certificate: CommitCertificate;
}

const silent: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * A chain made as fast as it can be computed: the node's own block processor, executor, state, records and database, with
 * all validators' keys in hand and time as a number. What it leaves out is the agreement, the network and the waiting;
 * what is in the store afterwards is what a node's would be, and every block passes a node's checks.
 */
export class BuiltChain {
  readonly network: BuiltNetwork;
  readonly config: ChainConfig;
  readonly store: KeyValueStore;
  readonly chain: Chain;
  readonly keys: ChainKeys;
  readonly processor: BlockProcessor;
  private readonly executor: LocalExecutor;
  private readonly pool: BlockPool;
  /** What the block that is being made takes its proposer and beacons from. */
  private turn: { readonly signer: Signer; readonly beaconsBy: readonly number[] | undefined } | undefined;

  private constructor(
    network: BuiltNetwork,
    config: ChainConfig,
    parts: { readonly store: KeyValueStore; readonly chain: Chain; readonly executor: LocalExecutor },
    checker: BlockChecker | undefined,
  ) {
    this.network = network;
    this.config = config;
    this.store = parts.store;
    this.chain = parts.chain;
    this.executor = parts.executor;
    this.pool = new BlockPool();
    const verifier = new RememberingVerifier(new BlsVerifier());
    this.keys = new ChainKeys(config, network.signers, verifier);
    const self = this;
    const options = {
      config,
      get signer() {
        return self.turn?.signer;
      },
    };
    const evidence: EvidencePool = new EvidencePool(
      { config, nodeId: undefined },
      {
        tip: () => this.tip,
        // Of one: whatever is told again is told to nobody.
        network: new MemoryHub().join("built"),
        store: parts.store,
        verifier,
        logger: silent,
        onOwnVotes: () => undefined,
      },
    );
    const sessions = anchorSessionsOf(parts.store);
    this.processor = new BlockProcessor(options, {
      chain: parts.chain,
      store: parts.store,
      executor: parts.executor,
      mempool: this.pool,
      verifier,
      logger: silent,
      evidence,
      sessions,
      ...(checker === undefined ? {} : { lookahead: new BlockLookahead({ config }, { checker, verifier }) }),
      beacons: (tip, slot) => this.keys.beacons(tip, slot - 1, this.turn?.beaconsBy),
    });
  }

  /**
   * Goes on where the store's chain ends; an empty one gets genesis.
   * @param checker of blocks that `processor.importBlocks` looks ahead to
   */
  static async open(
    network: BuiltNetwork,
    store: KeyValueStore = new MemoryStore(),
    checker?: BlockChecker,
  ): Promise<BuiltChain> {
    const { genesis } = network;
    const config = configOf(genesis);
    await initialiseChain(store, genesis, config);
    const chain = new Chain(
      { chainId: genesis.chainId, genesisRoot: config.genesisRoot },
      { store, onListenerError: (error) => assert.fail(String(error)) },
    );
    const executor = await LocalExecutor.open(
      { chainId: genesis.chainId, keepBlocks: 128, archive: false },
      { store, blockRoot: (height) => chain.rootAt(height) },
    );
    return new BuiltChain(network, config, { store, chain, executor }, checker);
  }

  get tip(): Tip {
    return this.processor.tip;
  }

  get height(): number {
    return this.tip.header.height;
  }

  /** Unix milliseconds in the middle of the slot after the head's: a clock that finds the chain complete. */
  get now(): number {
    const { genesisTime, slotDuration } = this.config.clock;
    return genesisTime + (this.tip.header.slot + 1.5) * slotDuration;
  }

  /** Appends a block with its certificate. Every transaction given must get in. */
  async next(options: BuiltBlockOptions = {}): Promise<BuiltBlock> {
    const { processor, keys } = this;
    const { tip } = processor;
    const { parentCommit, height } = processor.heightContext();
    const slot = options.slot ?? Math.max(tip.header.slot, parentCommit.slot) + 1;
    const round = options.round ?? keys.firstFreeRound(tip, slot);
    const transactions = options.transactions ?? [];
    this.pool.put(transactions);
    for (const skip of options.skips ?? []) processor.addSkip(skip);
    for (const evidence of options.evidence ?? []) await processor.addEvidence(evidence);
    this.turn = { signer: keys.proposerOf(tip, slot, round), beaconsBy: options.beaconsBy };
    const block = await processor.build({ height, slot, round, parentCommit });
    assert.ok(block !== undefined, `no block for slot ${slot}`);
    assert.equal(block.body.transactions.length, transactions.length, "a transaction did not get into the block");
    const root = headerRoot(block.header);
    const certificate = keys.commit(tip, root, { slot, round }, options.commitBy);
    await processor.commit(root, block, certificate);
    return { block, root, certificate };
  }

  /** So many blocks in consecutive slots. */
  async extend(count: number, transactionsOf: (height: number) => readonly Uint8Array[] = () => []): Promise<void> {
    for (let i = 0; i < count; i++) await this.next({ transactions: transactionsOf(this.height + 1) });
  }

  /** Checks, executes and commits a block that was made elsewhere, as a node that syncs does. */
  async import({ block, root, certificate }: BuiltBlock): Promise<void> {
    assert.ok(await this.processor.execute(root, block), `block ${block.header.height} is not valid here`);
    await this.processor.commit(root, block, certificate);
  }

  /** A block of this chain with the certificate that decided it, as sync serves it. */
  served(height: number): BuiltBlock {
    const stored = this.chain.blockByHeight(height);
    const certificate = this.chain.commit(height);
    assert.ok(stored !== undefined && certificate !== undefined, `no block at height ${height}`);
    return { block: { header: stored.header, body: stored.body }, root: stored.root, certificate };
  }

  async stop(): Promise<void> {
    await this.executor.stop();
  }
}
