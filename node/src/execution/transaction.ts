import type { AccessListBytesItem } from "@ethereumjs/tx";
import { concatBytes } from "@lucid/consensus/base";
import type { Bytes20, Bytes32 } from "../interfaces.js";
import { bigintToBytes } from "../state/account.js";
import { keccak256 } from "../state/keccak.js";
import { RlpWriter, rlpStringLength } from "../state/rlpWriter.js";
import { malformed, RlpReader } from "./rlpReader.js";

/** Fields of a signed transaction of type 0, 1 or 2; what they mean is checked by `validateBasic`. */
export interface Transaction {
  readonly type: 0 | 1 | 2;
  readonly raw: Uint8Array;
  /** Undefined: a legacy transaction without EIP-155. */
  readonly chainId: bigint | undefined;
  readonly nonce: bigint;
  /** Types 0 and 1: the gas price, twice. */
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
  readonly gasLimit: bigint;
  /** Undefined: contract creation, which the chain refuses. */
  readonly to: Bytes20 | undefined;
  readonly value: bigint;
  readonly data: Uint8Array;
  readonly accessList: readonly AccessListBytesItem[];
  readonly yParity: 0 | 1;
  readonly r: bigint;
  readonly s: bigint;
  /** What the sender signed. */
  readonly signingHash: Bytes32;
}

/** Bytes of a transaction that are looked at before anything else. EIP-7623 makes larger ones dearer than a block. */
export const MAX_TRANSACTION_SIZE = 128 * 1024;
/** Addresses and slots in an access list; each costs gas, so a block's gas bounds them too. */
const MAX_ACCESS_ENTRIES = 16_384;

/**
 * Decodes the canonical wire form. There is exactly one byte string for each transaction.
 * @throws NodeError TX_MALFORMED
 */
export function decodeTransaction(raw: Uint8Array): Transaction {
  const first = raw[0];
  if (first === undefined) throw malformed("it is empty");
  if (first >= 0xc0) return decodeLegacy(raw);
  if (first === 1 || first === 2) return decodeTyped(raw, first);
  throw malformed(first < 0x80 ? `transaction type ${first} not supported` : "it is neither a list nor typed");
}

/** Name of the transaction: Keccak-256 of its wire form. */
export function transactionHash(raw: Uint8Array): Bytes32 {
  return keccak256(raw);
}

function decodeLegacy(raw: Uint8Array): Transaction {
  const outer = new RlpReader(raw);
  const fields = outer.list();
  outer.end();
  const start = fields.position;
  const nonce = fields.integer(8);
  const gasPrice = fields.integer(32);
  const gasLimit = fields.integer(8);
  const to = readTo(fields);
  const value = fields.integer(32);
  const data = fields.string();
  const unsigned = raw.subarray(start, fields.position);
  const v = fields.integer(9);
  const r = fields.integer(32);
  const s = fields.integer(32);
  fields.end();
  const chainId = v === 27n || v === 28n ? undefined : (v - 35n) >> 1n;
  if (chainId !== undefined && v < 37n) throw malformed("its v fits neither EIP-155 nor the form before it");
  const yParity = (v - (chainId === undefined ? 27n : 35n)) % 2n === 0n ? 0 : 1;
  const tail = chainId === undefined ? [] : [bigintToBytes(chainId), new Uint8Array(0), new Uint8Array(0)];
  return {
    type: 0,
    raw,
    chainId,
    nonce,
    maxFeePerGas: gasPrice,
    maxPriorityFeePerGas: gasPrice,
    gasLimit,
    to,
    value,
    data,
    accessList: [],
    yParity,
    r,
    s,
    signingHash: keccak256(list(unsigned, tail)),
  };
}

function decodeTyped(raw: Uint8Array, type: 1 | 2): Transaction {
  const outer = new RlpReader(raw, 1);
  const fields = outer.list();
  outer.end();
  const start = fields.position;
  const chainId = fields.integer(8);
  const nonce = fields.integer(8);
  const first = fields.integer(32);
  const maxFeePerGas = type === 2 ? fields.integer(32) : first;
  const gasLimit = fields.integer(8);
  const to = readTo(fields);
  const value = fields.integer(32);
  const data = fields.string();
  const accessList = readAccessList(fields.list());
  const unsigned = raw.subarray(start, fields.position);
  const parity = fields.integer(1);
  const r = fields.integer(32);
  const s = fields.integer(32);
  fields.end();
  if (parity > 1n) throw malformed("its y parity is neither 0 nor 1");
  return {
    type,
    raw,
    chainId,
    nonce,
    maxFeePerGas,
    maxPriorityFeePerGas: first,
    gasLimit,
    to,
    value,
    data,
    accessList,
    yParity: parity === 0n ? 0 : 1,
    r,
    s,
    signingHash: keccak256(concatBytes(Uint8Array.of(type), list(unsigned, []))),
  };
}

function readTo(fields: RlpReader): Bytes20 | undefined {
  const to = fields.string();
  if (to.length !== 0 && to.length !== 20) throw malformed("its recipient is not an address");
  return to.length === 0 ? undefined : to;
}

function readAccessList(entries: RlpReader): AccessListBytesItem[] {
  const out: AccessListBytesItem[] = [];
  let count = 0;
  while (!entries.done) {
    const entry = entries.list();
    const address = entry.fixed(20);
    const slots = entry.list();
    const keys: Uint8Array[] = [];
    while (!slots.done) {
      keys.push(slots.fixed(32));
      count += 1;
    }
    entry.end();
    count += 1;
    if (count > MAX_ACCESS_ENTRIES) throw malformed(`its access list has more than ${MAX_ACCESS_ENTRIES} entries`);
    out.push([address, keys]);
  }
  return out;
}

/** RLP list of items that are encoded already and more strings. */
function list(encoded: Uint8Array, strings: readonly Uint8Array[]): Uint8Array {
  const writer = new RlpWriter(encoded.length + 64);
  writer.listHeader(encoded.length + strings.reduce((sum, item) => sum + rlpStringLength(item), 0));
  writer.raw(encoded);
  for (const item of strings) writer.string(item);
  return writer.view();
}
