import { EMPTY_TRIE_ROOT } from "./keccak.js";
import { RlpWriter } from "./rlpWriter.js";
import { Trie } from "./trie.js";

const writer = new RlpWriter(16);
const nothing = (): undefined => undefined;

/** RLP of a small non-negative integer: the key of the n-th item. */
export function indexKey(index: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = index; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest & 0xff);
  writer.reset();
  writer.string(Uint8Array.from(bytes));
  return writer.view().slice();
}

/** Root of Ethereum's trie over a list (transactions, receipts, withdrawals): RLP(index) -> item. */
export function listRoot(items: readonly Uint8Array[]): Uint8Array {
  // RLP of integers is prefix-free, so no branch needs a value.
  const trie = new Trie(nothing, EMPTY_TRIE_ROOT, { nodes: 0 }, 1);
  items.forEach((item, index) => {
    trie.put(indexKey(index), item);
  });
  return trie.hash();
}
