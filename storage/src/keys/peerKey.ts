import { randomBytes } from "node:crypto";
import { sha256, toHex } from "@lucid/consensus/base";
import { ed25519 } from "@noble/curves/ed25519.js";
import { StorageError } from "../errors.js";

/** Ed25519 key of the node on the network; it signs nothing of value and can be replaced at any time. */
export interface PeerKey {
  /** RFC 8032 seed, 32 bytes. */
  readonly secretKey: Uint8Array;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
}

export function generatePeerKey(): PeerKey {
  return peerKeyFromSecret(new Uint8Array(randomBytes(32)));
}

/** @throws StorageError KEY_INVALID unless 32 bytes */
export function peerKeyFromSecret(secretKey: Uint8Array): PeerKey {
  if (secretKey.length !== 32) {
    throw new StorageError({ code: "KEY_INVALID", message: `a peer key has 32 bytes, not ${secretKey.length}` });
  }
  return { secretKey: secretKey.slice(), publicKey: ed25519.getPublicKey(secretKey) };
}

/** A random id of this installation; only its hash leaves it. */
export function generateDeviceId(): Uint8Array {
  return new Uint8Array(randomBytes(32));
}

/** What a manifest says about the device that recorded it. */
export function deviceFingerprint(deviceId: Uint8Array): `0x${string}` {
  return toHex(sha256(deviceId));
}
