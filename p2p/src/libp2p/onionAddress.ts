import { createHash, createPrivateKey, createPublicKey, hkdfSync } from "node:crypto";
import { base32 } from "multiformats/bases/base32";

/** Port of an onion service's address; what listens behind it is a matter of the node and its Tor. */
export const ONION_PORT = 30_120;

const VERSION = 3;
const KEY_BYTES = 32;
const CHECKSUM_BYTES = 2;
/** DER of an Ed25519 private key before its 32 bytes of seed (RFC 8410). */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

/** The key of an onion service, in the forms in which Tor wants it. */
export interface OnionKey {
  /** 56 characters, without ".onion". */
  readonly address: string;
  /** SHA-512 of the seed, clamped: what ADD_ONION takes as ED25519-V3, 64 bytes. */
  readonly expandedSecret: Uint8Array;
}

/** Section 6 of Tor's rend-spec-v3: base32(public key, checksum, version). */
function addressOf(publicKey: Uint8Array): string {
  const checksum = checksumOf(publicKey);
  return base32.baseEncode(Buffer.concat([publicKey, checksum, Uint8Array.of(VERSION)]));
}

function checksumOf(publicKey: Uint8Array): Buffer {
  const hash = createHash("sha3-256").update(".onion checksum").update(publicKey).update(Uint8Array.of(VERSION));
  return hash.digest().subarray(0, CHECKSUM_BYTES);
}

/** Whether these are 56 characters with the checksum and the version of an onion service. */
export function isOnionAddress(address: string): boolean {
  if (!/^[a-z2-7]{56}$/.test(address)) return false;
  const bytes = base32.baseDecode(address);
  const publicKey = bytes.subarray(0, KEY_BYTES);
  const checksum = bytes.subarray(KEY_BYTES, KEY_BYTES + CHECKSUM_BYTES);
  return bytes[KEY_BYTES + CHECKSUM_BYTES] === VERSION && checksumOf(publicKey).equals(checksum);
}

/**
 * The onion key that belongs to a peer key: the same node has the same .onion address wherever it runs, and there is no
 * further file to keep.
 * @param peerKey Ed25519 seed, 32 bytes
 */
export function onionKeyOf(peerKey: Uint8Array): OnionKey {
  const seed = Buffer.from(hkdfSync("sha256", peerKey, "", "lucid onion service 1", KEY_BYTES));
  const secret = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: "der", type: "pkcs8" });
  const publicKey = createPublicKey(secret).export({ format: "der", type: "spki" }).subarray(-KEY_BYTES);
  const expandedSecret = createHash("sha512").update(seed).digest();
  // RFC 8032, 5.1.5: Tor takes the scalar as it is used.
  expandedSecret.writeUInt8(expandedSecret.readUInt8(0) & 248, 0);
  expandedSecret.writeUInt8((expandedSecret.readUInt8(31) & 63) | 64, 31);
  return { address: addressOf(publicKey), expandedSecret };
}
