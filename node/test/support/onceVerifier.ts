import { BlsVerifier, type SignatureItem, type Verifier } from "@lucid/consensus";
import { latin1Of, sha256, u32be } from "@lucid/consensus/base";

/** Verdicts that are kept; then it begins anew. */
const KEPT = 65_536;

/**
 * Several validators in one process get the same messages, and each would check them for itself: most of what such a test
 * computes. A verdict follows from key, message and signature alone, so that it is found by the first who asks, good or bad, and
 * told to the others.
 */
export class OnceVerifier implements Verifier {
  readonly #inner: Verifier = new BlsVerifier();
  readonly #verdicts = new Map<string, boolean>();

  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
    const name = nameOf("single", [publicKey], message, signature);
    return this.#known(name, () => this.#inner.verify(publicKey, message, signature));
  }

  verifyBatch(items: readonly SignatureItem[]): readonly boolean[] {
    const names = items.map((item) => nameOf("single", [item.publicKey], item.message, item.signature));
    const fresh = items.flatMap((item, index) => (this.#verdicts.has(names[index] ?? "") ? [] : [{ item, index }]));
    const found = this.#inner.verifyBatch(fresh.map(({ item }) => item));
    const verdicts = names.map((name) => this.#verdicts.get(name) ?? false);
    fresh.forEach(({ index }, i) => {
      verdicts[index] = this.#known(names[index] ?? "", () => found[i] === true);
    });
    return verdicts;
  }

  verifyAggregate(publicKeys: readonly Uint8Array[], message: Uint8Array, signature: Uint8Array): boolean {
    const name = nameOf("aggregate", publicKeys, message, signature);
    return this.#known(name, () => this.#inner.verifyAggregate(publicKeys, message, signature));
  }

  aggregate(signatures: readonly Uint8Array[]): Uint8Array {
    return this.#inner.aggregate(signatures);
  }

  #known(name: string, find: () => boolean): boolean {
    const known = this.#verdicts.get(name);
    if (known !== undefined) return known;
    const verdict = find();
    if (this.#verdicts.size >= KEPT) this.#verdicts.clear();
    this.#verdicts.set(name, verdict);
    return verdict;
  }
}

function nameOf(kind: string, keys: readonly Uint8Array[], message: Uint8Array, signature: Uint8Array): string {
  const lengths = [u32be(keys.length), u32be(signature.length), ...keys.map(({ length }) => u32be(length))];
  return kind + latin1Of(sha256(...lengths, ...keys, signature, message));
}
