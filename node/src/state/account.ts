import { EMPTY_CODE_HASH, EMPTY_TRIE_ROOT } from "./keccak.js";
import { RlpWriter, rlpStringLength } from "./rlpWriter.js";

/** Immutable; a change makes a new one. */
export interface AccountRecord {
  readonly nonce: bigint;
  readonly balance: bigint;
  readonly codeHash: Uint8Array;
  readonly storageRoot: Uint8Array;
}

/** nonce u64, balance u256, codeHash 32, storageRoot 32; big-endian. */
export const ACCOUNT_SIZE = 8 + 32 + 32 + 32;

export const EMPTY_ACCOUNT: AccountRecord = {
  nonce: 0n,
  balance: 0n,
  codeHash: EMPTY_CODE_HASH,
  storageRoot: EMPTY_TRIE_ROOT,
};

/** Record of the flat table. */
export function encodeAccount(account: AccountRecord): Uint8Array {
  const out = new Uint8Array(ACCOUNT_SIZE);
  const view = new DataView(out.buffer);
  view.setBigUint64(0, account.nonce);
  putU256(view, 8, account.balance);
  out.set(account.codeHash, 40);
  out.set(account.storageRoot, 72);
  return out;
}

export function decodeAccount(bytes: Uint8Array): AccountRecord {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let balance = 0n;
  for (let at = 8; at < 40; at += 8) balance = (balance << 64n) | view.getBigUint64(at);
  return { nonce: view.getBigUint64(0), balance, codeHash: bytes.slice(40, 72), storageRoot: bytes.slice(72, 104) };
}

function putU256(view: DataView, offset: number, value: bigint): void {
  for (let at = offset + 24, rest = value; at >= offset; at -= 8, rest >>= 64n) {
    view.setBigUint64(at, rest & 0xffffffffffffffffn);
  }
}

/** Big-endian without leading zeros; zero is empty. */
export function bigintToBytes(value: bigint): Uint8Array {
  if (value === 0n) return new Uint8Array(0);
  const hex = value.toString(16);
  return new Uint8Array(Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex"));
}

const writer = new RlpWriter(128);

/** Leaf of the account trie: RLP [nonce, balance, storageRoot, codeHash]. */
export function accountLeaf(account: AccountRecord): Uint8Array {
  const nonce = bigintToBytes(account.nonce);
  const balance = bigintToBytes(account.balance);
  writer.reset();
  writer.listHeader(rlpStringLength(nonce) + rlpStringLength(balance) + 66);
  writer.string(nonce);
  writer.string(balance);
  writer.string(account.storageRoot);
  writer.string(account.codeHash);
  return writer.view().slice();
}

/** Leaf of a storage trie: RLP of the value without leading zeros. */
export function slotLeaf(value: Uint8Array): Uint8Array {
  writer.reset();
  writer.string(value);
  return writer.view().slice();
}

export function equalAccounts(a: AccountRecord | undefined, b: AccountRecord | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a === b ||
    (a.nonce === b.nonce &&
      a.balance === b.balance &&
      Buffer.compare(a.codeHash, b.codeHash) === 0 &&
      Buffer.compare(a.storageRoot, b.storageRoot) === 0)
  );
}

/** Values of slots are stored and hashed in their shortest form. */
export function withoutLeadingZeros(value: Uint8Array): Uint8Array {
  let start = 0;
  while (start < value.length && value[start] === 0) start++;
  return start === 0 ? value : value.slice(start);
}
