/** Building offline and signing. tronweb encodes; whatever it gives back is checked before anybody may sign it. */
import { createHash } from "node:crypto";
import { recoverAddress } from "ethers";
import { TronWeb, utils } from "tronweb";
import { addressFromHex, addressToHex } from "../domain/address.js";
import type { PermissionSpec, TransactionIntent } from "../domain/intent.js";
import { PayoutError } from "../errors.js";
import type { Header } from "./node.js";

/** Port 1: whatever would go to the network fails at once. */
const offline = new TronWeb({ fullHost: "http://127.0.0.1:1", disablePlugins: true });

export interface RefBlock {
  readonly number: number;
  readonly id: string;
  readonly timestamp: number;
}

/** What a transaction is tied to: a solid block, and when it ends. Times in milliseconds of the chain. */
export interface TransactionFrame {
  readonly refBlock: RefBlock;
  readonly expiration: number;
  /** Tells two otherwise equal transactions apart. */
  readonly timestamp: number;
}

export interface BuiltTransaction {
  readonly txid: string;
  readonly rawHex: string;
}

/** The chain refuses a transaction that would live longer. */
export const MAX_LIFETIME_MS = 24 * 3600 * 1000;

export function frameFrom(solid: Header, lifetimeMs: number, timestamp: number): TransactionFrame {
  if (lifetimeMs <= 0 || lifetimeMs > MAX_LIFETIME_MS - 10 * 60_000) {
    throw new PayoutError("BAD_TRANSACTION", `a transaction may not live ${lifetimeMs} ms`);
  }
  const refBlock = { number: solid.number, id: solid.id, timestamp: solid.timestamp };
  return { refBlock, expiration: solid.timestamp + lifetimeMs, timestamp };
}

/** @throws PayoutError BAD_TRANSACTION when the bytes are not what was asked for */
export async function buildTransaction(
  owner: string,
  permissionId: number,
  intent: TransactionIntent,
  frame: TransactionFrame,
): Promise<BuiltTransaction> {
  const options = {
    permissionId,
    blockHeader: {
      ref_block_bytes: frame.refBlock.number.toString(16).padStart(8, "0").slice(-4),
      ref_block_hash: frame.refBlock.id.slice(16, 32),
      expiration: frame.expiration,
      timestamp: frame.timestamp,
    },
  };
  const built = await encode(owner, intent, options);
  const rawHex = built.raw_data_hex.toLowerCase();
  const txid = createHash("sha256").update(Buffer.from(rawHex, "hex")).digest("hex");
  if (txid !== built.txID.toLowerCase())
    throw new PayoutError("BAD_TRANSACTION", "the id is not the hash of the bytes");
  if (!utils.transaction.txCheck(built)) throw new PayoutError("BAD_TRANSACTION", "fields and bytes differ");
  if (intent.type === "call" && !rawHex.includes(intent.data.replace(/^0x/, "").toLowerCase())) {
    throw new PayoutError("BAD_TRANSACTION", "the call data is not in the bytes");
  }
  return { txid, rawHex };
}

type EncodeOptions = { permissionId: number; blockHeader: Record<string, string | number> };

async function encode(
  owner: string,
  intent: TransactionIntent,
  options: EncodeOptions,
): Promise<{ txID: string; raw_data_hex: string }> {
  const builder = offline.transactionBuilder;
  switch (intent.type) {
    case "call": {
      const input = intent.data.replace(/^0x/, "");
      const trigger = { ...options, txLocal: true, feeLimit: intent.feeLimit, callValue: 0, input };
      return (await builder.triggerSmartContract(intent.contract, "", trigger, [], owner)).transaction;
    }
    case "transfer":
      return builder.sendTrx(intent.to, intent.amountSun, owner, options);
    case "freeze":
      return builder.freezeBalanceV2(intent.amountSun, intent.resource, owner, options);
    case "unfreeze":
      return builder.unfreezeBalanceV2(intent.amountSun, intent.resource, owner, options);
    case "delegate":
      return builder.delegateResource(intent.amountSun, intent.to, intent.resource, owner, false, undefined, options);
    case "undelegate":
      return builder.undelegateResource(intent.amountSun, intent.to, intent.resource, owner, options);
    case "withdrawUnfrozen":
      return builder.withdrawExpireUnfreeze(owner, options);
    case "cancelUnfreeze":
      return builder.cancelUnfreezeBalanceV2(owner, options);
    case "permissions": {
      const keys = (spec: PermissionSpec) =>
        spec.keys.map((address) => ({ address: addressToHex(address), weight: 1 }));
      const ownerPermission = {
        type: 0,
        permission_name: intent.owner.name,
        threshold: intent.owner.threshold,
        keys: keys(intent.owner),
      };
      const actives = intent.actives.map((spec) => ({
        type: 2,
        permission_name: spec.name,
        threshold: spec.threshold,
        operations: spec.operations ?? "",
        keys: keys(spec),
      }));
      return builder.updateAccountPermissions(owner, ownerPermission, null, actives, options);
    }
  }
}

/** 65 bytes r, s, v; deterministic (RFC 6979), low s. */
export function signTxid(txid: string, privateKey: Uint8Array): string {
  return utils.crypto.ECKeySign(Buffer.from(txid, "hex"), privateKey).replace(/^0x/, "").toLowerCase();
}

/** @throws PayoutError SIGNER_FOREIGN when it is no signature at all */
export function signerOf(txid: string, signature: string): string {
  if (!/^[0-9a-f]{130}$/.test(signature)) throw new PayoutError("SIGNER_FOREIGN", "a signature has not 65 bytes");
  // Ledger gives 00 and 01 for what the chain also takes as 1b and 1c.
  const v = Number.parseInt(signature.slice(128), 16);
  const full = `0x${signature.slice(0, 128)}${(v < 27 ? v + 27 : v).toString(16)}`;
  try {
    return addressFromHex(recoverAddress(`0x${txid}`, full).slice(2));
  } catch {
    throw new PayoutError("SIGNER_FOREIGN", "a signature cannot be recovered");
  }
}

function field(number: number, bytes: Buffer): Buffer {
  const length: number[] = [];
  for (let rest = bytes.length; ; rest >>>= 7) {
    if (rest < 128) {
      length.push(rest);
      break;
    }
    length.push((rest & 127) | 128);
  }
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...length]), bytes]);
}

/** The message Transaction { raw_data = 1; repeated bytes signature = 2; }. */
export function signedTransactionHex(rawHex: string, signatures: readonly string[]): string {
  const parts = [field(1, Buffer.from(rawHex, "hex")), ...signatures.map((one) => field(2, Buffer.from(one, "hex")))];
  return Buffer.concat(parts).toString("hex");
}
