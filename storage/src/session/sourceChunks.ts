import type { Clock, Timer } from "@lucid/consensus/base";
import { SLOT_PLAIN_START } from "../chunk/index.js";
import { StorageError } from "../errors.js";
import type { FileHandle } from "../files/index.js";
import type { ChunkEngine, Slot } from "./chunkEngine.js";
import { abortedError } from "./slotPool.js";

/** A slot that holds the plaintext of a chunk. Whoever takes it releases the slot. */
export interface FilledSlot {
  readonly slot: Slot;
  readonly index: number;
  readonly plainLength: number;
  readonly last: boolean;
}

/**
 * Chunks of a file, from byte `offset` and chunk `index` on. @param size bytes of the file when the session began
 * @throws StorageError SOURCE_CHANGED when the file turns out shorter, SESSION_ABORTED
 */
export async function* fileChunks(
  file: FileHandle,
  engine: ChunkEngine,
  range: { readonly offset: number; readonly index: number; readonly size: number; readonly signal: AbortSignal },
): AsyncGenerator<FilledSlot, void, undefined> {
  let { index, offset } = range;
  while (offset < range.size) {
    const slot = await engine.acquire(range.signal);
    const plainLength = Math.min(engine.chunkSize, range.size - offset);
    let handedOver = false;
    try {
      const target = slot.bytes.subarray(SLOT_PLAIN_START, SLOT_PLAIN_START + plainLength);
      if ((await file.read(target, offset)) !== plainLength) {
        throw new StorageError({
          code: "SOURCE_CHANGED",
          message: "the file became shorter while it was being stored",
        });
      }
      if (range.signal.aborted) throw abortedError();
      offset += plainLength;
      handedOver = true;
      yield { slot, index, plainLength, last: offset === range.size };
    } finally {
      if (!handedOver) engine.release(slot);
    }
    index++;
  }
}

const FLUSH = Symbol("flush");

/**
 * Chunks of a stream. A chunk is handed over when it is full and more data has come (or none will), or when its first byte
 * is `flushAfter` milliseconds old, so that a slow recording does not sit in memory for hours.
 * The source must end or fail when the signal fires. @throws StorageError SESSION_ABORTED
 */
export async function* streamChunks(
  source: AsyncIterable<Uint8Array>,
  engine: ChunkEngine,
  options: { readonly signal: AbortSignal; readonly clock: Clock; readonly flushAfter: number },
): AsyncGenerator<FilledSlot, void, undefined> {
  const { signal, clock, flushAfter } = options;
  const iterator = source[Symbol.asyncIterator]();
  let current: { slot: Slot; filled: number } | undefined;
  let index = 0;
  let due: Timer | undefined;
  let flush: Promise<typeof FLUSH> | undefined;
  let pull: Promise<IteratorResult<Uint8Array>> | undefined;

  const take = (last: boolean): FilledSlot | undefined => {
    due?.cancel();
    due = undefined;
    flush = undefined;
    const taken = current;
    current = undefined;
    return taken && { slot: taken.slot, index: index++, plainLength: taken.filled, last };
  };

  try {
    for (;;) {
      pull ??= iterator.next();
      const got = await (flush === undefined ? pull : Promise.race([pull, flush]));
      if (signal.aborted) throw abortedError();
      if (got === FLUSH) {
        const early = take(false);
        if (early !== undefined) yield early;
        continue;
      }
      pull = undefined;
      if (got.done === true) break;
      let rest = got.value;
      while (rest.length > 0) {
        if (current?.filled === engine.chunkSize) {
          const full = take(false);
          if (full !== undefined) yield full;
        }
        if (current === undefined) {
          current = { slot: await engine.acquire(signal), filled: 0 };
          flush = new Promise((resolve) => {
            due = clock.setTimer(flushAfter, () => resolve(FLUSH));
          });
        }
        const piece = rest.subarray(0, engine.chunkSize - current.filled);
        current.slot.bytes.set(piece, SLOT_PLAIN_START + current.filled);
        current.filled += piece.length;
        rest = rest.subarray(piece.length);
      }
    }
    const end = take(true);
    if (end !== undefined) yield end;
  } finally {
    due?.cancel();
    if (current !== undefined) engine.release(current.slot);
    await iterator.return?.();
  }
}
