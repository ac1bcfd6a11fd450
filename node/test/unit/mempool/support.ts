import { VirtualClock } from "@lucid/consensus/base";
import { type KeyValueStore, MemoryStore } from "@lucid/storage";
import type { StoredBlock } from "../../../src/interfaces.js";
import type { MempoolLimits } from "../../../src/mempool/limits.js";
import { TransactionPool } from "../../../src/mempool/transactionPool.js";
import { type AccountRecord, EMPTY_ACCOUNT } from "../../../src/state/account.js";
import { textOf } from "../../../src/state/keys.js";
import { ETHER, GWEI, TEST_CHAIN_ID } from "../../support/wallet.js";

/** Accounts, base fee and clock that a test sets; the pool on top of them. */
export class PoolBench {
  readonly accounts = new Map<string, AccountRecord>();
  readonly clock = new VirtualClock(1_800_000_000_000);
  baseFee = GWEI;
  height = 0;

  fund(address: Uint8Array, balance: bigint = 100n * ETHER, nonce = 0n): void {
    this.accounts.set(textOf(address), { ...EMPTY_ACCOUNT, balance, nonce });
  }

  open(store: KeyValueStore = new MemoryStore(), limits: Partial<MempoolLimits> = {}): Promise<TransactionPool> {
    return TransactionPool.open(
      { chainId: TEST_CHAIN_ID, gasLimit: 30_000_000n, limits, senders: { threads: 0 } },
      {
        store,
        clock: this.clock,
        account: (address) => this.accounts.get(textOf(address)),
        nextBaseFee: () => this.baseFee,
      },
    );
  }

  /** A block as far as the pool looks at it. */
  block(transactions: readonly Uint8Array[]): StoredBlock {
    this.height += 1;
    return { header: { height: this.height }, body: { transactions } } as unknown as StoredBlock;
  }
}
