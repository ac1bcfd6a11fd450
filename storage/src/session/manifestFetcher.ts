import { toHex } from "@lucid/consensus/base";
import { MANIFEST_FIRST_INDEX } from "../chunk/index.js";
import { StorageError } from "../errors.js";
import { fetchVerified } from "./fetchVerified.js";
import { MAX_MANIFEST_LENGTH, type Manifest } from "./manifest.js";
import { manifestHashOf, openManifest } from "./manifestParts.js";
import type { BlobSource, ManifestCandidate, SessionAnchor, SessionKey } from "./sessionTypes.js";

/** Candidates that are looked at per session; a hostile node can name as many as it likes. */
const MAX_CANDIDATES = 4096;
/** Combinations of candidates that are tried. One is right; more than a handful means that somebody plays games. */
const MAX_COMBINATIONS = 256;
const MAX_PARTS = MAX_MANIFEST_LENGTH / (64 * 1024);

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
  const partRoots = combine(candidates.slice(0, MAX_CANDIDATES), anchor);
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

/** The roots whose tree has the hash of the anchor: one root per index, from part 0 on. Hashing decides, nothing is fetched yet. */
function combine(candidates: readonly ManifestCandidate[], anchor: SessionAnchor): Uint8Array[] | undefined {
  const byPart: Uint8Array[][] = [];
  const seen = new Set<string>();
  for (const { root, index } of candidates) {
    const part = MANIFEST_FIRST_INDEX - index;
    const name = `${part} ${toHex(root)}`;
    if (root.length !== 32 || !Number.isInteger(part) || part < 0 || part >= MAX_PARTS || seen.has(name)) continue;
    seen.add(name);
    const list = byPart[part] ?? [];
    byPart[part] = list;
    list.push(root);
  }
  let tried = 0;
  let found: Uint8Array[] | undefined;
  const extend = (chosen: readonly Uint8Array[]): void => {
    if (found !== undefined || tried >= MAX_COMBINATIONS) return;
    if (chosen.length > 0) {
      tried++;
      if (Buffer.compare(manifestHashOf(chosen), anchor.manifestHash) === 0) {
        found = [...chosen];
        return;
      }
    }
    if (chosen.length >= anchor.chunkCount) return;
    for (const root of byPart[chosen.length] ?? []) extend([...chosen, root]);
  };
  extend([]);
  return found;
}
