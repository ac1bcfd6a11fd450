import assert from "node:assert/strict";
import {
  BitArray,
  BitListType,
  BooleanType,
  ByteListType,
  ByteVectorType,
  ContainerType,
  ListBasicType,
  ListCompositeType,
  type Type,
  UintBigintType,
  UintNumberType,
} from "@chainsafe/ssz";
import type { Random } from "../../src/sim/random.js";
import * as types from "../../src/types/index.js";

/** Every SSZ type that leaves the process, on the wire or to the disk. */
export const allTypes: Readonly<Record<string, Type<unknown>>> = Object.fromEntries(
  Object.entries(types).filter(([, value]) => typeof value === "object" && value !== null && "hashTreeRoot" in value),
) as unknown as Readonly<Record<string, Type<unknown>>>;

function randomBytes(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.below(256));
}

/** A value of any of our types, with lists of up to `longest` items. */
export function sampleOf(type: Type<unknown>, random: Random, longest: number): unknown {
  if (type instanceof ContainerType) {
    const fields = type.fields as Record<string, Type<unknown>>;
    return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, sampleOf(field, random, longest)]));
  }
  if (type instanceof ByteVectorType) return randomBytes(random, type.lengthBytes);
  if (type instanceof ByteListType)
    return randomBytes(random, random.below(Math.min(type.limitBytes, 4 * longest) + 1));
  if (type instanceof BitListType) {
    const length = random.below(Math.min(type.limitBits, 9 * longest) + 1);
    return BitArray.fromBoolArray(Array.from({ length }, () => random.chance(0.5)));
  }
  if (type instanceof ListCompositeType || type instanceof ListBasicType) {
    const length = random.below(Math.min(type.limit, longest) + 1);
    return Array.from({ length }, () => sampleOf(type.elementType as Type<unknown>, random, longest));
  }
  if (type instanceof BooleanType) return random.chance(0.5);
  if (type instanceof UintBigintType) {
    return BigInt(`0x${Buffer.from(randomBytes(random, type.byteLength)).toString("hex")}`);
  }
  if (type instanceof UintNumberType) {
    const bytes = Math.min(type.byteLength, 6);
    return Number(`0x${Buffer.from(randomBytes(random, bytes)).toString("hex")}`);
  }
  return assert.fail(`no sample for ${type.typeName}`);
}

/** Whether a type holds numbers of 64 bits, which round above 2^53 and are decoded with `decodeExact`. */
export function hasSafeNumbers(type: Type<unknown>): boolean {
  if (type instanceof UintNumberType) return type.byteLength === 8;
  if (type instanceof ContainerType)
    return Object.values(type.fields as Record<string, Type<unknown>>).some(hasSafeNumbers);
  if (type instanceof ListCompositeType || type instanceof ListBasicType)
    return hasSafeNumbers(type.elementType as Type<unknown>);
  return false;
}
