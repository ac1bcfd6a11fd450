import { createBlock } from "@ethereumjs/block";
import { type Common, createCustomCommon, Hardfork, Mainnet } from "@ethereumjs/common";
import { createMPT } from "@ethereumjs/mpt";
import { MerkleStateManager } from "@ethereumjs/statemanager";
import { Account, bytesToHex, createAddressFromString, hexToBytes, type PrefixedHexString } from "@ethereumjs/util";
import { createVM, type VM } from "@ethereumjs/vm";
import type { BlockContext, Execution, Ledger } from "./ledger.js";

/** Contracts in @ethereumjs/vm (Shanghai, as TRON's compiler settings ask for at most). Gas stands for energy. */
export class EvmLedger implements Ledger {
  readonly #vm: VM;
  readonly #common: Common;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(vm: VM, common: Common) {
    this.#vm = vm;
    this.#common = common;
  }

  static async create(chainId: number): Promise<EvmLedger> {
    const common = createCustomCommon({ chainId, name: "tron-emulator" }, Mainnet, { hardfork: Hardfork.Shanghai });
    const stateManager = new MerkleStateManager({ common, trie: await createMPT({ useKeyHashing: true }) });
    return new EvmLedger(await createVM({ common, stateManager }), common);
  }

  /** Runs creation code; gives the address in hex. */
  deploy(creator: string, code: string): Promise<string> {
    return this.#alone(() => this.#deploy(creator, code));
  }

  async #deploy(creator: string, code: string): Promise<string> {
    const sender = createAddressFromString(`0x${creator}`);
    const state = this.#vm.stateManager;
    if ((await state.getAccount(sender)) === undefined) await state.putAccount(sender, new Account());
    const block = this.#block({ number: 0, timestamp: 0 });
    const result = await this.#vm.evm.runCall({
      caller: sender,
      data: hexToBytes(prefixed(code)),
      gasLimit: 30_000_000n,
      block,
    });
    if (result.execResult.exceptionError !== undefined || result.createdAddress === undefined) {
      throw Object.assign(new EvmLedgerError(`deployment failed: ${result.execResult.exceptionError?.error}`));
    }
    await this.#vm.stateManager.getStateRoot();
    return result.createdAddress.toString().slice(2);
  }

  /** A call that fails is reverted by the EVM itself. */
  execute(
    caller: string,
    contract: string,
    data: string,
    block: BlockContext,
    energyLimit: number,
  ): Promise<Execution> {
    return this.#alone(() => this.#run(caller, contract, data, block, energyLimit));
  }

  call(caller: string, contract: string, data: string, block: BlockContext): Promise<Execution> {
    return this.#alone(async () => {
      await this.#vm.evm.journal.checkpoint();
      try {
        return await this.#run(caller, contract, data, block, 3_000_000);
      } finally {
        await this.#vm.evm.journal.revert();
      }
    });
  }

  /**
   * One at a time: requests of several nodes share this state. Reads too: while a checkpoint is open, the trie's database
   * (CheckpointDB.get) keeps in it what it read, also "not there" in place of a node that was written meanwhile. The next
   * write then fails inside the trie, which does not let go of its lock, and everything after it waits for good.
   */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#queue.then(work);
    this.#queue = run.catch(() => undefined);
    return run;
  }

  isContract(address: string): Promise<boolean> {
    return this.#alone(
      async () => (await this.#vm.stateManager.getCode(createAddressFromString(`0x${address}`))).length > 0,
    );
  }

  mark(): Promise<Uint8Array> {
    return this.#alone(async () => {
      const state = this.#vm.stateManager as MerkleStateManager;
      await state.flush();
      return state.getStateRoot();
    });
  }

  restore(mark: unknown): Promise<void> {
    return this.#alone(async () => {
      const state = this.#vm.stateManager as MerkleStateManager;
      await state.flush();
      await state.setStateRoot(mark as Uint8Array);
    });
  }

  async #run(caller: string, contract: string, data: string, block: BlockContext, limit: number): Promise<Execution> {
    const { execResult } = await this.#vm.evm.runCall({
      caller: createAddressFromString(`0x${caller}`),
      to: createAddressFromString(`0x${contract}`),
      data: hexToBytes(prefixed(data)),
      gasLimit: BigInt(Math.max(0, Math.floor(limit))),
      skipBalance: true,
      block: this.#block(block),
    });
    const energy = Number(execResult.executionGasUsed);
    const failure = execResult.exceptionError?.error;
    if (failure !== undefined) {
      const reverted = String(failure) === "revert";
      const bytes = bytesToHex(execResult.returnValue).slice(2);
      return {
        ok: false,
        result: reverted ? "REVERT" : "OUT_OF_ENERGY",
        data: reverted ? bytes : "",
        logs: [],
        energy,
      };
    }
    const logs = (execResult.logs ?? []).map(([address, topics, bytes]) => ({
      address: bytesToHex(address).slice(2),
      topics: topics.map((topic) => bytesToHex(topic).slice(2)),
      data: bytesToHex(bytes).slice(2),
    }));
    return { ok: true, result: "SUCCESS", data: bytesToHex(execResult.returnValue).slice(2), logs, energy };
  }

  #block({ number, timestamp }: BlockContext) {
    const header = { number: BigInt(number), timestamp: BigInt(timestamp), gasLimit: 100_000_000n, baseFeePerGas: 0n };
    return createBlock({ header }, { common: this.#common, skipConsensusFormatValidation: true });
  }
}

class EvmLedgerError extends Error {}

function prefixed(hex: string): PrefixedHexString {
  return hex.startsWith("0x") ? (hex as PrefixedHexString) : `0x${hex}`;
}
