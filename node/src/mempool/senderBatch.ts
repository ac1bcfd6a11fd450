import { recoverPublicKey } from "../execution/sender.js";
import { keccak256 } from "../state/keccak.js";

/** Signing hash 32, r 32, s 32, y parity 1. */
export const SIGNATURE_SIZE = 97;
/** Status 1 (1 = recovered), address 20. */
export const SENDER_SIZE = 21;

export interface Signed {
  readonly signingHash: Uint8Array;
  readonly r: bigint;
  readonly s: bigint;
  readonly yParity: 0 | 1;
}

/** One array for a whole batch: a message to a thread costs more than a recovery otherwise. */
export function packSignatures(batch: readonly Signed[]): Uint8Array {
  const out = new Uint8Array(batch.length * SIGNATURE_SIZE);
  batch.forEach(({ signingHash, r, s, yParity }, i) => {
    const at = i * SIGNATURE_SIZE;
    out.set(signingHash, at);
    out.set(word(r), at + 32);
    out.set(word(s), at + 64);
    out[at + 96] = yParity;
  });
  return out;
}

/** Runs on the worker thread. */
export function recoverBatch(signatures: Uint8Array): Uint8Array {
  const count = Math.floor(signatures.length / SIGNATURE_SIZE);
  const out = new Uint8Array(count * SENDER_SIZE);
  for (let i = 0; i < count; i++) {
    const at = i * SIGNATURE_SIZE;
    const field = (from: number, to: number): Uint8Array => signatures.subarray(at + from, at + to);
    const key = recoverPublicKey(field(0, 32), field(32, 64), field(64, 96), signatures[at + 96] === 1 ? 1 : 0);
    if (key === undefined) continue;
    out[i * SENDER_SIZE] = 1;
    out.set(keccak256(key).subarray(12), i * SENDER_SIZE + 1);
  }
  return out;
}

/** Address by index; undefined where the signature belongs to nobody. */
export function unpackSenders(packed: Uint8Array): (Uint8Array | undefined)[] {
  return Array.from({ length: packed.length / SENDER_SIZE }, (_, i) => {
    const at = i * SENDER_SIZE;
    return packed[at] === 1 ? packed.slice(at + 1, at + SENDER_SIZE) : undefined;
  });
}

function word(value: bigint): Uint8Array {
  return new Uint8Array(Buffer.from(value.toString(16).padStart(64, "0"), "hex"));
}
