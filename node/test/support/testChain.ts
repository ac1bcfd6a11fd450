import { sha256, u32be } from "@lucid/consensus/base";
import { type KeyValueStore, MemoryStore } from "@lucid/storage";
import { LocalExecutor, type LocalExecutorOptions } from "../../src/execution/localExecutor.js";
import type { BlockEnvironment, ExecutionInput } from "../../src/interfaces.js";
import { initialiseState } from "../../src/state/genesisState.js";
import { testAlloc } from "./testContracts.js";
import { ETHER, GWEI, TEST_CHAIN_ID, TestWallet } from "./wallet.js";

export const blockRoot = (height: number): Uint8Array => sha256(u32be(height));

export const COINBASE = new Uint8Array(20).fill(0xc0);

export function environment(height: number, changes: Partial<BlockEnvironment> = {}): BlockEnvironment {
  return {
    height,
    timestamp: 1_800_000_000n + 6n * BigInt(height),
    gasLimit: 30_000_000n,
    baseFeePerGas: GWEI,
    coinbase: COINBASE,
    prevRandao: sha256(u32be(height), Uint8Array.of(1)),
    ...changes,
  };
}

export function blockInput(height: number, transactions: readonly Uint8Array[]): ExecutionInput {
  return { env: environment(height), transactions, withdrawals: [], systemCalls: [] };
}

export const wallets = Array.from({ length: 6 }, (_, i) => new TestWallet(i));
export const alloc = testAlloc(
  wallets.map((wallet) => wallet.address),
  1000n * ETHER,
);

export const executorOptions = { chainId: TEST_CHAIN_ID, keepBlocks: 128, archive: false } as const;

export async function openLocal(
  store: KeyValueStore = new MemoryStore(),
  options: Partial<LocalExecutorOptions> = {},
): Promise<{ executor: LocalExecutor; store: KeyValueStore }> {
  await initialiseState(store, alloc);
  const executor = await LocalExecutor.open({ ...executorOptions, ...options }, { store, blockRoot });
  return { executor, store };
}
