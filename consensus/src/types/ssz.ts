import "./hasher.js";
import { ByteListType, ByteVectorType, type Type, UintBigintType, UintNumberType } from "@chainsafe/ssz";
import { ConsensusError } from "../errors.js";

/*
 * Primitive types, named by what they hold. Fields up to 32 bits are numbers. Wider ones are bigint, but for credits and
 * amounts of the consensus state, which are `safe` numbers: no sum of them reaches 2^53 (total supply < 4.3e15 gwei), and
 * they are read with `decodeExact`.
 */
export const u8 = new UintNumberType(1);
export const u16 = new UintNumberType(2);
export const u32 = new UintNumberType(4);
export const safeU64 = new UintNumberType(8);
export const u64 = new UintBigintType(8);
export const u256 = new UintBigintType(32);
export const bytes20 = new ByteVectorType(20);
export const bytes32 = new ByteVectorType(32);
/** Compressed G1 point. */
export const blsPublicKey = new ByteVectorType(48);
/** Compressed G2 point. */
export const blsSignature = new ByteVectorType(96);
export const bloom = new ByteVectorType(256);
/** UTF-8, at most 32 bytes. */
export const shortText = new ByteListType(32);

/** Voters of an epoch (MAX_ACTIVE); the length limit of bitfields over voters. */
export const VOTER_LIMIT = 256;
/** Entries that the registry may ever hold; an index is never reused. */
export const REGISTRY_LIMIT = 65_536;
/** The block's BODY_LIMIT, 2 MiB. */
export const BODY_BYTES = 2 * 1024 * 1024;

export const ZERO_ROOT: Uint8Array = new Uint8Array(32);
export const ZERO_SIGNATURE: Uint8Array = new Uint8Array(96);

/**
 * Decodes bytes that came from outside. The length is compared before anything is parsed, since the types' own maximum
 * sizes are far above what is ever legal.
 * @param limit bytes; the type's largest legal message
 * @throws ConsensusError TOO_LARGE, BAD_SSZ
 */
export function decodeSsz<V>(type: Type<V>, bytes: Uint8Array, limit: number): V {
  if (bytes.length > limit) {
    throw new ConsensusError({
      code: "TOO_LARGE",
      message: `${type.typeName} of ${bytes.length} bytes is over the limit of ${limit}`,
      meta: { type: type.typeName, length: bytes.length, limit },
    });
  }
  try {
    return type.deserialize(bytes);
  } catch (cause) {
    throw new ConsensusError({
      code: "BAD_SSZ",
      message: `bytes do not decode as ${type.typeName}`,
      meta: { type: type.typeName, length: bytes.length },
      cause,
    });
  }
}

/**
 * The same for types with `safe` numbers, which round above 2^53: what does not encode to the same bytes is refused.
 * @throws ConsensusError TOO_LARGE, BAD_SSZ
 */
export function decodeExact<V>(type: Type<V>, bytes: Uint8Array, limit: number): V {
  const value = decodeSsz(type, bytes, limit);
  if (Buffer.compare(type.serialize(value), bytes) !== 0) {
    throw new ConsensusError({
      code: "BAD_SSZ",
      message: `bytes do not decode as ${type.typeName}: a number is above 2^53`,
      meta: { type: type.typeName, length: bytes.length },
    });
  }
  return value;
}
