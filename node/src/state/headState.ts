import type { KeyValueStore } from "@lucid/storage";
import { NodeError } from "../errors.js";
import type { StoreOp } from "../interfaces.js";
import { type AccountRecord, accountLeaf, decodeAccount, equalAccounts, slotLeaf } from "./account.js";
import { GenerationCache } from "./generationCache.js";
import { EMPTY_TRIE_ROOT, keccak256 } from "./keccak.js";
import { bytesOf, stateKeys, textOf } from "./keys.js";
import { type CandidateState, candidateOps } from "./stateCommit.js";
import { readStateHead, type StateHead } from "./stateHead.js";
import type { OverlayChanges, StateSource } from "./stateOverlay.js";
import { type NodeCounter, Trie } from "./trie.js";
import { UnwrittenRecords } from "./unwrittenRecords.js";

export interface HeadStateOptions {
  /** Blocks whose old values are kept, so that earlier states can be read and proven. */
  readonly keepBlocks: number;
  /** Keep the old values of accounts and slots of all blocks. */
  readonly archive: boolean;
  /** Trie nodes in memory, about 700 bytes each. */
  readonly nodeLimit?: number;
  /** Accounts and slots in memory, each. */
  readonly recordLimit?: number;
}

const DEFAULT_NODE_LIMIT = 30_000;
const DEFAULT_RECORD_LIMIT = 10_000;
const CODE_LIMIT = 256;
/** Nodes that no block touched for so many blocks are the first to leave the memory. */
const RECENT_EPOCHS = 3;
const NOTHING = new Uint8Array(0);
/** Stands in the cache for an account that does not exist. */
const NO_ACCOUNT = Symbol("no account");

/**
 * The EVM state after the last decided block: flat records in the database, tries by path beside them, bounded caches of
 * both. Only `commit` changes it. One thread owns it; others read the database (see HistoricalState).
 */
export class HeadState implements StateSource {
  readonly #store: KeyValueStore;
  /** What is read goes through here, so that a head that is not on disk yet is read as well. */
  readonly #records: UnwrittenRecords;
  readonly #options: HeadStateOptions;
  readonly #counter: NodeCounter = { nodes: 0 };
  readonly #accounts: GenerationCache<AccountRecord | typeof NO_ACCOUNT>;
  readonly #slots: GenerationCache<Uint8Array>;
  readonly #codes = new GenerationCache<Uint8Array>(CODE_LIMIT);
  #head: StateHead;
  #accountTrie: Trie;
  readonly #storageTries = new Map<string, Trie>();
  #epoch = 1;
  #pruned: number | undefined;

  private constructor(store: KeyValueStore, head: StateHead, options: HeadStateOptions) {
    this.#store = store;
    this.#records = new UnwrittenRecords(store);
    this.#options = options;
    this.#head = head;
    this.#accounts = new GenerationCache(options.recordLimit ?? DEFAULT_RECORD_LIMIT);
    this.#slots = new GenerationCache(options.recordLimit ?? DEFAULT_RECORD_LIMIT);
    this.#accountTrie = this.#openAccountTrie(head.root);
  }

  /** @throws NodeError GENESIS_INVALID before the genesis state was written. */
  static open(store: KeyValueStore, options: HeadStateOptions): HeadState {
    const head = readStateHead(store);
    if (head === undefined) {
      throw new NodeError({
        code: "GENESIS_INVALID",
        message: "the data directory holds no EVM state: run `lucid init` or write the genesis state first",
      });
    }
    return new HeadState(store, head, options);
  }

  /** A state without accounts, at height 0, for computing a genesis. */
  static empty(store: KeyValueStore, options: HeadStateOptions): HeadState {
    return new HeadState(store, { height: 0, root: EMPTY_TRIE_ROOT }, options);
  }

  get height(): number {
    return this.#head.height;
  }

  get root(): Uint8Array {
    return this.#head.root;
  }

  /** Height up to which the undo records are gone; undefined before the first block of this process. */
  get pruned(): number | undefined {
    return this.#pruned;
  }

