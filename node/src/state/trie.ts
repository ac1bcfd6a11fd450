import { concatBytes, latin1Of } from "@lucid/consensus/base";
import { NodeError } from "../errors.js";
import { EMPTY_TRIE_ROOT, keccak256 } from "./keccak.js";
import { commonLength, packPath, toNibbles } from "./nibbles.js";
import { RlpWriter } from "./rlpWriter.js";
import { BRANCH, decodeNode, EXTENSION, LEAF, TrieNode } from "./trieNode.js";

/** Longest path, in nibbles: keys are 32-byte hashes. */
export const MAX_PATH = 64;

/** Reads the record of the node at a path; the tail of its database key as `packPath` makes it. */
export type ReadNode = (packedPath: Uint8Array) => Uint8Array | undefined;

/** Nodes in memory, over all tries that share the counter; the cache bound looks at it. */
export interface NodeCounter {
  nodes: number;
}

export interface TrieChange {
  /** As `packPath` makes it. */
  readonly packedPath: Uint8Array;
  /** Undefined: the record goes. */
  readonly rlp: Uint8Array | undefined;
  /**
   * What the record was before the fork: the node that it was made of, "none" when there was no record, "unread" when only
   * the database knows.
   */
  readonly before: TrieNode | "none" | "unread";
}

/** The record that a change replaces, made again from the node where that is in memory. @param read from the database */
export function recordBefore({ before }: TrieChange, read: () => Uint8Array | undefined): Uint8Array | undefined {
  if (before === "none") return undefined;
  return before === "unread" ? read() : before.rlp(writer);
}

const writer = new RlpWriter();

/**
 * Merkle Patricia trie with Ethereum's roots, over keys of one length, whose nodes are stored by path and overwritten in
 * place: the chain never reorganises, so there is no second version to keep and no garbage to collect.
 *
 * A fork shares all nodes with its origin and copies what it changes (copy on write by epoch), so a candidate block works
 * on a fork and the head stays as it is. `hash` visits each dirty node once.
 */
export class Trie {
  readonly #read: ReadNode;
  readonly #epoch: number;
  readonly #counter: NodeCounter;
  #root: TrieNode | undefined;
  #rootHash: Uint8Array;
  /** The last leaf went; without it, no root in memory means that it is not loaded yet. */
  #emptied = false;
  #key: Uint8Array = new Uint8Array(0);
  #value: Uint8Array = new Uint8Array(0);
  readonly #changes = new Map<string, TrieChange>();
  /** Nodes of the head by those that took their places. */
  readonly #originals = new Map<TrieNode, TrieNode>();

  constructor(read: ReadNode, rootHash: Uint8Array, counter: NodeCounter, epoch: number, root?: TrieNode) {
    this.#read = read;
    this.#rootHash = rootHash;
    this.#counter = counter;
    this.#epoch = epoch;
    this.#root = root;
  }

