import { crc32c } from "@node-rs/crc32";
import { compressSync, uncompressSync } from "snappy";
import { P2pError } from "../errors.js";

/*
 * The framing format of snappy (https://github.com/google/snappy/blob/main/framing_format.txt): chunks of at most 64 KiB,
 * each with a checksum, so that a reader decides chunk by chunk whether it wants more.
 */

const CHUNK = 65_536;
/** Type, three bytes of length. */
export const FRAME_HEADER = 4;
const CHECKSUM = 4;
const COMPRESSED = 0x00;
const PLAIN = 0x01;
const IDENTIFIER = Buffer.from([0xff, 0x06, 0x00, 0x00, 0x73, 0x4e, 0x61, 0x50, 0x70, 0x59]);

function mask(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

function frame(type: number, crc: number, body: Uint8Array): Buffer {
  const out = Buffer.allocUnsafe(FRAME_HEADER + CHECKSUM + body.length);
  out.writeUInt8(type, 0);
  out.writeUIntLE(CHECKSUM + body.length, 1, 3);
  out.writeUInt32LE(crc, FRAME_HEADER);
  out.set(body, FRAME_HEADER + CHECKSUM);
  return out;
}

/** The message in frames, one at a time; what does not shrink by an eighth goes as it is. */
export function* encodeFrames(message: Uint8Array): Generator<Uint8Array> {
  if (message.length === 0) return;
  yield IDENTIFIER;
  for (let at = 0; at < message.length; at += CHUNK) {
    const plain = message.subarray(at, at + CHUNK);
    const crc = mask(crc32c(plain));
    const packed = compressSync(plain);
    yield packed.length < plain.length - (plain.length >>> 3)
      ? frame(COMPRESSED, crc, packed)
      : frame(PLAIN, crc, plain);
  }
}

/** Puts a message of a known length together from its frames. */
export class FrameDecoder {
  private readonly message: Uint8Array;
  private filled = 0;
  private begun = false;

  constructor(length: number) {
    this.message = new Uint8Array(length);
  }

  get done(): boolean {
    return this.filled === this.message.length;
  }

  result(): Uint8Array {
    return this.message;
  }

  /** Bytes of the body that follows this header. @throws P2pError P2P_BAD_FRAME */
  bodyLength(header: Uint8Array): number {
    const length = (header[1] ?? 0) | ((header[2] ?? 0) << 8) | ((header[3] ?? 0) << 16);
    const type = header[0];
    if (!this.begun) {
      if (type !== 0xff || length !== IDENTIFIER.length - FRAME_HEADER) throw bad("does not begin as one");
    } else if ((type !== COMPRESSED && type !== PLAIN) || length <= CHECKSUM || length > CHECKSUM + CHUNK) {
      throw bad("has a chunk of no known kind");
    }
    return length;
  }

  /** @throws P2pError P2P_BAD_FRAME */
  push(header: Uint8Array, body: Uint8Array): void {
    if (!this.begun) {
      if (!IDENTIFIER.subarray(FRAME_HEADER).equals(body)) throw bad("does not begin as one");
      this.begun = true;
      return;
    }
    const expected = Math.min(CHUNK, this.message.length - this.filled);
    const content = body.subarray(CHECKSUM);
    const plain = header[0] === PLAIN ? content : unpack(content, expected);
    if (plain.length !== expected) throw bad("has a chunk of another length");
    const crc = new DataView(body.buffer, body.byteOffset).getUint32(0, true);
    if (mask(crc32c(plain)) !== crc) throw bad("has a wrong checksum");
    this.message.set(plain, this.filled);
    this.filled += plain.length;
  }
}

function unpack(packed: Uint8Array, expected: number): Uint8Array {
  // The block says its length first; looked at before anything of that size is allocated.
  if (uvarint(packed) !== expected) throw bad("has a chunk of another length");
  try {
    const plain = uncompressSync(packed, { asBuffer: true });
    if (typeof plain !== "string") return plain;
  } catch (cause) {
    throw bad("has a chunk that cannot be unpacked", cause);
  }
  throw bad("has a chunk that cannot be unpacked");
}

function uvarint(bytes: Uint8Array): number | undefined {
  let value = 0;
  for (let index = 0; index < 5; index++) {
    const byte = bytes[index];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return value;
  }
  return undefined;
}

function bad(what: string, cause?: unknown): P2pError {
  return new P2pError({ code: "P2P_BAD_FRAME", message: `a message in snappy frames ${what}`, cause });
}
