import { ProofError } from "./errors.js";
import { emptyRoot, HASH_LENGTH, hashLeaf, hashNode } from "./merkleTree.js";

/** Leaves that a serialised frontier may count: 2^32, which is what a session can have. */
const MAX_COUNT = 2 ** 32;

/**
 * An RFC 9162 tree that only grows, in O(log n) memory: one subtree root for each set bit of the count, the largest
 * subtree first. LucidChunkStore keeps the same thing in its storage.
 */
export class MerkleFrontier {
  private readonly subtrees: Uint8Array[] = [];
  private leafCount = 0;

  get count(): number {
    return this.leafCount;
  }

  /** Adds an entry (hashed as a leaf). @throws ProofError PROOF_RANGE beyond 2^32 leaves */
  append(entry: Uint8Array): void {
    this.appendLeafHash(hashLeaf(entry));
  }

  appendLeafHash(leafHash: Uint8Array): void {
    if (this.leafCount >= MAX_COUNT || leafHash.length !== HASH_LENGTH) {
      throw new ProofError({ code: "PROOF_RANGE", message: "the tree takes no such leaf" });
    }
    let node: Uint8Array = leafHash.slice();
    // Each trailing one bit of the count is a full subtree of the size of what is being added.
    for (let rest = this.leafCount; rest % 2 === 1; rest = Math.floor(rest / 2)) {
      const left = this.subtrees.pop();
      if (left !== undefined) node = hashNode(left, node);
    }
    this.subtrees.push(node);
    this.leafCount++;
  }

  root(): Uint8Array {
    const last = this.subtrees.at(-1);
    if (last === undefined) return emptyRoot();
    let root = last;
    for (let i = this.subtrees.length - 2; i >= 0; i--) root = hashNode(this.subtrees[i] ?? root, root);
    return root.slice();
  }

  clone(): MerkleFrontier {
    return MerkleFrontier.decode(this.encode());
  }

  /** Count (u64, big-endian), then the subtree roots, the largest first. */
  encode(): Uint8Array {
    const out = new Uint8Array(8 + HASH_LENGTH * this.subtrees.length);
    new DataView(out.buffer).setBigUint64(0, BigInt(this.leafCount));
    this.subtrees.forEach((subtree, i) => {
      out.set(subtree, 8 + HASH_LENGTH * i);
    });
    return out;
  }

  /** @throws ProofError PROOF_MALFORMED unless the bytes are exactly what `encode` gives. */
  static decode(bytes: Uint8Array): MerkleFrontier {
    const count = bytes.length < 8 ? -1 : Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0));
    if (count < 0 || count > MAX_COUNT || bytes.length !== 8 + HASH_LENGTH * setBits(count)) {
      throw new ProofError({ code: "PROOF_MALFORMED", message: "not a tree frontier" });
    }
    const frontier = new MerkleFrontier();
    frontier.leafCount = count;
    for (let at = 8; at < bytes.length; at += HASH_LENGTH) frontier.subtrees.push(bytes.slice(at, at + HASH_LENGTH));
    return frontier;
  }
}

function setBits(count: number): number {
  let bits = 0;
  for (let rest = count; rest > 0; rest = Math.floor(rest / 2)) bits += rest % 2;
  return bits;
}
