import { concatBytes, equalBytes } from "../base/bytes.js";
import { sha256 } from "../base/hash.js";
import type { SignatureItem, Signer, Verifier } from "./types.js";

/*
 * Stand-ins for BLS in volume simulation: a keyed hash that tells who signed what, at a ten-thousandth of the price. The
 * "key" is public and the hash is no cryptographic one, so it protects nobody: simulated adversaries play by not forging.
 * Never part of a node.
 */

/** 128 bits of four lanes, each multiplied and rotated as in MurmurHash3; distinct inputs meet with chance 2^-128. */
function tag(publicKey: Uint8Array, message: Uint8Array): Uint8Array {
  let [a, b, c, d] = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 0x452821e6];
  for (const bytes of [publicKey, message]) {
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i] ?? 0;
      a = Math.imul(a ^ byte, 0xcc9e2d51);
      b = Math.imul(b ^ byte ^ (a >>> 15), 0x1b873593);
      c = Math.imul(c ^ byte ^ (b >>> 13), 0x85ebca6b);
      d = Math.imul(d ^ byte ^ (c >>> 16), 0xc2b2ae35);
      a = (a ^ (d >>> 11)) | 0;
    }
    a = (a + bytes.length) | 0;
  }
  const out = new Uint8Array(16);
  [a, b, c, d].forEach((lane, i) => {
    for (let shift = 0; shift < 4; shift++) out[4 * i + shift] = lane >>> (8 * shift);
  });
  return out;
}

/** Signatures are cut from slabs: an array of its own for each would keep the garbage collector busy. */
const SLAB = 64 * 1024;
let slab = new ArrayBuffer(SLAB);
let used = 0;

function widen(digest: Uint8Array): Uint8Array {
  if (used + 96 > SLAB) {
    slab = new ArrayBuffer(SLAB);
    used = 0;
  }
  const signature = new Uint8Array(slab, used, 96);
  used += 96;
  signature.set(digest);
  return signature;
}

/** Whether a signature is this digest, widened. */
function isWidened(signature: Uint8Array, digest: Uint8Array): boolean {
  if (signature.length !== 96) return false;
  for (let i = 0; i < 96; i++) if (signature[i] !== (digest[i] ?? 0)) return false;
  return true;
}

function xorInto(sum: Uint8Array, part: Uint8Array): void {
  for (let i = 0; i < 16; i++) sum[i] = (sum[i] ?? 0) ^ (part[i] ?? 0);
}

/** What a signature was made for: recognised again without hashing, which is most of a simulation's work. */
interface Made {
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
}
const made = new WeakMap<Uint8Array, Made>();

/** Tags by message and key, for aggregates. */
const tags = new WeakMap<Uint8Array, Map<Uint8Array, Uint8Array>>();

function knownTag(publicKey: Uint8Array, message: Uint8Array): Uint8Array {
  let ofMessage = tags.get(message);
  if (ofMessage === undefined) {
    ofMessage = new Map();
    tags.set(message, ofMessage);
  }
  let known = ofMessage.get(publicKey);
  if (known === undefined) {
    known = tag(publicKey, message);
    ofMessage.set(publicKey, known);
  }
  return known;
}

export class StandInSigner implements Signer {
  readonly publicKey: Uint8Array;

  constructor(seed: Uint8Array) {
    this.publicKey = concatBytes(new Uint8Array(16), sha256(seed));
  }

  sign(message: Uint8Array): Uint8Array {
    const signature = widen(tag(this.publicKey, message));
    made.set(signature, { publicKey: this.publicKey, message });
    return signature;
  }
}

export class StandInVerifier implements Verifier {
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
    const known = made.get(signature);
    if (known !== undefined && equalBytes(known.message, message)) return equalBytes(known.publicKey, publicKey);
    return isWidened(signature, tag(publicKey, message));
  }

  verifyBatch(items: readonly SignatureItem[]): readonly boolean[] {
    return items.map((item) => this.verify(item.publicKey, item.message, item.signature));
  }

  verifyAggregate(publicKeys: readonly Uint8Array[], message: Uint8Array, signature: Uint8Array): boolean {
    if (publicKeys.length === 0) return false;
    const sum = new Uint8Array(16);
    for (const key of publicKeys) xorInto(sum, knownTag(key, message));
    return isWidened(signature, sum);
  }

  aggregate(signatures: readonly Uint8Array[]): Uint8Array {
    const sum = new Uint8Array(16);
    for (const signature of signatures) xorInto(sum, signature);
    return widen(sum);
  }
}
