import { RefusedError } from "./refused.js";
import type { ContractType, ContractValue, PermissionMessage } from "./tronProto.js";

export interface Permission {
  type: number;
  id: number;
  name: string;
  threshold: number;
  operations: string;
  keys: { address: string; weight: number }[];
}

export interface Account {
  address: string;
  balance: number;
  owner: Permission;
  actives: Permission[];
  frozen: { ENERGY: number; BANDWIDTH: number };
  delegated: { to: string; resource: "ENERGY" | "BANDWIDTH"; amount: number }[];
  unfrozen: { resource: "ENERGY" | "BANDWIDTH"; amount: number; expires: number }[];
  energyUsed: number;
  energyLimit: number;
  netUsed: number;
  netLimit: number;
}

export const UNFREEZE_MS = 14 * 24 * 3600 * 1000;
export const TOTAL_ENERGY_LIMIT = 180_000_000_000;
/** In TRX, as the chain counts it. */
export const TOTAL_ENERGY_WEIGHT = 19_000_000_000;
export const TOTAL_NET_LIMIT = 43_200_000_000;
export const TOTAL_NET_WEIGHT = 26_000_000_000;
/** Bytes a day that cost nothing. */
export const FREE_NET = 600;
const SUN = 1_000_000;

export function newAccount(address: string, balance: number): Account {
  const keys = [{ address, weight: 1 }];
  return {
    address,
    balance,
    owner: { type: 0, id: 0, name: "owner", threshold: 1, operations: "", keys },
    actives: [
      {
        type: 2,
        id: 2,
        name: "active",
        threshold: 1,
        operations: `7fff1fc0033ec30f${"00".repeat(24)}`,
        keys: [...keys],
      },
    ],
    frozen: { ENERGY: 0, BANDWIDTH: 0 },
    delegated: [],
    unfrozen: [],
    energyUsed: 0,
    energyLimit: 0,
    netUsed: 0,
    netLimit: FREE_NET,
  };
}

export function permissionOf(account: Account, id: number): Permission | undefined {
  return id === 0 ? account.owner : account.actives.find((one) => one.id === id);
}

/** As TransactionCapsule.checkWeight: unknown or repeated signers refuse the whole transaction. */
export function checkPermission(
  account: Account,
  id: number,
  contractType: number,
  signatures: readonly Uint8Array[],
  recover: (signature: Uint8Array) => string,
): void {
  const fail = (text: string) => new RefusedError("SIGERROR", `Validate signature error: ${text}`);
  const permission = permissionOf(account, id);
  if (permission === undefined) throw fail("permission isn't exit");
  if (id !== 0) {
    const byte = Number.parseInt(
      permission.operations.slice((contractType >> 3) * 2, (contractType >> 3) * 2 + 2) || "0",
      16,
    );
    if (((byte >> (contractType & 7)) & 1) === 0) throw fail("Permission denied");
  }
  if (signatures.length === 0) throw fail("miss sig or contract");
  if (signatures.length > permission.keys.length) throw fail("Signature count is more than key counts of permission");
  const seen = new Set<string>();
  let weight = 0;
  for (const signature of signatures) {
    if (signature.length < 65 || signature.length > 68) throw fail("Signature size is wrong");
    let address: string;
    try {
      address = recover(signature);
    } catch {
      throw fail("signature cannot be recovered");
    }
    const key = permission.keys.find((one) => one.address === address);
    if (key === undefined) throw fail(`it is signed by ${address} but it is not contained of permission.`);
    if (seen.has(address)) throw fail("has signed twice!");
    seen.add(address);
    weight += key.weight;
  }
  if (weight < permission.threshold) throw fail("hasn't enough permission");
}

function addressHex(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString("hex");
}

function toPermission(message: PermissionMessage | undefined, id: number): Permission {
  return {
    type: message?.type ?? 0,
    id,
    name: message?.permission_name ?? "",
    threshold: message?.threshold ?? 0,
    operations: Buffer.from(message?.operations ?? []).toString("hex"),
    keys: (message?.keys ?? []).map((key) => ({ address: addressHex(key.address), weight: key.weight })),
  };
}

