import type { SignatureItem, Verifier } from "@lucid/consensus";
import { sha256 } from "@lucid/consensus/base";

/** Aggregates that are remembered: certificates of the last heights. */
const REMEMBERED = 16;
/** Single signatures that are: storage answers and relay receipts of two blocks, several times. */
const REMEMBERED_SINGLE = 2_048;

/**
 * A verifier that does not check the same thing twice: the certificate that decides a block comes again as the next
 * block's `parentCommit`, and a storage answer that was gossiped comes again in a block. Only what verified is remembered, by
 * a hash of all that went into it.
 */
export class RememberingVerifier implements Verifier {
  readonly #inner: Verifier;
  readonly #known = new Set<string>();
  readonly #single = new Set<string>();

  constructor(inner: Verifier) {
    this.#inner = inner;
  }

  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
    return this.#inner.verify(publicKey, message, signature);
  }

  verifyBatch(items: readonly SignatureItem[]): readonly boolean[] {
    const names = items.map(({ publicKey, message, signature }) => nameOf(message, signature, publicKey));
    const fresh = items.flatMap((item, index) => (this.#single.has(names[index] ?? "") ? [] : [{ item, index }]));
    const verdicts = new Array<boolean>(items.length).fill(true);
    if (fresh.length === 0) return verdicts;
    const found = this.#inner.verifyBatch(fresh.map(({ item }) => item));
    fresh.forEach(({ index }, i) => {
      const valid = found[i] === true;
      verdicts[index] = valid;
      if (valid) remember(this.#single, names[index] ?? "", REMEMBERED_SINGLE);
    });
    return verdicts;
  }

  verifyAggregate(publicKeys: readonly Uint8Array[], message: Uint8Array, signature: Uint8Array): boolean {
    const name = nameOf(message, signature, ...publicKeys);
    if (this.#known.has(name)) return true;
    if (!this.#inner.verifyAggregate(publicKeys, message, signature)) return false;
    remember(this.#known, name, REMEMBERED);
    return true;
  }

  aggregate(signatures: readonly Uint8Array[]): Uint8Array {
    return this.#inner.aggregate(signatures);
  }
}

/** Lengths are fixed but for the message, which is a root of 32 bytes wherever it is remembered. */
function nameOf(...parts: readonly Uint8Array[]): string {
  return Buffer.from(sha256(...parts)).toString("latin1");
}

function remember(known: Set<string>, name: string, limit: number): void {
  const [oldest] = known;
  if (known.size >= limit && oldest !== undefined) known.delete(oldest);
  known.add(name);
}
