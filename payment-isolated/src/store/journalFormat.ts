/**
 * A journal is a header line and records: magic "LPJ1" (4), sequence number (8, big endian), length of the payload (4),
 * payload (JSON of one document), then the first 16 bytes of SHA-256 over all of that. The sequence has no gaps.
 */
import { createHash } from "node:crypto";
import { PayoutError } from "../errors.js";

export const JOURNAL_HEADER = Buffer.from("lucid-payout-journal 1\n", "ascii");
const MAGIC = Buffer.from("LPJ1", "ascii");
const PREFIX = 16;
const DIGEST = 16;
/** A day's record of 20,000 reservations is about 3 MiB. */
export const MAX_PAYLOAD = 16 << 20;
export const RECORD_OVERHEAD = PREFIX + DIGEST;

function digest(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest().subarray(0, DIGEST);
}

export function encodeRecord(sequence: number, payload: Uint8Array): Buffer {
  if (payload.length > MAX_PAYLOAD) throw new PayoutError("BUSY", `a document of ${payload.length} bytes is too large`);
  const record = Buffer.alloc(PREFIX + payload.length + DIGEST);
  MAGIC.copy(record);
  record.writeBigUInt64BE(BigInt(sequence), 4);
  record.writeUInt32BE(payload.length, 12);
  record.set(payload, PREFIX);
  digest(record.subarray(0, PREFIX + payload.length)).copy(record, PREFIX + payload.length);
  return record;
}

/** The record at an offset, or undefined when there is no whole and valid one. */
export function decodeRecord(
  bytes: Buffer,
  offset: number,
): { sequence: number; payload: Buffer; next: number } | undefined {
  if (offset + PREFIX > bytes.length || bytes.compare(MAGIC, 0, 4, offset, offset + 4) !== 0) return undefined;
  const length = bytes.readUInt32BE(offset + 12);
  const end = offset + PREFIX + length + DIGEST;
  if (length > MAX_PAYLOAD || end > bytes.length) return undefined;
  const expected = digest(bytes.subarray(offset, offset + PREFIX + length));
  if (!expected.equals(bytes.subarray(end - DIGEST, end))) return undefined;
  const sequence = Number(bytes.readBigUInt64BE(offset + 4));
  return { sequence, payload: bytes.subarray(offset + PREFIX, offset + PREFIX + length), next: end };
}

export interface Recovered {
  readonly payloads: Buffer[];
  readonly nextSequence: number;
  /** Bytes up to here are whole; what follows is one torn record at most. */
  readonly validLength: number;
}

/**
 * Reads a whole journal. Each record is synced before the next is written, so a crash can leave one incomplete record at
 * the end: that was never acknowledged and is dropped. Damage anywhere else is refused, since an acknowledged record
 * might tell of a payment. Losing the last record is harmless by design: the step after it was never taken.
 * @throws PayoutError STORE_CORRUPT
 */
export function recoverJournal(bytes: Buffer): Recovered {
  const payloads: Buffer[] = [];
  if (bytes.length < JOURNAL_HEADER.length) {
    if (JOURNAL_HEADER.subarray(0, bytes.length).equals(bytes)) return { payloads, nextSequence: 0, validLength: 0 };
    throw new PayoutError("STORE_CORRUPT", "the file is no journal");
  }
  if (!bytes.subarray(0, JOURNAL_HEADER.length).equals(JOURNAL_HEADER)) {
    throw new PayoutError("STORE_CORRUPT", "the file is no journal, or of a newer version");
  }
  let offset = JOURNAL_HEADER.length;
  let nextSequence = 0;
  while (offset < bytes.length) {
    const record = decodeRecord(bytes, offset);
    if (record === undefined) break;
    if (payloads.length > 0 && record.sequence !== nextSequence) {
      throw new PayoutError("STORE_CORRUPT", `record ${nextSequence} is missing at byte ${offset}`);
    }
    payloads.push(record.payload);
    nextSequence = record.sequence + 1;
    offset = record.next;
  }
  if (offset < bytes.length) {
    if (bytes.length - offset > MAX_PAYLOAD + RECORD_OVERHEAD) {
      throw new PayoutError("STORE_CORRUPT", `damage at byte ${offset}, with more than one record behind it`);
    }
    for (let at = bytes.indexOf(MAGIC, offset + 1); at !== -1; at = bytes.indexOf(MAGIC, at + 1)) {
      if (decodeRecord(bytes, at) !== undefined) {
        throw new PayoutError("STORE_CORRUPT", `damage at byte ${offset}; a whole record follows at byte ${at}`);
      }
    }
  }
  return { payloads, nextSequence, validLength: offset };
}
