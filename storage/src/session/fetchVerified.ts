import { equalBytes, toHex } from "@lucid/consensus/base";
import { chunkRoot, MAX_BLOB_LENGTH } from "@lucid/consensus/proofs";
import { StorageError } from "../errors.js";
import type { BlobSource } from "./sessionTypes.js";
import { abortedError } from "./slotPool.js";

/** How often a source is asked for a chunk before its last failure is passed on. */
export const FETCH_ATTEMPTS = 3;

/** Tries an action on a blob until it succeeds; bytes that turn out wrong are asked for again, perhaps of somebody else. */
export async function withFetched<T>(
  source: BlobSource,
  root: Uint8Array,
  signal: AbortSignal,
  use: (blob: Uint8Array) => Promise<T>,
  into?: Uint8Array,
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    if (signal.aborted) throw abortedError();
    try {
      const blob = await source.fetchChunk(root, { attempt, signal, into });
      if (blob === undefined) {
        throw new StorageError({
          code: "CHUNK_NOT_FOUND",
          message: `chunk ${toHex(root)} is not on any node that was asked`,
          meta: { root: toHex(root) },
        });
      }
      return await use(blob);
    } catch (error) {
      if (signal.aborted) throw abortedError();
      if (attempt + 1 >= FETCH_ATTEMPTS || !(error instanceof StorageError) || !again.has(error.code)) throw error;
    }
  }
}

const again: ReadonlySet<string> = new Set(["CHUNK_NOT_FOUND", "CHUNK_ROOT_MISMATCH", "CHUNK_TRUNCATED"]);

/** A blob whose root has been checked on this thread: for the few blobs of a manifest. */
export function fetchVerified(
  source: BlobSource,
  { root }: { readonly root: Uint8Array },
  signal: AbortSignal,
): Promise<Uint8Array> {
  return withFetched(source, root, signal, async (blob) => {
    const right = blob.length >= 1 && blob.length <= MAX_BLOB_LENGTH && equalBytes(chunkRoot(blob), root);
    if (right) return blob;
    throw new StorageError({
      code: "CHUNK_ROOT_MISMATCH",
      message: `the bytes that came for chunk ${toHex(root)} are not that chunk`,
      meta: { root: toHex(root) },
    });
  });
}
