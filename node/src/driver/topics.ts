import {
  BLOCK_BYTES,
  Block,
  BlocksRequest,
  BlocksResponse,
  BODY_BYTES,
  BodyMessage,
  CHUNK_BYTES,
  ChunkRequest,
  CommitCertificate,
  decodeExact,
  decodeSsz,
  Evidence,
  HEADERS_BYTES,
  HEIGHT_VOTES_REQUEST_BYTES,
  HEIGHT_VOTES_RESPONSE_BYTES,
  HeadersResponse,
  HeightVotesRequest,
  HeightVotesResponse,
  PROPOSAL_BYTES,
  PrevoteCertificate,
  RANGE_BYTES,
  RECOVERY_BYTES,
  Recovery,
  RelayTask,
  SignedBeacon,
  SignedProposal,
  SignedVote,
  SNAPSHOT_LIST_BYTES,
  SnapshotList,
  STATUS_BYTES,
  STORAGE_TASK_BYTES,
  Status,
  StorageTask,
} from "@lucid/consensus";
import { u32be } from "@lucid/consensus/base";
import type { Codec, Protocol, Topic } from "@lucid/p2p";
import {
  decodeSyncRequest,
  decodeSyncResponse,
  encodeSyncRequest,
  encodeSyncResponse,
  INDEX_ENTRY_LIMIT,
  type IndexItem,
  indexItem,
  SYNC_MESSAGE_LIMIT,
  type SyncRequest,
  type SyncResponse,
} from "@lucid/storage";
import { NodeError } from "../errors.js";

interface SszType<T> {
  readonly typeName: string;
  serialize(value: T): Uint8Array;
  deserialize(bytes: Uint8Array): T;
}

function ssz<T>(type: SszType<T>, maxBytes: number): Codec<T> {
  return {
    encode: (value) => type.serialize(value),
    decode: (bytes) => decodeSsz(type as Parameters<typeof decodeSsz<T>>[0], bytes, maxBytes),
  };
}

function topic<T>(name: string, type: SszType<T>, maxBytes: number, maxQueued: number): Topic<T> {
  return { name, maxBytes, maxQueued, ...ssz(type, maxBytes) };
}

/** A certificate of 256 voters. */
const CERTIFICATE_BYTES = 512;
/** Two votes or two proposals, without their headers. */
export const EVIDENCE_BYTES = 1_024;

const rawBytes: Codec<Uint8Array> = { encode: (raw) => raw, decode: (raw) => raw.slice() };

/**
 * Gossip. A vote topic holds the votes of all voters of two steps; of bodies two may wait, since each is 2 MiB and a
 * proposer sends one.
 */
export const topics = {
  proposal: topic("proposal", SignedProposal, PROPOSAL_BYTES, 64),
  body: topic("body", BodyMessage, BODY_BYTES + 64 * 1024, 4),
  vote: topic("vote", SignedVote, 256, 2_048),
  commit: topic("commit", CommitCertificate, CERTIFICATE_BYTES, 64),
  lock: topic("lock", PrevoteCertificate, CERTIFICATE_BYTES, 64),
  beacon: topic("beacon", SignedBeacon, 256, 512),
  /** Answers of all holders to the challenges of two blocks. */
  storageAnswer: topic("storage-answer", StorageTask, STORAGE_TASK_BYTES, 256),
  relayReceipt: topic("relay-receipt", RelayTask, 128, 256),
  evidence: topic("evidence", Evidence, EVIDENCE_BYTES, 64),
  transaction: {
    name: "tx",
    maxBytes: 131_072,
    maxQueued: 1_024,
    ...rawBytes,
  } satisfies Topic<Uint8Array>,
  /** An entry of the encrypted index (docs/index-format.md). */
  index: {
    name: "index",
    maxBytes: INDEX_ENTRY_LIMIT,
    maxQueued: 256,
    encode: ({ encoded }) => encoded,
    decode: (bytes) => indexItem(bytes.slice()),
  } satisfies Topic<IndexItem>,
} as const;

const rootCodec: Codec<Uint8Array> = {
  encode: (root) => root,
  decode(bytes) {
    if (bytes.length !== 32) throw malformed("a root has 32 bytes");
    return bytes.slice();
  },
};

const heightCodec: Codec<number> = {
  encode: u32be,
  decode(bytes) {
    if (bytes.length !== 4) throw malformed("a height has 4 bytes");
    return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0);
  },
};

/** An answer that may be "I do not have it": no bytes. */
function optional<T>(codec: Codec<T>): Codec<T | undefined> {
  return {
    encode: (value) => (value === undefined ? new Uint8Array() : codec.encode(value)),
    decode: (bytes) => (bytes.length === 0 ? undefined : codec.decode(bytes)),
  };
}

const certificateCodec = ssz(CommitCertificate, CERTIFICATE_BYTES);
const blockCodec = ssz(Block, BLOCK_BYTES);

const nothing: Codec<undefined> = { encode: () => new Uint8Array(), decode: () => undefined };

/** Votes of one node in one height. */
const MAX_VOTES = 64;

/** Votes have one length, so a list of them needs no offsets. */
const votesCodec: Codec<readonly SignedVote[]> = {
  encode: (votes) => Buffer.concat(votes.map((vote) => SignedVote.serialize(vote))),
  decode(bytes) {
    const length = SignedVote.minSize;
    if (bytes.length % length !== 0 || bytes.length > MAX_VOTES * length) throw malformed("not a list of votes");
    return Array.from({ length: bytes.length / length }, (_, index) =>
      SignedVote.deserialize(bytes.subarray(index * length, (index + 1) * length)),
    );
  },
};

