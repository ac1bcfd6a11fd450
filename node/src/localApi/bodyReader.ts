import type { Readable } from "node:stream";
import { NodeError } from "../errors.js";

/** Sizes are rounded up to this, so that one kept buffer serves the next chunk too. */
const STEP = 1 << 20;

/** Memory that nobody has asked for so long goes back to the system, milliseconds. */
const IDLE = 15_000;

/**
 * Memory for chunks, used again and shared with the thread that hashes them. 8 MiB a chunk would else be garbage forty times a
 * second, and V8 walks the whole heap after each 64 MiB of it; it does so too whenever another thread gives such memory back,
 * which is why it is shared and not moved. Measured: both took more processor than encryption and disk together.
 */
export class BodyBuffers {
  private readonly keep: number;
  private readonly free: SharedArrayBuffer[] = [];
  private idle: NodeJS.Timeout | undefined;

  constructor(keep: number) {
    this.keep = keep;
  }

  take(bytes: number): SharedArrayBuffer {
    this.idle?.refresh();
    const index = this.free.findIndex((buffer) => buffer.byteLength >= bytes);
    const [found] = index < 0 ? [] : this.free.splice(index, 1);
    return found ?? new SharedArrayBuffer(Math.ceil(bytes / STEP) * STEP);
  }

  give(buffer: SharedArrayBuffer): void {
    if (this.free.length < this.keep) this.free.push(buffer);
    if (this.idle !== undefined) this.idle.refresh();
    else this.idle = setTimeout(() => this.free.splice(0), IDLE).unref();
  }
}

/**
 * Reads exactly `length` bytes to `buffer` from `offset` on. `admit` sees the first `admitAfter` bytes (all, if there are
 * fewer) as soon as they are there; when it refuses, the rest is read and thrown away, so that the client gets the answer.
 * @throws NodeError LOCAL_BAD_REQUEST for more or fewer bytes; what `admit` throws
 */
export async function readBody(
  stream: Readable,
  buffer: ArrayBufferLike,
  offset: number,
  length: number,
  admitAfter: number,
  admit: (start: Uint8Array) => Promise<void>,
): Promise<void> {
  const target = new Uint8Array(buffer, offset, length);
  const needed = Math.min(admitAfter, length);
  let filled = 0;
  let refusal: { readonly error: unknown } | undefined;
  for await (const part of stream as AsyncIterable<Uint8Array>) {
    const before = filled;
    filled += part.length;
    if (filled > length)
      throw new NodeError({ code: "LOCAL_BAD_REQUEST", message: "the body is longer than announced" });
    if (refusal !== undefined) continue;
    target.set(part, before);
    if (before < needed && filled >= needed) {
      await admit(target.subarray(0, needed)).catch((error: unknown) => {
        refusal = { error };
      });
    }
  }
  if (refusal !== undefined) throw refusal.error;
  if (filled < length) throw new NodeError({ code: "LOCAL_BAD_REQUEST", message: "the body ended early" });
}
