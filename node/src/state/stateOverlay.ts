import type { AccountFields, StateManagerInterface } from "@ethereumjs/common";
import { Account, type Address } from "@ethereumjs/util";
import { NodeError } from "../errors.js";
import { type AccountRecord, EMPTY_ACCOUNT, withoutLeadingZeros } from "./account.js";
import { EMPTY_CODE_HASH, EMPTY_TRIE_ROOT, keccak256 } from "./keccak.js";
import { textOf } from "./keys.js";

/** Read side of a state at one height. Keys are given both as bytes and as text (see `textOf`). */
export interface StateSource {
  account(address: Uint8Array, addressText: string): AccountRecord | undefined;
  /** Value without leading zeros; empty for a slot that is not set. */
  slot(address: Uint8Array, addressText: string, slot: Uint8Array, slotText: string): Uint8Array;
  /** @throws NodeError STATE_CORRUPT if the code is not there. */
  code(hash: Uint8Array): Uint8Array;
}

const NOTHING = new Uint8Array(0);

/** What a block changed; to be turned into a root and records by the head state. */
export interface OverlayChanges {
  /** Address text -> account, null where it was deleted. */
  readonly accounts: ReadonlyMap<string, AccountRecord | null>;
  /** Address text -> slot text -> value, empty where it was cleared. */
  readonly slots: ReadonlyMap<string, ReadonlyMap<string, Uint8Array>>;
  /** Addresses whose storage was wiped as a whole before `slots`. */
  readonly wiped: ReadonlySet<string>;
  /** Code hash text -> code. */
  readonly codes: ReadonlyMap<string, Uint8Array>;
}

/**
 * State of one block or one call in progress, on top of a source that it never changes: ethereumjs' state manager with
 * synchronous bodies. Checkpoints are positions in one list of old values.
 */
export class StateOverlay implements StateManagerInterface {
  readonly #source: StateSource;
  readonly #accounts = new Map<string, AccountRecord | null>();
  readonly #slots = new Map<string, Map<string, Uint8Array>>();
  readonly #wiped = new Map<string, true>();
  readonly #codes = new Map<string, Uint8Array>();
  /** Old entries in threes: map, key, value (undefined: there was none). */
  readonly #undo: [Map<string, unknown>, string, unknown][] = [];
  readonly #checkpoints: number[] = [];
  /** Values at the start of the transaction of slots that it has written: EIP-2200 asks for them. */
  readonly #originals = new Map<string, Uint8Array>();

  readonly originalStorageCache = {
    get: async (address: Address, key: Uint8Array): Promise<Uint8Array> => this.originalSlot(address.bytes, key),
    clear: (): void => {
      this.#originals.clear();
    },
  };

  constructor(source: StateSource) {
    this.#source = source;
  }

