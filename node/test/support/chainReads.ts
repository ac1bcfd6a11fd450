import assert from "node:assert/strict";
import { fromHex, toHex } from "@lucid/consensus/base";
import { abis, contractAddresses, type GenesisContractName, type Hex } from "@lucid/contracts";
import { namespaces, prefixRange } from "@lucid/storage";
import { type Abi, decodeErrorResult, decodeFunctionResult, encodeFunctionData } from "viem";
import { LocalCallRunner } from "../../src/execution/callRunner.js";
import { DatabaseStateReader } from "../../src/execution/databaseStateReader.js";
import { type AccountRecord, decodeAccount } from "../../src/state/account.js";
import type { BuiltChain } from "./builtChain.js";
import { TEST_CHAIN_ID } from "./wallet.js";

const LIMITS = { gas: 30_000_000n, milliseconds: 10_000 };
const errors: Abi = Object.values<Abi>(abis).flat();

/** What a node answers to `eth_call` on a built chain, and everything that is in its state. */
export class ChainReads {
  readonly #built: BuiltChain;
  readonly #calls: LocalCallRunner;
  readonly #reader: DatabaseStateReader;

  private constructor(built: BuiltChain, calls: LocalCallRunner) {
    this.#built = built;
    this.#calls = calls;
    const { chain, store } = built;
    this.#reader = new DatabaseStateReader({
      store,
      calls,
      environment: (height) => {
        const { header } = chain.blockByHeight(height) ?? chain.head();
        const { timestamp, gasLimit, baseFeePerGas } = header;
        const coinbase = chain.coinbase(header.height);
        return { height, timestamp, gasLimit, baseFeePerGas, coinbase, prevRandao: chain.prevRandao(header.height) };
      },
    });
  }

  static async open(built: BuiltChain): Promise<ChainReads> {
    const blockRoot = (height: number) => built.chain.blockByHeight(height)?.root ?? new Uint8Array(32);
    return new ChainReads(built, await LocalCallRunner.create(TEST_CHAIN_ID, built.store, blockRoot));
  }

  /** Result of a call on the head's state, or the name of the custom error. */
  async call(
    contract: GenesisContractName,
    functionName: string,
    args: readonly unknown[] = [],
    from?: Uint8Array,
  ): Promise<{ readonly value?: unknown; readonly error?: string }> {
    const abi: Abi = abis[contract];
    const data = fromHex(encodeFunctionData({ abi, functionName, args }));
    const request = { to: fromHex(contractAddresses[contract]), data, ...(from === undefined ? {} : { from }) };
    const { status, returnData } = await this.#reader.call(request, this.#built.height, LIMITS);
    if (status === "success") return { value: decodeFunctionResult({ abi, functionName, data: toHex(returnData) }) };
    if (returnData.length === 0) return { error: status };
    return { error: decodeErrorResult({ abi: errors, data: toHex(returnData) }).errorName };
  }

  /** Result of a call that must succeed. */
  async read(contract: GenesisContractName, functionName: string, args: readonly unknown[] = []): Promise<unknown> {
    const { value, error } = await this.call(contract, functionName, args);
    assert.equal(error, undefined, `${contract}.${functionName}`);
    return value;
  }

  /** Every account of the state, as it is on disk. */
  async *accounts(): AsyncGenerator<{ readonly address: Hex; readonly account: AccountRecord }> {
    for await (const [key, value] of this.#built.store.entries(prefixRange(Uint8Array.of(namespaces.account))))
      yield { address: toHex(key.subarray(1)), account: decodeAccount(value) };
  }

  /** Wei in all accounts. */
  async supply(): Promise<bigint> {
    let sum = 0n;
    for await (const { account } of this.accounts()) sum += account.balance;
    return sum;
  }

  code(address: Hex): Uint8Array {
    return this.#reader.code(fromHex(address), this.#built.height);
  }

  async stop(): Promise<void> {
    await this.#calls.stop();
  }
}