/** Records with 64-bit numbers decode to what encodes to the same bytes, or not at all. */
function exactSsz<T>(type: SszType<T>, maxBytes: number): Codec<T> {
  return {
    encode: (value) => type.serialize(value),
    decode: (bytes) => decodeExact(type as Parameters<typeof decodeExact<T>>[0], bytes, maxBytes),
  };
}

const statusCodec = exactSsz(Status, STATUS_BYTES);

export const protocols = {
  status: {
    name: "status/1",
    request: statusCodec,
    response: statusCodec,
    maxRequestBytes: STATUS_BYTES,
    maxResponseBytes: STATUS_BYTES,
    timeoutMilliseconds: 5_000,
  } satisfies Protocol<Status, Status>,
  /** The recovery of the lowest fork version above the asker's. */
  recovery: {
    name: "recovery/1",
    request: heightCodec,
    response: optional(exactSsz(Recovery, RECOVERY_BYTES)),
    maxRequestBytes: 4,
    maxResponseBytes: RECOVERY_BYTES,
    timeoutMilliseconds: 10_000,
  } satisfies Protocol<number, Recovery | undefined>,
  /** A block that is final, or that the peer holds as a candidate of the open height. */
  blockByRoot: {
    name: "block-by-root/1",
    request: rootCodec,
    response: optional(blockCodec),
    maxRequestBytes: 32,
    maxResponseBytes: BLOCK_BYTES,
    timeoutMilliseconds: 10_000,
  } satisfies Protocol<Uint8Array, Block | undefined>,
  /** Final blocks with their certificates, in a row. */
  blocksByRange: {
    name: "blocks-by-range/1",
    request: ssz(BlocksRequest, BlocksRequest.minSize),
    response: ssz(BlocksResponse, RANGE_BYTES),
    maxRequestBytes: BlocksRequest.minSize,
    maxResponseBytes: RANGE_BYTES,
    timeoutMilliseconds: 20_000,
    quota: { rate: 8, burst: 32 },
  } satisfies Protocol<BlocksRequest, BlocksResponse>,
  /** Headers in a row, for linking a block to a trusted one above it. */
  headersByRange: {
    name: "headers-by-range/1",
    request: ssz(BlocksRequest, BlocksRequest.minSize),
    response: ssz(HeadersResponse, HEADERS_BYTES),
    maxRequestBytes: BlocksRequest.minSize,
    maxResponseBytes: HEADERS_BYTES,
    timeoutMilliseconds: 20_000,
    quota: { rate: 8, burst: 32 },
  } satisfies Protocol<BlocksRequest, HeadersResponse>,
  /** The snapshots of the state that the peer serves. */
  snapshots: {
    name: "snapshots/1",
    request: nothing,
    response: ssz(SnapshotList, SNAPSHOT_LIST_BYTES),
    maxRequestBytes: 0,
    maxResponseBytes: SNAPSHOT_LIST_BYTES,
    timeoutMilliseconds: 5_000,
    quota: { rate: 1, burst: 8 },
  } satisfies Protocol<undefined, SnapshotList>,
  /** One chunk of a snapshot; no bytes: the peer does not have it. */
  stateChunk: {
    name: "state-chunk/1",
    request: ssz(ChunkRequest, ChunkRequest.minSize),
    response: rawBytes,
    maxRequestBytes: ChunkRequest.minSize,
    maxResponseBytes: CHUNK_BYTES,
    timeoutMilliseconds: 20_000,
    quota: { rate: 32, burst: 128 },
  } satisfies Protocol<ChunkRequest, Uint8Array>,
  commit: {
    name: "commit/1",
    request: heightCodec,
    response: optional(certificateCodec),
    maxRequestBytes: 4,
    maxResponseBytes: CERTIFICATE_BYTES,
    timeoutMilliseconds: 5_000,
  } satisfies Protocol<number, CommitCertificate | undefined>,
  /** "Your height is decided": sent to a peer whose message was of a lower height. */
  announceCommit: {
    name: "announce-commit/1",
    request: certificateCodec,
    response: nothing,
    maxRequestBytes: CERTIFICATE_BYTES,
    maxResponseBytes: 0,
    timeoutMilliseconds: 5_000,
  } satisfies Protocol<CommitCertificate, undefined>,
  /** The votes of the asker's key that the peer has seen in the open height. */
  ownVotes: {
    name: "own-votes/1",
    request: rootCodec,
    response: votesCodec,
    maxRequestBytes: 32,
    maxResponseBytes: MAX_VOTES * SignedVote.minSize,
    timeoutMilliseconds: 4_000,
  } satisfies Protocol<Uint8Array, readonly SignedVote[]>,
  heightVotes: {
    name: "height-votes/1",
    request: ssz(HeightVotesRequest, HEIGHT_VOTES_REQUEST_BYTES),
    response: ssz(HeightVotesResponse, HEIGHT_VOTES_RESPONSE_BYTES),
    maxRequestBytes: HEIGHT_VOTES_REQUEST_BYTES,
    maxResponseBytes: HEIGHT_VOTES_RESPONSE_BYTES,
    timeoutMilliseconds: 4_000,
  } satisfies Protocol<HeightVotesRequest, HeightVotesResponse>,
  /** Reconciliation of the encrypted index: frames, and entries by id in both directions. */
  indexSync: {
    name: "index-sync/1",
    request: { encode: encodeSyncRequest, decode: decodeSyncRequest },
    response: { encode: encodeSyncResponse, decode: decodeSyncResponse },
    maxRequestBytes: SYNC_MESSAGE_LIMIT,
    maxResponseBytes: SYNC_MESSAGE_LIMIT,
    timeoutMilliseconds: 15_000,
  } satisfies Protocol<SyncRequest, SyncResponse>,
} as const;

function malformed(message: string): NodeError {
  return new NodeError({ code: "LOCAL_BAD_REQUEST", message });
}