function refreshLimits(account: Account): void {
  account.energyLimit = Math.floor((account.frozen.ENERGY / SUN / TOTAL_ENERGY_WEIGHT) * TOTAL_ENERGY_LIMIT);
  account.netLimit = FREE_NET + Math.floor((account.frozen.BANDWIDTH / SUN / TOTAL_NET_WEIGHT) * TOTAL_NET_LIMIT);
}

/** Carries out a contract of the chain itself; a text when it does not validate. */
export function applySystemContract(
  accounts: Map<string, Account>,
  type: ContractType,
  value: ContractValue,
  now: number,
): string | undefined {
  const account = accounts.get(addressHex(value.owner_address));
  if (account === undefined) return "no account";
  const resource = value.resource === 1 ? "ENERGY" : "BANDWIDTH";
  switch (type) {
    case "TransferContract": {
      const amount = value.amount ?? 0;
      if (amount <= 0 || account.balance < amount) return "balance is not sufficient";
      const address = addressHex(value.to_address);
      const to = accounts.get(address) ?? newAccount(address, 0);
      accounts.set(address, to);
      account.balance -= amount;
      to.balance += amount;
      return undefined;
    }
    case "FreezeBalanceV2Contract": {
      const amount = value.frozen_balance ?? 0;
      if (amount < SUN || account.balance < amount) return "frozenBalance must be at least 1 TRX and covered";
      account.balance -= amount;
      account.frozen[resource] += amount;
      refreshLimits(account);
      return undefined;
    }
    case "UnfreezeBalanceV2Contract": {
      const amount = value.unfreeze_balance ?? 0;
      if (amount <= 0 || account.frozen[resource] < amount || account.unfrozen.length >= 32)
        return "Invalid unfreeze_balance";
      account.frozen[resource] -= amount;
      account.unfrozen.push({ resource, amount, expires: now + UNFREEZE_MS });
      refreshLimits(account);
      return undefined;
    }
    case "WithdrawExpireUnfreezeContract": {
      const due = account.unfrozen.filter(({ expires }) => expires <= now);
      if (due.length === 0) return "no unFreeze balance to withdraw";
      for (const { amount } of due) account.balance += amount;
      account.unfrozen = account.unfrozen.filter(({ expires }) => expires > now);
      return undefined;
    }
    case "CancelAllUnfreezeV2Contract": {
      for (const { resource: kind, amount } of account.unfrozen) account.frozen[kind] += amount;
      account.unfrozen = [];
      refreshLimits(account);
      return undefined;
    }
    case "DelegateResourceContract": {
      const amount = value.balance ?? 0;
      const to = accounts.get(addressHex(value.receiver_address));
      if (to === undefined || amount < SUN || account.frozen[resource] < amount) return "cannot delegate";
      account.frozen[resource] -= amount;
      account.delegated.push({ to: to.address, resource, amount });
      refreshLimits(account);
      return undefined;
    }
    case "UnDelegateResourceContract": {
      const to = addressHex(value.receiver_address);
      const found = account.delegated.find((one) => one.to === to && one.resource === resource);
      const amount = value.balance ?? 0;
      if (found === undefined || found.amount < amount) return "nothing delegated";
      found.amount -= amount;
      account.frozen[resource] += amount;
      refreshLimits(account);
      return undefined;
    }
    case "AccountPermissionUpdateContract": {
      const actives = value.actives ?? [];
      const owner = toPermission(value.owner, 0);
      if (owner.keys.length === 0 || owner.keys.length > 5 || actives.length === 0 || actives.length > 8)
        return "permissions are invalid";
      if (owner.threshold > owner.keys.reduce((sum, { weight }) => sum + weight, 0)) return "threshold is too large";
      account.owner = owner;
      account.actives = actives.map((active, index) => toPermission(active, index + 2));
      return undefined;
    }
    default:
      return "not supported";
  }
}
