import "../promiseWithResolvers.js";
import type { Stream } from "@libp2p/interface";
import { byteStream } from "@libp2p/utils";
import { P2pError } from "../errors.js";
import { drained } from "./drained.js";
import { encodeFrames, FRAME_HEADER, FrameDecoder } from "./snappyFrames.js";

/** Largest length that four bytes of a variable-length integer hold; no message of ours comes near. */
const MAX_LENGTH_BYTES = 4;
/** Longest error code on the wire. */
const CODE_BYTES = 64;

/** Messages on a stream: the length as unsigned varint, then the bytes in snappy frames. */
export class MessageStream {
  private readonly stream: Stream;
  private readonly bytes: ReturnType<typeof byteStream<Stream>>;

  /** @param maxBuffer bytes that may have arrived and not been read yet. */
  constructor(stream: Stream, maxBuffer: number) {
    this.stream = stream;
    this.bytes = byteStream(stream, { maxBufferSize: maxBuffer });
  }

  /**
   * @param onLength told how long the message is before anything of it is kept; what it throws is thrown
   * @throws P2pError P2P_BAD_FRAME, P2P_TOO_LARGE; errors of libp2p when the stream ends or the signal fires
   */
  async readMessage(
    maxBytes: number,
    signal: AbortSignal,
    onLength: (length: number) => void = () => undefined,
  ): Promise<Uint8Array> {
    const length = await this.readLength(signal);
    if (length > maxBytes) {
      throw new P2pError({
        code: "P2P_TOO_LARGE",
        message: `a message of ${length} bytes`,
        meta: { length, maxBytes },
      });
    }
    onLength(length);
    const decoder = new FrameDecoder(length);
    while (!decoder.done) {
      const header = await this.read(FRAME_HEADER, signal);
      decoder.push(header, await this.read(decoder.bodyLength(header), signal));
    }
    return decoder.result();
  }

  async readByte(signal: AbortSignal): Promise<number> {
    return (await this.read(1, signal))[0] ?? 0;
  }

  /** A code in plain characters. @throws P2pError P2P_BAD_FRAME */
  async readCode(signal: AbortSignal): Promise<string> {
    const length = await this.readLength(signal);
    const text = length > CODE_BYTES ? "" : Buffer.from(await this.read(length, signal)).toString("latin1");
    if (!/^[A-Z0-9_]+$/.test(text)) throw new P2pError({ code: "P2P_BAD_FRAME", message: "not an error code" });
    return text;
  }

  /** Writes at the pace at which the peer reads. @param progress called after each part that was handed over. */
  async writeMessage(message: Uint8Array, signal: AbortSignal, progress: () => void = () => undefined): Promise<void> {
    await this.write(varint(message.length), signal);
    for (const part of encodeFrames(message)) {
      await this.write(part, signal);
      progress();
    }
  }

  async writeByte(value: number, signal: AbortSignal): Promise<void> {
    await this.write(Uint8Array.of(value), signal);
  }

  async writeCode(code: string, signal: AbortSignal): Promise<void> {
    const text = Buffer.from(code.slice(0, CODE_BYTES), "latin1");
    await this.write(Buffer.concat([varint(text.length), text]), signal);
  }

  /** Whatever else arrives is thrown away: nothing is read any more, and nothing of it shall wait here. */
  discard(): void {
    this.bytes.unwrap();
    this.stream.addEventListener("message", () => undefined);
  }

  /** Everything has been written. */
  async finish(signal: AbortSignal): Promise<void> {
    await this.stream.close({ signal });
  }

  private async write(part: Uint8Array, signal: AbortSignal): Promise<void> {
    this.stream.send(part);
    await drained(this.stream, signal);
  }

  private async read(count: number, signal: AbortSignal): Promise<Uint8Array> {
    return count === 0 ? new Uint8Array() : (await this.bytes.read({ bytes: count, signal })).subarray();
  }

  private async readLength(signal: AbortSignal): Promise<number> {
    let length = 0;
    for (let index = 0; index < MAX_LENGTH_BYTES; index++) {
      const byte = await this.readByte(signal);
      length += (byte & 0x7f) * 2 ** (7 * index);
      if (byte < 0x80) return length;
    }
    throw new P2pError({ code: "P2P_BAD_FRAME", message: "the length of a message is too long" });
  }
}

function varint(value: number): Uint8Array {
  const out: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    out.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  out.push(rest);
  return Uint8Array.from(out);
}
