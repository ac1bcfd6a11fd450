import { createPublicClient, defineChain, type Hash, type Hex, http, type PublicClient } from "viem";
import { mnemonicToAccount } from "viem/accounts";

/** Words whose accounts every devnet funds. */
const WORDS = "test test test test test test test test test test test junk";
const ACCOUNTS = 8;

interface Sender {
  readonly account: ReturnType<typeof mnemonicToAccount>;
  nonce: number | undefined;
}

export interface KnownBlock {
  readonly number: bigint;
  readonly hash: Hash;
}

/** Transactions and blocks that a node has acknowledged, over all its lives. */
export class ChainLoad {
  /** Acknowledged by eth_sendRawTransaction and not yet seen in a block. */
  readonly open = new Set<Hash>();
  /** In a block: hash of that block. */
  readonly final = new Map<Hash, Hash>();
  readonly blocks = new Map<bigint, Hash>();
  private readonly senders: Sender[] = Array.from({ length: ACCOUNTS }, (_, index) => ({
    account: mnemonicToAccount(WORDS, { addressIndex: index }),
    nonce: undefined,
  }));
  private client: PublicClient | undefined;
  private chainId = 0;
  acknowledged = 0;

  async connect(rpc: string): Promise<void> {
    this.client = createPublicClient({ transport: http(rpc, { retryCount: 0, timeout: 5_000 }) });
    this.chainId = await this.client.getChainId();
    const chain = defineChain({
      id: this.chainId,
      name: "lucid",
      nativeCurrency: { name: "LUCID", symbol: "LUCID", decimals: 18 },
      rpcUrls: { default: { http: [rpc] } },
    });
    this.client = createPublicClient({ chain, transport: http(rpc, { retryCount: 0, timeout: 5_000 }) });
    // A transaction whose answer the crash swallowed may be there or not: the node says which nonce is next.
    for (const sender of this.senders) sender.nonce = undefined;
  }

  /** One transfer from one of the accounts; false when the node did not answer. */
  async send(turn: number): Promise<boolean> {
    const sender = this.senders[turn % ACCOUNTS];
    if (this.client === undefined || sender === undefined) return false;
    try {
      const nonce = sender.nonce ?? (await this.pendingNonce(sender.account.address));
      sender.nonce = nonce + 1;
      const raw = await sender.account.signTransaction({
        chainId: this.chainId,
        type: "eip1559",
        nonce,
        to: "0x00000000000000000000000000000000000c0ffe",
        value: 1n,
        gas: 21_000n,
        maxFeePerGas: 100_000_000_000n,
        maxPriorityFeePerGas: 1_000_000_000n,
      });
      const hash = await this.client.sendRawTransaction({ serializedTransaction: raw as Hex });
      this.open.add(hash);
      this.acknowledged++;
      return true;
    } catch {
      sender.nonce = undefined;
      return false;
    }
  }

  /** Notes the head and which transactions are in a block by now. */
  async observe(): Promise<KnownBlock | undefined> {
    if (this.client === undefined) return undefined;
    try {
      const head = await this.client.getBlock({ blockTag: "latest" });
      if (head.hash !== null && head.number !== null) this.blocks.set(head.number, head.hash);
      return head.number === null || head.hash === null ? undefined : { number: head.number, hash: head.hash };
    } catch {
      return undefined;
    }
  }

  /** What was acknowledged and is not there (any more), in words. */
  async losses(): Promise<string[]> {
    const { client } = this;
    if (client === undefined) return ["not connected"];
    const lost: string[] = [];
    for (const hash of this.open) {
      const found = await client.getTransaction({ hash }).catch(() => undefined);
      if (found === undefined) lost.push(`transaction ${hash} was acknowledged and is lost`);
      else if (found.blockHash !== null) {
        this.open.delete(hash);
        this.final.set(hash, found.blockHash);
      }
    }
    for (const [number, hash] of this.blocks) {
      const block = await client.getBlock({ blockNumber: number }).catch(() => undefined);
      if (block?.hash !== hash) lost.push(`block ${number} was ${hash} and is ${block?.hash ?? "gone"}`);
    }
    return lost;
  }

  /** Receipts of transactions seen in a block are in that block still. Asked once, at the end. */
  async lostReceipts(): Promise<string[]> {
    const lost: string[] = [];
    for (const [hash, blockHash] of this.final) {
      const receipt = await this.client?.getTransactionReceipt({ hash }).catch(() => undefined);
      if (receipt?.blockHash !== blockHash || receipt.status !== "success") lost.push(`receipt of ${hash} is lost`);
    }
    return lost;
  }

  private async pendingNonce(address: Hex): Promise<number> {
    return (await this.client?.getTransactionCount({ address, blockTag: "pending" })) ?? 0;
  }
}
