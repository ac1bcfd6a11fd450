import type { Readable } from "node:stream";
import { NodeError } from "../errors.js";

/** Sizes are rounded up to this, so that one kept buffer serves the next chunk too. */
const STEP = 1 << 20;

/** Memory for request bodies, used again: 8 MiB a chunk would else be garbage forty times a second. */
export class BodyBuffers {
  private readonly keep: number;
  private readonly free: ArrayBuffer[] = [];

  constructor(keep: number) {
    this.keep = keep;
  }

  take(bytes: number): ArrayBuffer {
    const index = this.free.findIndex((buffer) => buffer.byteLength >= bytes);
    const [found] = index < 0 ? [] : this.free.splice(index, 1);
    return found ?? new ArrayBuffer(Math.ceil(bytes / STEP) * STEP);
  }

  give(buffer: ArrayBuffer): void {
    if (buffer.byteLength > 0 && this.free.length < this.keep) this.free.push(buffer);
  }
}

/** Reads exactly `length` bytes to `buffer` from `offset` on. @throws NodeError LOCAL_BAD_REQUEST for more or fewer */
export async function readBody(stream: Readable, buffer: ArrayBuffer, offset: number, length: number): Promise<void> {
  const target = new Uint8Array(buffer, offset, length);
  let filled = 0;
  for await (const part of stream as AsyncIterable<Uint8Array>) {
    if (filled + part.length > length)
      throw new NodeError({ code: "LOCAL_BAD_REQUEST", message: "the body is longer than announced" });
    target.set(part, filled);
    filled += part.length;
  }
  if (filled < length) throw new NodeError({ code: "LOCAL_BAD_REQUEST", message: "the body ended early" });
}
