import { fromHex, sha256, u32be } from "@lucid/consensus/base";
import { contractAddresses, lucidAnchorsAbi, lucidChunkStoreAbi } from "@lucid/contracts";
import { encodeFunctionData } from "viem";
import { buildGenesisAlloc, type GenesisAccount } from "../../src/genesis/index.js";
import { genesisContractOptions } from "../../src/networks/index.js";
import { textOf } from "../../src/state/keys.js";
import { ETHER, TEST_CHAIN_ID, TestWallet } from "../../test/support/wallet.js";

const CHUNKS = 64;
const MAX_ROOTS = 256;
/** FEE_PER_CHUNK_DAY of LucidAnchors, wei. */
const FEE_PER_CHUNK_DAY = 10n ** 14n;
const DAYS = 30n;
const ANCHORS = fromHex(contractAddresses.LucidAnchors, 20);
const CHUNK_STORE = fromHex(contractAddresses.LucidChunkStore, 20);

export interface SignedBlock {
  readonly transactions: readonly Uint8Array[];
  readonly senders: readonly Uint8Array[];
}

function hex(...parts: readonly Uint8Array[]): `0x${string}` {
  return `0x${Buffer.from(sha256(...parts)).toString("hex")}`;
}

/** Signed transactions of the main job, as different accounts send them. */
export class Workload {
  readonly wallets: readonly TestWallet[];
  readonly #nonces = new Map<string, number>();
  #unique = 0;

  constructor(accounts: number) {
    this.wallets = Array.from({ length: accounts }, (_, i) => new TestWallet(10_000 + i));
  }

  alloc(): Promise<readonly GenesisAccount[]> {
    const balances = this.wallets.map(({ address }) => ({ address, balance: 1_000_000n * ETHER }));
    return buildGenesisAlloc({
      chainId: TEST_CHAIN_ID,
      balances,
      contracts: genesisContractOptions({ preset: "devnet", slotDuration: 6, validators: [] }),
    });
  }

  /** `count` registrations of sessions of 64 chunks, from as many accounts as there are. */
  registrations(count: number, timestamp: bigint): SignedBlock {
    return this.#block(count, (wallet, nonce) => {
      const id = u32be(this.#unique++);
      const data = encodeFunctionData({
        abi: lucidAnchorsAbi,
        functionName: "registerSession",
        args: [
          hex(id, Uint8Array.of(1)),
          hex(id, Uint8Array.of(2)),
          timestamp - 60n,
          `0x${Buffer.from(wallet.address).toString("hex")}`,
          hex(id, Uint8Array.of(3)),
          CHUNKS,
        ],
      });
      const value = BigInt(CHUNKS) * FEE_PER_CHUNK_DAY * DAYS;
      return wallet.sign({ nonce, to: ANCHORS, value, data: fromHex(data), gasLimit: 260_000n });
    });
  }

  /** The worst that our contracts offer: as many SHA-256 calls as gas buys. Each call opens a tree of its own. */
  anchoring(count: number, gasLimit: bigint): SignedBlock {
    return this.#block(count, (wallet, nonce) => {
      const id = u32be(this.#unique++);
      const roots = Array.from({ length: MAX_ROOTS }, (_, i) => hex(id, u32be(i)));
      const args = [hex(id, Uint8Array.of(4)), 0, roots] as const;
      const data = encodeFunctionData({ abi: lucidChunkStoreAbi, functionName: "anchorChunks", args });
      return wallet.sign({ nonce, to: CHUNK_STORE, data: fromHex(data), gasLimit });
    });
  }

  #block(count: number, make: (wallet: TestWallet, nonce: number) => Uint8Array): SignedBlock {
    const transactions: Uint8Array[] = [];
    const senders: Uint8Array[] = [];
    for (let i = 0; i < count; i++) {
      const wallet = this.wallets[i % this.wallets.length];
      if (wallet === undefined) break;
      const name = textOf(wallet.address);
      const nonce = this.#nonces.get(name) ?? 0;
      this.#nonces.set(name, nonce + 1);
      transactions.push(make(wallet, nonce));
      senders.push(wallet.address);
    }
    return { transactions, senders };
  }
}
