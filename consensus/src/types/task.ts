import { BitListType, ByteListType, ContainerType, ListCompositeType, type ValueOf } from "@chainsafe/ssz";
import { concatBytes, equalBytes } from "../base/bytes.js";
import { sha256 } from "../base/hash.js";
import { keepsRoot, rootedBy } from "./keepsRoot.js";
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

/**
 * What shows that a holder has the leaf of a challenge: the leaf, its path to the root of the blob's tree, and the path
 * from the chunk root to the session's root.
 */
export const StorageProof = keepsRoot(
  new ContainerType(
    {
      leaf: new ByteListType(4096),
      /** A blob has at most 16,385 leaves. */
      leafPath: new ListCompositeType(bytes32, 15),
      chunkPath: new ListCompositeType(bytes32, 32),
    },
    { typeName: "StorageProof" },
  ),
);
export type StorageProof = ValueOf<typeof StorageProof>;

const answerFields = {
  /** Index in the registry. */
  node: u32,
  /** Of the block that made the challenge, and its number there. */
  height: u32,
  challenge: u32,
  /** Bytes of the whole blob: the number of leaves and the pay follow from it. */
  blobLength: u64,
  /** hash_tree_root of the StorageProof. */
  proofRoot: bytes32,
};

/** The signed part of an answer to a storage challenge. */
export const StorageAnswer = new ContainerType(answerFields, { typeName: "StorageAnswer" });
export type StorageAnswer = ValueOf<typeof StorageAnswer>;

/** What a body commits to: the answer and its signature. */
const StorageCommitment = new ContainerType(
  { ...answerFields, signature: blsSignature },
  { typeName: "StorageCommitment" },
);

/**
 * An answer in a block or on the wire. Its root is that of the container without `proof`, which `proofRoot` stands for: a
 * proof can be taken out of a block (after two epochs) and the block keeps its root. A proof that is not the one of
 * `proofRoot` gives another root, so that nobody can exchange it on the way.
 */
export const StorageTask = keepsRoot(
  rootedBy(
    new ContainerType(
      { ...answerFields, signature: blsSignature, proof: new ListCompositeType(StorageProof, 1) },
      { typeName: "StorageTask" },
    ),
    (task, output, offset) => {
      const [proof] = task.proof;
      const found = proof === undefined ? task.proofRoot : StorageProof.hashTreeRoot(proof);
      const proofRoot = equalBytes(found, task.proofRoot) ? found : sha256(concatBytes(found, task.proofRoot));
      StorageCommitment.hashTreeRootInto({ ...task, proofRoot }, output, offset);
    },
  ),
);
export type StorageTask = ValueOf<typeof StorageTask>;

/** Longest encoded StorageTask. */
export const STORAGE_TASK_BYTES = 6 * 1024;

/** Signed by the node that downloaded: `bytes` is the total of the pair in the epoch, the latest replaces. */
export const RelayReceipt = new ContainerType(
  {
    /** Indices in the registry. */
    downloader: u32,
    server: u32,
    /** Ordinal among the epochs that hold a block. */
    epoch: u32,
    bytes: u64,
  },
  { typeName: "RelayReceipt" },
);
export type RelayReceipt = ValueOf<typeof RelayReceipt>;

export const RelayTask = new ContainerType(
  { receipt: RelayReceipt, signature: blsSignature },
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
