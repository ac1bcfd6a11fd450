import { BitListType, ByteListType, ContainerType, ListCompositeType, type ValueOf } from "@chainsafe/ssz";
import { blsSignature, bytes32, REGISTRY_LIMIT, u32, u64 } from "./ssz.js";

/** One bit for each node of the registry, by its index. */
export const NodeBits = new BitListType(REGISTRY_LIMIT);

/** The signed part of an uptime beacon: alive in the second half of `slot`, having seen the last block before it. */
export const Beacon = new ContainerType({ slot: u32, blockRoot: bytes32 }, { typeName: "Beacon" });
export type Beacon = ValueOf<typeof Beacon>;

/** A beacon on the wire; `node` is the index in the registry. */
export const SignedBeacon = new ContainerType(
  { beacon: Beacon, node: u32, signature: blsSignature },
  { typeName: "SignedBeacon" },
);
export type SignedBeacon = ValueOf<typeof SignedBeacon>;

/** All beacons of one slot that a block includes. The root that they sign follows from the chain. */
export const BeaconTask = new ContainerType(
  { slot: u32, nodes: NodeBits, signature: blsSignature },
  { typeName: "BeaconTask" },
);
export type BeaconTask = ValueOf<typeof BeaconTask>;

/** Answer to storage challenge number `challenge` of the block at `height`. */
export const StorageTask = new ContainerType(
  {
    nodeId: bytes32,
    height: u32,
    challenge: u32,
    blobLength: u64,
    leaf: new ByteListType(4096),
    /** Siblings from the leaf to the blob's tree root, and from the chunk root to the session's. */
    leafPath: new ListCompositeType(bytes32, 32),
    chunkPath: new ListCompositeType(bytes32, 32),
    signature: blsSignature,
  },
  { typeName: "StorageTask" },
);
export type StorageTask = ValueOf<typeof StorageTask>;

/** Receipt of the node that downloaded: `bytes` is the total of the pair in the epoch, the latest replaces. */
export const RelayTask = new ContainerType(
  { downloader: bytes32, server: bytes32, epoch: u32, bytes: u64, signature: blsSignature },
  { typeName: "RelayTask" },
);
export type RelayTask = ValueOf<typeof RelayTask>;

/** Work that a block credits, beside the bits of its parent's certificate. Booked in this order. */
export const Tasks = new ContainerType(
  {
    /** REPLICAS answers to each of CHALLENGES_PER_BLOCK challenges of two blocks. */
    storage: new ListCompositeType(StorageTask, 192),
    relay: new ListCompositeType(RelayTask, 256),
    beacons: new ListCompositeType(BeaconTask, 4),
  },
  { typeName: "Tasks" },
);
export type Tasks = ValueOf<typeof Tasks>;

export const TaskType = {
  ValidationSignature: "validation_signature",
  StorageProof: "storage_proof",
  RelayBandwidth: "relay_bandwidth",
  UptimeBeacon: "uptime_beacon",
} as const;
export type TaskType = (typeof TaskType)[keyof typeof TaskType];

/** A credited task as the collection `task_proofs` shows it. Not on the wire: it follows from the block. */
export interface Task {
  readonly nodeId: Uint8Array;
  /** Absent for a node without a pool. */
  readonly poolId?: Uint8Array;
  readonly slot: number;
  readonly type: TaskType;
  /** Credits, in thousandths. */
  readonly value: number;
  /** The evidence's signature; of aggregated evidence the aggregate. */
  readonly sig: Uint8Array;
  /** Unix seconds of the including block. */
  readonly ts: bigint;
}
