/**
 * The messages of TRON's protocol that the service uses, by protobufjs: an encoder and decoder that shares nothing with
 * tronweb's. Field numbers from java-tron's Tron.proto and contract protos.
 */
import protobuf from "protobufjs";

const SOURCE = `
syntax = "proto3";
package protocol;
message Any { string type_url = 1; bytes value = 2; }
enum ResourceCode { BANDWIDTH = 0; ENERGY = 1; TRON_POWER = 2; }
message Key { bytes address = 1; int64 weight = 2; }
message Permission {
  enum PermissionType { Owner = 0; Witness = 1; Active = 2; }
  PermissionType type = 1; int32 id = 2; string permission_name = 3; int64 threshold = 4; int32 parent_id = 5;
  bytes operations = 6; repeated Key keys = 7;
}
message TransferContract { bytes owner_address = 1; bytes to_address = 2; int64 amount = 3; }
message TriggerSmartContract {
  bytes owner_address = 1; bytes contract_address = 2; int64 call_value = 3; bytes data = 4; int64 call_token_value = 5; int64 token_id = 6;
}
message AccountPermissionUpdateContract {
  bytes owner_address = 1; Permission owner = 2; Permission witness = 3; repeated Permission actives = 4;
}
message FreezeBalanceV2Contract { bytes owner_address = 1; int64 frozen_balance = 2; ResourceCode resource = 3; }
message UnfreezeBalanceV2Contract { bytes owner_address = 1; int64 unfreeze_balance = 2; ResourceCode resource = 3; }
message WithdrawExpireUnfreezeContract { bytes owner_address = 1; }
message DelegateResourceContract {
  bytes owner_address = 1; ResourceCode resource = 2; int64 balance = 3; bytes receiver_address = 4; bool lock = 5; int64 lock_period = 6;
}
message UnDelegateResourceContract { bytes owner_address = 1; ResourceCode resource = 2; int64 balance = 3; bytes receiver_address = 4; }
message CancelAllUnfreezeV2Contract { bytes owner_address = 1; }
message Transaction {
  message Contract { int32 type = 1; Any parameter = 2; bytes provider = 3; bytes ContractName = 4; int32 Permission_id = 5; }
  message raw {
    bytes ref_block_bytes = 1; int64 ref_block_num = 3; bytes ref_block_hash = 4; int64 expiration = 8; bytes data = 10;
    repeated Contract contract = 11; bytes scripts = 12; int64 timestamp = 14; int64 fee_limit = 18;
  }
  raw raw_data = 1; repeated bytes signature = 2;
}`;

const root = protobuf.parse(SOURCE, { keepCase: true }).root;

/** Number of each contract type, and its message. */
export const contractTypes = {
  TransferContract: 1,
  TriggerSmartContract: 31,
  AccountPermissionUpdateContract: 46,
  FreezeBalanceV2Contract: 54,
  UnfreezeBalanceV2Contract: 55,
  WithdrawExpireUnfreezeContract: 56,
  DelegateResourceContract: 57,
  UnDelegateResourceContract: 58,
  CancelAllUnfreezeV2Contract: 59,
} as const;
export type ContractType = keyof typeof contractTypes;

export interface PermissionMessage {
  type?: number;
  id?: number;
  permission_name?: string;
  threshold?: number;
  operations?: Uint8Array;
  keys?: { address: Uint8Array; weight: number }[];
}

/** The union of all contracts' fields; which are there depends on the type. */
export interface ContractValue {
  owner_address: Uint8Array;
  to_address?: Uint8Array;
  contract_address?: Uint8Array;
  receiver_address?: Uint8Array;
  data?: Uint8Array;
  amount?: number;
  call_value?: number;
  frozen_balance?: number;
  unfreeze_balance?: number;
  balance?: number;
  resource?: number;
  owner?: PermissionMessage;
  actives?: PermissionMessage[];
}

export interface RawTransaction {
  readonly refBlockBytes: string;
  readonly refBlockHash: string;
  readonly expiration: number;
  readonly timestamp: number;
  readonly feeLimit: number;
  readonly permissionId: number;
  readonly type: ContractType;
  readonly value: ContractValue;
}

export interface SignedTransaction {
  readonly raw: RawTransaction;
  readonly rawBytes: Uint8Array;
  readonly signatures: readonly Uint8Array[];
}

function encode(name: string, value: object): Uint8Array {
  return root.lookupType(`protocol.${name}`).encode(value).finish();
}

function decode(name: string, bytes: Uint8Array): Record<string, unknown> {
  const type = root.lookupType(`protocol.${name}`);
  return type.toObject(type.decode(bytes), { longs: Number, defaults: false }) as Record<string, unknown>;
}

/** Drops zeros: proto3 does not write them. */
function present(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== 0 && value !== ""),
  );
}

export function encodeRaw(raw: RawTransaction): Uint8Array {
  const { type, value } = raw;
  const parameter = { type_url: `type.googleapis.com/protocol.${type}`, value: encode(type, present({ ...value })) };
  return encode(
    "Transaction.raw",
    present({
      ref_block_bytes: Buffer.from(raw.refBlockBytes, "hex"),
      ref_block_hash: Buffer.from(raw.refBlockHash, "hex"),
      expiration: raw.expiration,
      contract: [present({ type: contractTypes[type], parameter, Permission_id: raw.permissionId })],
      timestamp: raw.timestamp,
      fee_limit: raw.feeLimit,
    }),
  );
}

export function encodeSigned(rawBytes: Uint8Array, signatures: readonly Uint8Array[]): Uint8Array {
  const writer = protobuf.Writer.create().uint32(10).bytes(rawBytes);
  for (const signature of signatures) writer.uint32(18).bytes(signature);
  return writer.finish();
}

/** Throws whatever protobufjs throws for bytes that are none. */
export function decodeSigned(bytes: Uint8Array): SignedTransaction {
  const reader = protobuf.Reader.create(bytes);
  let rawBytes: Uint8Array | undefined;
  const signatures: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === 10) rawBytes = Uint8Array.from(reader.bytes());
    else if (tag === 18) signatures.push(Uint8Array.from(reader.bytes()));
    else reader.skipType(tag & 7);
  }
  return { raw: decodeRaw(rawBytes ?? new Uint8Array()), rawBytes: rawBytes ?? new Uint8Array(), signatures };
}

export function decodeRaw(bytes: Uint8Array): RawTransaction {
  const raw = decode("Transaction.raw", bytes);
  const contract = (raw["contract"] as Record<string, unknown>[] | undefined)?.[0] ?? {};
  const type = (Object.keys(contractTypes) as ContractType[]).find((name) => contractTypes[name] === contract["type"]);
  const parameter = contract["parameter"] as { value?: Uint8Array } | undefined;
  if (type === undefined) throw Object.assign(new protobuf.util.ProtocolError("unknown contract type"));
  const hex = (value: unknown) => Buffer.from((value as Uint8Array | undefined) ?? []).toString("hex");
  return {
    refBlockBytes: hex(raw["ref_block_bytes"]),
    refBlockHash: hex(raw["ref_block_hash"]),
    expiration: (raw["expiration"] as number | undefined) ?? 0,
    timestamp: (raw["timestamp"] as number | undefined) ?? 0,
    feeLimit: (raw["fee_limit"] as number | undefined) ?? 0,
    permissionId: (contract["Permission_id"] as number | undefined) ?? 0,
    type,
    value: decode(type, parameter?.value ?? new Uint8Array()) as unknown as ContractValue,
  };
}
