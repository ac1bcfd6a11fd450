import type { AccountFields, Common, StateManagerInterface } from "@ethereumjs/common";
import type { EVMInterface, EVMResult } from "@ethereumjs/evm";
import type { Account } from "@ethereumjs/util";
import { Address } from "@ethereumjs/util";
import { createVM, type RunTxOpts, type RunTxResult, runTx, type VM } from "@ethereumjs/vm";
import { NodeError } from "../errors.js";
import type { BlockEnvironment, Bytes20, Bytes32 } from "../interfaces.js";
import type { StateOverlay } from "../state/stateOverlay.js";
import { REMOVED_OPCODES, REMOVED_PRECOMPILES } from "./chainRules.js";
import { executable, type Runnable } from "./executableTransaction.js";
import { FastEvm } from "./fastEvm.js";

/** Root of an earlier block, for BLOCKHASH; undefined outside the chain. */
export type BlockRootLookup = (height: number) => Bytes32 | undefined | Promise<Bytes32 | undefined>;

const ZERO_ROOT = new Uint8Array(32);

/** 0xff..fe, the caller of system calls (EIP-4788 and others use the same). */
export const SYSTEM_ADDRESS: Bytes20 = new Uint8Array(20).fill(0xff);
SYSTEM_ADDRESS[19] = 0xfe;

/** Gas of one system call; outside the block's limit. */
export const SYSTEM_CALL_GAS = 30_000_000n;

/**
 * Forwards to the state view of the run in progress. The EVM's tables take longer to build than a call, and each EVM
 * leaves a listener on the rules behind, so one EVM serves many runs.
 */
class CurrentState implements StateManagerInterface {
  current: StateOverlay | undefined;

  get originalStorageCache(): StateManagerInterface["originalStorageCache"] {
    return this.#state.originalStorageCache;
  }

  get #state(): StateOverlay {
    if (this.current === undefined) {
      throw new NodeError({ code: "STATE_UNSUPPORTED", message: "the EVM runs without a state" });
    }
    return this.current;
  }

  readSlot(address: Uint8Array, slot: Uint8Array): Uint8Array {
    return this.#state.readSlot(address, slot);
  }
  originalSlot(address: Uint8Array, slot: Uint8Array): Uint8Array {
    return this.#state.originalSlot(address, slot);
  }
  writeSlot(address: Uint8Array, slot: Uint8Array, value: Uint8Array): void {
    this.#state.writeSlot(address, slot, value);
  }

  getAccount(address: Address): Promise<Account | undefined> {
    return this.#state.getAccount(address);
  }
  putAccount(address: Address, account?: Account): Promise<void> {
    return this.#state.putAccount(address, account);
  }
  deleteAccount(address: Address): Promise<void> {
    return this.#state.deleteAccount(address);
  }
  modifyAccountFields(address: Address, fields: AccountFields): Promise<void> {
    return this.#state.modifyAccountFields(address, fields);
  }
  putCode(address: Address, code: Uint8Array): Promise<void> {
    return this.#state.putCode(address, code);
  }
  getCode(address: Address): Promise<Uint8Array> {
    return this.#state.getCode(address);
  }
  getCodeSize(address: Address): Promise<number> {
    return this.#state.getCodeSize(address);
  }
  getStorage(address: Address, key: Uint8Array): Promise<Uint8Array> {
    return this.#state.getStorage(address, key);
  }
  putStorage(address: Address, key: Uint8Array, value: Uint8Array): Promise<void> {
    return this.#state.putStorage(address, key, value);
  }
  clearStorage(address: Address): Promise<void> {
    return this.#state.clearStorage(address);
  }
  checkpoint(): Promise<void> {
    return this.#state.checkpoint();
  }
  commit(): Promise<void> {
    return this.#state.commit();
  }
  revert(): Promise<void> {
    return this.#state.revert();
  }
  getStateRoot(): Promise<Uint8Array> {
    return this.#state.getStateRoot();
  }
  setStateRoot(): Promise<void> {
    return this.#state.setStateRoot();
  }
  hasStateRoot(): Promise<boolean> {
    return this.#state.hasStateRoot();
  }
  clearCaches(): void {
    this.#state.clearCaches();
  }
  shallowCopy(): StateManagerInterface {
    return this.#state.shallowCopy();
  }
}

