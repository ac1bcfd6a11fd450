import { NodeError, type NodeErrorCode } from "../errors.js";
import type { AccountRecord } from "../state/account.js";
import { EMPTY_CODE_HASH } from "../state/keccak.js";
import type { Transaction } from "./transaction.js";
import { maxCost } from "./validateBasic.js";

/** Texts that clients look for (ethers and viem match parts of them); never changed. */
export const stateRefusal = {
  nonceLow: "nonce too low",
  nonceHigh: "nonce too high",
  funds: "insufficient funds for gas * price + value",
  baseFee: "max fee per gas less than block base fee",
  notPlain: "sender not an eoa",
} as const;

type Checked = Pick<Transaction, "nonce" | "gasLimit" | "maxFeePerGas" | "value">;

/**
 * What makes a transaction includable on this state at this base fee; the same checks as in runTx, made before it so
 * that anything it throws itself is a defect and not a verdict on the block.
 * @throws NodeError TX_NONCE, TX_FUNDS, TX_FEE, TX_REFUSED
 */
export function validateOnState(transaction: Checked, account: AccountRecord | undefined, baseFee: bigint): void {
  const nonce = account?.nonce ?? 0n;
  if (transaction.nonce < nonce)
    fail("TX_NONCE", `${stateRefusal.nonceLow}: next nonce ${nonce}, tx nonce ${transaction.nonce}`);
  if (transaction.nonce > nonce)
    fail("TX_NONCE", `${stateRefusal.nonceHigh}: next nonce ${nonce}, tx nonce ${transaction.nonce}`);
  if (transaction.maxFeePerGas < baseFee) {
    fail("TX_FEE", `${stateRefusal.baseFee}: maxFeePerGas: ${transaction.maxFeePerGas}, baseFee: ${baseFee}`);
  }
  validateFunds(transaction, account);
}

/** @throws NodeError TX_FUNDS, TX_REFUSED */
export function validateFunds(transaction: Checked, account: AccountRecord | undefined): void {
  if (account !== undefined && Buffer.compare(account.codeHash, EMPTY_CODE_HASH) !== 0) {
    fail("TX_REFUSED", `${stateRefusal.notPlain}: it holds code (EIP-3607)`);
  }
  const balance = account?.balance ?? 0n;
  const cost = maxCost(transaction);
  if (balance < cost)
    fail("TX_FUNDS", `${stateRefusal.funds}: balance ${balance}, tx cost ${cost}, overshot ${cost - balance}`);
}

function fail(code: NodeErrorCode, message: string): never {
  throw new NodeError({ code, message });
}
