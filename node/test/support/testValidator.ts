import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import {
  Agreement,
  BlsSigner,
  type ChainConfig,
  forkVersionAt,
  headerRoot,
  nextBaseFee,
  nodeIdOf,
  possessionMessage,
  presets,
  type SignedProposal,
  type SignedVote,
  stepOfKind,
} from "@lucid/consensus";
import { type Clock, sha256, toHex, u32be, type VirtualClock } from "@lucid/consensus/base";
import type { ConsensusNetwork, MemoryHub, Topic } from "@lucid/p2p";
import type { KeyValueStore } from "@lucid/storage";
import { Chain } from "../../src/chain/chain.js";
import { BeaconDuty } from "../../src/driver/beaconDuty.js";
import { BlockLookahead } from "../../src/driver/blockLookahead.js";
import { BlockProcessor } from "../../src/driver/blockProcessor.js";
import { checkBlocks } from "../../src/driver/checkBlocks.js";
import { ConsensusDriver } from "../../src/driver/consensusDriver.js";
import { EvidencePool } from "../../src/driver/evidencePool.js";
import { ForkWatch } from "../../src/driver/forkWatch.js";
import { PeerWatch } from "../../src/driver/peerWatch.js";
import { RememberingVerifier } from "../../src/driver/rememberingVerifier.js";
import { gossipTransactions } from "../../src/driver/transactionGossip.js";
import { VoterStore } from "../../src/driver/voterStore.js";
import type { NodeError } from "../../src/errors.js";
import { LocalExecutor } from "../../src/execution/localExecutor.js";
import { TransactionPool } from "../../src/mempool/index.js";
import type { GenesisFile } from "../../src/networks/index.js";
import { configOf, initialiseChain } from "../../src/node/genesisChain.js";
import type { Logger } from "../../src/node/logging.js";
import { RecordStore } from "../../src/records/recordStore.js";
import { RecordView } from "../../src/records/recordView.js";
import { withRecoveries } from "../../src/recovery/recoveryStore.js";
import { HistoricalState, HistoryCache } from "../../src/state/historicalState.js";
import { genesisStateRoot } from "../../src/state/index.js";
import { readStateHead } from "../../src/state/stateHead.js";
import { type CustodyParts, StorageProofs } from "../../src/storageProofs/storageProofs.js";
import { BlockSync } from "../../src/sync/blockSync.js";
import { anchorSessionsOf } from "./anchorStorage.js";
import { OnceVerifier } from "./onceVerifier.js";
import { ETHER, TEST_CHAIN_ID, TestWallet } from "./wallet.js";

export const GENESIS_TIME = 1_800_000_000;
export const SLOT_SECONDS = 2;
export const wallets = Array.from({ length: 4 }, (_, index) => new TestWallet(index));

const oneForAll = new OnceVerifier();

export function testSigner(index: number): BlsSigner {
  // Below the order of the group.
  const secret = sha256(u32be(index));
  secret[0] = 1;
  return new BlsSigner(secret);
}

/** A network of so many validators whose accounts are only plain ones: it starts in a moment. */
export async function testGenesis(validators: number): Promise<GenesisFile> {
  const accounts = wallets.map(({ address }) => ({
    address,
    nonce: 0n,
    balance: 1_000n * ETHER,
    code: new Uint8Array(),
    storage: [],
  }));
  return {
    format: 1,
    network: "test",
    preset: "devnet",
    chainId: TEST_CHAIN_ID,
    forkVersion: 1,
    genesisTime: GENESIS_TIME,
    slotDuration: SLOT_SECONDS,
    stateRoot: toHex(await genesisStateRoot(accounts)),
    validators: Array.from({ length: validators }, (_, index) => {
      const signer = testSigner(index);
      const operator = new Uint8Array(20).fill(index + 1);
      const message = possessionMessage(presets.devnet.chainId, signer.publicKey, operator);
      return {
        blsPublicKey: toHex(signer.publicKey),
        proofOfPossession: toHex(signer.sign(message)),
        peerId: toHex(new Uint8Array(32).fill(index + 1)),
        operator: toHex(operator),
      };
    }),
    alloc: Object.fromEntries(
      accounts.map(({ address, balance }) => [toHex(address), { balance: balance.toString() }]),
    ),
  };
}

const silent: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Everything that a key has signed in public, over all its lives; a different content for one position is a fault. */
export class SignatureLog {
  private readonly seen = new Map<string, string>();
  readonly conflicts: string[] = [];

  note(topic: Topic<unknown>, message: unknown, signer: string): void {
    if (topic.name === "proposal") {
      const { proposal } = message as SignedProposal;
      const { height, slot, round, validSlot, validRound } = proposal;
      this.add([signer, height, slot, round, 0], `${toHex(headerRoot(proposal.header))}/${validSlot}/${validRound}`);
    } else if (topic.name === "vote") {
      const { vote } = message as SignedVote;
      const step = stepOfKind(vote.kind) ?? -1;
      this.add([signer, vote.height, vote.slot, vote.round, step], `${vote.kind}/${toHex(vote.blockRoot)}`);
    }
  }

