import { concatBytes, equalBytes } from "../base/bytes.js";
import { sha256 } from "../base/hash.js";
import type { SignatureItem, Signer, Verifier } from "./types.js";

/*
 * Stand-ins for BLS in volume simulation: a keyed hash that tells who signed what, at a thousandth of the price. The
 * "key" is public, so it protects nobody: simulated adversaries play by not forging. Never part of a node.
 */

function tag(publicKey: Uint8Array, message: Uint8Array): Uint8Array {
  return sha256(concatBytes(publicKey, message));
}

function widen(digest: Uint8Array): Uint8Array {
  const signature = new Uint8Array(96);
  signature.set(digest);
  return signature;
}

function xorInto(sum: Uint8Array, part: Uint8Array): void {
  for (let i = 0; i < 32; i++) sum[i] = (sum[i] ?? 0) ^ (part[i] ?? 0);
}

export class StandInSigner implements Signer {
  readonly publicKey: Uint8Array;

  constructor(seed: Uint8Array) {
    this.publicKey = concatBytes(new Uint8Array(16), sha256(seed));
  }

  sign(message: Uint8Array): Uint8Array {
    return widen(tag(this.publicKey, message));
  }
}

export class StandInVerifier implements Verifier {
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
    return equalBytes(signature, widen(tag(publicKey, message)));
  }

  verifyBatch(items: readonly SignatureItem[]): readonly boolean[] {
    return items.map((item) => this.verify(item.publicKey, item.message, item.signature));
  }

  verifyAggregate(publicKeys: readonly Uint8Array[], message: Uint8Array, signature: Uint8Array): boolean {
    if (publicKeys.length === 0) return false;
    const sum = new Uint8Array(32);
    for (const key of publicKeys) xorInto(sum, tag(key, message));
    return equalBytes(signature, widen(sum));
  }

  aggregate(signatures: readonly Uint8Array[]): Uint8Array {
    const sum = new Uint8Array(32);
    for (const signature of signatures) xorInto(sum, signature);
    return widen(sum);
  }
}