  /** A trie with the same content, free to change. The origin must not change as long as the fork lives. */
  fork(epoch: number): Trie {
    const root = this.#loadRoot();
    return new Trie(this.#read, this.#rootHash, this.#counter, epoch, root);
  }

  get(key: Uint8Array): Uint8Array | undefined {
    this.#key = toNibbles(key);
    let node = this.#loadRoot();
    let depth = 0;
    while (node !== undefined) {
      if (node.kind !== BRANCH) {
        if (commonLength(this.#key, depth, node.path) !== node.path.length) return undefined;
        depth += node.path.length;
        if (node.kind === LEAF) return node.value;
        node = this.#load(node, 0, depth);
      } else {
        const slot = this.#nibble(depth);
        if (!node.has(slot)) return undefined;
        depth += 1;
        node = this.#load(node, slot, depth);
      }
    }
    return undefined;
  }

  put(key: Uint8Array, value: Uint8Array): void {
    this.#key = toNibbles(key);
    this.#value = value;
    this.#root = this.#put(this.#loadRoot(), 0);
  }

  delete(key: Uint8Array): void {
    this.#key = toNibbles(key);
    this.#root = this.#delete(this.#loadRoot(), 0);
  }

  /** Root hash; encodes and hashes what changed since the last call. */
  hash(): Uint8Array {
    const root = this.#root;
    if (root === undefined) {
      // Either never loaded (the hash stands) or emptied.
      if (this.#emptied) this.#rootHash = EMPTY_TRIE_ROOT;
      this.#emptied = false;
      return this.#rootHash;
    }
    this.#emptied = false;
    if (root.ref === undefined) this.#rootHash = this.#hashNode(root, new Uint8Array(MAX_PATH), 0);
    return this.#rootHash;
  }

  /** Records to write and delete since the fork; complete after `hash`. */
  changes(): Iterable<TrieChange> {
    return this.#changes.values();
  }

  /** All (key as nibbles, value) pairs in key order; loads every node. */
  *leaves(): Generator<{ readonly nibbles: Uint8Array; readonly value: Uint8Array }> {
    const root = this.#loadRoot();
    if (root !== undefined) yield* this.#leavesOf(root, new Uint8Array(0));
  }

  *#leavesOf(node: TrieNode, path: Uint8Array): Generator<{ nibbles: Uint8Array; value: Uint8Array }> {
    const here = concatBytes(path, node.path);
    if (node.kind === LEAF) {
      yield { nibbles: here, value: node.value };
      return;
    }
    for (let slot = 0; slot < node.children.length; slot++) {
      if (!node.has(slot)) continue;
      const below = node.kind === BRANCH ? concatBytes(here, Uint8Array.of(slot)) : here;
      // Not kept: a walk over the whole state must not fill the memory.
      yield* this.#leavesOf(node.children[slot] ?? this.#fetch(below, below.length, node.hashOf(slot)), below);
    }
  }

  /**
   * Drops from memory the nodes below the root that were neither made nor loaded since `epoch`, and counts the rest.
   * Only for a trie of the head without live forks, its records written.
   */
  evict(epoch: number): number {
    return this.#root === undefined ? 0 : 1 + evictBelow(this.#root, epoch);
  }

  /** Forgets the nodes; they are loaded again from their records. */
  unload(): void {
    this.#root = undefined;
  }

  #unloaded(): boolean {
    return this.#root === undefined && !this.#emptied && Buffer.compare(this.#rootHash, EMPTY_TRIE_ROOT) !== 0;
  }

  #nibble(depth: number): number {
    return this.#key[depth] ?? 0;
  }

  #loadRoot(): TrieNode | undefined {
    if (this.#root === undefined && this.#unloaded()) this.#root = this.#fetch(new Uint8Array(0), 0, this.#rootHash);
    return this.#root;
  }

  /** Child in `slot` of a node on the current key's path; `depth` = length of the child's path. */
  #load(node: TrieNode, slot: number, depth: number): TrieNode {
    const known = node.children[slot];
    if (known !== undefined) return known;
    const loaded = this.#fetch(this.#key, depth, node.hashOf(slot));
    node.children[slot] = loaded;
    return loaded;
  }

  #fetch(path: Uint8Array, length: number, hash: Uint8Array): TrieNode {
    const packed = packedPath(path, length);
    const rlp = this.#read(packed);
    if (rlp === undefined) {
      throw new NodeError({ code: "STATE_CORRUPT", message: "a trie node of the state is missing", meta: { length } });
    }
    this.#counter.nodes += 1;
    return decodeNode(rlp, hash, this.#epoch);
  }

  #make(kind: typeof LEAF | typeof EXTENSION | typeof BRANCH, stored: boolean): TrieNode {
    this.#counter.nodes += 1;
    return new TrieNode(kind, this.#epoch, stored);
  }

