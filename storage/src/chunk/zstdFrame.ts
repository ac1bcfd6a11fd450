import { StorageError } from "../errors.js";

/**
 * The zstd payload of a chunk is one frame (RFC 8878) that says how long its content is, so that a decoder knows before it
 * starts what it will have to hold. The native binding allocates what the frames in its input announce, and without an
 * announcement as much as their blocks could make: a few KiB can ask for gigabytes. Hence this check before every decode.
 */
const MAGIC = 0xfd2fb528;
/** A frame may ask a decoder for a window of this much (RFC 8878, 3.1.1.1.2: all decoders should support it). */
const MAX_WINDOW = 8 * 1024 * 1024;
const BLOCK_RLE = 1;
const BLOCK_RESERVED = 3;
/** RFC 8878, 3.1.1.2.4. */
const MAX_BLOCK = 128 * 1024;

const fieldSizes = [0, 2, 4, 8] as const;

interface FrameHeader {
  readonly contentSize: number | undefined;
  /** Bytes that the decoder must keep; the whole content when the frame is a single segment. */
  readonly window: number;
  readonly length: number;
  readonly checksum: boolean;
}

/**
 * Puts the content size into a frame whose encoder (a streaming one) left it out; the frame's header is not covered by its
 * checksum. Returns the pieces of the new frame, or undefined for a frame of another shape, which then is not used.
 */
export function announceContentSize(frame: Uint8Array, contentSize: number): Uint8Array[] | undefined {
  const descriptor = frame[4];
  if (descriptor === undefined || frame.length < 9) return undefined;
  // No content size, no single segment, no dictionary: header = magic, descriptor, window. The checksum flag stays.
  if ((descriptor & 0b1111_1011) !== 0) return undefined;
  const head = new Uint8Array(10);
  head.set(frame.subarray(0, 6));
  head[4] = descriptor | 0x80;
  new DataView(head.buffer).setUint32(6, contentSize, true);
  return [head, frame.subarray(6)];
}

/**
 * @throws StorageError CHUNK_BOMB when the frame announces anything but `plainLength` bytes or asks for too much memory,
 *   CHUNK_COMPRESSION when it is not exactly one frame
 */
export function checkZstdFrame(frame: Uint8Array, plainLength: number): void {
  const header = readHeader(frame);
  if (header.contentSize !== plainLength) {
    throw new StorageError({
      code: "CHUNK_BOMB",
      message: `the compressed chunk would unpack to ${header.contentSize ?? "any number of"} bytes, declared are ${plainLength}`,
      meta: { contentSize: header.contentSize, plainLength },
    });
  }
  if (header.window > Math.max(MAX_WINDOW, plainLength)) {
    throw new StorageError({
      code: "CHUNK_BOMB",
      message: `the compressed chunk asks for a window of ${header.window} bytes`,
      meta: { window: header.window },
    });
  }
  let at = header.length;
  for (;;) {
    if (at + 3 > frame.length) throw broken("it ends within a block");
    const block = (frame[at] ?? 0) | ((frame[at + 1] ?? 0) << 8) | ((frame[at + 2] ?? 0) << 16);
    const type = (block >>> 1) & 3;
    const size = block >>> 3;
    if (type === BLOCK_RESERVED || size > MAX_BLOCK) throw broken("it has a block of an unknown kind");
    at += 3 + (type === BLOCK_RLE ? 1 : size);
    if ((block & 1) === 1) break;
  }
  if (header.checksum) at += 4;
  // A second frame, skippable ones and rubbish behind the first would each be unpacked or skipped without a bound.
  if (at !== frame.length) throw broken("it is not exactly one frame");
}

function readHeader(frame: Uint8Array): FrameHeader {
  if (frame.length < 9) throw broken("it is too short");
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  if (view.getUint32(0, true) !== MAGIC) throw broken("it does not start as a zstd frame");
  const descriptor = view.getUint8(4);
  const singleSegment = (descriptor & 0x20) !== 0;
  if ((descriptor & 0x08) !== 0 || (descriptor & 0x03) !== 0) throw broken("it uses a reserved bit or a dictionary");
  const flag = descriptor >>> 6;
  const fieldSize = flag === 0 && singleSegment ? 1 : (fieldSizes[flag] ?? 0);
  const windowSize = singleSegment ? 0 : 1;
  const length = 5 + windowSize + fieldSize;
  if (frame.length < length) throw broken("it is too short");
  const contentSize = readContentSize(view, 5 + windowSize, fieldSize);
  let window = contentSize ?? 0;
  if (!singleSegment) {
    const byte = view.getUint8(5);
    const base = 2 ** (10 + (byte >>> 3));
    window = base + (base / 8) * (byte & 7);
  }
  return { contentSize, window, length, checksum: (descriptor & 0x04) !== 0 };
}

function readContentSize(view: DataView, at: number, fieldSize: number): number | undefined {
  if (fieldSize === 1) return view.getUint8(at);
  // RFC 8878, 3.1.1.1.4: the two-byte field counts from 256.
  if (fieldSize === 2) return view.getUint16(at, true) + 256;
  if (fieldSize === 4) return view.getUint32(at, true);
  if (fieldSize === 8) return Number(view.getBigUint64(at, true));
  return undefined;
}

function broken(why: string): StorageError {
  return new StorageError({ code: "CHUNK_COMPRESSION", message: `the compressed chunk is damaged: ${why}` });
}
