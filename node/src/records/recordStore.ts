import {
  type ConsensusState,
  LeaderRecord,
  nodeIndex,
  type SlotReason,
  type SlotResult,
  TallyRecord,
  type TallyRow,
  type Task,
  TaskRecord,
  TaskType,
} from "@lucid/consensus";
import { toHex } from "@lucid/consensus/base";
import {
  type BatchOp,
  bytesCodec,
  type Codec,
  type KeyValueStore,
  namespaces,
  Repository,
  tupleCodec,
  u32Codec,
} from "@lucid/storage";
import { NodeError } from "../errors.js";

const REASONS: readonly SlotReason[] = ["empty", "primary", "timeout_fallback", "carried"];
const TASK_TYPES: readonly TaskType[] = [
  TaskType.ValidationSignature,
  TaskType.StorageProof,
  TaskType.RelayBandwidth,
  TaskType.UptimeBeacon,
];

/** How a slot ended, with the height that was open in it. */
export interface LeaderRow extends SlotResult {
  readonly height: number;
}

function sszCodec<T>(type: { serialize(value: T): Uint8Array; deserialize(bytes: Uint8Array): T }): Codec<T> {
  return { encode: (value) => type.serialize(value), decode: (bytes) => type.deserialize(bytes) };
}

function rowOf(record: LeaderRecord): LeaderRow {
  const { slot, primary, fallbacks, winner, height } = record;
  const reason = REASONS[record.reason];
  if (reason === undefined) {
    throw new NodeError({ code: "CHAIN_CORRUPT", message: `the record of slot ${slot} has no known reason` });
  }
  return { slot, primary: primary[0], fallbacks, winner: winner[0], reason, height };
}

/**
 * `leader_schedule`, `task_proofs` and `work_tally`: what follows from the chain and is asked for by people. Writes
 * nothing itself; its operations go into the one batch of a block.
 */
export class RecordStore {
  private readonly leaders: Repository<number, LeaderRecord>;
  private readonly taskRecords: Repository<number, TaskRecord>;
  private readonly tallies: Repository<readonly [number, Uint8Array], TallyRecord>;

  constructor(store: KeyValueStore) {
    this.leaders = new Repository(store, {
      namespace: namespaces.leaderSchedule,
      key: u32Codec,
      value: sszCodec(LeaderRecord),
    });
    this.taskRecords = new Repository(store, {
      namespace: namespaces.taskProofs,
      key: u32Codec,
      value: sszCodec(TaskRecord),
    });
    this.tallies = new Repository(store, {
      namespace: namespaces.workTally,
      key: tupleCodec(u32Codec, bytesCodec(32)),
      value: sszCodec(TallyRecord),
    });
  }

  leaderOps(results: readonly SlotResult[], height: number): BatchOp[] {
    return results.map(({ slot, primary, fallbacks, winner, reason }) =>
      this.leaders.putOp(slot, {
        slot,
        primary: primary === undefined ? [] : [primary],
        fallbacks: [...fallbacks],
        winner: winner === undefined ? [] : [winner],
        reason: REASONS.indexOf(reason),
        height,
      }),
    );
  }

  /** @param state whose registry knows the nodes of the tasks */
  taskOp(height: number, tasks: readonly Task[], state: ConsensusState): BatchOp {
    const pools: Uint8Array[] = [];
    const poolNumbers = new Map<string, number>();
    const groups = new Map<string, TaskRecord["groups"][number]>();
    for (const { type, slot, sig, nodeId, poolId, value } of tasks) {
      const node = nodeIndex(state, nodeId);
      if (node === undefined) {
        throw new NodeError({ code: "CHAIN_CORRUPT", message: `a task names node ${toHex(nodeId)}, which is unknown` });
      }
      const name = `${type} ${slot} ${toHex(sig)}`;
      const group = groups.get(name) ?? { type: TASK_TYPES.indexOf(type), slot, sig, nodes: [], pools: [], values: [] };
      groups.set(name, group);
      let pool = poolId === undefined ? 0 : poolNumbers.get(toHex(poolId));
      if (pool === undefined && poolId !== undefined) {
        pool = pools.push(poolId);
        poolNumbers.set(toHex(poolId), pool);
      }
      group.nodes.push(node);
      group.pools.push(pool ?? 0);
      group.values.push(value);
    }
    return this.taskRecords.putOp(height, { pools, groups: [...groups.values()] });
  }

  tallyOps(epoch: number, rows: readonly TallyRow[]): BatchOp[] {
    return rows.map(({ entity, ...row }) => this.tallies.putOp([epoch, entity], row));
  }

  leader(slot: number): LeaderRow | undefined {
    const record = this.leaders.get(slot);
    return record === undefined ? undefined : rowOf(record);
  }

  async *leaderRows(): AsyncGenerator<LeaderRow, void, void> {
    for await (const [, record] of this.leaders.entries()) yield rowOf(record);
  }

  /** @param state any later one: indices of the registry are never reused */
  tasks(height: number, timestamp: bigint, state: ConsensusState): Task[] | undefined {
    const record = this.taskRecords.get(height);
    if (record === undefined) return undefined;
    const tasks: Task[] = [];
    for (const { type, slot, sig, nodes, pools, values } of record.groups) {
      const name = TASK_TYPES[type];
      nodes.forEach((node, index) => {
        const nodeId = state.nodes[node]?.nodeId;
        const pool = pools[index] ?? 0;
        const poolId = pool === 0 ? undefined : record.pools[pool - 1];
        if (name === undefined || nodeId === undefined || (pool !== 0 && poolId === undefined)) {
          throw new NodeError({
            code: "CHAIN_CORRUPT",
            message: `the tasks of block ${height} name what is not there`,
          });
        }
        const value = values[index] ?? 0;
        tasks.push({ nodeId, ...(poolId && { poolId }), slot, type: name, value, sig, ts: timestamp });
      });
    }
    return tasks;
  }

  /** By rank. */
  async tally(epoch: number): Promise<TallyRow[]> {
    const rows: TallyRow[] = [];
    for await (const [[, entity], row] of this.tallies.entries({ prefix: u32Codec.encode(epoch) })) {
      rows.push({ entity, ...row });
    }
    return rows.sort((a, b) => a.rank - b.rank);
  }
}