  changes(): OverlayChanges {
    return {
      accounts: this.#accounts,
      slots: this.#slots,
      wiped: new Set(this.#wiped.keys()),
      codes: this.#codes,
    };
  }

  /** The account as it stands, without the cost of ethereumjs' object. */
  record(address: Uint8Array): AccountRecord | undefined {
    return this.#readAccount(address, textOf(address));
  }

  /** Present value of a slot, without leading zeros. */
  readSlot(address: Uint8Array, slot: Uint8Array): Uint8Array {
    return this.#readSlot(address, textOf(address), slot, textOf(slot));
  }

  /** The same at the start of the transaction. */
  originalSlot(address: Uint8Array, slot: Uint8Array): Uint8Array {
    const addressText = textOf(address);
    const slotText = textOf(slot);
    return this.#originals.get(addressText + slotText) ?? this.#readSlot(address, addressText, slot, slotText);
  }

  writeSlot(address: Uint8Array, slot: Uint8Array, value: Uint8Array): void {
    const addressText = textOf(address);
    const slotText = textOf(slot);
    const original = addressText + slotText;
    if (!this.#originals.has(original)) {
      this.#originals.set(original, this.#readSlot(address, addressText, slot, slotText));
    }
    let slots = this.#slots.get(addressText);
    if (slots === undefined) {
      slots = new Map();
      this.#set(this.#slots, addressText, slots);
    }
    this.#set(slots, slotText, withoutLeadingZeros(value));
  }

  async getAccount(address: Address): Promise<Account | undefined> {
    const record = this.#readAccount(address.bytes, textOf(address.bytes));
    if (record === undefined) return undefined;
    return new Account(record.nonce, record.balance, record.storageRoot, record.codeHash);
  }

  /** Storage roots come from the storage itself; the one in `account` is not looked at. */
  async putAccount(address: Address, account?: Account): Promise<void> {
    if (account === undefined) {
      await this.deleteAccount(address);
      return;
    }
    const text = textOf(address.bytes);
    const before = this.#readAccount(address.bytes, text);
    this.#setAccount(text, {
      nonce: account.nonce,
      balance: account.balance,
      codeHash: account.codeHash,
      storageRoot: before?.storageRoot ?? EMPTY_TRIE_ROOT,
    });
  }

  async deleteAccount(address: Address): Promise<void> {
    const text = textOf(address.bytes);
    const before = this.#readAccount(address.bytes, text);
    if (before === undefined) return;
    this.#setAccount(text, null);
    this.#wipe(text, before);
  }

  async modifyAccountFields(address: Address, fields: AccountFields): Promise<void> {
    const text = textOf(address.bytes);
    const before = this.#readAccount(address.bytes, text) ?? EMPTY_ACCOUNT;
    this.#setAccount(text, {
      nonce: fields.nonce ?? before.nonce,
      balance: fields.balance ?? before.balance,
      codeHash: fields.codeHash ?? before.codeHash,
      storageRoot: before.storageRoot,
    });
  }

  async putCode(address: Address, code: Uint8Array): Promise<void> {
    const codeHash = code.length === 0 ? EMPTY_CODE_HASH : keccak256(code);
    if (code.length > 0) this.#set(this.#codes, textOf(codeHash), code);
    await this.modifyAccountFields(address, { codeHash });
  }

  async getCode(address: Address): Promise<Uint8Array> {
    const record = this.#readAccount(address.bytes, textOf(address.bytes));
    if (record === undefined || Buffer.compare(record.codeHash, EMPTY_CODE_HASH) === 0) return NOTHING;
    return this.#codes.get(textOf(record.codeHash)) ?? this.#source.code(record.codeHash);
  }

  async getCodeSize(address: Address): Promise<number> {
    return (await this.getCode(address)).length;
  }

  async getStorage(address: Address, key: Uint8Array): Promise<Uint8Array> {
    return this.readSlot(address.bytes, key);
  }

  async putStorage(address: Address, key: Uint8Array, value: Uint8Array): Promise<void> {
    this.writeSlot(address.bytes, key, value);
  }

  async clearStorage(address: Address): Promise<void> {
    const text = textOf(address.bytes);
    const before = this.#readAccount(address.bytes, text);
    if (before !== undefined) this.#wipe(text, before);
  }

  async checkpoint(): Promise<void> {
    this.#checkpoints.push(this.#undo.length);
  }

  async commit(): Promise<void> {
    this.#pop();
    if (this.#checkpoints.length === 0) this.#undo.length = 0;
  }

  async revert(): Promise<void> {
    const position = this.#pop();
    for (let i = this.#undo.length - 1; i >= position; i--) {
      const entry = this.#undo[i];
      if (entry === undefined) continue;
      const [map, key, old] = entry;
      if (old === undefined) map.delete(key);
      else map.set(key, old);
    }
    this.#undo.length = position;
  }

  async getStateRoot(): Promise<Uint8Array> {
    throw unsupported("the root is computed once a block, by the head state");
  }

  async setStateRoot(): Promise<void> {
    throw unsupported("a state view belongs to one height");
  }

  async hasStateRoot(): Promise<boolean> {
    return false;
  }

  clearCaches(): void {
    this.#originals.clear();
  }

  shallowCopy(): StateManagerInterface {
    throw unsupported("a state view belongs to one run");
  }

  #pop(): number {
    const position = this.#checkpoints.pop();
    if (position === undefined) throw unsupported("there is no open checkpoint");
    return position;
  }

  #readAccount(address: Uint8Array, text: string): AccountRecord | undefined {
    const own = this.#accounts.get(text);
    if (own !== undefined) return own ?? undefined;
    return this.#source.account(address, text);
  }

  #readSlot(address: Uint8Array, addressText: string, slot: Uint8Array, slotText: string): Uint8Array {
    const own = this.#slots.get(addressText)?.get(slotText);
    if (own !== undefined) return own;
    if (this.#wiped.has(addressText)) return NOTHING;
    return this.#source.slot(address, addressText, slot, slotText);
  }

  #setAccount(text: string, record: AccountRecord | null): void {
    this.#set(this.#accounts, text, record);
  }

  #wipe(text: string, before: AccountRecord): void {
    if (this.#slots.has(text)) this.#set(this.#slots, text, new Map());
    if (Buffer.compare(before.storageRoot, EMPTY_TRIE_ROOT) !== 0) this.#set(this.#wiped, text, true);
  }

  #set<V>(map: Map<string, V>, key: string, value: V): void {
    if (this.#checkpoints.length > 0) this.#undo.push([map as Map<string, unknown>, key, map.get(key)]);
    map.set(key, value);
  }
}

function unsupported(why: string): NodeError {
  return new NodeError({ code: "STATE_UNSUPPORTED", message: `not possible on this state: ${why}` });
}
