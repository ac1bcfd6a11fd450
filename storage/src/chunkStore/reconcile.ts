import { equalBytes } from "@lucid/consensus/base";
import { parseChunkBlob } from "../chunk/chunkHeader.js";
import { StorageError } from "../errors.js";
import type { ChunkStore } from "./chunkStore.js";

export interface ReconcileOptions {
  /**
   * What becomes of a file without a record. "remove": it was never acknowledged. "adopt": it gets a record if it is the
   * chunk that its name says, and is removed if it is not; one for which the quota has no room is left where it is.
   * A store with files and not one record has lost its database: then files are adopted whatever is asked for.
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
  /** Whole chunks that were left without a record, since the quota has no room for them. */
  readonly left: number;
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
  const counts: Counts = { files: 0, records: 0, removed: 0, adopted: 0, left: 0, missing: 0, damaged: 0 };
  const adopting = options.extra === "adopt" || records.totals.chunks === 0;
  for await (const root of files.roots()) {
    options.signal?.throwIfAborted();
    counts.files++;
    await chunks.exclusively(root, async () => {
      if (records.records.has(root)) return;
      const fate = adopting ? await adopt(chunks, root) : "removed";
      if (fate === "removed") await files.remove(root);
      counts[fate]++;
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

async function adopt(chunks: ChunkStore, root: Uint8Array): Promise<"adopted" | "left" | "removed"> {
  const { files } = chunks.internals;
  const size = await files.size(root);
  if (size === undefined || size > chunks.options.maxBlobSize) return "removed";
  const blob = new Uint8Array(size);
  const { read } = await files.read(root, blob, 0);
  try {
    const header = parseChunkBlob(blob);
    if (read !== size || !equalBytes(await chunks.hash(blob), root)) return "removed";
    return (await chunks.adopt(root, header, size)) ? "adopted" : "left";
  } catch (error) {
    // Not a chunk: whatever it is, it is none of ours.
    if (error instanceof StorageError && error.code.startsWith("CHUNK_")) return "removed";
    throw error;
  }
}
