import { concatBytes, u32be } from "@lucid/consensus/base";
import type { Codec, Protocol, StreamProtocol } from "@lucid/p2p";
import { NodeError } from "../errors.js";
import { replicationLimits } from "./limits.js";
import { CONSENT_BYTES, decodeConsent, encodeConsent, type UploadConsent } from "./uploadConsent.js";

/*
 * What nodes that keep chunks say to each other. Integers are big-endian. Chunks go as plain bytes: they are encrypted, so
 * that no compression makes them shorter, and their root is their checksum.
 */

const MIB = 1 << 20;

/**
 * Root 32, start u32, length u32 (0 for all from the start on) -> accepted or refused; size of the blob u32, bytes that
 * follow u32, the bytes.
 */
export const chunkGet: StreamProtocol = {
  name: "chunk-get/1",
  streamsPerPeer: 8,
  streams: 32,
  rate: 128,
  burst: 512,
  idleMilliseconds: 10_000,
  pace: 64 * 1024,
};

/**
 * Consent, root 32, length of the blob u32 -> accepted or refused; 0 "send it" or 1 "I have it". After 0 the blob -> accepted
 * or refused. Then the receipt: epoch u32, fork version u32, BLS signature 96.
 */
export const chunkPut: StreamProtocol = {
  name: "chunk-put/1",
  streamsPerPeer: 8,
  streams: 16,
  rate: 64,
  burst: 256,
  idleMilliseconds: 10_000,
  pace: 64 * 1024,
};
export const RECEIPT_MILLISECONDS = replicationLimits.receiptTime.value;

export const GET_REQUEST_BYTES = 40;
export const GET_HEADER_BYTES = 8;
export const PUT_REQUEST_BYTES = CONSENT_BYTES + 36;
export const RECEIPT_BYTES = 104;

export const ROOTS_PER_PART = replicationLimits.rootsPerPart.value;
/** Most chunks of a session that nodes keep the list of. */
export const MAX_SESSION_CHUNKS = replicationLimits.sessionChunks.value;
const MAX_LISTED = replicationLimits.listed.value;
const LISTED_BYTES = 40;
export const MAX_ASKED = replicationLimits.asked.value;

export interface SessionRef {
  readonly owner: Uint8Array;
  readonly sessionId: Uint8Array;
}

/** A part of the list of a session's roots, in the order of its tree. */
export interface RootsPart {
  /** Of the whole session; 0 when the peer does not have the list. */
  readonly total: number;
  readonly roots: readonly Uint8Array[];
}

export interface ListedChunk {
  readonly root: Uint8Array;
  readonly index: number;
  readonly size: number;
}

function malformed(what: string): NodeError {
  return new NodeError({ code: "LOCAL_BAD_REQUEST", message: `malformed: ${what}` });
}

