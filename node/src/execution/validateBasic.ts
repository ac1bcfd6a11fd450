import { NodeError, type NodeErrorCode } from "../errors.js";
import type { Transaction } from "./transaction.js";
import { MAX_TRANSACTION_SIZE } from "./transaction.js";

/** Half of the order of secp256k1 (EIP-2: the higher s of a signature is refused). */
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const MAX_U64 = 0xffffffffffffffffn;

/** Gas of a transaction before its first opcode (Cancun; EIP-2028, EIP-2930, EIP-7623). */
const TX_GAS = 21_000n;
const ZERO_BYTE = 4n;
const OTHER_BYTE = 16n;
const ACCESS_ADDRESS = 2_400n;
const ACCESS_SLOT = 1_900n;
const FLOOR_TOKEN = 10n;

export interface TransactionRules {
  readonly chainId: number;
  /** Gas limit of a block. */
  readonly gasLimit: bigint;
}

/** Texts that clients and our tests look for; one per reason, never changed. */
export const refusal = {
  creation: "contract creation is not allowed on this chain",
  precompile: "a transaction to a precompiled contract is not allowed on this chain",
  unprotected: "only replay-protected (EIP-155) transactions allowed over RPC",
  chainId: "invalid chain id for signer",
  highS: "invalid signature: s is not in the lower half (EIP-2)",
  signature: "invalid signature",
  gasLimit: "exceeds block gas limit",
  intrinsicGas: "intrinsic gas too low",
  floorGas: "insufficient gas for floor data gas cost",
  tipAboveFee: "max priority fee per gas higher than max fee per gas",
  nonceMax: "nonce has max value",
  cost: "gas limit * fee + value does not fit in 256 bits",
  size: "oversized data",
} as const;

/** True for 0x01 .. 0x1ff: a block full of direct precompile calls would take 20 seconds. */
export function isPrecompile(address: Uint8Array): boolean {
  for (let i = 0; i < 18; i++) if (address[i] !== 0) return false;
  const low = ((address[18] ?? 0) << 8) | (address[19] ?? 0);
  return low >= 1 && low <= 0x1ff;
}

/** What a transaction costs before it runs: `intrinsic` is charged, `floor` is the least it pays (EIP-7623). */
export function baseGas(transaction: Pick<Transaction, "data" | "accessList">): { intrinsic: bigint; floor: bigint } {
  let zeros = 0;
  for (const byte of transaction.data) if (byte === 0) zeros += 1;
  const others = BigInt(transaction.data.length - zeros);
  const data = BigInt(zeros) * ZERO_BYTE + others * OTHER_BYTE;
  let access = 0n;
  for (const [, slots] of transaction.accessList) access += ACCESS_ADDRESS + BigInt(slots.length) * ACCESS_SLOT;
  return {
    intrinsic: TX_GAS + data + access,
    floor: TX_GAS + (BigInt(zeros) + 4n * others) * FLOOR_TOKEN,
  };
}

/** Most that the transaction can cost its sender, wei. */
export function maxCost(transaction: Pick<Transaction, "gasLimit" | "maxFeePerGas" | "value">): bigint {
  return transaction.gasLimit * transaction.maxFeePerGas + transaction.value;
}

/**
 * All checks of a transaction that need no state.
 * @throws NodeError TX_REFUSED, TX_CHAIN_ID, TX_SIGNATURE, TX_TOO_LARGE, TX_GAS, TX_FEE, TX_NONCE
 */
export function validateBasic(transaction: Transaction, rules: TransactionRules): void {
  if (transaction.raw.length > MAX_TRANSACTION_SIZE) {
    fail("TX_TOO_LARGE", `${refusal.size}: ${transaction.raw.length} bytes, at most ${MAX_TRANSACTION_SIZE}`);
  }
  if (transaction.chainId === undefined) fail("TX_REFUSED", refusal.unprotected);
  if (transaction.chainId !== BigInt(rules.chainId)) {
    fail("TX_CHAIN_ID", `${refusal.chainId}: have ${transaction.chainId} want ${rules.chainId}`);
  }
  if (transaction.to === undefined) fail("TX_REFUSED", refusal.creation);
  if (isPrecompile(transaction.to)) fail("TX_REFUSED", refusal.precompile);
  if (transaction.nonce === MAX_U64) fail("TX_NONCE", refusal.nonceMax);
  if (transaction.gasLimit > rules.gasLimit) fail("TX_GAS", refusal.gasLimit);
  const { intrinsic, floor } = baseGas(transaction);
  if (transaction.gasLimit < intrinsic) {
    fail("TX_GAS", `${refusal.intrinsicGas}: gas ${transaction.gasLimit}, minimum needed ${intrinsic}`);
  }
  if (transaction.gasLimit < floor) {
    fail(
      "TX_GAS",
      `${refusal.intrinsicGas}: ${refusal.floorGas}: gas ${transaction.gasLimit}, minimum needed ${floor}`,
    );
  }
  if (transaction.maxPriorityFeePerGas > transaction.maxFeePerGas) fail("TX_FEE", refusal.tipAboveFee);
  if (maxCost(transaction) >> 256n !== 0n) fail("TX_FEE", refusal.cost);
  if (transaction.r === 0n || transaction.r >= ORDER || transaction.s === 0n) fail("TX_SIGNATURE", refusal.signature);
  if (transaction.s > HALF_ORDER) fail("TX_SIGNATURE", refusal.highS);
}

function fail(code: NodeErrorCode, message: string): never {
  throw new NodeError({ code, message });
}
