import { equalBytes, sha256 } from "../base/index.js";
import { ProofError } from "./errors.js";

/**
 * Merkle trees of RFC 9162 (Certificate Transparency 2), section 2.1, with SHA-256. A leaf is hashed behind a zero byte, a
 * node behind a one byte; n leaves split at the largest power of two below n. Functions take leaf *hashes*.
 */
export const HASH_LENGTH = 32;

/** More than any tree of ours has levels: indexes are safe integers. */
export const MAX_PATH_LENGTH = 53;

const LEAF_PREFIX = Uint8Array.of(0x00);

/** Root of the tree without leaves: SHA-256 of nothing (RFC 9162, 2.1.1). */
export function emptyRoot(): Uint8Array {
  return sha256(new Uint8Array());
}

/** SHA-256(0x00 || entry). */
export function hashLeaf(entry: Uint8Array): Uint8Array {
  return sha256(LEAF_PREFIX, entry);
}

/** SHA-256(0x01 || left || right). */
export function hashNode(left: Uint8Array, right: Uint8Array): Uint8Array {
  const scratch = new Uint8Array(1 + 2 * HASH_LENGTH);
  scratch[0] = 0x01;
  scratch.set(left, 1);
  scratch.set(right, 1 + HASH_LENGTH);
  return sha256(scratch);
}

/** Root over leaf hashes in order. Level by level: equal to the recursive definition, and linear in memory. */
export function rootOfLeafHashes(leafHashes: readonly Uint8Array[]): Uint8Array {
  if (leafHashes.length === 0) return emptyRoot();
  let level = leafHashes;
  while (level.length > 1) level = nextLevel(level);
  return at(level, 0).slice();
}

/** Root over entries in order (each hashed as a leaf). */
export function rootOfEntries(entries: readonly Uint8Array[]): Uint8Array {
  return rootOfLeafHashes(entries.map(hashLeaf));
}

/** Inclusion path of a leaf, from the leaf's sibling upwards (RFC 9162, 2.1.3.1). @throws ProofError PROOF_RANGE */
export function inclusionPath(leafHashes: readonly Uint8Array[], index: number): Uint8Array[] {
  checkIndex(index, leafHashes.length);
  const path: Uint8Array[] = [];
  let level = leafHashes;
  let position = index;
  while (level.length > 1) {
    const sibling = level[position ^ 1];
    // The last node of an odd level goes up as it is: it has no sibling there.
    if (sibling !== undefined) path.push(sibling.slice());
    level = nextLevel(level);
    position >>>= 1;
  }
  return path;
}

/** How many hashes the inclusion path of a leaf has in a tree of `count` leaves. @throws ProofError PROOF_RANGE */
export function pathLength(index: number, count: number): number {
  checkIndex(index, count);
  let length = 0;
  let position = index;
  for (let last = count - 1; last > 0; last = Math.floor(last / 2)) {
    if (position % 2 === 1 || position < last) length++;
    position = Math.floor(position / 2);
  }
  return length;
}

export interface InclusionProof {
  readonly leafHash: Uint8Array;
  readonly index: number;
  /** Number of leaves of the tree. */
  readonly count: number;
  readonly path: readonly Uint8Array[];
}

/** The root that a path leads to, or undefined when index, count and path do not fit together (RFC 9162, 2.1.3.2). */
export function rootFromPath(proof: InclusionProof): Uint8Array | undefined {
  const { index, count, path, leafHash } = proof;
  if (!isIndex(index, count) || leafHash.length !== HASH_LENGTH || path.length !== pathLength(index, count)) {
    return undefined;
  }
  let hash = leafHash;
  let position = index;
  let next = 0;
  for (let last = count - 1; last > 0; last = Math.floor(last / 2)) {
    const sibling = path[next];
    if (position % 2 === 1 || position < last) {
      if (sibling?.length !== HASH_LENGTH) return undefined;
      hash = position % 2 === 1 ? hashNode(sibling, hash) : hashNode(hash, sibling);
      next++;
    }
    position = Math.floor(position / 2);
  }
  return hash;
}

/** True when the leaf stands at `index` among `count` leaves under `root`. Never throws. */
export function verifyInclusion(proof: InclusionProof, root: Uint8Array): boolean {
  const computed = rootFromPath(proof);
  return computed !== undefined && equalBytes(computed, root);
}

export function isIndex(index: number, count: number): boolean {
  return Number.isSafeInteger(index) && Number.isSafeInteger(count) && index >= 0 && index < count;
}

function checkIndex(index: number, count: number): void {
  if (isIndex(index, count)) return;
  throw new ProofError({
    code: "PROOF_RANGE",
    message: `there is no leaf ${index} in a tree of ${count}`,
    meta: { index, count },
  });
}

function nextLevel(level: readonly Uint8Array[]): Uint8Array[] {
  const up: Uint8Array[] = [];
  for (let i = 0; i + 1 < level.length; i += 2) up.push(hashNode(at(level, i), at(level, i + 1)));
  if (level.length % 2 === 1) up.push(at(level, level.length - 1));
  return up;
}

function at(level: readonly Uint8Array[], index: number): Uint8Array {
  const hash = level[index];
  if (hash === undefined) throw new ProofError({ code: "PROOF_RANGE", message: `level has no node ${index}` });
  return hash;
}