function exactly(bytes: Uint8Array, length: number): DataView {
  if (bytes.length !== length) throw malformed(`${bytes.length} bytes instead of ${length}`);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

export function splitRoots(bytes: Uint8Array): Uint8Array[] {
  if (bytes.length % 32 !== 0) throw malformed("a list of roots");
  return Array.from({ length: bytes.length / 32 }, (_, i) => bytes.slice(32 * i, 32 * (i + 1)));
}

const refAndPart: Codec<SessionRef & { readonly part: number }> = {
  encode: ({ owner, sessionId, part }) => concatBytes(owner, sessionId, u32be(part)),
  decode(bytes) {
    const view = exactly(bytes, 56);
    return { owner: bytes.slice(0, 20), sessionId: bytes.slice(20, 52), part: view.getUint32(52) };
  },
};

const rootsPart: Codec<RootsPart> = {
  encode: ({ total, roots }) => concatBytes(u32be(total), ...roots),
  decode(bytes) {
    if (bytes.length < 4) throw malformed("a part of a list of roots");
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    return { total: view.getUint32(0), roots: splitRoots(bytes.subarray(4)) };
  },
};

export interface OfferedRoots extends RootsPart {
  readonly consent: UploadConsent;
  readonly part: number;
}

const offeredRoots: Codec<OfferedRoots> = {
  encode: ({ consent, part, total, roots }) =>
    concatBytes(encodeConsent(consent), u32be(part), rootsPart.encode({ total, roots })),
  decode(bytes) {
    if (bytes.length < CONSENT_BYTES + 8) throw malformed("an offer of roots");
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    return {
      consent: decodeConsent(bytes.subarray(0, CONSENT_BYTES)),
      part: view.getUint32(CONSENT_BYTES),
      ...rootsPart.decode(bytes.subarray(CONSENT_BYTES + 4)),
    };
  },
};

const listRequest: Codec<{ readonly sessionId: Uint8Array; readonly from: number }> = {
  encode: ({ sessionId, from }) => concatBytes(sessionId, u32be(from)),
  decode: (bytes) => ({ from: exactly(bytes, 36).getUint32(32), sessionId: bytes.slice(0, 32) }),
};

const listedChunks: Codec<readonly ListedChunk[]> = {
  encode: (chunks) =>
    concatBytes(...chunks.map(({ root, index, size }) => concatBytes(root, u32be(index), u32be(size)))),
  decode(bytes) {
    if (bytes.length % LISTED_BYTES !== 0) throw malformed("a list of chunks");
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    return Array.from({ length: bytes.length / LISTED_BYTES }, (_, i) => {
      const at = i * LISTED_BYTES;
      return { root: bytes.slice(at, at + 32), index: view.getUint32(at + 32), size: view.getUint32(at + 36) };
    });
  },
};

const rootList: Codec<readonly Uint8Array[]> = {
  encode: (roots) => concatBytes(...roots),
  decode: splitRoots,
};

/** A byte for each root: 1 for a chunk that is held. */
const flags: Codec<readonly boolean[]> = {
  encode: (held) => Uint8Array.from(held, Number),
  decode: (bytes) => [...bytes].map((byte) => byte === 1),
};

const nothing: Codec<undefined> = { encode: () => new Uint8Array(), decode: () => undefined };

export const replicationProtocols = {
  /** The roots of an anchored session, a part at a time. */
  sessionRoots: {
    name: "session-roots/1",
    request: refAndPart,
    response: rootsPart,
    maxRequestBytes: 56,
    maxResponseBytes: 4 + 32 * ROOTS_PER_PART,
    timeoutMilliseconds: 10_000,
    quota: { rate: 8, burst: 128 },
  } satisfies Protocol<SessionRef & { readonly part: number }, RootsPart>,
  /** The roots of a session that is about to be anchored, told to who holds chunks of it. */
  offerRoots: {
    name: "offer-roots/1",
    request: offeredRoots,
    response: nothing,
    maxRequestBytes: CONSENT_BYTES + 8 + 32 * ROOTS_PER_PART,
    maxResponseBytes: 0,
    timeoutMilliseconds: 10_000,
    quota: { rate: 4, burst: 64 },
  } satisfies Protocol<OfferedRoots, undefined>,
  /** Chunks that a peer holds under a session's id, from an index on: what may be parts of its manifest. */
  sessionChunks: {
    name: "session-chunks/1",
    request: listRequest,
    response: listedChunks,
    maxRequestBytes: 36,
    maxResponseBytes: MAX_LISTED * LISTED_BYTES,
    timeoutMilliseconds: 5_000,
    quota: { rate: 16, burst: 128 },
  } satisfies Protocol<{ readonly sessionId: Uint8Array; readonly from: number }, readonly ListedChunk[]>,
  /** Which of these chunks a peer holds. */
  chunksHeld: {
    name: "chunks-held/1",
    request: rootList,
    response: flags,
    maxRequestBytes: 32 * MAX_ASKED,
    maxResponseBytes: MAX_ASKED,
    timeoutMilliseconds: 10_000,
    quota: { rate: 16, burst: 128 },
  } satisfies Protocol<readonly Uint8Array[], readonly boolean[]>,
} as const;

/** Bytes of a blob that are read or written at a time. */
export const PIECE_BYTES = MIB;
export const MAX_LISTED_CHUNKS = MAX_LISTED;