  #leaf(path: Uint8Array, value: Uint8Array, stored: boolean): TrieNode {
    const leaf = this.#make(LEAF, stored);
    leaf.path = path;
    leaf.value = value;
    return leaf;
  }

  #mutable(node: TrieNode): TrieNode {
    if (node.owner === this.#epoch) return node;
    this.#counter.nodes += 1;
    const copy = node.clone(this.#epoch);
    this.#replace(node, copy);
    return copy;
  }

  /** `by` stands where `node` stood. */
  #replace(node: TrieNode, by: TrieNode): void {
    const original = node.owner === this.#epoch ? this.#originals.get(node) : node;
    if (original !== undefined) this.#originals.set(by, original);
  }

  #put(node: TrieNode | undefined, depth: number): TrieNode {
    if (node === undefined) return this.#leaf(this.#key.slice(depth), this.#value, false);
    if (node.kind === BRANCH) {
      const slot = this.#nibble(depth);
      const child = node.has(slot) ? this.#load(node, slot, depth + 1) : undefined;
      return this.#withChild(node, slot, child, this.#put(child, depth + 1));
    }
    const common = commonLength(this.#key, depth, node.path);
    if (common < node.path.length) return this.#split(node, depth, common);
    if (node.kind === EXTENSION) {
      const child = this.#load(node, 0, depth + common);
      return this.#withChild(node, 0, child, this.#put(child, depth + common));
    }
    if (Buffer.compare(node.value, this.#value) === 0) return node;
    const changed = this.#mutable(node);
    changed.value = this.#value;
    changed.ref = undefined;
    return changed;
  }

  #withChild(node: TrieNode, slot: number, before: TrieNode | undefined, after: TrieNode): TrieNode {
    if (before === after && after.ref !== undefined) return node;
    const changed = this.#mutable(node);
    changed.setChild(slot, after);
    return changed;
  }

  /** The key leaves the path of a leaf or an extension after `common` nibbles: a branch comes between. */
  #split(node: TrieNode, depth: number, common: number): TrieNode {
    const branch = this.#make(BRANCH, common === 0 && node.stored);
    if (common === 0) this.#replace(node, branch);
    const slot = node.path[common] ?? 0;
    const rest = node.path.slice(common + 1);
    if (node.kind === LEAF) branch.setChild(slot, this.#leaf(rest, node.value, false));
    else if (rest.length === 0) branch.moveSlot(slot, node, 0);
    else {
      const extension = this.#make(EXTENSION, false);
      extension.path = rest;
      extension.moveSlot(0, node, 0);
      branch.setChild(slot, extension);
    }
    const at = depth + common;
    branch.setChild(this.#nibble(at), this.#leaf(this.#key.slice(at + 1), this.#value, false));
    if (common === 0) return branch;
    const extension = this.#make(EXTENSION, node.stored);
    this.#replace(node, extension);
    extension.path = node.path.slice(0, common);
    extension.setChild(0, branch);
    return extension;
  }

  #delete(node: TrieNode | undefined, depth: number): TrieNode | undefined {
    if (node === undefined) return undefined;
    if (node.kind === BRANCH) {
      const slot = this.#nibble(depth);
      if (!node.has(slot)) return node;
      const child = this.#load(node, slot, depth + 1);
      const after = this.#delete(child, depth + 1);
      if (after !== undefined) return this.#withChild(node, slot, child, after);
      const changed = this.#mutable(node);
      changed.clearSlot(slot);
      return this.#collapse(changed, depth);
    }
    const common = commonLength(this.#key, depth, node.path);
    if (common < node.path.length) return node;
    if (node.kind === LEAF) {
      this.#dropRecord(node, depth, -1);
      if (depth === 0) this.#emptied = true;
      return undefined;
    }
    const child = this.#load(node, 0, depth + common);
    const after = this.#delete(child, depth + common);
    if (after === undefined || after.kind === BRANCH) return after && this.#withChild(node, 0, child, after);
    // The branch below became a leaf or an extension: one node takes both paths.
    this.#dropRecord(after, depth + common, -1);
    return this.#joined(node.path, after, node.stored);
  }

  /** A branch with one child left is replaced by that child, its slot in front of the child's path. */
  #collapse(branch: TrieNode, depth: number): TrieNode {
    if ((branch.mask & (branch.mask - 1)) !== 0) return branch;
    const slot = 31 - Math.clz32(branch.mask);
    const siblingPath = this.#key.slice(0, depth + 1);
    siblingPath[depth] = slot;
    const known = branch.children[slot];
    const child = known ?? this.#fetch(siblingPath, depth + 1, branch.hashOf(slot));
    if (child.kind !== BRANCH) {
      this.#dropRecord(child, depth, slot);
      return this.#joined(Uint8Array.of(slot), child, branch.stored);
    }
    branch.children[slot] = child;
    const extension = this.#make(EXTENSION, branch.stored);
    extension.path = Uint8Array.of(slot);
    extension.moveSlot(0, branch, slot);
    return extension;
  }

  #joined(front: Uint8Array, node: TrieNode, stored: boolean): TrieNode {
    const joined = this.#make(node.kind, stored);
    joined.path = new Uint8Array(front.length + node.path.length);
    joined.path.set(front);
    joined.path.set(node.path, front.length);
    if (node.kind === LEAF) joined.value = node.value;
    else joined.moveSlot(0, node, 0);
    return joined;
  }

  /** The node leaves its path: of the current key up to `depth`, plus `slot` unless that is -1. */
  #dropRecord(node: TrieNode, depth: number, slot: number): void {
    if (!node.stored) return;
    const path = this.#key.slice(0, slot < 0 ? depth : depth + 1);
    if (slot >= 0) path[depth] = slot;
    this.#change(path, path.length, undefined, "unread");
  }

  #change(path: Uint8Array, length: number, rlp: Uint8Array | undefined, before: TrieChange["before"]): void {
    const packed = packedPath(path, length);
    const name = latin1Of(packed);
    // The first change of a path tells what stood there.
    this.#changes.set(name, { packedPath: packed, rlp, before: this.#changes.get(name)?.before ?? before });
  }

  /** Asked before the node is hashed: then `stored` says whether the head has a record at its path. */
  #before(node: TrieNode): TrieChange["before"] {
    return node.stored ? (this.#originals.get(node) ?? "unread") : "none";
  }

  #hashNode(node: TrieNode, path: Uint8Array, depth: number): Uint8Array {
    if (node.kind === BRANCH) {
      for (let slot = 0; slot < 16; slot++) {
        const child = node.children[slot];
        if (child === undefined || child.ref !== undefined) continue;
        path[depth] = slot;
        const ref = this.#hashNode(child, path, depth + 1);
        if (ref.length === 32) node.hashes.set(ref, slot * 32);
      }
    } else if (node.kind === EXTENSION) {
      const child = node.children[0];
      if (child !== undefined && child.ref === undefined) {
        path.set(node.path, depth);
        const ref = this.#hashNode(child, path, depth + node.path.length);
        if (ref.length === 32) node.hashes.set(ref);
      }
    }
    const rlp = node.rlp(writer);
    if (rlp.length < 32 && depth > 0) {
      if (node.stored) this.#change(path, depth, undefined, this.#before(node));
      node.stored = false;
      node.ref = rlp;
      return rlp;
    }
    const hash = keccak256(rlp);
    this.#change(path, depth, rlp, this.#before(node));
    node.ref = hash;
    node.stored = true;
    return hash;
  }
}

function packedPath(path: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(1 + ((length + 1) >> 1));
  packPath(path, length, out, 0);
  return out;
}

function evictBelow(node: TrieNode, epoch: number): number {
  let kept = 0;
  for (let slot = 0; slot < node.children.length; slot++) {
    const child = node.children[slot];
    if (child === undefined) continue;
    if (child.seen < epoch && !child.inlined() && child.ref !== undefined) node.children[slot] = undefined;
    else kept += 1 + evictBelow(child, epoch);
  }
  return kept;
}
