import { NodeError } from "../errors.js";
import { keccak256 } from "./keccak.js";
import { fromHexPrefix, hexPrefix } from "./nibbles.js";
import { headerLength, type RlpWriter, rlpStringLength } from "./rlpWriter.js";

export const LEAF = 0;
export const EXTENSION = 1;
export const BRANCH = 2;
export type NodeKind = typeof LEAF | typeof EXTENSION | typeof BRANCH;

const NOTHING = new Uint8Array(0);
const HASH = 32;

/**
 * A node of a Merkle Patricia trie whose keys have one length, so that branches hold no value. One class for the three
 * kinds keeps the hot code monomorphic. An extension is treated as a node with one child slot.
 *
 * Nodes are shared between the head and candidate blocks; only the owner may change one (see Trie).
 */
export class TrieNode {
  readonly kind: NodeKind;
  /** Epoch of the trie that may change this node in place; 0 = nobody. */
  owner: number;
  /** Epoch in which it was created or loaded; the cache drops the oldest. */
  seen: number;
  /** Nibbles of a leaf or an extension. */
  path: Uint8Array;
  /** Value of a leaf. */
  value: Uint8Array;
  /** Which child slots are taken, as bits. */
  mask: number;
  /** Children in memory; a taken slot without one is loaded by its hash when needed. */
  readonly children: (TrieNode | undefined)[];
  /** 32 bytes a slot: hashes of children that are not inlined. */
  readonly hashes: Uint8Array;
  /** Hash of the RLP, or the RLP itself when shorter than 32 bytes; undefined while dirty. */
  ref: Uint8Array | undefined;
  /** Whether the database (or the changes about to go there) holds a record at this node's path. */
  stored: boolean;

  constructor(kind: NodeKind, epoch: number, stored: boolean) {
    this.kind = kind;
    this.owner = epoch;
    this.seen = epoch;
    this.path = NOTHING;
    this.value = NOTHING;
    this.mask = 0;
    this.children = kind === BRANCH ? new Array<TrieNode | undefined>(16).fill(undefined) : [undefined];
    this.hashes = kind === LEAF ? NOTHING : new Uint8Array(kind === BRANCH ? 16 * HASH : HASH);
    this.ref = undefined;
    this.stored = stored;
  }

  /** A private copy for `epoch`; children stay shared. */
  clone(epoch: number): TrieNode {
    const copy = new TrieNode(this.kind, epoch, this.stored);
    copy.path = this.path;
    copy.value = this.value;
    copy.mask = this.mask;
    for (let i = 0; i < this.children.length; i++) copy.children[i] = this.children[i];
    copy.hashes.set(this.hashes);
    return copy;
  }

  has(slot: number): boolean {
    return (this.mask & (1 << slot)) !== 0;
  }

  setChild(slot: number, child: TrieNode): void {
    this.children[slot] = child;
    this.mask |= 1 << slot;
    if (child.ref?.length === HASH) this.hashes.set(child.ref, slot * HASH);
    this.ref = undefined;
  }

  /** Takes over a slot of another node, loaded or not. */
  moveSlot(slot: number, from: TrieNode, fromSlot: number): void {
    this.children[slot] = from.children[fromSlot];
    this.mask |= 1 << slot;
    this.hashes.set(from.hashes.subarray(fromSlot * HASH, (fromSlot + 1) * HASH), slot * HASH);
    this.ref = undefined;
  }

  clearSlot(slot: number): void {
    this.children[slot] = undefined;
    this.mask &= ~(1 << slot);
    this.ref = undefined;
  }

  hashOf(slot: number): Uint8Array {
    return this.hashes.subarray(slot * HASH, (slot + 1) * HASH);
  }

  /** Inlined children cannot be dropped from memory: they have no record of their own. */
  inlined(): boolean {
    return this.ref !== undefined && this.ref.length < HASH;
  }

  /** RLP of the node, a copy; children must be clean. */
  rlp(writer: RlpWriter): Uint8Array {
    writer.reset();
    this.encode(writer);
    return writer.view().slice();
  }

  /** RLP of the node; children must be clean. */
  encode(out: RlpWriter): void {
    if (this.kind === BRANCH) this.#encodeBranch(out);
    else {
      const key = hexPrefix(this.path, this.kind === LEAF);
      const tail = this.kind === LEAF ? rlpStringLength(this.value) : this.#slotLength(0);
      out.listHeader(rlpStringLength(key) + tail);
      out.string(key);
      if (this.kind === LEAF) out.string(this.value);
      else this.#encodeSlot(0, out);
    }
  }

