import type { SignatureItem, Verifier } from "@lucid/consensus";
import { sha256 } from "@lucid/consensus/base";

/** Aggregates that are remembered: certificates of the last heights. */
const REMEMBERED = 16;

/**
 * A verifier that does not check the same aggregate twice: the certificate that decides a block comes again as the next
 * block's `parentCommit`. Only what verified is remembered, by a hash of all that went into it.
 */
export class RememberingVerifier implements Verifier {
  readonly #inner: Verifier;
  readonly #known = new Set<string>();

  constructor(inner: Verifier) {
    this.#inner = inner;
  }

  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
    return this.#inner.verify(publicKey, message, signature);
  }

  verifyBatch(items: readonly SignatureItem[]): readonly boolean[] {
    return this.#inner.verifyBatch(items);
  }

  verifyAggregate(publicKeys: readonly Uint8Array[], message: Uint8Array, signature: Uint8Array): boolean {
    // Lengths are fixed but for the message, which is a root of 32 bytes wherever aggregates are used.
    const name = Buffer.from(sha256(message, signature, ...publicKeys)).toString("latin1");
    if (this.#known.has(name)) return true;
    if (!this.#inner.verifyAggregate(publicKeys, message, signature)) return false;
    const [oldest] = this.#known;
    if (this.#known.size >= REMEMBERED && oldest !== undefined) this.#known.delete(oldest);
    this.#known.add(name);
    return true;
  }

  aggregate(signatures: readonly Uint8Array[]): Uint8Array {
    return this.#inner.aggregate(signatures);
  }
}
