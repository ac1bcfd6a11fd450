import { createCustomCommon, Hardfork, Mainnet, type ParamsDict } from "@ethereumjs/common";
import { paramsEVM } from "@ethereumjs/evm";
import { createMPT } from "@ethereumjs/mpt";
import { RLP } from "@ethereumjs/rlp";
import { MerkleStateManager } from "@ethereumjs/statemanager";
import { createTxFromRLP, type TransactionType } from "@ethereumjs/tx";
import { Account, Address } from "@ethereumjs/util";
import { createVM, encodeReceipt, runTx, type TxReceipt, type VM } from "@ethereumjs/vm";
import { REMOVED_OPCODES, REMOVED_PRECOMPILES, SHA256_BASE_GAS } from "../../src/execution/chainRules.js";
import { evmBlock } from "../../src/execution/evmHost.js";
import type { GenesisAccount } from "../../src/genesis/alloc.js";
import type { ExecutionInput } from "../../src/interfaces.js";
import { TEST_CHAIN_ID } from "./wallet.js";

export interface StockOutput {
  readonly stateRoot: Uint8Array;
  readonly receiptsRoot: Uint8Array;
  readonly transactionsRoot: Uint8Array;
  readonly gasUsed: bigint;
}

/**
 * The same block by the library's own parts: its state manager and trie, transactions, JavaScript crypto, receipt
 * encoding. What our executor must equal.
 */
export class StockExecutor {
  readonly #vm: VM;

  private constructor(vm: VM) {
    this.#vm = vm;
  }

  static async create(
    alloc: readonly GenesisAccount[],
    blockRoot: (height: number) => Uint8Array,
  ): Promise<StockExecutor> {
    const common = createCustomCommon({ chainId: TEST_CHAIN_ID, name: "stock" }, Mainnet, {
      hardfork: Hardfork.Cancun,
      eips: [7623],
    });
    const state = new MerkleStateManager({ common, trie: await createMPT({ useKeyHashing: true }) });
    const params = structuredClone(paramsEVM) as ParamsDict;
    params["1"] = { ...params["1"], sha256Gas: SHA256_BASE_GAS };
    const vm = await createVM({
      common,
      stateManager: state,
      blockchain: {
        getBlock: async (height: number) => ({ hash: () => blockRoot(height) }),
        putBlock: async () => {},
        shallowCopy() {
          return this;
        },
      },
      evmOpts: { customOpcodes: [...REMOVED_OPCODES], customPrecompiles: [...REMOVED_PRECOMPILES], params },
    });
    for (const { address, nonce, balance, code, storage } of alloc) {
      const at = new Address(address);
      await state.putAccount(at, new Account(nonce, balance));
      if (code.length > 0) await state.putCode(at, code);
      for (const [slot, value] of storage) await state.putStorage(at, slot, unpad(value));
    }
    return new StockExecutor(vm);
  }

  stateRoot(): Promise<Uint8Array> {
    return this.#vm.stateManager.getStateRoot();
  }

  async execute(input: ExecutionInput): Promise<StockOutput> {
    const { common } = this.#vm;
    const block = evmBlock(input.env, common);
    const receipts: { type: TransactionType; receipt: TxReceipt }[] = [];
    let used = 0n;
    for (const raw of input.transactions) {
      const tx = createTxFromRLP(raw, { common });
      const result = await runTx(this.#vm, { tx, block, blockGasUsed: used, skipHardForkValidation: true });
      used += result.totalGasSpent;
      receipts.push({ type: tx.type, receipt: result.receipt });
    }
    const { journal } = this.#vm.evm;
    for (const { address, amount } of input.withdrawals) {
      const to = new Address(address);
      const account = (await this.#vm.stateManager.getAccount(to)) ?? new Account();
      account.balance += amount * 1_000_000_000n;
      await journal.putAccount(to, account);
    }
    await journal.cleanup();
    const receiptTrie = await createMPT({});
    for (const [index, { type, receipt }] of receipts.entries()) {
      await receiptTrie.put(RLP.encode(index), encodeReceipt(receipt, type));
    }
    const txTrie = await createMPT({});
    for (const [index, raw] of input.transactions.entries()) await txTrie.put(RLP.encode(index), raw);
    return {
      stateRoot: await this.stateRoot(),
      receiptsRoot: receiptTrie.root(),
      transactionsRoot: txTrie.root(),
      gasUsed: used,
    };
  }
}

function unpad(value: Uint8Array): Uint8Array {
  let start = 0;
  while (start < value.length && value[start] === 0) start++;
  return value.slice(start);
}
