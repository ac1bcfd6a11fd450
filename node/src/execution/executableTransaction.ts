import type { Common } from "@ethereumjs/common";
import { Capability, type TypedTransaction } from "@ethereumjs/tx";
import { Address } from "@ethereumjs/util";
import type { Bytes20 } from "../interfaces.js";
import { effectiveTip } from "./fees.js";
import type { Transaction } from "./transaction.js";
import { baseGas } from "./validateBasic.js";

const CAPABILITIES: readonly (readonly Capability[])[] = [
  [Capability.EIP155ReplayProtection],
  [Capability.EIP2718TypedTransaction, Capability.EIP2930AccessLists],
  [Capability.EIP2718TypedTransaction, Capability.EIP2930AccessLists, Capability.EIP1559FeeMarket],
];

/** What runTx reads of a call or a transaction. */
export type Runnable = Pick<
  Transaction,
  "type" | "nonce" | "maxFeePerGas" | "maxPriorityFeePerGas" | "gasLimit" | "to" | "value" | "data" | "accessList"
>;

/**
 * A decoded transaction in the shape that runTx reads. The library's own classes decode again, copy the chain rules and
 * recover the sender with JavaScript, which together cost as much as a plain transfer.
 */
class ExecutableTransaction {
  readonly type: number;
  readonly common: Common;
  readonly nonce: bigint;
  readonly gasLimit: bigint;
  readonly to: Address | undefined;
  readonly value: bigint;
  readonly data: Uint8Array;
  readonly accessList: Transaction["accessList"];
  readonly #sender: Address;
  readonly #fields: Runnable;

  constructor(fields: Runnable, sender: Bytes20, common: Common) {
    this.type = fields.type;
    this.common = common;
    this.nonce = fields.nonce;
    this.gasLimit = fields.gasLimit;
    this.to = fields.to === undefined ? undefined : new Address(fields.to);
    this.value = fields.value;
    this.data = fields.data;
    this.accessList = fields.accessList;
    this.#sender = new Address(sender);
    this.#fields = fields;
  }

  supports(capability: Capability): boolean {
    return CAPABILITIES[this.type]?.includes(capability) ?? false;
  }

  getSenderAddress(): Address {
    return this.#sender;
  }

  getIntrinsicGas(): bigint {
    return baseGas(this.#fields).intrinsic;
  }

  /** The balance needed at this base fee; what it can cost at most is checked apart. */
  getUpfrontCost(baseFee = 0n): bigint {
    return this.gasLimit * (baseFee + this.getEffectivePriorityFee(baseFee)) + this.value;
  }

  getEffectivePriorityFee(baseFee = 0n): bigint {
    return effectiveTip(this.#fields, baseFee);
  }

  isSigned(): boolean {
    return false;
  }

  errorStr(): string {
    return `tx type=${this.type} nonce=${this.nonce}`;
  }
}

/** runTx tells the fee markets apart by which price field is there. */
class PricedTransaction extends ExecutableTransaction {
  readonly gasPrice: bigint;

  constructor(fields: Runnable, sender: Bytes20, common: Common) {
    super(fields, sender, common);
    this.gasPrice = fields.maxFeePerGas;
  }
}

class FeeMarketTransaction extends ExecutableTransaction {
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;

  constructor(fields: Runnable, sender: Bytes20, common: Common) {
    super(fields, sender, common);
    this.maxFeePerGas = fields.maxFeePerGas;
    this.maxPriorityFeePerGas = fields.maxPriorityFeePerGas;
  }
}

export function executable(fields: Runnable, sender: Bytes20, common: Common): TypedTransaction {
  const transaction =
    fields.type === 2
      ? new FeeMarketTransaction(fields, sender, common)
      : new PricedTransaction(fields, sender, common);
  // The members that runTx uses are all there (tests compare with the library's own); the rest it never asks for.
  return transaction as unknown as TypedTransaction;
}
