import { fromHex, toHex } from "@lucid/consensus/base";
import type { Codec } from "../db/index.js";
import { StorageError } from "../errors.js";
import type { Gap, Recorder } from "./manifest.js";
import { formatSessionId, parseSessionId } from "./sessionId.js";

/** "put": a file, which can be read again. "record": a command or a stream, which cannot. */
export type SessionKind = "put" | "record";

/**
 * writing: chunks are coming. sealed: manifest and all chunks are staged, the anchor can be sent. anchored: the chain has
 * it. released: anchored, and the staging folder is empty.
 */
export type SessionState = "writing" | "sealed" | "anchored" | "released";

/** What the client's database knows of a session of its own. */
export interface SessionRecord {
  readonly sessionId: Uint8Array;
  readonly kind: SessionKind;
  readonly state: SessionState;
  /** Absolute path and bytes of the source of a put. */
  readonly source?: { readonly path: string; readonly size: number } | undefined;
  readonly owner: Uint8Array;
  readonly participants: readonly string[];
  readonly recorder: Recorder;
  readonly deviceFingerprint: Uint8Array;
  readonly policyHash: Uint8Array;
  readonly salt: Uint8Array;
  readonly chunkSize: number;
  /** Unix milliseconds. */
  readonly startedAt: number;
  readonly endedAt?: number | undefined;
  readonly gaps: readonly Gap[];
  /** Days of retention to pay for when it is anchored. */
  readonly retentionDays?: number | undefined;
  /** From sealed on. */
  readonly summary?: SessionSummary | undefined;
  /** From anchored on. */
  readonly anchor?: { readonly txHash: Uint8Array; readonly blockNumber: number } | undefined;
}

export interface SessionSummary {
  readonly manifestHash: Uint8Array;
  readonly merkleRoot: Uint8Array;
  /** Chunks of data; chunkCount on chain is this and manifestParts. */
  readonly chunks: number;
  readonly manifestParts: number;
  readonly bytes: number;
  readonly bytesStored: number;
}

/** JSON with bytes as hex: few records, read by people in a database dump. Byte fields are checked, the rest is our own. */
export const sessionRecordCodec: Codec<SessionRecord> = {
  encode(record) {
    const { summary, anchor } = record;
    const json = {
      ...record,
      sessionId: formatSessionId(record.sessionId),
      owner: toHex(record.owner),
      deviceFingerprint: toHex(record.deviceFingerprint),
      policyHash: toHex(record.policyHash),
      salt: toHex(record.salt),
      summary: summary && {
        ...summary,
        manifestHash: toHex(summary.manifestHash),
        merkleRoot: toHex(summary.merkleRoot),
      },
      anchor: anchor && { ...anchor, txHash: toHex(anchor.txHash) },
    };
    return new TextEncoder().encode(JSON.stringify(json));
  },
  decode(bytes) {
    const json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as StoredRecord;
    const { summary, anchor } = json;
    return {
      ...json,
      sessionId: parseSessionId(json.sessionId),
      owner: fromHex(json.owner, 20),
      deviceFingerprint: fromHex(json.deviceFingerprint, 32),
      policyHash: fromHex(json.policyHash, 32),
      salt: fromHex(json.salt, 32),
      summary: summary && {
        ...summary,
        manifestHash: fromHex(summary.manifestHash, 32),
        merkleRoot: fromHex(summary.merkleRoot, 32),
      },
      anchor: anchor && { ...anchor, txHash: fromHex(anchor.txHash, 32) },
    };
  },
};

type HexOf<T, K extends keyof T> = Omit<T, K> & { readonly [P in K]: string };
type StoredRecord = HexOf<
  Omit<SessionRecord, "summary" | "anchor">,
  "sessionId" | "owner" | "deviceFingerprint" | "policyHash" | "salt"
> & {
  readonly summary?: HexOf<SessionSummary, "manifestHash" | "merkleRoot">;
  readonly anchor?: { readonly txHash: string; readonly blockNumber: number };
};

/** A chunk or a part of the manifest that is staged. */
export interface StagedChunk {
  /** Place in the session's tree. */
  readonly position: number;
  readonly root: Uint8Array;
  readonly size: number;
  readonly plainSize: number;
  readonly manifest: boolean;
  readonly delivered: boolean;
  /** Unix milliseconds at which it was staged. */
  readonly at: number;
}

const STAGED_LENGTH = 49;

/** root 32, size u32, plainSize u32, flags u8 (1 manifest, 2 delivered), at u64; the position is in the key. */
export const stagedChunkCodec: Codec<Omit<StagedChunk, "position">> = {
  encode(chunk) {
    const out = new Uint8Array(STAGED_LENGTH);
    const view = new DataView(out.buffer);
    out.set(chunk.root, 0);
    view.setUint32(32, chunk.size);
    view.setUint32(36, chunk.plainSize);
    out[40] = (chunk.manifest ? 1 : 0) | (chunk.delivered ? 2 : 0);
    view.setBigUint64(41, BigInt(chunk.at));
    return out;
  },
  decode(bytes) {
    if (bytes.length !== STAGED_LENGTH) {
      throw new StorageError({
        code: "RECORD_CORRUPT",
        message: `a staged chunk has ${STAGED_LENGTH} bytes, not ${bytes.length}`,
      });
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const flags = view.getUint8(40);
    return {
      root: bytes.slice(0, 32),
      size: view.getUint32(32),
      plainSize: view.getUint32(36),
      manifest: (flags & 1) !== 0,
      delivered: (flags & 2) !== 0,
      at: Number(view.getBigUint64(41)),
    };
  },
};
