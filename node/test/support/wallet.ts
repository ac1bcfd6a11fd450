import assert from "node:assert/strict";
import { RLP } from "@ethereumjs/rlp";
import { concatBytes } from "@lucid/consensus/base";
import { pointFromScalar, signRecoverable } from "tiny-secp256k1";
import { keccak256 } from "../../src/state/keccak.js";

export interface TestTransaction {
  readonly type?: 0 | 1 | 2;
  readonly chainId?: number;
  readonly nonce: number | bigint;
  readonly to?: Uint8Array | undefined;
  readonly value?: bigint;
  readonly data?: Uint8Array;
  readonly gasLimit?: bigint;
  readonly maxFeePerGas?: bigint;
  readonly maxPriorityFeePerGas?: bigint;
  readonly accessList?: readonly (readonly [Uint8Array, readonly Uint8Array[]])[];
}

export const TEST_CHAIN_ID = 120122;
export const GWEI = 1_000_000_000n;
export const ETHER = 10n ** 18n;

/** Signs for tests; encodes with another library than the code under test decodes with. */
export class TestWallet {
  readonly privateKey: Uint8Array;
  readonly address: Uint8Array;

  constructor(seed: number) {
    this.privateKey = keccak256(Buffer.from(`lucid test wallet ${seed}`));
    const point = pointFromScalar(this.privateKey, false);
    assert.ok(point !== null);
    this.address = keccak256(point.slice(1)).slice(12);
  }

  sign(transaction: TestTransaction): Uint8Array {
    const type = transaction.type ?? 2;
    const chainId = BigInt(transaction.chainId ?? TEST_CHAIN_ID);
    const maxFee = transaction.maxFeePerGas ?? 10n * GWEI;
    const tail = [
      transaction.gasLimit ?? 100_000n,
      transaction.to ?? new Uint8Array(0),
      transaction.value ?? 0n,
      transaction.data ?? new Uint8Array(0),
    ];
    const accessList = (transaction.accessList ?? []).map(([address, slots]) => [address, [...slots]]);
    if (type === 0) {
      const fields = [BigInt(transaction.nonce), maxFee, ...tail];
      const { signature, recoveryId } = this.#sign(RLP.encode([...fields, chainId, 0n, 0n]));
      return RLP.encode([...fields, chainId * 2n + 35n + BigInt(recoveryId), ...rs(signature)]);
    }
    const fees = type === 1 ? [maxFee] : [transaction.maxPriorityFeePerGas ?? GWEI, maxFee];
    const fields = [chainId, BigInt(transaction.nonce), ...fees, ...tail, accessList];
    const prefix = Uint8Array.of(type);
    const { signature, recoveryId } = this.#sign(concatBytes(prefix, RLP.encode(fields)));
    return concatBytes(prefix, RLP.encode([...fields, BigInt(recoveryId), ...rs(signature)]));
  }

  #sign(message: Uint8Array) {
    return signRecoverable(keccak256(message), this.privateKey);
  }
}

function rs(signature: Uint8Array): [bigint, bigint] {
  const hex = Buffer.from(signature).toString("hex");
  return [BigInt(`0x${hex.slice(0, 64)}`), BigInt(`0x${hex.slice(64)}`)];
}
