import {
  type ChainConfig,
  epochOfSlot,
  openSchedule,
  proposerOrder,
  scheduleSet,
  type TallyRow,
  type Task,
  type Tip,
  workTally,
} from "@lucid/consensus";
import type { ChainReader } from "../interfaces.js";
import type { AnswerFigures } from "../storageProofs/challengeLog.js";
import { tipResults } from "./blockRecords.js";
import { type NodeStanding, nodeStanding } from "./nodeStanding.js";
import type { LeaderRow, RecordStore } from "./recordStore.js";

export interface RecordViewModules {
  readonly config: ChainConfig;
  readonly chain: ChainReader;
  readonly records: RecordStore;
  /** The head with the state after it. */
  readonly tip: () => Tip;
  /** How a node answered its storage challenges, as this one saw it. */
  readonly answers?: (nodeId: Uint8Array) => AnswerFigures | undefined;
}

/** A slot that is over, or one to come, whose result is open. */
export type ScheduleRow = LeaderRow | (Omit<LeaderRow, "reason"> & { readonly reason: undefined });

export interface EpochTally {
  readonly epoch: number;
  /** The epoch goes on, and its tally grows. */
  readonly open: boolean;
  readonly rows: readonly TallyRow[];
}

/** As many as a record holds. */
const SHOWN_FALLBACKS = 8;

/** The records as people ask for them: what is stored, and what follows from the head for what is not over yet. */
export class RecordView {
  private readonly modules: RecordViewModules;

  constructor(modules: RecordViewModules) {
    this.modules = modules;
  }

  get epochSlots(): number {
    return this.modules.config.params.epochSlots;
  }

  headSlot(): number {
    return this.modules.tip().header.slot;
  }

  /** Slots in order, as far as the schedule is known: to the end of the epoch after the head's. */
  schedule(from: number, count: number): ScheduleRow[] {
    const { records } = this.modules;
    const rows: ScheduleRow[] = [];
    const last = (epochOfSlot(this.headSlot(), this.epochSlots) + 2) * this.epochSlots - 1;
    const recent = this.recent();
    // Slots before a snapshot with which the chain began left no rows here.
    const first =
      (this.modules.chain.blockByHeight(this.modules.chain.earliestHeight())?.body.parentCommit.slot ?? 0) + 1;
    for (let slot = Math.max(first, from); slot <= last && rows.length < count; slot++) {
      rows.push(recent.find((row) => row.slot === slot) ?? records.leader(slot) ?? this.coming(slot));
    }
    return rows;
  }

  /** Slots of the head's height: its row is stored with the next block. */
  private recent(): LeaderRow[] {
    const { chain, config, tip } = this.modules;
    const head = tip();
    const { height } = head.header;
    const certificate = chain.commit(height);
    const block = chain.blockByHeight(height);
    if (certificate === undefined || block === undefined) return [];
    return tipResults(config, head, block.body.parentCommit.slot, certificate).map((row) => ({ ...row, height }));
  }

  private coming(slot: number): ScheduleRow {
    const { state, header } = this.modules.tip();
    const set = scheduleSet(openSchedule(state, this.epochSlots), slot);
    const [primary, ...fallbacks] = proposerOrder(set, slot, this.epochSlots)
      .slice(0, SHOWN_FALLBACKS + 1)
      .flatMap((index) => set.members[index]?.entity ?? []);
    return { slot, primary, fallbacks, winner: undefined, reason: undefined, height: header.height + 1 };
  }

  /** Of the open epoch when none is named. */
  async tally(epoch: number | undefined): Promise<EpochTally> {
    const { state } = this.modules.tip();
    const current = state.epoch.epoch;
    if (epoch !== undefined && epoch !== current) {
      return { epoch, open: false, rows: await this.modules.records.tally(epoch) };
    }
    return { epoch: current, open: true, rows: workTally(state, this.modules.config.params) };
  }

  /** What the state after the head says of a node. */
  node(nodeId: Uint8Array): NodeStanding | undefined {
    return nodeStanding(this.modules.tip().state, nodeId, this.modules.config.params);
  }

  /** Undefined when nothing was asked of it, as far as this node has seen since its start. */
  answers(nodeId: Uint8Array): AnswerFigures | undefined {
    return this.modules.answers?.(nodeId);
  }

  /** Undefined for genesis and for blocks that are not there. */
  tasks(height: number): Task[] | undefined {
    const block = this.modules.chain.blockByHeight(height);
    if (block === undefined) return undefined;
    return this.modules.records.tasks(height, block.header.timestamp, this.modules.tip().state);
  }
}
