import { equalBytes } from "@lucid/consensus/base";
import { NodeError } from "../errors.js";
import { EMPTY_TRIE_ROOT, keccak256 } from "./keccak.js";
import { commonLength, packPath, toNibbles } from "./nibbles.js";
import { BRANCH, decodeNode, LEAF, type TrieNode } from "./trieNode.js";

/**
 * Merkle proof of `key` (already hashed) in the trie with `root`: the records on its path, root first, as eth_getProof
 * gives them (inlined nodes are inside their parents). For an absent key it ends where the path leaves the trie.
 */
export function proveKey(
  key: Uint8Array,
  root: Uint8Array,
  read: (packedPath: Uint8Array) => Uint8Array | undefined,
): Uint8Array[] {
  if (equalBytes(root, EMPTY_TRIE_ROOT)) return [];
  const nibbles = toNibbles(key);
  const proof: Uint8Array[] = [];
  const fetch = (depth: number, hash: Uint8Array): TrieNode => {
    const packed = new Uint8Array(1 + ((depth + 1) >> 1));
    packPath(nibbles, depth, packed, 0);
    const rlp = read(packed);
    if (rlp === undefined)
      throw new NodeError({ code: "STATE_CORRUPT", message: "a trie node of the state is missing" });
    const node = decodeNode(rlp, hash, 0);
    proof.push(rlp);
    return node;
  };
  let depth = 0;
  let node: TrieNode | undefined = fetch(0, root);
  while (node !== undefined && node.kind !== LEAF) {
    let slot = 0;
    if (node.kind === BRANCH) {
      slot = nibbles[depth] ?? 0;
      if (!node.has(slot)) return proof;
      depth += 1;
    } else {
      if (commonLength(nibbles, depth, node.path) !== node.path.length) return proof;
      depth += node.path.length;
    }
    node = node.children[slot] ?? fetch(depth, node.hashOf(slot));
  }
  return proof;
}

export function proveAddress(
  address: Uint8Array,
  root: Uint8Array,
  read: (packedPath: Uint8Array) => Uint8Array | undefined,
): Uint8Array[] {
  return proveKey(keccak256(address), root, read);
}