  get size(): number {
    return this.seen.size;
  }

  private add(position: readonly (string | number)[], content: string): void {
    const name = position.join("/");
    const before = this.seen.get(name) ?? content;
    this.seen.set(name, content);
    if (before !== content) this.conflicts.push(`${name}: ${before}, then ${content}`);
  }
}

export interface TestValidatorOptions {
  readonly genesis: GenesisFile;
  /** Number of its key; undefined follows without a key. */
  readonly index: number | undefined;
  /** On the network, when it is not the first with this key. */
  readonly name?: string;
  /** What it keeps of sessions, and answers storage challenges for. */
  readonly custody?: CustodyParts;
  /** A planted bug: signatures leave before anything is on disk. */
  readonly forgetful?: boolean;
}

export interface TestValidatorModules {
  readonly store: KeyValueStore;
  readonly clock: Clock;
  readonly hub: MemoryHub;
  /** In place of a place at the hub. */
  readonly network?: ConsensusNetwork;
  readonly signatures?: SignatureLog;
}

/** A validator of the real parts on a given store, a virtual clock and a network in memory; the EVM on this thread. */
export class TestValidator {
  readonly config: ChainConfig;
  readonly chain: Chain;
  readonly mempool: TransactionPool;
  readonly driver: ConsensusDriver;
  readonly agreement: Agreement;
  readonly network: ConsensusNetwork;
  readonly forks: ForkWatch;
  readonly watch: PeerWatch;
  readonly sync: BlockSync;
  readonly proofs: StorageProofs;
  readonly records: RecordView;
  fatal: NodeError | undefined;
  private readonly ends: (() => Promise<void> | void)[];

  private constructor(
    parts: Pick<
      TestValidator,
      | "config"
      | "chain"
      | "mempool"
      | "driver"
      | "agreement"
      | "network"
      | "forks"
      | "watch"
      | "sync"
      | "proofs"
      | "records"
    >,
    ends: (() => Promise<void> | void)[],
  ) {
    this.config = parts.config;
    this.chain = parts.chain;
    this.mempool = parts.mempool;
    this.driver = parts.driver;
    this.agreement = parts.agreement;
    this.network = parts.network;
    this.forks = parts.forks;
    this.watch = parts.watch;
    this.sync = parts.sync;
    this.proofs = parts.proofs;
    this.records = parts.records;
    this.ends = ends;
  }

