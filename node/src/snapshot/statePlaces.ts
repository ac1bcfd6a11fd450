import { concatBytes } from "@lucid/consensus/base";
import { RlpReader } from "../execution/rlpReader.js";
import type { AccountRecord } from "../state/account.js";
import { EMPTY_CODE_HASH, EMPTY_TRIE_ROOT } from "../state/keccak.js";
import { packPath } from "../state/nibbles.js";
import { BRANCH, decodeNode, LEAF, type TrieNode } from "../state/trieNode.js";

/** A node that is named and not yet there: in the account trie, or in an account's storage trie. */
export interface Place {
  /** Undefined: of the account trie. */
  readonly address: Uint8Array | undefined;
  /** Nibbles. */
  readonly path: Uint8Array;
  readonly hash: Uint8Array;
}

export interface Leaf {
  /** The hash that is its key. */
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

export interface NodeContent {
  /** In order of their paths. */
  readonly children: readonly Place[];
  readonly leaves: readonly Leaf[];
}

/** Depth-first order of a state's nodes, as a stack: the walk of a snapshot and its check are the same walk. */
export class StatePlaces {
  readonly #open: Place[] = [];

  constructor(root: Uint8Array) {
    this.#push(undefined, root);
  }

  /** An independent walk from the same place. */
  copy(): StatePlaces {
    const copy = new StatePlaces(EMPTY_TRIE_ROOT);
    copy.#open.push(...this.#open);
    return copy;
  }

  /** The place whose node comes next; undefined at the end. */
  get next(): Place | undefined {
    return this.#open.at(-1);
  }

  /** Its node is there: on with what it names. `account`: the one that it holds, whose storage comes next. */
  advance(
    { children }: NodeContent,
    account?: { readonly address: Uint8Array; readonly storageRoot: Uint8Array },
  ): void {
    this.#open.pop();
    for (let index = children.length - 1; index >= 0; index--) {
      const child = children[index];
      if (child !== undefined) this.#open.push(child);
    }
    if (account !== undefined) this.#push(account.address, account.storageRoot);
  }

  #push(address: Uint8Array | undefined, root: Uint8Array): void {
    if (Buffer.compare(root, EMPTY_TRIE_ROOT) !== 0) this.#open.push({ address, path: new Uint8Array(0), hash: root });
  }
}

/** What the node of a place holds. @throws NodeError STATE_CORRUPT when it is another node than the place's */
export function contentOf(place: Place, rlp: Uint8Array): NodeContent {
  const content = { children: [] as Place[], leaves: [] as Leaf[] };
  collect(decodeNode(rlp, place.hash, 0), place.path, place.address, content);
  return content;
}

function collect(
  node: TrieNode,
  path: Uint8Array,
  address: Uint8Array | undefined,
  out: { children: Place[]; leaves: Leaf[] },
): void {
  const here = node.kind === BRANCH ? path : concatBytes(path, node.path);
  if (node.kind === LEAF) {
    out.leaves.push({ key: bytesOfNibbles(here), value: node.value });
    return;
  }
  for (let slot = 0; slot < node.children.length; slot++) {
    if (!node.has(slot)) continue;
    const below = node.kind === BRANCH ? concatBytes(here, Uint8Array.of(slot)) : here;
    const inlined = node.children[slot];
    if (inlined === undefined) out.children.push({ address, path: below, hash: node.hashOf(slot).slice() });
    else collect(inlined, below, address, out);
  }
}

function bytesOfNibbles(nibbles: Uint8Array): Uint8Array {
  return Uint8Array.from(
    { length: nibbles.length >> 1 },
    (_, i) => ((nibbles[2 * i] ?? 0) << 4) | (nibbles[2 * i + 1] ?? 0),
  );
}

export function packed(path: Uint8Array): Uint8Array {
  const out = new Uint8Array(1 + ((path.length + 1) >> 1));
  packPath(path, path.length, out, 0);
  return out;
}

/** The account of a leaf: RLP [nonce, balance, storageRoot, codeHash]. @throws NodeError TX_MALFORMED */
export function accountOfLeaf(value: Uint8Array): AccountRecord {
  const list = new RlpReader(value).list();
  return {
    nonce: list.integer(8),
    balance: list.integer(32),
    storageRoot: list.fixed(32).slice(),
    codeHash: list.fixed(32).slice(),
  };
}

/** The value of a slot's leaf, without leading zeros. @throws NodeError TX_MALFORMED */
export function slotOfLeaf(value: Uint8Array): Uint8Array {
  return new RlpReader(value).string().slice();
}

export function hasCode(account: AccountRecord): boolean {
  return Buffer.compare(account.codeHash, EMPTY_CODE_HASH) !== 0;
}
