import {
  type ChunkExpectation,
  openSlot,
  type SealedChunk,
  type SealOptions,
  SLOT_BLOB_START,
  SLOT_PLAIN_START,
  sealSlot,
  verifySlot,
} from "../chunk/index.js";
import type { FileSystem } from "../files/index.js";
import { stageBlob } from "./stagingStore.js";

/** What a worker does with the chunk in a slot. */
export type ChunkJob =
  /** Plaintext -> blob, written to `folder` and synced; the folder itself is not. */
  | { readonly kind: "seal"; readonly plainLength: number; readonly folder: string; readonly options: SealOptions }
  /** Blob -> plaintext at SLOT_PLAIN_START. */
  | { readonly kind: "open"; readonly blobLength: number; readonly expected: ChunkExpectation }
  /** Only length and root of the blob. */
  | { readonly kind: "verify"; readonly blobLength: number; readonly expected: { root: Uint8Array; size: number } };

export type ChunkJobResult =
  | { readonly kind: "seal"; readonly sealed: SealedChunk }
  | { readonly kind: "open"; readonly plainLength: number }
  | { readonly kind: "verify" };

export async function runChunkJob(slot: Uint8Array, job: ChunkJob, files: FileSystem): Promise<ChunkJobResult> {
  if (job.kind === "seal") {
    const sealed = await sealSlot(slot, job.plainLength, job.options);
    const blob = slot.subarray(SLOT_BLOB_START, SLOT_BLOB_START + sealed.size);
    await stageBlob(files, job.folder, sealed.root, blob);
    return { kind: "seal", sealed };
  }
  if (job.kind === "verify") {
    verifySlot(slot, job.blobLength, job.expected);
    return { kind: "verify" };
  }
  const { plaintext } = await openSlot(slot, job.blobLength, job.expected);
  // A raw chunk was opened where it stands; an unpacked one comes in a buffer of its own.
  if (plaintext.buffer !== slot.buffer) slot.set(plaintext, SLOT_PLAIN_START);
  return { kind: "open", plainLength: plaintext.length };
}