  static async start(options: TestValidatorOptions, modules: TestValidatorModules): Promise<TestValidator> {
    const { store, clock, hub } = modules;
    const founded = configOf(options.genesis);
    await initialiseChain(store, options.genesis, founded);
    const config = await withRecoveries(founded, store);
    const chain = new Chain(
      { chainId: TEST_CHAIN_ID, genesisRoot: config.genesisRoot },
      { store, onListenerError: (error) => assert.fail(String(error)) },
    );
    const executor = await LocalExecutor.open(
      { chainId: TEST_CHAIN_ID, keepBlocks: 128, archive: false },
      { store, blockRoot: (height) => chain.rootAt(height) },
    );
    const undo = new HistoryCache();
    const sessions = anchorSessionsOf(store);
    const mempool = await TransactionPool.open(
      { chainId: TEST_CHAIN_ID, gasLimit: config.params.gasLimit, senders: { threads: 0 } },
      {
        store,
        clock,
        account: (address) => new HistoricalState(store, readStateHead(store)?.height ?? 0, undo).account(address),
        nextBaseFee: () => nextBaseFee(chain.head().header),
        sendersOf: (height) => chain.senders(height),
      },
    );
    const signer = options.index === undefined ? undefined : testSigner(options.index);
    const nodeId = signer === undefined ? undefined : nodeIdOf(signer.publicKey);
    const verifier = new RememberingVerifier(oneForAll);
    const voterStore =
      nodeId === undefined ? undefined : new VoterStore({ genesisRoot: config.genesisRoot, nodeId }, { store });
    if (voterStore !== undefined && options.forgetful === true) voterStore.persist = async () => undefined;
    const restored = await voterStore?.load();
    const name = options.name ?? `node ${options.index ?? "follower"}`;
    const network = modules.network ?? hub.join(name);
    const { signatures } = modules;
    if (signatures !== undefined) {
      const publish = network.publish.bind(network);
      network.publish = (topic, message) => {
        signatures.note(topic as Topic<unknown>, message, name);
        publish(topic, message);
      };
    }
    const forks: ForkWatch = new ForkWatch({
      config,
      network,
      tip: () => processor.tip,
      verifier,
      nodeId,
      onPromise: (forkVersion) => driver.offer({ type: "promise", forkVersion }),
      logger: silent,
      keep: async () => "kept",
    });
    const beacons: BeaconDuty = new BeaconDuty(
      { config, signer, nodeId },
      {
        tip: () => processor.tip,
        network,
        clock,
        networkNow: () => watch.networkNow,
        verifier,
        isOtherFork: (peer) => forks.isOther(peer),
      },
    );
    const evidence: EvidencePool = new EvidencePool(
      { config, nodeId },
      {
        tip: () => processor.tip,
        network,
        store,
        verifier,
        logger: silent,
        onOwnVotes: (votes) => driver.offer({ type: "ownVotes", votes }),
      },
    );
    const proofs: StorageProofs = new StorageProofs(
      { config, signer, nodeId },
      {
        tip: () => processor.tip,
        chain,
        network,
        verifier,
        isOtherFork: (peer) => forks.isOther(peer),
        logger: silent,
      },
    );
    const processor: BlockProcessor = new BlockProcessor(
      { config, signer },
      {
        chain,
        store,
        executor,
        mempool,
        verifier,
        logger: silent,
        evidence,
        sessions,
        proofs: (tip) => proofs.tasksFor(tip),
        lookahead: new BlockLookahead(
          { config },
          { checker: { check: async (blocks) => checkBlocks(blocks) }, verifier },
        ),
        beacons: (tip, slot) => beacons.tasksFor(tip, slot),
        ...(voterStore === undefined ? {} : { extraOps: (height) => voterStore.pruneOps(height) }),
      },
    );
    const agreement = new Agreement({
      params: config.params,
      genesisRoot: config.genesisRoot,
      genesisTime: config.clock.genesisTime,
      slotDuration: config.clock.slotDuration,
      forkVersionAt: (slot) => forkVersionAt(config, slot),
      verifier,
      startedAt: clock.now(),
      ...(signer === undefined ? {} : { signer }),
      ...(restored === undefined ? {} : { restored }),
    });
    const sync = new BlockSync({
      network,
      chain,
      importBlocks: (blocks) => driver.importBlocks(blocks),
      isOtherFork: (peer) => forks.isOther(peer),
      clock,
      logger: silent,
    });
    const driver: ConsensusDriver = new ConsensusDriver({
      agreement,
      work: processor,
      network,
      voterStore,
      clock,
      logger: silent,
      onFatal: (error) => {
        validator.fatal = error;
      },
      onBehind: (peer, height) => sync.notice(peer, height - 1),
      isOtherFork: (peer) => forks.isOther(peer),
    });
    const watch: PeerWatch = new PeerWatch(
      { nodeId },
      { network, chain, clock, sync, agreement, driver, forks, slots: config.clock, onClock: () => undefined },
    );
    watch.start();
    await evidence.start();
    proofs.start();
    if (options.custody !== undefined) proofs.startDuties(options.custody);
    beacons.start();
    const endGossip = gossipTransactions(network, mempool);
    await network.start();
    driver.start();
    const records = new RecordView({
      config,
      chain,
      tip: () => processor.tip,
      records: new RecordStore(store),
      answers: (id) => proofs.figures(id),
    });
    const parts = { config, chain, mempool, driver, agreement, network, forks, watch, sync, proofs, records };
    const validator = new TestValidator(parts, [
      () => proofs.stopDuties(),
      () => driver.stop(),
      () => sync.stop(),
      () => watch.stop(),
      () => beacons.stop(),
      () => proofs.stop(),
      () => evidence.stop(),
      endGossip,
      () => network.stop(),
      () => mempool.stop(),
      () => executor.stop(),
    ]);
    return validator;
  }

  get height(): number {
    return this.chain.head().header.height;
  }

  async stop(): Promise<void> {
    for (const end of this.ends.splice(0)) await end();
  }

  /** As a killed process: nothing more is written or sent. */
  kill(): void {
    void this.network.stop();
  }
}

/** Lets everything happen that needs no time to pass. */
export async function settle(validators: readonly TestValidator[], hub: MemoryHub): Promise<void> {
  for (let quiet = 0; quiet < 3; ) {
    await setImmediate();
    const failed = validators.find((validator) => validator.fatal !== undefined);
    if (failed?.fatal !== undefined) throw failed.fatal.cause ?? failed.fatal;
    quiet = hub.busy > 0 || validators.some(({ driver, proofs }) => driver.busy || proofs.busy) ? 0 : quiet + 1;
  }
}

/** Moves the clock from timer to timer until `done` or until `seconds` have passed. */
export async function run(
  validators: readonly TestValidator[],
  modules: { readonly clock: VirtualClock; readonly hub: MemoryHub },
  options: { readonly seconds: number; readonly done?: () => boolean },
): Promise<void> {
  const { clock, hub } = modules;
  const end = clock.now() + options.seconds * 1000;
  await settle(validators, hub);
  while (options.done?.() !== true) {
    const next = clock.nextTimer();
    if (next === undefined || next > end) {
      clock.advanceTo(end);
      await settle(validators, hub);
      return;
    }
    clock.advanceTo(next);
    await settle(validators, hub);
  }
}