  /** For metrics and for the test of the bounds. */
  cacheSizes(): { nodes: number; accounts: number; slots: number; unwritten: number } {
    const unwritten = this.#records.size;
    return { nodes: this.#counter.nodes, accounts: this.#accounts.size, slots: this.#slots.size, unwritten };
  }

  account(address: Uint8Array, text: string): AccountRecord | undefined {
    let known = this.#accounts.get(text);
    if (known === undefined) {
      const bytes = this.#records.get(stateKeys.account(address));
      known = bytes === undefined ? NO_ACCOUNT : decodeAccount(bytes);
      this.#accounts.set(text, known);
    }
    return known === NO_ACCOUNT ? undefined : known;
  }

  slot(address: Uint8Array, addressText: string, slot: Uint8Array, slotText: string): Uint8Array {
    const text = addressText + slotText;
    let known = this.#slots.get(text);
    if (known === undefined) {
      known = this.#records.get(stateKeys.slot(address, slot)) ?? NOTHING;
      this.#slots.set(text, known);
    }
    return known;
  }

  code(hash: Uint8Array): Uint8Array {
    const text = textOf(hash);
    const known = this.#codes.get(text);
    if (known !== undefined) return known;
    const code = this.#records.get(stateKeys.code(hash));
    if (code === undefined) throw new NodeError({ code: "STATE_CORRUPT", message: "a contract's code is missing" });
    this.#codes.set(text, code);
    return code;
  }

  /** Root and new trie nodes of the head with `changes` on top. The head stays as it is. */
  seal(changes: OverlayChanges, height: number): CandidateState {
    if (changes.wiped.size > 0) {
      // Code lives at genesis addresses only and never goes, and only code makes storage.
      throw new NodeError({ code: "STATE_UNSUPPORTED", message: "storage of a genesis contract cannot be wiped" });
    }
    this.#epoch += 1;
    const epoch = this.#epoch;
    const accounts = new Map<string, AccountRecord | undefined>();
    for (const [text, record] of changes.accounts) accounts.set(text, record ?? undefined);
    const slots = new Map<string, Map<string, Uint8Array>>();
    const storageTries = new Map<string, Trie>();
    for (const [addressText, written] of changes.slots) {
      const address = bytesOf(addressText);
      const account = accounts.has(addressText) ? accounts.get(addressText) : this.account(address, addressText);
      // Storage of an account that is deleted or never existed: nothing of it stays.
      if (account === undefined) continue;
      const changed = this.#changedSlots(address, addressText, written);
      if (changed.size === 0) continue;
      const trie = this.#storageTrie(address, addressText, account.storageRoot).fork(epoch);
      for (const [slotText, value] of changed) {
        const key = keccak256(bytesOf(slotText));
        if (value.length === 0) trie.delete(key);
        else trie.put(key, slotLeaf(value));
      }
      accounts.set(addressText, { ...account, storageRoot: trie.hash() });
      slots.set(addressText, changed);
      storageTries.set(addressText, trie);
    }
    const accountTrie = this.#accountTrie.fork(epoch);
    for (const [text, account] of accounts) {
      const address = bytesOf(text);
      if (equalAccounts(account, this.account(address, text))) {
        accounts.delete(text);
        continue;
      }
      if (account === undefined) accountTrie.delete(keccak256(address));
      else accountTrie.put(keccak256(address), accountLeaf(account));
    }
    const root = accountTrie.hash();
    return { height, root, epoch, accounts, slots, codes: new Map(changes.codes), accountTrie, storageTries };
  }

  /**
   * Makes a sealed candidate the head: its records, the history and `extraOps` in one synced batch. If the batch fails
   * the head stays as it was.
   */
  async commit(candidate: CandidateState, extraOps: readonly StoreOp[]): Promise<void> {
    const ops = candidateOps(candidate, this.#records, this.#options, this);
    for (const op of extraOps) ops.push(op);
    await this.#store.batch(ops, { sync: true });
    this.#adopt(candidate);
  }

  /**
   * Makes a sealed candidate the head before it is on disk, so that the block after it can be executed meanwhile. It is decided:
   * there is no way back but to open the database again.
   * @returns what writes it, as `commit` does; to be called once, in the order of the blocks
   */
  advance(candidate: CandidateState): (extraOps: readonly StoreOp[]) => Promise<void> {
    const ops = candidateOps(candidate, this.#records, this.#options, this);
    const unwritten = this.#records.add(ops);
    this.#adopt(candidate);
    return async (extraOps) => {
      await this.#store.batch([...ops, ...extraOps], { sync: true });
      this.#records.remove(unwritten);
    };
  }

  #adopt(candidate: CandidateState): void {
    for (const [text, account] of candidate.accounts) this.#accounts.set(text, account ?? NO_ACCOUNT);
    for (const [addressText, changed] of candidate.slots) {
      for (const [slotText, value] of changed) this.#slots.set(addressText + slotText, value);
    }
    for (const [text, code] of candidate.codes) this.#codes.set(text, code);
    this.#head = { height: candidate.height, root: candidate.root };
    this.#pruned = candidate.height - this.#options.keepBlocks;
    this.#accountTrie = candidate.accountTrie.fork(candidate.epoch);
    for (const [text, trie] of candidate.storageTries) this.#storageTries.set(text, trie.fork(candidate.epoch));
    this.#boundNodes();
  }

  /** The counter only grows between walks; a walk makes it exact. */
  #boundNodes(): void {
    const limit = this.#options.nodeLimit ?? DEFAULT_NODE_LIMIT;
    if (this.#counter.nodes <= limit) return;
    this.#counter.nodes = this.#evict(this.#epoch - RECENT_EPOCHS);
    if (this.#counter.nodes > limit / 2) this.#counter.nodes = this.#evict(this.#epoch + 1);
  }

  #evict(epoch: number): number {
    let kept = this.#accountTrie.evict(epoch);
    for (const [text, trie] of this.#storageTries) {
      const nodes = trie.evict(epoch);
      if (nodes <= 1) this.#storageTries.delete(text);
      else kept += nodes;
    }
    return kept;
  }

  #changedSlots(address: Uint8Array, addressText: string, written: ReadonlyMap<string, Uint8Array>) {
    const changed = new Map<string, Uint8Array>();
    for (const [slotText, value] of written) {
      const before = this.slot(address, addressText, bytesOf(slotText), slotText);
      if (Buffer.compare(before, value) !== 0) changed.set(slotText, value);
    }
    return changed;
  }

  #openAccountTrie(root: Uint8Array): Trie {
    return new Trie((path) => this.#records.get(stateKeys.accountNode(path)), root, this.#counter, this.#epoch);
  }

  #storageTrie(address: Uint8Array, text: string, root: Uint8Array): Trie {
    const known = this.#storageTries.get(text);
    if (known !== undefined) return known;
    const read = (path: Uint8Array): Uint8Array | undefined => this.#records.get(stateKeys.storageNode(address, path));
    const trie = new Trie(read, root, this.#counter, this.#epoch);
    this.#storageTries.set(text, trie);
    return trie;
  }
}