  #encodeBranch(out: RlpWriter): void {
    let payload = 1;
    for (let slot = 0; slot < 16; slot++) payload += this.#slotLength(slot);
    out.listHeader(payload);
    for (let slot = 0; slot < 16; slot++) this.#encodeSlot(slot, out);
    out.byte(0x80);
  }

  #slotLength(slot: number): number {
    if (!this.has(slot)) return 1;
    const ref = this.children[slot]?.ref;
    return ref === undefined || ref.length === HASH ? 1 + HASH : ref.length;
  }

  #encodeSlot(slot: number, out: RlpWriter): void {
    if (!this.has(slot)) {
      out.byte(0x80);
      return;
    }
    const ref = this.children[slot]?.ref;
    if (ref !== undefined && ref.length < HASH) out.raw(ref);
    else out.hash(this.hashes, slot * HASH);
  }
}

/**
 * Node of a stored record. `expected` is the hash by which its parent (or the account, or the head) names it.
 * @throws NodeError STATE_CORRUPT if the record is not what its parent names.
 */
export function decodeNode(rlp: Uint8Array, expected: Uint8Array, epoch: number): TrieNode {
  if (Buffer.compare(keccak256(rlp), expected) !== 0) throw corrupt("its hash is wrong");
  const node = decodeAt(rlp, epoch, true);
  node.ref = expected.slice();
  return node;
}

function corrupt(what: string): NodeError {
  return new NodeError({ code: "STATE_CORRUPT", message: `a trie node of the state is damaged: ${what}` });
}

interface Item {
  readonly list: boolean;
  readonly start: number;
  readonly end: number;
}

function readItem(bytes: Uint8Array, at: number): Item {
  const first = bytes[at];
  if (first === undefined) throw corrupt("it ends early");
  if (first < 0x80) return { list: false, start: at, end: at + 1 };
  const list = first >= 0xc0;
  const short = first - (list ? 0xc0 : 0x80);
  let start = at + 1;
  let length = short;
  if (short > 55) {
    length = 0;
    for (let i = short - 55; i > 0; i--) length = length * 256 + (bytes[start++] ?? 0);
  }
  if (start + length > bytes.length) throw corrupt("it ends early");
  return { list, start, end: start + length };
}

function decodeAt(rlp: Uint8Array, epoch: number, stored: boolean): TrieNode {
  const outer = readItem(rlp, 0);
  if (!outer.list || outer.end !== rlp.length) throw corrupt("it is not one list");
  const items: Item[] = [];
  for (let at = outer.start; at < outer.end; ) {
    const item = readItem(rlp, at);
    items.push(item);
    at = item.end;
  }
  const [first, second] = items;
  if (items.length === 2 && first !== undefined && second !== undefined) {
    const { nibbles, leaf } = fromHexPrefix(rlp.subarray(first.start, first.end));
    const node = new TrieNode(leaf ? LEAF : EXTENSION, 0, stored);
    node.seen = epoch;
    node.path = nibbles;
    if (leaf) node.value = rlp.slice(second.start, second.end);
    else decodeSlot(node, 0, rlp, second, epoch);
    return node;
  }
  const value = items[16];
  if (items.length !== 17 || value === undefined || value.start !== value.end) throw corrupt("it has a foreign shape");
  const node = new TrieNode(BRANCH, 0, stored);
  node.seen = epoch;
  for (let slot = 0; slot < 16; slot++) {
    const item = items[slot];
    if (item !== undefined && item.start !== item.end) decodeSlot(node, slot, rlp, item, epoch);
  }
  return node;
}

function decodeSlot(node: TrieNode, slot: number, rlp: Uint8Array, item: Item, epoch: number): void {
  if (item.list) {
    // Inlined: less than 32 bytes, so its header is one byte.
    const inline = rlp.slice(item.start - headerLength(item.end - item.start), item.end);
    const child = decodeAt(inline, epoch, false);
    child.ref = inline;
    node.setChild(slot, child);
    return;
  }
  if (item.end - item.start !== HASH) throw corrupt("a child is neither a hash nor inlined");
  node.mask |= 1 << slot;
  node.hashes.set(rlp.subarray(item.start, item.end), slot * HASH);
}
