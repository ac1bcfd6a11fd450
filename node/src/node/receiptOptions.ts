import { type BlsSigner, type ChainConfig, epochOfSlot, forkVersionAt, slotAt } from "@lucid/consensus";
import type { Clock } from "@lucid/consensus/base";
import type { ReceiptSignerOptions } from "../localApi/chunkReceipts.js";

export interface ReceiptParts {
  readonly config: ChainConfig;
  readonly signer: BlsSigner | undefined;
  readonly nodeId: Uint8Array | undefined;
}

/** Undefined for a node without a key. */
export function receiptsOf({ signer, nodeId, config }: ReceiptParts, clock: Clock): ReceiptSignerOptions | undefined {
  if (signer === undefined || nodeId === undefined) return undefined;
  return { signer, nodeId, now: () => receiptContext(config, clock) };
}

/** Epoch by the clock, and the signing context that holds in it. */
export function receiptContext(config: ChainConfig, clock: Clock): ReturnType<ReceiptSignerOptions["now"]> {
  const slot = Math.max(0, slotAt(config.clock, clock.now()));
  const context = { genesisRoot: config.genesisRoot, forkVersion: forkVersionAt(config, slot) };
  return { epoch: epochOfSlot(slot, config.params.epochSlots), context };
}
