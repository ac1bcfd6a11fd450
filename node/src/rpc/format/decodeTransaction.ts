import { RLP } from "@ethereumjs/rlp";
import { RpcError } from "../rpcError.js";
import { bigintOfBytes } from "./hex.js";

export interface AccessListEntry {
  readonly address: Uint8Array;
  readonly storageKeys: readonly Uint8Array[];
}

/** The fields of a canonical transaction of type 0, 1 or 2. */
export interface DecodedTransaction {
  readonly type: 0 | 1 | 2;
  readonly chainId: bigint;
  readonly nonce: bigint;
  /** Types 0 and 1. */
  readonly gasPrice: bigint | undefined;
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
  readonly gasLimit: bigint;
  readonly to: Uint8Array;
  readonly value: bigint;
  readonly data: Uint8Array;
  readonly accessList: readonly AccessListEntry[] | undefined;
  readonly v: bigint;
  readonly r: bigint;
  readonly s: bigint;
}

const LEGACY_START = 0xc0;
const EIP155_OFFSET = 35n;

type Rlp = Uint8Array | readonly Rlp[];

/**
 * Fields of transaction bytes that the chain has accepted. Only for showing them: validation happened at admission,
 * so this is plain RLP (an object of @ethereumjs/tx costs 0.1 ms, a block holds hundreds).
 * @throws RpcError RPC_INTERNAL for bytes that no accepted transaction can have.
 */
export function decodeTransaction(raw: Uint8Array): DecodedTransaction {
  const first = raw[0] ?? 0;
  if (first >= LEGACY_START) return decodeLegacy(listOf(RLP.decode(raw)));
  const fields = listOf(RLP.decode(raw.subarray(1)));
  if (first === 1) return decodeAccessList(fields);
  if (first === 2) return decodeFeeMarket(fields);
  throw malformed();
}

function decodeLegacy(fields: readonly Rlp[]): DecodedTransaction {
  const gasPrice = numberAt(fields, 1);
  const v = numberAt(fields, 6);
  return {
    type: 0,
    chainId: (v - EIP155_OFFSET) / 2n,
    nonce: numberAt(fields, 0),
    gasPrice,
    maxFeePerGas: gasPrice,
    maxPriorityFeePerGas: gasPrice,
    gasLimit: numberAt(fields, 2),
    to: bytesAt(fields, 3),
    value: numberAt(fields, 4),
    data: bytesAt(fields, 5),
    accessList: undefined,
    v,
    r: numberAt(fields, 7),
    s: numberAt(fields, 8),
  };
}

function decodeAccessList(fields: readonly Rlp[]): DecodedTransaction {
  const gasPrice = numberAt(fields, 2);
  return {
    type: 1,
    chainId: numberAt(fields, 0),
    nonce: numberAt(fields, 1),
    gasPrice,
    maxFeePerGas: gasPrice,
    maxPriorityFeePerGas: gasPrice,
    gasLimit: numberAt(fields, 3),
    to: bytesAt(fields, 4),
    value: numberAt(fields, 5),
    data: bytesAt(fields, 6),
    accessList: accessListAt(fields, 7),
    v: numberAt(fields, 8),
    r: numberAt(fields, 9),
    s: numberAt(fields, 10),
  };
}

function decodeFeeMarket(fields: readonly Rlp[]): DecodedTransaction {
  return {
    type: 2,
    chainId: numberAt(fields, 0),
    nonce: numberAt(fields, 1),
    gasPrice: undefined,
    maxPriorityFeePerGas: numberAt(fields, 2),
    maxFeePerGas: numberAt(fields, 3),
    gasLimit: numberAt(fields, 4),
    to: bytesAt(fields, 5),
    value: numberAt(fields, 6),
    data: bytesAt(fields, 7),
    accessList: accessListAt(fields, 8),
    v: numberAt(fields, 9),
    r: numberAt(fields, 10),
    s: numberAt(fields, 11),
  };
}

const malformed = (): RpcError => new RpcError("RPC_INTERNAL", "internal error: a stored transaction is malformed");

function listOf(value: Rlp | undefined): readonly Rlp[] {
  if (value === undefined || value instanceof Uint8Array) throw malformed();
  return value;
}

function bytesOf(value: Rlp | undefined): Uint8Array {
  if (!(value instanceof Uint8Array)) throw malformed();
  return value;
}

const bytesAt = (fields: readonly Rlp[], index: number): Uint8Array => bytesOf(fields[index]);
const numberAt = (fields: readonly Rlp[], index: number): bigint => bigintOfBytes(bytesAt(fields, index));

function accessListAt(fields: readonly Rlp[], index: number): readonly AccessListEntry[] {
  return listOf(fields[index]).map((entry) => {
    const [address, keys] = listOf(entry);
    return { address: bytesOf(address), storageKeys: listOf(keys).map(bytesOf) };
  });
}
