import { equalBytes, toHex } from "@lucid/consensus/base";
import { RlpReader } from "../execution/rlpReader.js";
import { EMPTY_TRIE_ROOT, keccak256 } from "../state/keccak.js";
import { indexKey } from "../state/listTrie.js";
import { toNibbles } from "../state/nibbles.js";
import { proveKey } from "../state/proof.js";
import { Trie } from "../state/trie.js";

/** A list in a block has at most 16,384 items, so its keys have at most 3 bytes: 6 nibbles and the root. */
export const MAX_LIST_PROOF_NODES = 7;

/** Merkle Patricia proof of the index-th item of a list as `listRoot` hashes it: nodes, root first. */
export function proveListItem(items: readonly Uint8Array[], index: number): readonly Uint8Array[] {
  const trie = new Trie(() => undefined, EMPTY_TRIE_ROOT, { nodes: 0 }, 1);
  items.forEach((item, position) => {
    trie.put(indexKey(position), item);
  });
  const root = trie.hash();
  const records = new Map<string, Uint8Array>();
  for (const { packedPath, rlp } of trie.changes()) if (rlp !== undefined) records.set(toHex(packedPath), rlp);
  return proveKey(indexKey(index), root, (packedPath) => records.get(toHex(packedPath)));
}

/**
 * The item that the nodes prove to stand at `index` of the list with this root; undefined when they do not. Strict: every
 * node is needed and canonical. Nodes inlined in their parents cannot occur, since items are longer than a hash.
 */
export function verifyListItem(root: Uint8Array, index: number, nodes: readonly Uint8Array[]): Uint8Array | undefined {
  try {
    return walk(root, toNibbles(indexKey(index)), nodes);
  } catch {
    // The reader refuses what is not canonical RLP; for the caller that is one more way of not proving.
    return undefined;
  }
}

function walk(root: Uint8Array, key: Uint8Array, nodes: readonly Uint8Array[]): Uint8Array | undefined {
  let expected = root;
  let depth = 0;
  for (const [position, node] of nodes.entries()) {
    if (!equalBytes(keccak256(node), expected)) return undefined;
    const items = nodeItems(node);
    const last = position === nodes.length - 1;
    if (items.length === 17) {
      const child = items[key[depth] ?? 16];
      if (last || child === undefined || child.length !== 32) return undefined;
      expected = child;
      depth += 1;
      continue;
    }
    const [prefix, value] = items;
    if (items.length !== 2 || prefix === undefined || value === undefined) return undefined;
    const path = decodePath(prefix);
    if (path === undefined || !startsWith(key, depth, path.nibbles)) return undefined;
    depth += path.nibbles.length;
    if (path.isLeaf) return last && depth === key.length ? value : undefined;
    if (last || path.nibbles.length === 0 || value.length !== 32) return undefined;
    expected = value;
  }
  return undefined;
}

function nodeItems(node: Uint8Array): readonly Uint8Array[] {
  const reader = new RlpReader(node);
  const list = reader.list();
  reader.end();
  const items: Uint8Array[] = [];
  while (!list.done && items.length <= 17) items.push(list.string());
  return items;
}

/** Hex-prefix encoding (Yellow Paper, appendix C). */
function decodePath(prefix: Uint8Array): { readonly isLeaf: boolean; readonly nibbles: Uint8Array } | undefined {
  const flags = (prefix[0] ?? 0xff) >> 4;
  if (flags > 3) return undefined;
  const isOdd = (flags & 1) === 1;
  if (!isOdd && ((prefix[0] ?? 0) & 0x0f) !== 0) return undefined;
  return { isLeaf: (flags & 2) === 2, nibbles: toNibbles(prefix).slice(isOdd ? 1 : 2) };
}

function startsWith(key: Uint8Array, depth: number, path: Uint8Array): boolean {
  return path.every((nibble, i) => key[depth + i] === nibble);
}