type RunBlock = NonNullable<RunTxOpts["block"]>;

/** One EVM with the chain's rules. Runs one thing at a time: journal and state are shared within it. */
export class EvmHost {
  readonly common: Common;
  readonly #vm: VM;
  readonly #state: CurrentState;

  private constructor(common: Common, vm: VM, state: CurrentState) {
    this.common = common;
    this.#vm = vm;
    this.#state = state;
  }

  static async create(common: Common, blockRoot: BlockRootLookup): Promise<EvmHost> {
    const state = new CurrentState();
    const blockchain = {
      getBlock: async (height: number) => {
        const root = (await blockRoot(height)) ?? ZERO_ROOT;
        return { hash: () => root };
      },
      putBlock: async () => {},
      shallowCopy() {
        return this;
      },
    };
    const evm = await FastEvm.create(
      {
        common,
        stateManager: state,
        blockchain,
        customOpcodes: [...REMOVED_OPCODES],
        customPrecompiles: [...REMOVED_PRECOMPILES],
      },
      {
        read: (address, slot) => state.readSlot(address.bytes, slot),
        original: (address, slot) => state.originalSlot(address.bytes, slot),
        write: (address, slot, value) => state.writeSlot(address.bytes, slot, value),
      },
    );
    const vm = await createVM({ common, stateManager: state, blockchain, evm });
    return new EvmHost(common, vm, state);
  }

  get evm(): EVMInterface {
    return this.#vm.evm;
  }

  /** Starts a run on `state`; whatever an earlier run left behind is dropped. */
  use(state: StateOverlay): void {
    this.#state.current = state;
    this.#vm.evm.journal.cleanJournal();
  }

  release(): void {
    this.#state.current = undefined;
  }

  /** The caller has checked that the transaction is valid on this state. */
  runTransaction(
    fields: Runnable,
    sender: Bytes20,
    block: RunBlock,
    gasUsed: bigint,
    options: Pick<RunTxOpts, "skipBalance" | "skipNonce" | "reportAccessList"> = {},
  ): Promise<RunTxResult> {
    const tx = executable(fields, sender, this.common);
    return runTx(this.#vm, { tx, block, blockGasUsed: gasUsed, skipHardForkValidation: true, ...options });
  }

  /** A call by the protocol itself; a failing one leaves no trace in the state. */
  async systemCall(to: Bytes20, data: Uint8Array, block: RunBlock): Promise<EVMResult> {
    const { evm } = this.#vm;
    const result = await evm.runCall({
      caller: new Address(SYSTEM_ADDRESS),
      to: new Address(to),
      data,
      gasLimit: SYSTEM_CALL_GAS,
      block,
      // Else the system account would come into being with nonce 1.
      skipNonceIncrement: true,
    });
    await evm.journal.cleanup();
    this.#state.originalStorageCache.clear();
    return result;
  }
}

/** A block as runTx and the opcodes see it: no Ethereum header, no hash. */
export function evmBlock(env: BlockEnvironment, common: Common): RunBlock {
  const block = {
    common,
    header: {
      number: BigInt(env.height),
      timestamp: env.timestamp,
      gasLimit: env.gasLimit,
      gasUsed: 0n,
      baseFeePerGas: env.baseFeePerGas,
      coinbase: new Address(env.coinbase),
      difficulty: 0n,
      prevRandao: env.prevRandao,
      // No blobs here; the least price that Ethereum knows.
      getBlobGasPrice: () => 1n,
    },
    errorStr: () => `block height=${env.height}`,
  };
  return block as unknown as RunBlock;
}
