import {
  type Block,
  type BlockPlan,
  type ChainConfig,
  type CommitCertificate,
  type ConsensusState,
  type SlotResult,
  scheduleOfHeight,
  slotResults,
  type Tip,
  workTally,
} from "@lucid/consensus";
import type { BatchOp } from "@lucid/storage";
import type { RecordStore } from "./recordStore.js";

/**
 * How the slots ended in which the tip's height was open. They end with the view of `certificate`; the one that the next
 * block carries makes all nodes agree, while a node's own may be of a later view.
 * @param before the slot of the certificate that the tip's block carries
 */
export function tipResults(
  config: ChainConfig,
  tip: Tip,
  before: number,
  certificate: CommitCertificate,
): SlotResult[] {
  const { header, state } = tip;
  if (header.height === 0) return [];
  const schedule = scheduleOfHeight(state, header.height, config.params.epochSlots);
  return schedule === undefined ? [] : slotResults(schedule, before + 1, header, certificate);
}

export interface DecidedBlock {
  readonly block: Block;
  readonly plan: BlockPlan;
  /** After the block. */
  readonly state: ConsensusState;
  /** The parent. */
  readonly tip: Tip;
  /** Slot of the certificate that the parent carries. */
  readonly parentSince: number;
}

/** Records that a block brings: its tasks, the slots that it ends for its parent, the tally of the epoch that it closes. */
export function recordOps(records: RecordStore, config: ChainConfig, decided: DecidedBlock): BatchOp[] {
  const { block, plan, state, tip, parentSince } = decided;
  const results = tipResults(config, tip, parentSince, block.body.parentCommit);
  const closed = tip.state.epoch.epoch;
  return [
    records.taskOp(block.header.height, plan.tasks, state),
    ...records.leaderOps(results, tip.header.height),
    ...(state.epoch.epoch === closed ? [] : records.tallyOps(closed, workTally(tip.state, config.params))),
  ];
}
