import { hkdfSync } from "node:crypto";
import { concatBytes, u32be } from "@lucid/consensus/base";
import { StorageError } from "../errors.js";

const noSalt = new Uint8Array();
const info = (text: string) => new TextEncoder().encode(text);

/** RFC 5869 with SHA-256, 32 bytes out. */
function hkdf(key: Uint8Array, salt: Uint8Array, context: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", key, salt, context, 32));
}

function check(bytes: Uint8Array, length: number, what: string): void {
  if (bytes.length !== length) {
    throw new StorageError({ code: "KEY_INVALID", message: `${what} has ${length} bytes, not ${bytes.length}` });
  }
}

/** Root of all session keys. @param seed BIP-39 seed, 64 bytes */
export function deriveOwnerKey(seed: Uint8Array): Uint8Array {
  check(seed, 64, "a seed");
  return hkdf(seed, noSalt, info("lucid/owner/v1"));
}

/** Key of the encrypted index. @param seed BIP-39 seed, 64 bytes */
export function deriveIndexKey(seed: Uint8Array): Uint8Array {
  check(seed, 64, "a seed");
  return hkdf(seed, noSalt, info("lucid/index/v1"));
}

/** Giving this key away shares one session and nothing else. @param sessionId 32 bytes */
export function deriveSessionKey(ownerKey: Uint8Array, sessionId: Uint8Array): Uint8Array {
  check(ownerKey, 32, "an owner key");
  check(sessionId, 32, "a session id");
  return hkdf(ownerKey, sessionId, info("lucid/session/v1"));
}

/** @param index index of the chunk in its session, u32 */
export function deriveChunkKey(sessionKey: Uint8Array, index: number): Uint8Array {
  check(sessionKey, 32, "a session key");
  return hkdf(sessionKey, noSalt, concatBytes(info("lucid/chunk/v1"), u32be(index)));
}
