import assert from "node:assert/strict";
import type { ExecResult } from "@ethereumjs/evm";
import { SimpleStateManager } from "@ethereumjs/statemanager";
import { createFeeMarket1559Tx } from "@ethereumjs/tx";
import { Account, createAddressFromString, createZeroAddress } from "@ethereumjs/util";
import { createVM, runTx, type VM } from "@ethereumjs/vm";
import { fromHex, toHex } from "@lucid/consensus/base";
import { abis, contractAddresses, type FoundingNode, type GenesisContractName, type Hex } from "@lucid/contracts";
import { type Abi, decodeErrorResult, decodeEventLog, decodeFunctionResult, encodeFunctionData } from "viem";
import { createChainRules, REMOVED_OPCODES } from "../../../src/execution/chainRules.js";
import { SYSTEM_ADDRESS, SYSTEM_CALL_GAS } from "../../../src/execution/evmHost.js";
import { buildGenesisAlloc } from "../../../src/genesis/index.js";
import { genesisContractOptions } from "../../../src/networks/index.js";

export const CHAIN_ID = 120122;
export const GAS_LIMIT = 30_000_000n;
const BASE_FEE = 1_000_000_000n;
/** Wei; of a node's registration. */
export const BOND = 10n ** 18n;
/** Seconds. */
export const BOND_LOCK = 1_440n;

export const SYSTEM: Hex = toHex(SYSTEM_ADDRESS);

/** Accounts with plenty. */
export const users: readonly Hex[] = [1, 2, 3, 4].map((n): Hex => `0x${n.toString(16).repeat(40)}`);

export interface Decoded {
  readonly name: string;
  readonly args: readonly unknown[];
}

export interface DecodedEvent {
  readonly contract: GenesisContractName;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly topics: number;
}

export interface Outcome {
  readonly gasUsed: bigint;
  /** The custom error of a revert; `{name: "", args: []}` for one without data. */
  readonly error: Decoded | undefined;
  /** The EVM's own reason of a halt or revert. */
  readonly reason: string | undefined;
  readonly events: readonly DecodedEvent[];
}

export interface Sent {
  readonly from?: Hex;
  readonly to: Hex;
  readonly data: Hex;
  readonly value?: bigint;
  readonly gas?: bigint;
}

/** The genesis contracts on a VM under the chain's own rules; every transaction is a block of its own. */
export class TestChain {
  readonly vm: VM;
  /** Timestamp of the next block, Unix seconds. */
  time = 1_800_000_000n;
  private height = 1n;

  private constructor(vm: VM) {
    this.vm = vm;
  }

  static async create(nodes: readonly FoundingNode[] = []): Promise<TestChain> {
    const common = createChainRules(CHAIN_ID);
    const stateManager = new SimpleStateManager({ common });
    const vm = await createVM({
      common,
      stateManager,
      evmOpts: { customOpcodes: REMOVED_OPCODES.map((opcode) => ({ ...opcode })) },
    });
    const balances = users.map((user) => ({ address: fromHex(user), balance: 10n ** 27n }));
    const options = genesisContractOptions({ preset: "devnet", slotDuration: 6, validators: [] });
    const contracts = { ...options, registry: { bond: BOND, bondLock: BOND_LOCK, nodes } };
    for (const account of await buildGenesisAlloc({ chainId: CHAIN_ID, balances, contracts })) {
      const address = createAddressFromString(toHex(account.address));
      await stateManager.putAccount(address, new Account(account.nonce, account.balance));
      if (account.code.length > 0) await stateManager.putCode(address, account.code);
      for (const [slot, value] of account.storage) await stateManager.putStorage(address, slot, value);
    }
    return new TestChain(vm);
  }

  async balance(address: Hex): Promise<bigint> {
    return (await this.vm.stateManager.getAccount(createAddressFromString(address)))?.balance ?? 0n;
  }

  async putStorage(address: Hex, slot: Hex, value: Hex): Promise<void> {
    await this.vm.stateManager.putStorage(createAddressFromString(address), fromHex(slot, 32), fromHex(value, 32));
  }

  /** Runs a transaction; the block's time is `time`. */
  async send(sent: Sent): Promise<Outcome> {
    const from = createAddressFromString(sent.from ?? users[0] ?? "0x");
    const account = await this.vm.stateManager.getAccount(from);
    const tx = createFeeMarket1559Tx(
      {
        chainId: BigInt(CHAIN_ID),
        nonce: account?.nonce ?? 0n,
        maxFeePerGas: BASE_FEE,
        maxPriorityFeePerGas: 0n,
        gasLimit: sent.gas ?? GAS_LIMIT,
        to: createAddressFromString(sent.to),
        value: sent.value ?? 0n,
        data: fromHex(sent.data),
      },
      { common: this.vm.common, freeze: false },
    );
    tx.getSenderAddress = () => from;
    const result = await runTx(this.vm, { tx, block: this.block(), skipHardForkValidation: true });
    this.height++;
    return outcomeOf(result.totalGasSpent, result.execResult);
  }

