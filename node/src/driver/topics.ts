import {
  BLOCK_BYTES,
  Block,
  BODY_BYTES,
  BodyMessage,
  CommitCertificate,
  decodeExact,
  decodeSsz,
  Evidence,
  HEIGHT_VOTES_REQUEST_BYTES,
  HEIGHT_VOTES_RESPONSE_BYTES,
  HeightVotesRequest,
  HeightVotesResponse,
  PROPOSAL_BYTES,
  PrevoteCertificate,
  RECOVERY_BYTES,
  Recovery,
  SignedBeacon,
  SignedProposal,
  SignedVote,
} from "@lucid/consensus";
import { u32be } from "@lucid/consensus/base";
import type { Codec, Protocol, Topic } from "@lucid/p2p";
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

const rawTransaction: Codec<Uint8Array> = { encode: (raw) => raw, decode: (raw) => raw.slice() };

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
  evidence: topic("evidence", Evidence, EVIDENCE_BYTES, 64),
  transaction: {
    name: "tx",
    maxBytes: 131_072,
    maxQueued: 1_024,
    ...rawTransaction,
  } satisfies Topic<Uint8Array>,
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

/** A final block with the certificate that made it final. */
export interface CertifiedBlock {
  readonly block: Block;
  readonly certificate: CommitCertificate;
}

const certifiedBlockCodec: Codec<CertifiedBlock> = {
  encode({ block, certificate }) {
    const head = certificateCodec.encode(certificate);
    return Buffer.concat([u32be(head.length), head, blockCodec.encode(block)]);
  },
  decode(bytes) {
    const length = bytes.length < 4 ? 0 : new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0);
    if (length === 0 || length > CERTIFICATE_BYTES || bytes.length < 4 + length)
      throw malformed("certificate is cut off");
    return {
      certificate: certificateCodec.decode(bytes.subarray(4, 4 + length)),
      block: blockCodec.decode(bytes.subarray(4 + length)),
    };
  },
};

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

/** What two nodes tell each other of themselves. */
export interface Status {
  readonly headRoot: Uint8Array;
  readonly height: number;
  readonly slot: number;
  /** The sender's clock, Unix milliseconds: the peers' median guards against a wrong own clock. */
  readonly time: number;
  /** nodeId of a validator, 32 zero bytes of a follower. A claim that nothing depends on. */
  readonly nodeId: Uint8Array;
  /** The highest fork version that the sender knows: after a recovery not all have adopted the next one. */
  readonly forkVersion: number;
}

const STATUS_BYTES = 32 + 4 + 4 + 8 + 32 + 4;

const statusCodec: Codec<Status> = {
  encode({ headRoot, height, slot, time, nodeId, forkVersion }) {
    const out = Buffer.alloc(STATUS_BYTES);
    out.set(headRoot, 0);
    out.writeUInt32BE(height, 32);
    out.writeUInt32BE(slot, 36);
    out.writeBigUInt64BE(BigInt(Math.trunc(time)), 40);
    out.set(nodeId, 48);
    out.writeUInt32BE(forkVersion, 80);
    return out;
  },
  decode(bytes) {
    if (bytes.length !== STATUS_BYTES) throw malformed("a status has another length");
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const time = Number(view.getBigUint64(40));
    if (!Number.isSafeInteger(time)) throw malformed("a time beyond all clocks");
    return {
      headRoot: bytes.slice(0, 32),
      height: view.getUint32(32),
      slot: view.getUint32(36),
      time,
      nodeId: bytes.slice(48, 80),
      forkVersion: view.getUint32(80),
    };
  },
};

/** Records with 64-bit numbers decode to what encodes to the same bytes, or not at all. */
const recoveryCodec: Codec<Recovery> = {
  encode: (recovery) => Recovery.serialize(recovery),
  decode: (bytes) => decodeExact(Recovery, bytes, RECOVERY_BYTES),
};

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
    response: optional(recoveryCodec),
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
  certifiedBlock: {
    name: "certified-block/1",
    request: heightCodec,
    response: optional(certifiedBlockCodec),
    maxRequestBytes: 4,
    maxResponseBytes: BLOCK_BYTES + CERTIFICATE_BYTES + 4,
    timeoutMilliseconds: 10_000,
  } satisfies Protocol<number, CertifiedBlock | undefined>,
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
} as const;

function malformed(message: string): NodeError {
  return new NodeError({ code: "LOCAL_BAD_REQUEST", message });
}
