import { concatBytes, fromHex } from "@lucid/consensus/base";
import { NodeError } from "../errors.js";
import { keccak256 } from "../state/keccak.js";

/*
 * The little of the contract ABI that governance needs. A general library would cost every node 20 MB of memory; tests
 * compare what this reads with the contracts' ABIs.
 */

const WORD = 32;

export function word(value: bigint | number | Uint8Array): Uint8Array {
  if (value instanceof Uint8Array) return concatBytes(new Uint8Array(WORD - value.length), value);
  return fromHex(value.toString(16).padStart(2 * WORD, "0"));
}

export function callData(signature: string, ...words: readonly Uint8Array[]): Uint8Array {
  return concatBytes(keccak256(Buffer.from(signature)).subarray(0, 4), ...words);
}

/** Reads encoded values by the number of their word. @throws NodeError CHAIN_CORRUPT for what the contract cannot return */
export class AbiReader {
  readonly #data: Uint8Array;
  readonly #start: number;

  constructor(data: Uint8Array, start = 0) {
    this.#data = data;
    this.#start = start;
  }

  word(index: number): Uint8Array {
    return this.#bytes(this.#start + index * WORD, WORD);
  }

  number(index: number): bigint {
    return BigInt(`0x${Buffer.from(this.word(index)).toString("hex")}`);
  }

  /** A number that fits a double: a time, a count, an offset. */
  small(index: number): number {
    const value = Number(this.number(index));
    if (!Number.isSafeInteger(value)) throw malformed();
    return value;
  }

  address(index: number): Uint8Array {
    return this.word(index).slice(WORD - 20);
  }

  /** What stands behind the offset in a word; offsets count from the start of the tuple that they are in. */
  behind(index: number): AbiReader {
    return new AbiReader(this.#data, this.#start + this.small(index));
  }

  /** Elements of an array of words, or the offsets of one of dynamic elements. */
  array<T>(index: number, read: (elements: AbiReader, i: number) => T): readonly T[] {
    const from = this.behind(index);
    const length = from.small(0);
    if (length * WORD > this.#data.length) throw malformed();
    const elements = new AbiReader(this.#data, from.#start + WORD);
    return Array.from({ length }, (_, i) => read(elements, i));
  }

  /** A dynamic `bytes` or `string`. */
  bytes(index: number): Uint8Array {
    const from = this.behind(index);
    return this.#bytes(from.#start + WORD, from.small(0));
  }

  #bytes(start: number, length: number): Uint8Array {
    const part = this.#data.slice(start, start + length);
    if (part.length !== length) throw malformed();
    return part;
  }
}

function malformed(): NodeError {
  return new NodeError({
    code: "CHAIN_CORRUPT",
    message: "a governance contract returned something else than its ABI says",
  });
}