  /** A call by the protocol itself; it changes the state and fails the test when it reverts. */
  async system(to: Hex, data: Hex): Promise<Outcome> {
    const outcome = await this.sendAs({ from: SYSTEM, to, data, gas: SYSTEM_CALL_GAS });
    assert.equal(outcome.reason, undefined);
    return outcome;
  }

  /** A call that changes the state, from an account that may have no key: the system or a contract. */
  async sendAs(sent: Sent & { readonly from: Hex }): Promise<Outcome> {
    const { evm } = this.vm;
    const { execResult } = await evm.runCall({
      caller: createAddressFromString(sent.from),
      to: createAddressFromString(sent.to),
      data: fromHex(sent.data),
      value: sent.value ?? 0n,
      gasLimit: sent.gas ?? GAS_LIMIT,
      block: this.block(),
      skipNonceIncrement: true,
    });
    await evm.journal.cleanup();
    return outcomeOf(execResult.executionGasUsed, execResult);
  }

  /** eth_call; the returned bytes, or the custom error. */
  async call(
    to: Hex,
    data: Hex,
  ): Promise<{ readonly data: Hex; readonly error: Decoded | undefined; readonly gas: bigint }> {
    const { vm } = this;
    await vm.evm.journal.checkpoint();
    try {
      const { execResult } = await vm.evm.runCall({
        caller: createZeroAddress(),
        to: createAddressFromString(to),
        data: fromHex(data),
        gasLimit: GAS_LIMIT,
        block: this.block(),
      });
      const returned = toHex(execResult.returnValue);
      return {
        data: returned,
        error: execResult.exceptionError === undefined ? undefined : decodeError(returned),
        gas: execResult.executionGasUsed,
      };
    } finally {
      await vm.evm.journal.revert();
      vm.evm.journal.cleanJournal();
    }
  }

  private block() {
    return {
      common: this.vm.common,
      header: {
        number: this.height,
        timestamp: this.time,
        gasLimit: GAS_LIMIT,
        gasUsed: 0n,
        baseFeePerGas: BASE_FEE,
        coinbase: createZeroAddress(),
        difficulty: 0n,
        prevRandao: new Uint8Array(32),
        getBlobGasPrice: () => undefined,
      },
      errorStr: () => "test block",
    } as never;
  }
}

function outcomeOf(gasUsed: bigint, { exceptionError, returnValue, logs }: ExecResult): Outcome {
  return {
    gasUsed,
    reason: exceptionError?.error,
    error: exceptionError === undefined ? undefined : decodeError(toHex(returnValue)),
    events: decodeEvents(exceptionError === undefined ? logs : []),
  };
}

/** Name of the custom error that a call ended with, its data thrown away. */
export function errorName(error: Decoded | undefined): string | undefined {
  return error?.name;
}

export function encodeCall(contract: GenesisContractName, name: string, args: readonly unknown[]): Hex {
  const abi: Abi = abis[contract];
  return encodeFunctionData({ abi, functionName: name, args });
}

export function decodeResult(contract: GenesisContractName, name: string, data: Hex): unknown {
  const abi: Abi = abis[contract];
  return decodeFunctionResult({ abi, functionName: name, data });
}

function decodeError(data: Hex): Decoded {
  if (data === "0x") return { name: "", args: [] };
  const abi: Abi = Object.values<Abi>(abis).flat();
  const { errorName: name, args } = decodeErrorResult({ abi, data });
  return { name, args: args ?? [] };
}

function decodeEvents(logs: readonly (readonly [Uint8Array, Uint8Array[], Uint8Array])[] = []): DecodedEvent[] {
  return logs.map(([address, topics, data]) => decodeEvent(toHex(address), topics.map(toHex), toHex(data)));
}

function decodeEvent(address: Hex, topics: Hex[], data: Hex): DecodedEvent {
  const names = Object.keys(contractAddresses) as GenesisContractName[];
  const contract = names.find((name) => contractAddresses[name] === address) ?? "LucidAnchors";
  const abi: Abi = abis[contract];
  const [signature, ...rest] = topics;
  const { eventName, args } = decodeEventLog({
    abi,
    topics: signature === undefined ? [] : [signature, ...rest],
    data,
  });
  return {
    contract,
    name: eventName ?? "",
    args: { ...(args as Readonly<Record<string, unknown>> | undefined) },
    topics: topics.length,
  };
}
