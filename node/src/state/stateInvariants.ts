import { equalBytes, toHex } from "@lucid/consensus/base";
import { type CheckContext, type Invariant, type KeyValueStore, namespaces, prefixRange } from "@lucid/storage";
import { type AccountRecord, accountLeaf, decodeAccount, EMPTY_ACCOUNT, slotLeaf } from "./account.js";
import { EMPTY_CODE_HASH, EMPTY_TRIE_ROOT, keccak256 } from "./keccak.js";
import { stateKeys } from "./keys.js";
import { readChainBase, readStateHead } from "./stateHead.js";
import { type ReadNode, Trie } from "./trie.js";
import { UndoRecord } from "./undoRecord.js";

/** Trie nodes that a check holds before it forgets them all. */
const NODE_LIMIT = 50_000;

type Report = CheckContext["report"];

/** What holds between accounts, slots, tries, code and history of a database that nobody writes to. */
export function stateInvariants(store: KeyValueStore): Invariant[] {
  return [
    {
      name: "state.code",
      summary: "Every account's code is there and has its hash.",
      check: async ({ report, looked }) => {
        for await (const { address, account } of accounts(store)) {
          looked();
          if (equalBytes(account.codeHash, EMPTY_CODE_HASH)) continue;
          const code = store.get(stateKeys.code(account.codeHash));
          if (code !== undefined && equalBytes(keccak256(code), account.codeHash)) continue;
          damaged(report, `the code of account ${toHex(address)} is missing or damaged`);
        }
      },
    },
    {
      name: "state.accounts",
      summary: "The account trie has the state's root and holds exactly the accounts.",
      check: async ({ report, looked }) => {
        const root = readStateHead(store)?.root;
        if (root === undefined) return damaged(report, "there is no state");
        const tree = new CheckedTrie((path) => store.get(stateKeys.accountNode(path)), root);
        let count = 0;
        for await (const { address, account } of accounts(store)) {
          looked();
          count += 1;
          if (!tree.holds(address, accountLeaf(account)))
            damaged(report, `account ${toHex(address)} is not in the trie`);
        }
        tree.compare(count, await size(store, Uint8Array.of(namespaces.accountTrieNode)), "the account trie", report);
        return undefined;
      },
    },
    {
      name: "state.storage",
      summary: "Every storage trie has its account's root and holds exactly the account's slots.",
      check: async ({ report, looked }) => {
        for await (const { address, account } of accounts(store))
          await checkStorage(store, address, account, report, looked);
        // Slots and nodes of an account that does not exist.
        for await (const key of strays(store)) damaged(report, `the storage of ${toHex(key)} belongs to no account`);
      },
    },
    {
      name: "state.history",
      summary: "The changes of the latest blocks are there without a gap, and can be read.",
      check: async ({ report, looked }) => {
        const head = readStateHead(store)?.height ?? 0;
        let expected: number | undefined;
        for await (const [key, value] of store.entries(prefixRange(Uint8Array.of(namespaces.historyByHeight)))) {
          looked();
          const height = new DataView(key.buffer, key.byteOffset).getUint32(1);
          if (expected !== undefined && height !== expected)
            damaged(report, `the history of block ${expected} is missing`);
          expected = height + 1;
          const undo = new UndoRecord(value);
          for (let i = 0; i < undo.count; i++) undo.at(i);
        }
        // A snapshot brings no history: it begins with the next block.
        const base = readChainBase(store);
        const reached = expected === undefined ? (base > 1 ? base : 0) : expected - 1;
        if (reached !== head) damaged(report, `the history ends at block ${reached}, the state at ${head}`);
      },
    },
  ];
}

async function checkStorage(
  store: KeyValueStore,
  address: Uint8Array,
  account: AccountRecord,
  report: Report,
  looked: () => void,
): Promise<void> {
  const tree = new CheckedTrie((path) => store.get(stateKeys.storageNode(address, path)), account.storageRoot);
  const prefix = stateKeys.slot(address, new Uint8Array(0));
  let count = 0;
  for await (const [key, value] of store.entries(prefixRange(prefix))) {
    looked();
    count += 1;
    const slot = key.slice(prefix.length);
    if (!tree.holds(slot, slotLeaf(value)))
      damaged(report, `slot ${toHex(slot)} of ${toHex(address)} is not in the trie`);
  }
  const nodes = await size(store, stateKeys.storageNode(address, new Uint8Array(0)));
  tree.compare(count, nodes, `the storage trie of ${toHex(address)}`, report);
}

/** A trie that is read once from each side: by the keys that should be in it, and as a whole. */
class CheckedTrie {
  readonly #read: ReadNode;
  readonly #root: Uint8Array;
  readonly #counter = { nodes: 0 };
  #trie: Trie;

  constructor(read: ReadNode, root: Uint8Array) {
    this.#read = read;
    this.#root = root;
    this.#trie = this.#open();
  }

  holds(key: Uint8Array, leaf: Uint8Array): boolean {
    if (this.#counter.nodes > NODE_LIMIT) this.#trie = this.#open();
    const found = this.#trie.get(keccak256(key));
    return found !== undefined && equalBytes(found, leaf);
  }

  /** As many leaves as keys, and no record that the root does not reach. */
  compare(keys: number, records: number, name: string, report: Report): void {
    let leaves = 0;
    let reached = 0;
    const read: ReadNode = (path) => {
      reached += 1;
      return this.#read(path);
    };
    for (const _ of new Trie(read, this.#root, { nodes: 0 }, 1).leaves()) leaves += 1;
    if (leaves !== keys) damaged(report, `${name} has ${leaves} leaves for ${keys} records`);
    if (reached !== records) damaged(report, `${name} has ${records} nodes, of which ${reached} belong to it`);
  }

  #open(): Trie {
    this.#counter.nodes = 0;
    return new Trie(this.#read, this.#root, this.#counter, 1);
  }
}

async function* accounts(store: KeyValueStore): AsyncGenerator<{ address: Uint8Array; account: AccountRecord }> {
  for await (const [key, value] of store.entries(prefixRange(Uint8Array.of(namespaces.account)))) {
    yield { address: key.slice(1), account: decodeAccount(value) };
  }
}

async function* strays(store: KeyValueStore): AsyncGenerator<Uint8Array> {
  for (const namespace of [namespaces.storageSlot, namespaces.storageTrieNode]) {
    let last: Uint8Array | undefined;
    for await (const key of store.keys(prefixRange(Uint8Array.of(namespace)))) {
      const address = key.slice(1, 21);
      if (last !== undefined && equalBytes(last, address)) continue;
      last = address;
      const record = store.get(stateKeys.account(address));
      const account = record === undefined ? EMPTY_ACCOUNT : decodeAccount(record);
      if (equalBytes(account.storageRoot, EMPTY_TRIE_ROOT)) yield address;
    }
  }
}

async function size(store: KeyValueStore, prefix: Uint8Array): Promise<number> {
  let count = 0;
  for await (const _ of store.keys(prefixRange(prefix))) count += 1;
  return count;
}

function damaged(report: Report, message: string): void {
  report({ code: "STATE_CORRUPT", message });
}
