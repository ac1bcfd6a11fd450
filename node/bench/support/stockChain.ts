import { createCustomCommon, Hardfork, Mainnet, type ParamsDict } from "@ethereumjs/common";
import { paramsEVM } from "@ethereumjs/evm";
import { createMPT } from "@ethereumjs/mpt";
import { RLP } from "@ethereumjs/rlp";
import { Caches, MerkleStateManager } from "@ethereumjs/statemanager";
import { createTxFromRLP, paramsTx, type TransactionType } from "@ethereumjs/tx";
import { Account, Address, type BatchDBOp, type DB, ValueEncoding } from "@ethereumjs/util";
import { createVM, encodeReceipt, runTx, type TxReceipt, type VM } from "@ethereumjs/vm";
import { sha256 } from "@lucid/consensus/base";
import { Level } from "level";
import { REMOVED_OPCODES, SHA256_BASE_GAS } from "../../src/execution/chainRules.js";
import { evmBlock } from "../../src/execution/evmHost.js";
import { recoverPublicKey } from "../../src/execution/sender.js";
import type { GenesisAccount } from "../../src/genesis/index.js";
import type { ExecutionInput } from "../../src/interfaces.js";
import { keccak256 } from "../../src/state/keccak.js";
import { TEST_CHAIN_ID } from "../../test/support/wallet.js";

type Value = Uint8Array | string;

/** Trie nodes in memory until the block's one synced batch, over Level. */
class TrieDatabase implements DB<string, Value> {
  readonly level: Level<Uint8Array, Uint8Array>;
  readonly #pending = new Map<string, Uint8Array | undefined>();

  constructor(level: Level<Uint8Array, Uint8Array>) {
    this.level = level;
  }

  async get(key: string): Promise<Value | undefined> {
    if (this.#pending.has(key)) return this.#pending.get(key);
    return this.level.getSync(Buffer.from(key, "hex"));
  }

  async put(key: string, value: Value): Promise<void> {
    this.#pending.set(key, typeof value === "string" ? Buffer.from(value, "hex") : value);
  }

  async del(key: string): Promise<void> {
    this.#pending.set(key, undefined);
  }

  async batch(ops: BatchDBOp<string, Value>[]): Promise<void> {
    for (const op of ops) {
      if (op.type === "put") await this.put(op.key, op.value);
      else await this.del(op.key);
    }
  }

  shallowCopy(): DB<string, Value> {
    return this;
  }

  async open(): Promise<void> {}

  async flush(): Promise<void> {
    const batch = this.level.batch();
    for (const [key, value] of this.#pending) {
      if (value === undefined) batch.del(Buffer.from(key, "hex"));
      else batch.put(Buffer.from(key, "hex"), value);
    }
    this.#pending.clear();
    await batch.write({ sync: true });
  }
}

/**
 * The rival: @ethereumjs/vm on its own state manager, with everything that makes it fast short of replacing that: its
 * caches, our hashes and recovery, senders known beforehand, one shared set of rules, one batch a block.
 */
export class StockChain {
  readonly #vm: VM;
  readonly #database: TrieDatabase;

  private constructor(vm: VM, database: TrieDatabase) {
    this.#vm = vm;
    this.#database = database;
  }

  static async create(folder: string, alloc: readonly GenesisAccount[]): Promise<StockChain> {
    const level = new Level<Uint8Array, Uint8Array>(folder, { keyEncoding: "view", valueEncoding: "view" });
    await level.open();
    const database = new TrieDatabase(level);
    const ecrecover = (hash: Uint8Array, v: bigint, r: Uint8Array, s: Uint8Array): Uint8Array =>
      recoverPublicKey(hash, r, s, v === 1n || v === 28n ? 1 : 0) ?? new Uint8Array(64);
    const common = createCustomCommon({ chainId: TEST_CHAIN_ID, name: "stock" }, Mainnet, {
      hardfork: Hardfork.Cancun,
      eips: [7623],
      customCrypto: { keccak256, ecrecover, sha256: (message) => sha256(message) },
    });
    const trie = await createMPT({
      db: database,
      useKeyHashing: true,
      common,
      cacheSize: 100_000,
      valueEncoding: ValueEncoding.Bytes,
    });
    const caches = new Caches({ account: { size: 100_000 }, storage: { size: 100_000 }, code: { size: 100 } });
    const stateManager = new MerkleStateManager({ common, trie, caches });
    const params = structuredClone(paramsEVM) as ParamsDict;
    params["1"] = { ...params["1"], sha256Gas: SHA256_BASE_GAS };
    const vm = await createVM({ common, stateManager, evmOpts: { customOpcodes: [...REMOVED_OPCODES], params } });
    common.updateParams(paramsTx);
    common.copy = () => common;
    common.updateParams = () => {};
    const chain = new StockChain(vm, database);
    await chain.#genesis(alloc);
    return chain;
  }

  /** Executes, computes all roots and writes the block's batch; returns the state root. */
  async run(input: ExecutionInput): Promise<Uint8Array> {
    const { evm, stateManager, common } = this.#vm;
    const block = evmBlock(input.env, common);
    const receipts: { type: TransactionType; receipt: TxReceipt }[] = [];
    let used = 0n;
    await evm.journal.checkpoint();
    for (const [index, raw] of input.transactions.entries()) {
      const tx = createTxFromRLP(raw, { common, freeze: false });
      const sender = new Address(input.senders?.[index] ?? new Uint8Array(20));
      tx.getSenderAddress = () => sender;
      const result = await runTx(this.#vm, { tx, block, blockGasUsed: used, skipHardForkValidation: true });
      used += result.totalGasSpent;
      receipts.push({ type: tx.type, receipt: result.receipt });
    }
    await evm.journal.cleanup();
    await evm.journal.commit();
    const root = await stateManager.getStateRoot();
    const options = { common };
    const receiptTrie = await createMPT(options);
    const transactionTrie = await createMPT(options);
    for (const [index, { type, receipt }] of receipts.entries()) {
      await receiptTrie.put(RLP.encode(index), encodeReceipt(receipt, type));
    }
    for (const [index, raw] of input.transactions.entries()) await transactionTrie.put(RLP.encode(index), raw);
    await this.#database.flush();
    return root;
  }

  async close(): Promise<void> {
    await this.#database.level.close();
  }

  async #genesis(alloc: readonly GenesisAccount[]): Promise<void> {
    const { stateManager } = this.#vm;
    await stateManager.checkpoint();
    for (const { address, nonce, balance, code, storage } of alloc) {
      const at = new Address(address);
      await stateManager.putAccount(at, new Account(nonce, balance));
      if (code.length > 0) await stateManager.putCode(at, code);
      for (const [slot, value] of storage) {
        await stateManager.putStorage(at, slot, value.slice(value.findIndex((byte) => byte !== 0)));
      }
    }
    await stateManager.commit();
    await stateManager.getStateRoot();
    await this.#database.flush();
  }
}
