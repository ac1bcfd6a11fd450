import type { AggregateItem, SignatureItem, Verifier } from "@lucid/consensus";
import { latin1Of, sha256, u32be } from "@lucid/consensus/base";

/** Aggregates that are remembered: certificates of the last heights, and what was checked ahead of the blocks it is of. */
const REMEMBERED = 256;
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

  /** It was verified elsewhere. */
  remember({ publicKeys, message, signature }: AggregateItem): void {
    remember(this.#known, nameOf(publicKeys, message, signature), REMEMBERED);
  }

  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
    // A key whose signature is remembered has shown its proof of possession.
    if (this.#known.has(nameOf([publicKey], message, signature))) return true;
    return this.#inner.verify(publicKey, message, signature);
  }

  verifyBatch(items: readonly SignatureItem[]): readonly boolean[] {
    const names = items.map(({ publicKey, message, signature }) => nameOf([publicKey], message, signature));
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
    const name = nameOf(publicKeys, message, signature);
    if (this.#known.has(name)) return true;
    if (!this.#inner.verifyAggregate(publicKeys, message, signature)) return false;
    remember(this.#known, name, REMEMBERED);
    return true;
  }

  aggregate(signatures: readonly Uint8Array[]): Uint8Array {
    return this.#inner.aggregate(signatures);
  }
}

/** Keys and signatures have fixed lengths; the message, which has not (the VRF's), comes last. */
function nameOf(publicKeys: readonly Uint8Array[], message: Uint8Array, signature: Uint8Array): string {
  return latin1Of(sha256(u32be(publicKeys.length), ...publicKeys, signature, message));
}

function remember(known: Set<string>, name: string, limit: number): void {
  const [oldest] = known;
  if (known.size >= limit && oldest !== undefined) known.delete(oldest);
  known.add(name);
}
