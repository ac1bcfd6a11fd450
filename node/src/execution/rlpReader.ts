import { NodeError } from "../errors.js";

/**
 * Strict reader of canonical RLP: lengths minimal, nothing beyond the end, single bytes as themselves. It never recurses
 * and never copies a list, so hostile nesting costs nothing.
 * @throws NodeError TX_MALFORMED from every method
 */
export class RlpReader {
  readonly #bytes: Uint8Array;
  #at: number;
  readonly #end: number;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  get position(): number {
    return this.#at;
  }

  get done(): boolean {
    return this.#at === this.#end;
  }

  /** Reader over the items of the next list. */
  list(): RlpReader {
    const { start, end } = this.#header(0xc0);
    this.#at = end;
    return new RlpReader(this.#bytes, start, end);
  }

  /** A view, not a copy. */
  string(): Uint8Array {
    const first = this.#bytes[this.#at];
    if (this.#at < this.#end && first !== undefined && first < 0x80) {
      this.#at += 1;
      return this.#bytes.subarray(this.#at - 1, this.#at);
    }
    const { start, end } = this.#header(0x80);
    if (end - start === 1 && (this.#bytes[start] ?? 0) < 0x80) throw malformed("a byte is encoded twice");
    this.#at = end;
    return this.#bytes.subarray(start, end);
  }

  fixed(length: number): Uint8Array {
    const bytes = this.string();
    if (bytes.length !== length) throw malformed(`a field has ${bytes.length} bytes in place of ${length}`);
    return bytes;
  }

  /** Unsigned integer of at most `maxBytes`, without leading zeros. */
  integer(maxBytes: number): bigint {
    const bytes = this.string();
    if (bytes.length > maxBytes) throw malformed(`an integer has more than ${maxBytes} bytes`);
    if (bytes[0] === 0) throw malformed("an integer has leading zeros");
    if (bytes.length === 0) return 0n;
    return BigInt(`0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex")}`);
  }

  end(): void {
    if (!this.done) throw malformed("something follows its last field");
  }

  #header(offset: 0x80 | 0xc0): { start: number; end: number } {
    const first = this.#at < this.#end ? this.#bytes[this.#at] : undefined;
    if (first === undefined) throw malformed("it ends early");
    const short = first - offset;
    if (short < 0 || short > 63) throw malformed("a list stands for a string or the reverse");
    let start = this.#at + 1;
    let length = short;
    if (short > 55) {
      const lengthBytes = short - 55;
      length = 0;
      // Four bytes of length are four gigabytes: more than any input, and still an exact number.
      if (lengthBytes > 4 || start + lengthBytes > this.#end) throw malformed("it ends early");
      if (this.#bytes[start] === 0) throw malformed("a length has leading zeros");
      for (let i = 0; i < lengthBytes; i++) length = length * 256 + (this.#bytes[start++] ?? 0);
      if (length < 56) throw malformed("a length is not minimal");
    }
    if (start + length > this.#end) throw malformed("it ends early");
    return { start, end: start + length };
  }
}

export function malformed(why: string): NodeError {
  return new NodeError({ code: "TX_MALFORMED", message: `rlp: the transaction is not canonical: ${why}` });
}
