import { concatBytes, equalBytes, toHex } from "@lucid/consensus/base";
import { rootOfEntries, sessionRoot } from "@lucid/consensus/proofs";
import { MANIFEST_FIRST_INDEX, openChunk, sealChunk } from "../chunk/index.js";
import { StorageError } from "../errors.js";
import { encodeManifest, MAX_MANIFEST_LENGTH, type Manifest, parseManifest } from "./manifest.js";
import type { SessionAnchor, SessionKey } from "./sessionTypes.js";

export interface SealedPart {
  readonly root: Uint8Array;
  readonly blob: Uint8Array;
  readonly plainSize: number;
}

/** Encrypts the manifest in parts of chunkSize, like chunks; part i has the index 2^32-1 - i. */
export async function sealManifest(manifest: Manifest, { sessionKey }: SessionKey): Promise<SealedPart[]> {
  const bytes = encodeManifest(manifest);
  const { chunkSize, sessionId } = manifest;
  const count = Math.ceil(bytes.length / chunkSize);
  const parts: SealedPart[] = [];
  for (let i = 0; i < count; i++) {
    const piece = bytes.subarray(i * chunkSize, (i + 1) * chunkSize);
    const index = MANIFEST_FIRST_INDEX - i;
    const { root, blob, plainSize } = await sealChunk(piece, {
      sessionKey,
      sessionId,
      index,
      last: i === count - 1,
      manifest: true,
    });
    parts.push({ root, blob, plainSize });
  }
  return parts;
}

/** RFC 9162 tree over the roots of the manifest's parts. */
export function manifestHashOf(partRoots: readonly Uint8Array[]): Uint8Array {
  return rootOfEntries(partRoots);
}

/** Root of the session's tree: chunks in order, then the manifest's parts. */
export function merkleRootOf(chunkRoots: readonly Uint8Array[], partRoots: readonly Uint8Array[]): Uint8Array {
  return sessionRoot([...chunkRoots, ...partRoots]);
}

/**
 * Decrypts and checks the parts of a manifest, in order, against what the chain says.
 * @throws StorageError MANIFEST_MISMATCH when hash, tree, count, owner, start or session differ, MANIFEST_MALFORMED, and as openChunk
 */
export async function openManifest(
  parts: readonly { readonly root: Uint8Array; readonly blob: Uint8Array }[],
  anchor: SessionAnchor,
  { sessionKey }: SessionKey,
): Promise<Manifest> {
  const partRoots = parts.map(({ root }) => root);
  if (!equalBytes(manifestHashOf(partRoots), anchor.manifestHash)) throw lie("its hash is not the one on the chain");
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (const [i, { root, blob }] of parts.entries()) {
    const expected = { sessionKey, root, sessionId: anchor.sessionId, index: MANIFEST_FIRST_INDEX - i, manifest: true };
    const { plaintext } = await openChunk(blob, expected);
    length += plaintext.length;
    if (length > MAX_MANIFEST_LENGTH) {
      throw new StorageError({ code: "MANIFEST_MALFORMED", message: "the manifest is too long" });
    }
    pieces.push(plaintext);
  }
  const manifest = parseManifest(concatBytes(...pieces));
  // The parts are cut at chunkSize: with any other cut the same manifest would have many hashes.
  if (pieces.some((piece, i) => i < pieces.length - 1 && piece.length !== manifest.chunkSize)) {
    throw lie("its parts are not of the session's chunk size");
  }
  checkManifest(manifest, partRoots, anchor);
  return manifest;
}

function checkManifest(manifest: Manifest, partRoots: readonly Uint8Array[], anchor: SessionAnchor): void {
  if (!equalBytes(manifest.sessionId, anchor.sessionId)) throw lie("it is of another session");
  if (manifest.chunks.length + partRoots.length !== anchor.chunkCount) {
    throw lie(
      `it has ${manifest.chunks.length} chunks, the chain says ${anchor.chunkCount} with its ${partRoots.length} parts`,
    );
  }
  const merkleRoot = merkleRootOf(
    manifest.chunks.map(({ root }) => root),
    partRoots,
  );
  if (!equalBytes(merkleRoot, anchor.merkleRoot))
    throw lie(`its chunks have the root ${toHex(merkleRoot)}, not the one on the chain`);
  if (anchor.owner !== undefined && !equalBytes(manifest.owner, anchor.owner)) throw lie("it names another owner");
  if (anchor.startedAt !== undefined && Math.floor(manifest.startedAt / 1000) !== anchor.startedAt) {
    throw lie("it names another time of the start");
  }
}

function lie(why: string): StorageError {
  return new StorageError({ code: "MANIFEST_MISMATCH", message: `the manifest does not agree with the chain: ${why}` });
}
