import { setTimeout as delay } from "node:timers/promises";
import type { Hex } from "viem";
import { type HDAccount, mnemonicToAccount } from "viem/accounts";
import type { LabNode } from "./labNode.js";

/** Words whose accounts every devnet funds; the last of the ten is the faucet's. */
const WORDS = "test test test test test test test test test test test junk";
const ACCOUNTS = 8;
const GWEI = 1_000_000_000n;

/** Transactions at a steady rate to the nodes in turn. */
export class Load {
  private readonly nodes: readonly LabNode[];
  private readonly perSecond: number;
  private readonly chainId: number;
  private readonly accounts: readonly { readonly account: HDAccount; nonce: number | undefined }[];
  private running: Promise<void> | undefined;
  private stopped = false;
  sent = 0;
  refused = 0;

  constructor(nodes: readonly LabNode[], perSecond: number, chainId: number) {
    this.nodes = nodes;
    this.perSecond = perSecond;
    this.chainId = chainId;
    this.accounts = Array.from({ length: ACCOUNTS }, (_, index) => ({
      account: mnemonicToAccount(WORDS, { addressIndex: index }),
      nonce: undefined,
    }));
  }

  start(): void {
    this.running ??= this.loop();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  private async loop(): Promise<void> {
    const started = performance.now();
    for (let turn = 0; !this.stopped; turn++) {
      const due = started + (turn * 1000) / this.perSecond - performance.now();
      if (due > 0) await delay(due);
      await this.send(turn);
    }
  }

  private async send(turn: number): Promise<void> {
    const sender = this.accounts[turn % ACCOUNTS];
    // One account stays with one node: nonces need not travel.
    const node = this.nodes[(turn % ACCOUNTS) % this.nodes.length];
    if (sender === undefined || node === undefined) return;
    try {
      sender.nonce ??= Number(await node.rpc<string>("eth_getTransactionCount", sender.account.address, "pending"));
      const raw: Hex = await sender.account.signTransaction({
        chainId: this.chainId,
        type: "eip1559",
        nonce: sender.nonce,
        to: "0x00000000000000000000000000000000000c0ffe",
        value: 1n,
        gas: 100_000n,
        maxFeePerGas: 100n * GWEI,
        maxPriorityFeePerGas: GWEI,
        // A kilobyte, so that bodies have the size of real ones.
        data: `0x${"00".repeat(1024)}`,
      });
      await node.rpc("eth_sendRawTransaction", raw);
      sender.nonce++;
      this.sent++;
    } catch {
      sender.nonce = undefined;
      this.refused++;
    }
  }
}
