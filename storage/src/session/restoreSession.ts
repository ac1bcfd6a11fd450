import type { ChunkProof } from "@lucid/consensus/proofs";
import { type ReaderModules, type ReaderOptions, type ReadOptions, SessionReader } from "./sessionReader.js";

/** The bytes of a session, or of a range of it, verified; see SessionReader for what is thrown. */
export async function* restoreSession(
  options: ReaderOptions & ReadOptions,
  modules: ReaderModules,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield* (await SessionReader.open(options, modules)).read(options);
}

export interface SessionCheck {
  readonly chunks: number;
  readonly manifestParts: number;
  /** Bytes of plaintext, and of blobs that were checked. */
  readonly bytes: number;
  readonly bytesChecked: number;
  readonly gaps: number;
}

/** Fetches the whole session and checks it against the chain; with `decrypt`, also that it opens. @throws as SessionReader */
export async function verifySession(
  options: ReaderOptions & Pick<ReadOptions, "onProgress"> & { readonly decrypt?: boolean },
  modules: ReaderModules,
): Promise<SessionCheck> {
  const reader = await SessionReader.open(options, modules);
  const bytesChecked = await reader.verify(options);
  const { chunks, gaps } = reader.manifest;
  const manifestParts = reader.roots.length - chunks.length;
  return { chunks: chunks.length, manifestParts, bytes: reader.bytes, bytesChecked, gaps: gaps.length };
}

/** Proof that chunk `index` (manifest parts last) belongs to the session. @throws ProofError PROOF_RANGE, and as SessionReader */
export async function buildSessionChunkProof(
  options: ReaderOptions & { readonly index: number },
  modules: ReaderModules,
): Promise<ChunkProof> {
  return (await SessionReader.open(options, modules)).proof(options.index);
}
