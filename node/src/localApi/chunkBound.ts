import { CodedError } from "@lucid/consensus/base";
import {
  CHUNK_HEADER_LENGTH,
  CHUNK_OVERHEAD,
  type ChunkHeader,
  type ChunkStore,
  parseChunkHeader,
} from "@lucid/storage";
import { NodeError } from "../errors.js";

export interface ChunkBoundOptions {
  /** Bytes of plaintext that a chunk may have now; governance moves it. */
  readonly maxChunkSize: () => number;
}

/** Chunks of a session are of one size but for the last, so that a few tell it. */
const LOOKED_AT = 4;

/**
 * Keeps chunks above the network's bound out. A change of the bound is for new sessions only: who has begun with larger
 * chunks, which the node has, may go on with them, for a recording must not break off in its middle.
 */
export class ChunkBound {
  readonly #options: ChunkBoundOptions;
  readonly #chunks: ChunkStore;

  constructor(options: ChunkBoundOptions, chunks: ChunkStore) {
    this.#options = options;
    this.#chunks = chunks;
  }

  /**
   * @param start first bytes of the blob, at least its header if it has one
   * @param length of the whole blob
   * @throws NodeError LOCAL_TOO_LARGE
   */
  async admit(start: Uint8Array, length: number): Promise<void> {
    const bound = this.#options.maxChunkSize();
    const header = headerOf(start);
    const size = Math.max(length - CHUNK_OVERHEAD, header?.plainLength ?? 0);
    if (size <= bound) return;
    if (header !== undefined && (await this.#begunLarger(header.sessionId, bound))) return;
    throw new NodeError({
      code: "LOCAL_TOO_LARGE",
      message: `a chunk of ${size} bytes is larger than the network allows, ${bound}`,
      meta: { size, limit: bound },
    });
  }

  async #begunLarger(sessionId: Uint8Array, bound: number): Promise<boolean> {
    let seen = 0;
    for await (const { root } of this.#chunks.session(sessionId)) {
      if ((await this.#plainLength(root)) > bound) return true;
      if (++seen === LOOKED_AT) break;
    }
    return false;
  }

  async #plainLength(root: Uint8Array): Promise<number> {
    try {
      return parseChunkHeader(await this.#chunks.readRange(root, 0, CHUNK_HEADER_LENGTH)).plainLength;
    } catch (error) {
      // A chunk that is damaged or gone shows nothing.
      if (error instanceof CodedError) return 0;
      throw error;
    }
  }
}

/** Undefined for what is no chunk: the store refuses it with the reason. */
function headerOf(start: Uint8Array): ChunkHeader | undefined {
  try {
    return parseChunkHeader(start);
  } catch (error) {
    if (error instanceof CodedError) return undefined;
    throw error;
  }
}
