import {
  aggregatePublicKeys,
  aggregateSerializedSignatures,
  aggregateWithRandomness,
  PublicKey,
  SecretKey,
  Signature,
  verify,
  verifyMultipleAggregateSignatures,
} from "@chainsafe/blst";
import { latin1Of } from "../base/bytes.js";
import { ConsensusError } from "../errors.js";
import type { AggregateItem, SignatureItem, Signer, Verifier } from "./types.js";

/** Decoded keys cost 75 us each, and the same 256 sign every slot. Twice the registry of a large network. */
const MAX_CACHED_KEYS = 20_000;

/** Signs with a BLS12-381 key (public keys in G1). */
export class BlsSigner implements Signer {
  readonly publicKey: Uint8Array;
  readonly #secret: SecretKey;

  /** @throws ConsensusError BAD_KEY unless 32 bytes of a valid secret key. */
  constructor(secretKey: Uint8Array) {
    try {
      this.#secret = SecretKey.fromBytes(secretKey);
    } catch (cause) {
      throw new ConsensusError({ code: "BAD_KEY", message: "the secret key is not a BLS12-381 key", cause });
    }
    this.publicKey = this.#secret.toPublicKey().toBytes();
  }

  sign(message: Uint8Array): Uint8Array {
    return this.#secret.sign(message).toBytes();
  }
}

/** Verifies with blst. Holds nothing but a bounded cache of decoded public keys. */
export class BlsVerifier implements Verifier {
  readonly #keys = new Map<string, PublicKey>();

  /** Group and infinity checks are done once a key. Undefined for what is not a key. */
  #publicKey(bytes: Uint8Array): PublicKey | undefined {
    const name = latin1Of(bytes);
    const known = this.#keys.get(name);
    if (known !== undefined) return known;
    try {
      const key = PublicKey.fromBytes(bytes, true);
      if (this.#keys.size >= MAX_CACHED_KEYS) this.#keys.clear();
      this.#keys.set(name, key);
      return key;
    } catch {
      return undefined;
    }
  }

  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
    const key = this.#publicKey(publicKey);
    if (key === undefined) return false;
    try {
      return verify(message, key, Signature.fromBytes(signature, true));
    } catch {
      return false;
    }
  }

  verifyBatch(items: readonly SignatureItem[]): readonly boolean[] {
    const verdicts = new Array<boolean>(items.length).fill(false);
    const groups = new Map<string, { message: Uint8Array; members: Member[] }>();
    items.forEach((item, index) => {
      const key = this.#publicKey(item.publicKey);
      if (key === undefined) return;
      const name = latin1Of(item.message);
      const group = groups.get(name) ?? { message: item.message, members: [] };
      group.members.push({ index, pk: key, sig: item.signature });
      groups.set(name, group);
    });
    // Equal messages are cheapest together; the others, storage answers of a block say, with each other.
    const single = [...groups.values()].filter(({ members }) => members.length === 1);
    const together = single.length > 1 && checkDistinct(single);
    for (const { message, members } of groups.values()) {
      const [only] = members;
      if (together && members.length === 1 && only !== undefined) verdicts[only.index] = true;
      else halve(message, members, verdicts);
    }
    return verdicts;
  }

  verifyAggregate(publicKeys: readonly Uint8Array[], message: Uint8Array, signature: Uint8Array): boolean {
    const key = this.#aggregateKey(publicKeys);
    if (key === undefined) return false;
    try {
      return verify(message, key, Signature.fromBytes(signature, true));
    } catch {
      return false;
    }
  }

  /**
   * True when every aggregate verifies by itself, but for a chance of 2^-64: a random linear combination shares the final
   * exponentiation, which makes 48 of them half as dear as one by one. False does not tell which one is bad.
   * https://ethresear.ch/t/fast-verification-of-multiple-bls-signatures/5407
   */
  verifyEvery(items: readonly AggregateItem[]): boolean {
    try {
      const sets = items.map(({ publicKeys, message, signature }) => {
        const pk = this.#aggregateKey(publicKeys);
        return pk && { pk, msg: message, sig: Signature.fromBytes(signature, true) };
      });
      const known = sets.filter((set) => set !== undefined);
      if (known.length < items.length) return false;
      return known.length === 0 || verifyMultipleAggregateSignatures(known);
    } catch {
      return false;
    }
  }

  #aggregateKey(publicKeys: readonly Uint8Array[]): PublicKey | undefined {
    const keys: PublicKey[] = [];
    for (const bytes of publicKeys) {
      const key = this.#publicKey(bytes);
      if (key === undefined) return undefined;
      keys.push(key);
    }
    try {
      return keys.length === 0 ? undefined : aggregatePublicKeys(keys);
    } catch {
      return undefined;
    }
  }

  aggregate(signatures: readonly Uint8Array[]): Uint8Array {
    try {
      return aggregateSerializedSignatures([...signatures]).toBytes();
    } catch (cause) {
      throw new ConsensusError({ code: "BAD_SIGNATURE", message: "signatures do not aggregate", cause });
    }
  }
}

interface Member {
  readonly index: number;
  readonly pk: PublicKey;
  readonly sig: Uint8Array;
}

/**
 * One message, many signers. A random linear combination checks them all at the price of one pairing (a plain sum would
 * let two signers cancel each other's errors). If it fails, each half is tried: one bad among 256 costs 17 checks.
 */
function halve(message: Uint8Array, members: readonly Member[], verdicts: boolean[]): void {
  if (members.length === 0) return;
  if (checkAll(message, members)) {
    for (const { index } of members) verdicts[index] = true;
    return;
  }
  if (members.length === 1) return;
  const middle = members.length >> 1;
  halve(message, members.slice(0, middle), verdicts);
  halve(message, members.slice(middle), verdicts);
}

/** Different messages at once, by random factors: half the price of one check after the other. False if any is bad. */
function checkDistinct(
  items: readonly { readonly message: Uint8Array; readonly members: readonly Member[] }[],
): boolean {
  try {
    return verifyMultipleAggregateSignatures(
      items.flatMap(({ message: msg, members }) =>
        members.map(({ pk, sig }) => ({ msg, pk, sig: Signature.fromBytes(sig, true) })),
      ),
    );
  } catch {
    return false;
  }
}

function checkAll(message: Uint8Array, members: readonly Member[]): boolean {
  try {
    const [only] = members;
    if (members.length === 1 && only !== undefined)
      return verify(message, only.pk, Signature.fromBytes(only.sig, true));
    const { pk, sig } = aggregateWithRandomness(members.map((member) => ({ pk: member.pk, sig: member.sig })));
    return verify(message, pk, sig);
  } catch {
    // One signature that does not decode fails the whole; halving finds it.
    return false;
  }
}
