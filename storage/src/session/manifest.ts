import { equalBytes, fromHex, sha256, toHex } from "@lucid/consensus/base";
import canonicalizeModule from "canonicalize";
import { CHUNK_OVERHEAD, MAX_CHUNK_SIZE, MIN_CHUNK_SIZE } from "../chunk/index.js";
import { StorageError } from "../errors.js";
import { formatSessionId, parseSessionId } from "./sessionId.js";

/** The package is CommonJS with types written for ESM: its default import is the function itself. */
const canonicalize = canonicalizeModule as unknown as (value: unknown) => string | undefined;

/** Bytes of a manifest's canonical JSON: 64 MiB hold half a million chunks, 4 TiB at the default chunk size. */
export const MAX_MANIFEST_LENGTH = 64 * 1024 * 1024;
export const MAX_PARTICIPANTS = 256;
export const MAX_GAPS = 10_000;
const MAX_NAME = 128;
/** RFC 8785 has no form for a text with half a character. */
const LONE_SURROGATE = /\p{Cs}/u;

/** Why a stretch of a recording is missing. */
export const gapReasons = ["commandDied", "recorderCrashed"] as const;
export type GapReason = (typeof gapReasons)[number];

export interface Gap {
  /** Bytes of the recording that were there when it broke off. */
  readonly offset: number;
  /** Unix milliseconds. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly reason: GapReason;
}

export interface ManifestChunk {
  readonly root: Uint8Array;
  /** Bytes of the blob. */
  readonly size: number;
  /** Bytes of plaintext. */
  readonly plainSize: number;
}

export interface Recorder {
  readonly name: string;
  readonly version: string;
}

/** What a session is, in the clear. Its JSON is in docs/storage-format.md. */
export interface Manifest {
  readonly sessionId: Uint8Array;
  /** Account, 20 bytes. */
  readonly owner: Uint8Array;
  /** Who took part: free text, 1 to 128 characters each. */
  readonly participants: readonly string[];
  /** Unix milliseconds. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly chunkSize: number;
  readonly chunks: readonly ManifestChunk[];
  readonly recorder: Recorder;
  /** SHA-256 of a random id that was made at init. */
  readonly deviceFingerprint: Uint8Array;
  readonly gaps: readonly Gap[];
  /** SHA-256 of the canonical JSON of the session's policy. */
  readonly policyHash: Uint8Array;
  readonly salt: Uint8Array;
}

/** Bytes of plaintext and of blobs, without the manifest's. */
export function manifestTotals(chunks: readonly ManifestChunk[]): { size: number; plainSize: number } {
  let size = 0;
  let plainSize = 0;
  for (const chunk of chunks) {
    size += chunk.size;
    plainSize += chunk.plainSize;
  }
  return { size, plainSize };
}

/** SHA-256 of the RFC 8785 form of a policy. @throws StorageError MANIFEST_MALFORMED for what JSON cannot hold */
export function policyHashOf(policy: unknown): Uint8Array {
  return sha256(canonicalBytes(policy));
}

/** RFC 8785 bytes. @throws StorageError MANIFEST_MALFORMED (also for values that `parseManifest` would refuse), SESSION_TOO_LARGE */
export function encodeManifest(manifest: Manifest): Uint8Array {
  const totals = manifestTotals(manifest.chunks);
  const bytes = canonicalBytes({
    version: 1,
    sessionId: formatSessionId(manifest.sessionId),
    owner: toHex(manifest.owner),
    participants: manifest.participants,
    startedAt: manifest.startedAt,
    endedAt: manifest.endedAt,
    chunkSize: manifest.chunkSize,
    chunks: manifest.chunks.map(({ root, size, plainSize }) => ({ root: toHex(root), size, plainSize })),
    totals: { chunks: manifest.chunks.length, ...totals },
    recorder: { name: manifest.recorder.name, version: manifest.recorder.version },
    deviceFingerprint: toHex(manifest.deviceFingerprint),
    gaps: manifest.gaps.map(({ offset, startedAt, endedAt, reason }) => ({ offset, startedAt, endedAt, reason })),
    policyHash: toHex(manifest.policyHash),
    salt: toHex(manifest.salt),
  });
  if (bytes.length > MAX_MANIFEST_LENGTH) {
    throw new StorageError({ code: "SESSION_TOO_LARGE", message: `the manifest would have ${bytes.length} bytes` });
  }
  parseManifest(bytes);
  return bytes;
}

