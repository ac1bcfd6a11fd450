import { equalBytes } from "@lucid/consensus/base";
import { parseChunkBlob } from "../chunk/chunkHeader.js";
import { StorageError } from "../errors.js";
import type { ChunkStore } from "./chunkStore.js";

export interface ReconcileOptions {
  /**
   * What becomes of a file without a record. "remove": it was never acknowledged. "adopt": it gets a record if it is the
   * chunk that its name says and the quota allows; for a store whose database was lost.
   */
  readonly extra: "remove" | "adopt";
  readonly signal?: AbortSignal;
}

export interface ReconcileReport {
  /** Files and records that were looked at. */
  readonly files: number;
  readonly records: number;
  readonly removed: number;
  readonly adopted: number;
  /** Records whose file was gone or had another size, marked so. */
  readonly missing: number;
  readonly damaged: number;
}

type Counts = { -readonly [K in keyof ReconcileReport]: ReconcileReport[K] };

/**
 * Brings files and records together without reading the files (the scrub does that): one pass over the folders, one
 * over the records, in constant memory, beside the normal work of the store.
 */
export async function reconcileChunks(chunks: ChunkStore, options: ReconcileOptions): Promise<ReconcileReport> {
  const { files, records } = chunks.internals;
  const counts: Counts = { files: 0, records: 0, removed: 0, adopted: 0, missing: 0, damaged: 0 };
  for await (const root of files.roots()) {
    options.signal?.throwIfAborted();
    counts.files++;
    await chunks.exclusively(root, async () => {
      if (records.records.has(root)) return;
      if (options.extra === "adopt" && (await adopt(chunks, root))) {
        counts.adopted++;
      } else {
        await files.remove(root);
        counts.removed++;
      }
    });
  }
  for await (const [root] of chunks.entries()) {
    options.signal?.throwIfAborted();
    counts.records++;
    await compareRecord(chunks, root, counts);
  }
  return counts;
}

async function compareRecord(chunks: ChunkStore, root: Uint8Array, counts: Counts): Promise<void> {
  const { files, records } = chunks.internals;
  const suspicious = await chunks.exclusively(root, async () => {
    const record = records.records.get(root);
    const size = await files.size(root);
    return record !== undefined && (record.state === "missing" ? size !== undefined : size !== record.size);
  });
  if (!suspicious) return;
  // Reads what there is: a file that came back may be whole.
  const state = await chunks.verify(root);
  if (state === "missing") counts.missing++;
  if (state === "damaged") counts.damaged++;
}

/** True when the file is a whole chunk and has a record now. */
async function adopt(chunks: ChunkStore, root: Uint8Array): Promise<boolean> {
  const { files } = chunks.internals;
  const size = await files.size(root);
  if (size === undefined || size > chunks.options.maxBlobSize) return false;
  const blob = new Uint8Array(size);
  const { read } = await files.read(root, blob, 0);
  try {
    if (read !== size || !equalBytes(await chunks.hash(blob), root)) return false;
    return await chunks.adopt(root, parseChunkBlob(blob), size);
  } catch (error) {
    // Not a chunk: whatever it is, it is none of ours.
    if (error instanceof StorageError && error.code.startsWith("CHUNK_")) return false;
    throw error;
  }
}
