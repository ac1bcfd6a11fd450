import { createHmac, randomBytes } from "node:crypto";
import { concatBytes, equalBytes } from "@lucid/consensus/base";
import {
  CHUNK_NONCE_LENGTH,
  CHUNK_TAG_LENGTH,
  decryptInPlace,
  encryptInto,
  SESSION_ID_LENGTH,
} from "../chunk/index.js";
import { StorageError } from "../errors.js";
import { clockBytes, type UnsignedIndexEntry } from "./indexEntry.js";
import { decodeDetails, encodeDetails, type SessionDetails } from "./sessionDetails.js";

/** Key of a session in its owner's map: HMAC-SHA-256(indexKey, sessionId). @param sessionId 32 bytes */
export function indexEntryKey(indexKey: Uint8Array, sessionId: Uint8Array): Uint8Array {
  if (indexKey.length !== 32 || sessionId.length !== SESSION_ID_LENGTH) {
    throw new StorageError({ code: "KEY_INVALID", message: "an index key and a session id have 32 bytes" });
  }
  return new Uint8Array(createHmac("sha256", indexKey).update(sessionId).digest());
}

function aadOf(entry: { readonly owner: Uint8Array; readonly key: Uint8Array; readonly clock: bigint }): Uint8Array {
  return concatBytes(entry.owner, entry.key, clockBytes(entry.clock));
}

export interface SealPlace {
  readonly owner: Uint8Array;
  readonly clock: bigint;
  /** 24 bytes; random but in test vectors. */
  readonly nonce?: Uint8Array;
}

/** The entry that holds a session's details, to be signed. @throws StorageError INDEX_DETAILS_INVALID */
export function sealDetails(indexKey: Uint8Array, details: SessionDetails, place: SealPlace): UnsignedIndexEntry {
  const { owner, clock, nonce = new Uint8Array(randomBytes(CHUNK_NONCE_LENGTH)) } = place;
  const key = indexEntryKey(indexKey, details.sessionId);
  const plain = encodeDetails(details);
  const value = new Uint8Array(CHUNK_NONCE_LENGTH + plain.length + CHUNK_TAG_LENGTH);
  value.set(nonce);
  const aad = aadOf({ owner, key, clock });
  encryptInto(value, CHUNK_NONCE_LENGTH, [plain], { key: indexKey, nonce, aad });
  return { owner, key, clock, deleted: false, value };
}

/** The entry that takes a session out of the index, to be signed. */
export function sealDeletion(indexKey: Uint8Array, sessionId: Uint8Array, place: SealPlace): UnsignedIndexEntry {
  const key = indexEntryKey(indexKey, sessionId);
  return { owner: place.owner, key, clock: place.clock, deleted: true, value: new Uint8Array() };
}

/**
 * @throws StorageError INDEX_KEY_WRONG when it was sealed with another key or for another place, INDEX_DETAILS_INVALID
 */
export function openDetails(indexKey: Uint8Array, entry: UnsignedIndexEntry): SessionDetails {
  const buffer = entry.value.slice();
  const nonce = entry.value.slice(0, CHUNK_NONCE_LENGTH);
  const length = buffer.length - CHUNK_NONCE_LENGTH;
  const plain =
    entry.deleted || length <= CHUNK_TAG_LENGTH
      ? undefined
      : decryptInPlace(buffer, CHUNK_NONCE_LENGTH, length, { key: indexKey, nonce, aad: aadOf(entry) });
  if (plain === undefined) {
    throw new StorageError({ code: "INDEX_KEY_WRONG", message: "the key does not open this entry of the index" });
  }
  const details = decodeDetails(plain);
  if (!equalBytes(indexEntryKey(indexKey, details.sessionId), entry.key)) {
    throw new StorageError({ code: "INDEX_DETAILS_INVALID", message: "the details are of another session" });
  }
  return details;
}
