import { ContainerType, ListBasicType, ListCompositeType, type ValueOf } from "@chainsafe/ssz";
import { blsSignature, bytes32, REGISTRY_LIMIT, safeU64, u8, u16, u32 } from "./ssz.js";

/*
 * What a node remembers for people beside the chain: how slots ended, what was credited, who worked how much. It follows
 * from the blocks, is never sent and decides nothing; the types are SSZ so that all records of a database are.
 */

/** Ids that many rows of one record share. */
const SHARED_IDS = 65_536;

/** One slot of `leader_schedule`, by entity. Lists of at most one stand for what may be absent. */
export const LeaderRecord = new ContainerType(
  {
    slot: u32,
    primary: new ListCompositeType(bytes32, 1),
    fallbacks: new ListCompositeType(bytes32, 8),
    winner: new ListCompositeType(bytes32, 1),
    /** 0 empty, 1 primary, 2 timeout_fallback, 3 carried. */
    reason: u8,
    /** The height that was open in the slot. */
    height: u32,
  },
  { typeName: "LeaderRecord" },
);
export type LeaderRecord = ValueOf<typeof LeaderRecord>;

/** Tasks of one kind, slot and evidence. */
const TaskGroup = new ContainerType(
  {
    /** 0 validation_signature, 1 storage_proof, 2 relay_bandwidth, 3 uptime_beacon. */
    type: u8,
    slot: u32,
    sig: blsSignature,
    /** By task: index in the registry, index in `pools` plus one or 0, credits. */
    nodes: new ListBasicType(u32, REGISTRY_LIMIT),
    pools: new ListBasicType(u16, REGISTRY_LIMIT),
    values: new ListBasicType(safeU64, REGISTRY_LIMIT),
  },
  { typeName: "TaskGroup" },
);

/** All that a block credited: `task_proofs`. */
export const TaskRecord = new ContainerType(
  { pools: new ListCompositeType(bytes32, SHARED_IDS), groups: new ListCompositeType(TaskGroup, 1024) },
  { typeName: "TaskRecord" },
);
export type TaskRecord = ValueOf<typeof TaskRecord>;

/** One entity in one epoch: `work_tally`. */
export const TallyRecord = new ContainerType(
  {
    nodes: u32,
    credits: safeU64,
    storage: safeU64,
    relay: safeU64,
    uptime: safeU64,
    validation: safeU64,
    windowCredits: safeU64,
    liveScore: u32,
    rankKey: safeU64,
    rank: u32,
  },
  { typeName: "TallyRecord" },
);
export type TallyRecord = ValueOf<typeof TallyRecord>;
