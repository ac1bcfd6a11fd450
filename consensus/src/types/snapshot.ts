import { ByteListType, ContainerType, ListCompositeType, type ValueOf } from "@chainsafe/ssz";
import { Block } from "./body.js";
import { CommitCertificate } from "./certificate.js";
import { Header } from "./header.js";
import { bytes32, u32 } from "./ssz.js";

/*
 * A snapshot is the chain's state after one final block, for those who will not execute all blocks before it. It is cut
 * into chunks that are the same on every node: first `SnapshotHead` in pieces, then the EVM state in the order of its tries.
 */

/** Headers that a snapshot brings along: BLOCKHASH reaches that far. */
export const ANCESTOR_HEADERS = 256;
/** Bytes at which a chunk is full; a piece of the head has exactly so many, but for the last. */
export const CHUNK_TARGET = 256 * 1024;
/** Longest chunk: the last node brings a contract's code. */
export const CHUNK_BYTES = 512 * 1024;
/** Longest encoded SnapshotHead: 256 MiB would be a registry of 65,536 nodes with all their columns. */
export const SNAPSHOT_HEAD_BYTES = 128 * 1024 * 1024;

/** One node of a trie with what follows from none of its bytes: the keys whose hashes are its leaves, a contract's code. */
export const StateNode = new ContainerType(
  {
    rlp: new ByteListType(2_048),
    /** Of the leaves in it, in order: the account's address, or the slot. */
    preimages: new ListCompositeType(new ByteListType(32), 64),
    /** Of the account in it. */
    code: new ByteListType(65_536),
  },
  { typeName: "StateNode" },
);
export type StateNode = ValueOf<typeof StateNode>;

/**
 * Nodes in preorder from where the chunk before ended: the account trie by path, and behind each account with storage
 * its storage trie.
 */
export const StateChunk = new ContainerType(
  { nodes: new ListCompositeType(StateNode, 65_536) },
  { typeName: "StateChunk" },
);
export type StateChunk = ValueOf<typeof StateChunk>;

export const SnapshotHead = new ContainerType(
  {
    /** The block after which the state is. */
    block: Block,
    certificate: CommitCertificate,
    /** The block's receipts as nodes store them (docs/storage-format.md). */
    receipts: new ByteListType(33_554_432),
    /** Those before the block, ascending, as far as the chain has them. */
    ancestors: new ListCompositeType(Header, ANCESTOR_HEADERS),
    /** SSZ of ConsensusState. */
    consensusState: new ByteListType(SNAPSHOT_HEAD_BYTES),
  },
  { typeName: "SnapshotHead" },
);
export type SnapshotHead = ValueOf<typeof SnapshotHead>;

/** What a peer has to offer: a claim. */
export const SnapshotInfo = new ContainerType(
  { height: u32, root: bytes32, headPieces: u32, chunks: u32 },
  { typeName: "SnapshotInfo" },
);
export type SnapshotInfo = ValueOf<typeof SnapshotInfo>;

/** Answer of `snapshots/1`: newest first. */
export const SnapshotList = new ContainerType(
  { snapshots: new ListCompositeType(SnapshotInfo, 4) },
  { typeName: "SnapshotList" },
);
export type SnapshotList = ValueOf<typeof SnapshotList>;
export const SNAPSHOT_LIST_BYTES = 256;

/** `state-chunk/1`: chunk `index` of the snapshot of the block `root`. */
export const ChunkRequest = new ContainerType({ root: bytes32, index: u32 }, { typeName: "ChunkRequest" });
export type ChunkRequest = ValueOf<typeof ChunkRequest>;

/** Headers that one answer of `headers-by-range/1` holds at most. */
export const RANGE_HEADERS = 512;
export const HEADERS_BYTES = RANGE_HEADERS * Header.minSize + 16;

/** `headers-by-range/1` is asked with a BlocksRequest. */
export const HeadersResponse = new ContainerType(
  { headers: new ListCompositeType(Header, RANGE_HEADERS) },
  { typeName: "HeadersResponse" },
);
export type HeadersResponse = ValueOf<typeof HeadersResponse>;
