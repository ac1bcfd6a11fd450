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
