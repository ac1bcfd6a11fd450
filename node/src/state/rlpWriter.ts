/**
 * Appends RLP (Ethereum yellow paper, appendix B) to one reused buffer. Trie nodes are encoded by the thousand a block;
 * a general encoder that allocates per item costs more than the hash of the result.
 */
export class RlpWriter {
  #buffer: Uint8Array;
  #length = 0;

  constructor(capacity = 1024) {
    this.#buffer = new Uint8Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  reset(): void {
    this.#length = 0;
  }

  /** View of what was written from `start`; valid until the next write. */
  view(start = 0): Uint8Array {
    return this.#buffer.subarray(start, this.#length);
  }

  /** Header of a list whose items take `payload` bytes. */
  listHeader(payload: number): void {
    this.#header(payload, 0xc0);
  }

  string(bytes: Uint8Array): void {
    const [first] = bytes;
    if (bytes.length !== 1 || first === undefined || first >= 0x80) this.#header(bytes.length, 0x80);
    this.raw(bytes);
  }

  /** Bytes that are RLP already. */
  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** A string of 32 bytes out of a longer array; without a view of it, which costs as much as the copy. */
  hash(bytes: Uint8Array, start: number): void {
    this.#reserve(33);
    const buffer = this.#buffer;
    let at = this.#length;
    buffer[at++] = 0x80 + 32;
    for (let i = start; i < start + 32; i++) buffer[at++] = bytes[i] ?? 0;
    this.#length = at;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#buffer[this.#length++] = value;
  }

  #header(length: number, offset: number): void {
    if (length < 56) {
      this.byte(offset + length);
      return;
    }
    const lengthBytes = length < 0x100 ? 1 : length < 0x10000 ? 2 : length < 0x1000000 ? 3 : 4;
    this.byte(offset + 55 + lengthBytes);
    for (let shift = 8 * (lengthBytes - 1); shift >= 0; shift -= 8) this.byte((length >>> shift) & 0xff);
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#buffer.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.#buffer.length));
    grown.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = grown;
  }
}

/** Bytes that `bytes` takes as an RLP string. */
export function rlpStringLength(bytes: Uint8Array): number {
  const { length } = bytes;
  if (length === 1 && (bytes[0] ?? 0) < 0x80) return 1;
  return length + headerLength(length);
}

/** Bytes of the header of a string or list of `length` bytes. */
export function headerLength(length: number): number {
  return length < 56 ? 1 : length < 0x100 ? 2 : length < 0x10000 ? 3 : length < 0x1000000 ? 4 : 5;
}
