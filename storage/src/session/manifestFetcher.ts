import { equalBytes, toHex } from "@lucid/consensus/base";
import { HASH_LENGTH } from "@lucid/consensus/proofs";
import { MANIFEST_FIRST_INDEX, MIN_CHUNK_SIZE, openChunk } from "../chunk/index.js";
import { StorageError } from "../errors.js";
import { fetchVerified } from "./fetchVerified.js";
import { MAX_MANIFEST_LENGTH, type Manifest } from "./manifest.js";
import { manifestHashOf, openManifest } from "./manifestParts.js";
import type { BlobSource, ManifestCandidate, SessionAnchor, SessionKey } from "./sessionTypes.js";

/** Candidates that are looked at per session; a hostile node can name as many as it likes. */
const MAX_CANDIDATES = 4096;
/** Combinations of authentic parts that are tried. Only whoever has the session's key can make a second one. */
const MAX_COMBINATIONS = 1024;
/** Parts that a manifest of the greatest length has at the smallest chunk size. */
const MAX_PARTS = MAX_MANIFEST_LENGTH / MIN_CHUNK_SIZE;

export interface FoundManifest {
  readonly manifest: Manifest;
  readonly partRoots: readonly Uint8Array[];
}

/**
 * Finds the manifest of a session among what nodes offer: the chain names the hash over the roots of its parts.
 * @throws StorageError MANIFEST_NOT_FOUND, SESSION_KEY_WRONG, and as openManifest
 */
export async function fetchManifest(
  anchor: SessionAnchor,
  key: SessionKey,
  source: BlobSource,
  signal: AbortSignal,
): Promise<FoundManifest> {
  const candidates = await source.manifestCandidates(anchor.sessionId, signal);
  const byPart = sortByPart(candidates.slice(0, MAX_CANDIDATES));
  const partRoots = findSingle(byPart, anchor) ?? (await findSeveral(byPart, anchor, key, source, signal));
  if (partRoots === undefined) {
    throw new StorageError({
      code: "MANIFEST_NOT_FOUND",
      message: "no node that was asked has the manifest that the chain names",
      meta: { candidates: candidates.length },
    });
  }
  const parts: { root: Uint8Array; blob: Uint8Array }[] = [];
  for (const root of partRoots) parts.push({ root, blob: await fetchVerified(source, { root }, signal) });
  return { manifest: await openManifest(parts, anchor, key), partRoots };
}

/** Roots by number of the part, without repetition. */
function sortByPart(candidates: readonly ManifestCandidate[]): Uint8Array[][] {
  const byPart: Uint8Array[][] = [];
  const seen = new Set<string>();
  for (const { root, index } of candidates) {
    const part = MANIFEST_FIRST_INDEX - index;
    const name = `${part} ${toHex(root)}`;
    const possible = Number.isInteger(part) && part >= 0 && part < MAX_PARTS && root.length === HASH_LENGTH;
    if (!possible || seen.has(name)) continue;
    seen.add(name);
    const list = byPart[part] ?? [];
    byPart[part] = list;
    list.push(root);
  }
  return byPart;
}

/** Nearly every manifest has one part: then a hash tells which candidate it is. */
function findSingle(byPart: readonly Uint8Array[][], anchor: SessionAnchor): Uint8Array[] | undefined {
  const root = byPart[0]?.find((candidate) => equalBytes(manifestHashOf([candidate]), anchor.manifestHash));
  return root && [root];
}

/**
 * With several parts the candidates are fetched and opened first: what others invented does not open, and is left out. Of
 * what remains the combinations are tried, which is one unless the owner made several manifests.
 */
async function findSeveral(
  byPart: readonly Uint8Array[][],
  anchor: SessionAnchor,
  { sessionKey }: SessionKey,
  source: BlobSource,
  signal: AbortSignal,
): Promise<Uint8Array[] | undefined> {
  const authentic: { root: Uint8Array; last: boolean }[][] = [];
  for (const [part, roots] of byPart.entries()) {
    const list: { root: Uint8Array; last: boolean }[] = [];
    const expected = { sessionKey, sessionId: anchor.sessionId, index: MANIFEST_FIRST_INDEX - part, manifest: true };
    for (const root of roots ?? []) {
      try {
        const blob = await fetchVerified(source, { root }, signal);
        list.push({ root, last: (await openChunk(blob, { ...expected, root })).header.last });
      } catch (error) {
        if (!(error instanceof StorageError) || error.code === "SESSION_ABORTED") throw error;
      }
    }
    if (list.length === 0) break;
    authentic.push(list);
  }
  let tried = 0;
  const extend = (chosen: readonly Uint8Array[]): Uint8Array[] | undefined => {
    for (const { root, last } of authentic[chosen.length] ?? []) {
      const next = [...chosen, root];
      if (last && ++tried > MAX_COMBINATIONS) return undefined;
      const right = last && equalBytes(manifestHashOf(next), anchor.manifestHash);
      const found = right ? next : last ? undefined : extend(next);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return extend([]);
}
