import {
  BlsVerifier,
  type ChainConfig,
  checkConsents,
  checkRecovery,
  headerRoot,
  latestFork,
  mergeRecoveries,
  planRecovery,
  Recovery,
  type RecoveryWeight,
  type Signer,
  signRecovery,
  slotAt,
  type Tip,
  VoterRecord,
  withRecovery,
} from "@lucid/consensus";
import { type Clock, equalBytes, toHex } from "@lucid/consensus/base";
import type { KeyValueStore } from "@lucid/storage";
import { BlockStore } from "../chain/blockStore.js";
import type { VoterStore } from "../driver/voterStore.js";
import { NodeError } from "../errors.js";
import { adoptOp, hasSigned, signedOp } from "./recoveryStore.js";

export interface StoppedNodeModules {
  /** With the recoveries that were adopted before. */
  readonly config: ChainConfig;
  readonly store: KeyValueStore;
  readonly voterStore: VoterStore;
  readonly nodeId: Uint8Array;
}

const verifier = new BlsVerifier();

/** What is done to a recovery with the chain and the voter's memory of a node that does not run. */
export class StoppedNode {
  readonly tip: Tip;
  private readonly modules: StoppedNodeModules;

  /** @throws NodeError CHAIN_CORRUPT without a chain */
  constructor(modules: StoppedNodeModules) {
    this.modules = modules;
    const blocks = new BlockStore(modules.store);
    const head = blocks.head();
    const block = head === undefined ? undefined : blocks.block(head.height);
    const state = blocks.decodedState();
    if (block === undefined || state === undefined) {
      throw new NodeError({ code: "CHAIN_CORRUPT", message: "this data directory holds no chain yet; start it once" });
    }
    this.tip = { header: block.header, root: block.root, state };
  }

  /** nodeIds of the voters of the open height. */
  get voters(): readonly Uint8Array[] {
    return this.tip.state.voters.members.map(({ nodeId }) => nodeId);
  }

  /**
   * A recovery without signatures, from this node's head. @param slot first slot of the new fork; by default the next one
   * @throws ConsensusError RECOVERY_*
   */
  create(clock: Clock, voters: readonly Uint8Array[], slot?: number): Recovery {
    const { config } = this.modules;
    const next = Math.max(slotAt(config.clock, clock.now()), this.tip.state.slot) + 1;
    return { plan: planRecovery(config, this.tip, { slot: slot ?? next, voters }), consents: [], block: [] };
  }

  /** Weight of who has signed. @throws ConsensusError RECOVERY_* but RECOVERY_WEIGHT */
  check(recovery: Recovery): RecoveryWeight {
    return checkConsents(this.modules.config, this.tip, recovery, verifier);
  }

  /**
   * Adds this voter's consent with its lock. Before the signature exists it is on disk that the key signs no lower fork and
   * no other plan again.
   * @throws ConsensusError RECOVERY_*; NodeError RECOVERY_SIGNED, RECOVERY_UNFIT
   */
  async sign(recovery: Recovery, signer: Signer): Promise<Recovery> {
    const { store, voterStore, nodeId } = this.modules;
    const { plan } = recovery;
    this.check(recovery);
    const height = plan.height + 1;
    if (!this.voters.some((voter) => equalBytes(voter, nodeId))) {
      throw unfit(`node ${toHex(nodeId)} is no voter of the last set: its signature would not count`);
    }
    const restored = await voterStore.load();
    const record = restored?.record ?? this.emptyRecord();
    if (record.forkVersion >= plan.forkVersion && !hasSigned(store, plan)) {
      throw new NodeError({
        code: "RECOVERY_SIGNED",
        message: `this key has signed for fork ${record.forkVersion} already, and signs one plan a fork only`,
      });
    }
    if (record.silentThrough > 0 && height <= record.silentThrough + 1) {
      throw unfit("the voter record is old: it may lack the lock that the signature must tell");
    }
    const beyond = record.markHeight > height || (record.markHeight === height && record.markSlot >= plan.slot);
    if (beyond) throw unfit(`this key has signed at height ${record.markHeight}, slot ${record.markSlot}`);
    const [lock] = record.height === height ? record.lock : [];
    const block = lock && restored?.blocks.find(({ header }) => equalBytes(headerRoot(header), lock.blockRoot));
    await voterStore.persist({ ...record, forkVersion: plan.forkVersion }, [], [signedOp(plan)]);
    const consent = signRecovery(signer, plan, lock);
    return mergeRecoveries(recovery, { plan, consents: [consent], block: block === undefined ? [] : [block] });
  }

  /**
   * Takes the recovery as the rules from now on, in one synced batch. A node that is behind its head may do so as well: it
   * is checked when the head is reached.
   * @returns "adopted", "later" or "known"; @throws ConsensusError RECOVERY_*
   */
  async adopt(recovery: Recovery): Promise<"adopted" | "later" | "known"> {
    const { config, voterStore } = this.modules;
    const { plan } = recovery;
    const known = config.recoveries.find((other) => other.plan.forkVersion === plan.forkVersion);
    if (known !== undefined && Recovery.equals(known, recovery)) return "known";
    const behind =
      plan.height > this.tip.state.height &&
      plan.forkVersion === latestFork(config) + 1 &&
      equalBytes(plan.genesisRoot, config.genesisRoot);
    if (behind) withRecovery(config, recovery);
    else checkRecovery(config, this.tip, recovery, verifier);
    const record = (await voterStore.load())?.record ?? this.emptyRecord();
    const forkVersion = Math.max(record.forkVersion, plan.forkVersion);
    await voterStore.persist({ ...record, forkVersion }, [], [adoptOp(recovery)]);
    return behind ? "later" : "adopted";
  }

  private emptyRecord(): VoterRecord {
    const { config, nodeId } = this.modules;
    return {
      ...VoterRecord.defaultValue(),
      genesisRoot: config.genesisRoot,
      nodeId,
      forkVersion: latestFork(config),
    };
  }
}

function unfit(message: string): NodeError {
  return new NodeError({ code: "RECOVERY_UNFIT", message });
}