/** Accepts exactly what `encodeManifest` makes: every field, nothing else, in canonical form. @throws StorageError MANIFEST_MALFORMED */
export function parseManifest(bytes: Uint8Array): Manifest {
  if (bytes.length > MAX_MANIFEST_LENGTH) throw malformed(`it has ${bytes.length} bytes`);
  const root = record(parseJson(bytes), "manifest", [
    "version",
    "sessionId",
    "owner",
    "participants",
    "startedAt",
    "endedAt",
    "chunkSize",
    "chunks",
    "totals",
    "recorder",
    "deviceFingerprint",
    "gaps",
    "policyHash",
    "salt",
  ]);
  if (root["version"] !== 1) throw malformed("its version is not 1");
  const startedAt = integer(root["startedAt"], "startedAt");
  const endedAt = integer(root["endedAt"], "endedAt", startedAt);
  const chunkSize = integer(root["chunkSize"], "chunkSize", MIN_CHUNK_SIZE, MAX_CHUNK_SIZE);
  const chunks = list(root["chunks"], "chunks").map((value) => parseChunk(value, chunkSize));
  const totals = record(root["totals"], "totals", ["chunks", "size", "plainSize"]);
  const sums = manifestTotals(chunks);
  if (totals["chunks"] !== chunks.length || totals["size"] !== sums.size || totals["plainSize"] !== sums.plainSize) {
    throw malformed("its totals are not the sums of its chunks");
  }
  const recorder = record(root["recorder"], "recorder", ["name", "version"]);
  const manifest: Manifest = {
    sessionId: parseUuid(root["sessionId"]),
    owner: bytesOf(root["owner"], "owner", 20),
    participants: list(root["participants"], "participants", MAX_PARTICIPANTS).map((name) =>
      text(name, "participants"),
    ),
    startedAt,
    endedAt,
    chunkSize,
    chunks,
    recorder: { name: text(recorder["name"], "recorder"), version: text(recorder["version"], "recorder") },
    deviceFingerprint: bytesOf(root["deviceFingerprint"], "deviceFingerprint", 32),
    gaps: parseGaps(root["gaps"], sums.plainSize),
    policyHash: bytesOf(root["policyHash"], "policyHash", 32),
    salt: bytesOf(root["salt"], "salt", 32),
  };
  // One manifest, one byte string: no blanks, no doubled keys, no other order, no other way to write a number or a text.
  if (!equalBytes(canonicalBytes(root), bytes)) throw malformed("it is not in canonical form (RFC 8785)");
  return manifest;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (cause) {
    throw malformed("it is no JSON", cause);
  }
}

function parseChunk(value: unknown, chunkSize: number): ManifestChunk {
  const chunk = record(value, "chunks", ["root", "size", "plainSize"]);
  const plainSize = integer(chunk["plainSize"], "plainSize", 1, chunkSize);
  const size = integer(chunk["size"], "size", CHUNK_OVERHEAD + 1, plainSize + CHUNK_OVERHEAD);
  return { root: bytesOf(chunk["root"], "root", 32), size, plainSize };
}

function parseGaps(value: unknown, plainSize: number): Gap[] {
  let offset = 0;
  return list(value, "gaps", MAX_GAPS).map((item) => {
    const gap = record(item, "gaps", ["offset", "startedAt", "endedAt", "reason"]);
    offset = integer(gap["offset"], "offset", offset, plainSize);
    const startedAt = integer(gap["startedAt"], "startedAt");
    const endedAt = integer(gap["endedAt"], "endedAt", startedAt);
    const reason = gapReasons.find((known) => known === gap["reason"]);
    if (reason === undefined) throw malformed("a gap has an unknown reason");
    return { offset, startedAt, endedAt, reason };
  });
}

function parseUuid(value: unknown): Uint8Array {
  const uuid = text(value, "sessionId");
  if (uuid.length !== 36) throw malformed("sessionId is no UUIDv4");
  try {
    return parseSessionId(uuid);
  } catch (cause) {
    throw malformed("sessionId is no UUIDv4", cause);
  }
}

function record(value: unknown, name: string, keys: readonly string[]): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw malformed(`${name} is no object`);
  const found = Object.keys(value);
  if (found.length !== keys.length || !keys.every((key) => Object.hasOwn(value, key))) {
    throw malformed(`${name} has not exactly the fields ${keys.join(", ")}`);
  }
  return value as Record<string, unknown>;
}

function list(value: unknown, name: string, limit = Number.POSITIVE_INFINITY): readonly unknown[] {
  if (!Array.isArray(value) || value.length > limit) throw malformed(`${name} is no list, or too long`);
  return value;
}

function integer(value: unknown, name: string, min = 0, max: number = Number.MAX_SAFE_INTEGER): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw malformed(`${name} is no whole number from ${min} to ${max}`);
}

function text(value: unknown, name: string): string {
  if (typeof value === "string" && value.length >= 1 && value.length <= MAX_NAME && !LONE_SURROGATE.test(value))
    return value;
  throw malformed(`${name} holds something else than texts of 1 to ${MAX_NAME} characters`);
}

function bytesOf(value: unknown, name: string, length: number): Uint8Array {
  if (typeof value !== "string" || value.length !== 2 + 2 * length || !/^0x[0-9a-f]*$/.test(value)) {
    throw malformed(`${name} is no lower-case hex text of ${length} bytes`);
  }
  return fromHex(value, length);
}

function canonicalBytes(value: unknown): Uint8Array {
  let json: string | undefined;
  try {
    json = canonicalize(value);
  } catch (cause) {
    throw malformed("it holds something that JSON cannot", cause);
  }
  if (json === undefined) throw malformed("it holds something that JSON cannot");
  return new TextEncoder().encode(json);
}

function malformed(why: string, cause?: unknown): StorageError {
  return new StorageError({ code: "MANIFEST_MALFORMED", message: `not a manifest: ${why}`, cause });
}
