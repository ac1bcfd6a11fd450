/** Signs with one BLS key. Deterministic: the same message gives the same signature, which the VRF rests on. */
export interface Signer {
  /** Compressed, 48 bytes. */
  readonly publicKey: Uint8Array;
  /** 96 bytes. */
  sign(message: Uint8Array): Uint8Array;
}

export interface SignatureItem {
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** An aggregate of signatures over one message; of one key: a plain signature. */
export interface AggregateItem {
  readonly publicKeys: readonly Uint8Array[];
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/**
 * Checks BLS signatures. No method throws for bytes from outside: what does not decode is false. The public keys of the
 * arguments have shown their proof of possession, but for `verify`, which checks the key as well.
 */
export interface Verifier {
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
  /** One verdict an item; one bad item costs a logarithmic number of extra checks, not a check of each. */
  verifyBatch(items: readonly SignatureItem[]): readonly boolean[];
  /** An aggregate over one message. False for no keys. */
  verifyAggregate(publicKeys: readonly Uint8Array[], message: Uint8Array, signature: Uint8Array): boolean;
  /** @throws ConsensusError BAD_SIGNATURE; the caller has verified the parts. */
  aggregate(signatures: readonly Uint8Array[]): Uint8Array;
}
