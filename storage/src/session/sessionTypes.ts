import type { Gap, Recorder } from "./manifest.js";

/** Opens and seals the chunks of one session; what a share gives away. */
export interface SessionKey {
  readonly sessionKey: Uint8Array;
}

/** What goes into the manifest and does not come out of the data. */
export interface SessionDescription {
  /** Account of the owner, 20 bytes. */
  readonly owner: Uint8Array;
  readonly participants?: readonly string[] | undefined;
  readonly recorder: Recorder;
  /** 32 bytes. */
  readonly deviceFingerprint: Uint8Array;
  /** 32 bytes; hash of the empty policy {} when absent. */
  readonly policyHash?: Uint8Array | undefined;
  /** Days that the owner wants to pay for. Not in the manifest: kept for whoever anchors the session after a crash. */
  readonly retentionDays?: number | undefined;
}

/** What the chain says about a session: the arguments of `LucidAnchors.registerSession`. */
export interface SessionAnchor {
  readonly sessionId: Uint8Array;
  readonly manifestHash: Uint8Array;
  readonly merkleRoot: Uint8Array;
  /** With the parts of the manifest. */
  readonly chunkCount: number;
  /** Account, 20 bytes; compared with the manifest when given. */
  readonly owner?: Uint8Array | undefined;
  /** Unix seconds; compared with the manifest when given. */
  readonly startedAt?: number | undefined;
}

export interface BlobToDeliver {
  readonly sessionId: Uint8Array;
  readonly root: Uint8Array;
  /** Place in the session's tree, the manifest's parts last. */
  readonly position: number;
  readonly manifest: boolean;
  readonly blob: Uint8Array;
}

/** Where blobs go from the staging folder: the node, over its socket. */
export interface ChunkSink {
  /**
   * Resolves when the blob is durable on the other side; whatever it resolves to is not looked at. An error with code
   * SINK_FAILED, STORE_FULL or any other whose `meta.permanent` is true is not retried; every other one is.
   */
  deliver(blob: BlobToDeliver, signal: AbortSignal): Promise<unknown>;
}

export interface ManifestCandidate {
  readonly root: Uint8Array;
  /** Index in the header: 2^32-1 for part 0, counting down. */
  readonly index: number;
}

export interface FetchOptions {
  /** Counts from 0: after bytes that were wrong the chunk is asked for again, best of somebody else. */
  readonly attempt: number;
  readonly signal: AbortSignal;
  /** Session that the chunk is of: a hint where to look. */
  readonly sessionId?: Uint8Array | undefined;
  /**
   * Memory that the blob may be written to, as long as the blob should be: then `into.subarray(0, length)` is returned and
   * nothing is allocated. A source may ignore it and return an array of its own.
   */
  readonly into?: Uint8Array | undefined;
}

/** Where blobs come from. Nothing that it returns is trusted. */
export interface BlobSource {
  /** The blob with that root, or undefined when it cannot be had. */
  fetchChunk(root: Uint8Array, options: FetchOptions): Promise<Uint8Array | undefined>;
  /** What may be parts of the session's manifest. The chain names only their hash. */
  manifestCandidates(sessionId: Uint8Array, signal: AbortSignal): Promise<readonly ManifestCandidate[]>;
}

export interface SessionProgress {
  readonly phase: "checking" | "reading" | "delivering" | "done";
  /** Of the plaintext, including what an earlier run did. */
  readonly bytesRead: number;
  /** Undefined for a stream. */
  readonly bytesTotal: number | undefined;
  readonly chunksAcknowledged: number;
  readonly bytesStored: number;
  readonly chunksDelivered: number;
  readonly gaps: number;
}

/** A session that is complete in the staging folder. */
export interface SessionResult {
  readonly sessionId: Uint8Array;
  readonly anchor: SessionAnchor & { readonly owner: Uint8Array; readonly startedAt: number };
  /** Bytes of plaintext. */
  readonly bytes: number;
  /** Bytes of all blobs, manifest included. */
  readonly bytesStored: number;
  readonly chunks: number;
  readonly manifestParts: number;
  readonly gaps: readonly Gap[];
  /** False when the sink failed and delivery was put off: `deliverSession` goes on. */
  readonly delivered: boolean;
}
