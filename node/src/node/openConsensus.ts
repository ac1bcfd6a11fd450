import { join } from "node:path";
import { Agreement, BlsSigner, BlsVerifier, forkVersionAt, nodeIdOf, type Tip } from "@lucid/consensus";
import { hasCode } from "@lucid/consensus/base";
import type { Libp2pNetwork } from "@lucid/p2p";
import { realFileSystem, writeFileAtomic } from "@lucid/storage";
import { AnchorSessions } from "../chain/anchorSessions.js";
import { BeaconDuty } from "../driver/beaconDuty.js";
import { BlockLookahead } from "../driver/blockLookahead.js";
import { BlockProcessor } from "../driver/blockProcessor.js";
import { ConsensusDriver } from "../driver/consensusDriver.js";
import { EvidencePool } from "../driver/evidencePool.js";
import { ForkWatch } from "../driver/forkWatch.js";
import { PeerWatch } from "../driver/peerWatch.js";
import { RememberingVerifier } from "../driver/rememberingVerifier.js";
import { gossipTransactions } from "../driver/transactionGossip.js";
import { VoterStore } from "../driver/voterStore.js";
import { WorkerBlockChecker } from "../driver/workerBlockChecker.js";
import { NodeError } from "../errors.js";
import { ANCHORS_ADDRESS } from "../proof/sessionEvent.js";
import { encodeRecovery } from "../recovery/recoveryFile.js";
import { SnapshotShelf } from "../snapshot/snapshotShelf.js";
import { StorageProofs } from "../storageProofs/storageProofs.js";
import { BlockSync } from "../sync/blockSync.js";
import { createNetwork } from "./createNetwork.js";
import type { OpenChain } from "./openChain.js";
import type { StartContext } from "./startContext.js";
import type { NodeOptions } from "./types.js";

export interface OpenConsensus {
  /** None for a follower. */
  readonly signer: BlsSigner | undefined;
  readonly nodeId: Uint8Array | undefined;
  readonly network: Libp2pNetwork;
  readonly sync: BlockSync;
  readonly agreement: Agreement;
  readonly driver: ConsensusDriver;
  /** The head with the consensus state after it. */
  readonly tip: () => Tip;
  readonly watch: PeerWatch;
  readonly evidence: EvidencePool;
  readonly forks: ForkWatch;
  readonly shelf: SnapshotShelf;
  readonly proofs: StorageProofs;
}

/**
 * Connects to the peers and starts to follow or to vote, from where the voter record says that it was.
 * @throws NodeError VALIDATOR_KEY_UNKNOWN, CHAIN_CORRUPT; P2pError P2P_LISTEN_FAILED, P2P_BAD_ADDRESS
 */
export async function openConsensus(
  context: StartContext,
  open: OpenChain,
  clientVersion: string,
): Promise<OpenConsensus> {
  const { options, clock, logging, resources, onFatal } = context;
  const { config, store, chain, executor, mempool, state } = open;
  const { genesisRoot } = config;
  const signer = signerOf(options);
  const nodeId = signer === undefined ? undefined : nodeIdOf(signer.publicKey);
  const verifier = new RememberingVerifier(new BlsVerifier());
  const voterStore = nodeId === undefined ? undefined : new VoterStore({ genesisRoot, nodeId }, { store });
  const restored = await voterStore?.load();
  const sessions = new AnchorSessions((slot, height) => state.storage(ANCHORS_ADDRESS, slot, height));
  const network = await createNetwork(context, open, clientVersion);
  const forks: ForkWatch = new ForkWatch({
    config,
    network,
    tip: () => processor.tip,
    verifier,
    nodeId,
    onPromise: (forkVersion) => driver.offer({ type: "promise", forkVersion }),
    logger: logging.module("consensus"),
    async keep(recovery) {
      const path = join(options.config.dataDir, `recovery-fork${recovery.plan.forkVersion}.json`);
      await writeFileAtomic(realFileSystem, path, new TextEncoder().encode(encodeRecovery(recovery)), 0o644);
      return path;
    },
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
      logger: logging.module("consensus"),
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
      logger: logging.module("chunks"),
    },
  );
  const checker = new WorkerBlockChecker();
  resources.add("block checks", () => checker.stop());
  const processor: BlockProcessor = new BlockProcessor(
    { config, signer, checkpoint: open.checkpoint, archive: options.config.chain.archive },
    {
      chain,
      store,
      executor,
      mempool,
      verifier,
      logger: logging.module("chain"),
      evidence,
      sessions,
      proofs: (tip) => proofs.tasksFor(tip),
      lookahead: new BlockLookahead({ config }, { checker, verifier }),
      beacons: (tip, slot) => beacons.tasksFor(tip, slot),
      ...(voterStore === undefined ? {} : { extraOps: (height) => voterStore.pruneOps(height) }),
    },
  );
  const agreement = new Agreement({
    params: config.params,
    genesisRoot,
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
    logger: logging.module("sync"),
  });
  const driver: ConsensusDriver = new ConsensusDriver({
    agreement,
    work: processor,
    network,
    voterStore,
    clock,
    logger: logging.module("consensus"),
    onFatal,
    onBehind: (peer, height) => sync.notice(peer, height - 1),
    isOtherFork: (peer) => forks.isOther(peer),
  });
  const log = logging.module("consensus");
  const onClock = (trusted: boolean, offset: number): void => {
    if (trusted) log.info({ offset }, "the clock agrees with the peers' again");
    else {
      const code = "CLOCK_OFF";
      log.warn({ code, offset }, "the clock is more than 10 s off the peers' median; slots open by votes only");
    }
  };
  const slots = config.clock;
  const watch: PeerWatch = new PeerWatch(
    { nodeId },
    { network, chain, clock, sync, agreement, driver, forks, slots, onClock },
  );

  const shelf = new SnapshotShelf(
    { config, folder: open.paths.snapshots, make: options.config.chain.snapshots },
    { store, chain, network, logger: logging.module("sync"), isBehind: () => sync.progress() !== undefined },
  );

  await network.start();
  resources.add("network", () => network.stop());
  resources.add("transaction gossip", gossipTransactions(network, mempool));
  await evidence.start();
  resources.add("evidence", () => evidence.stop());
  proofs.start();
  resources.add("storage proofs", () => proofs.stop());
  beacons.start();
  resources.add("beacons", () => beacons.stop());
  watch.start();
  resources.add("peer watch", () => watch.stop());
  resources.add("sync", () => sync.stop());
  await shelf.start();
  resources.add("snapshots", () => shelf.stop());
  driver.start();
  resources.add("consensus", () => driver.stop());
  const tip = () => processor.tip;
  return { signer, nodeId, network, sync, agreement, driver, tip, watch, evidence, forks, shelf, proofs };
}

function signerOf(options: NodeOptions): BlsSigner | undefined {
  if (!options.config.validator) return undefined;
  if (options.blsSecretKey === undefined) {
    throw new NodeError({
      code: "VALIDATOR_KEY_UNKNOWN",
      message: "a validator needs its BLS key; open keys/bls.json first",
    });
  }
  try {
    return new BlsSigner(options.blsSecretKey);
  } catch (cause) {
    if (!hasCode(cause, "BAD_KEY")) throw cause;
    throw new NodeError({ code: "VALIDATOR_KEY_UNKNOWN", message: "keys/bls.json holds no valid BLS key", cause });
  }
}
