import { type ChainConfig, forkVersionAt } from "../config.js";
import { relaySigningRoot } from "../crypto/signing.js";
import type { SignatureItem } from "../crypto/types.js";
import { CREDIT_RELAY, RELAY_PAIR_BYTES, RELAY_STORAGE_SHARE, RELAY_UNIT } from "../params.js";
import { demand } from "../transition/checks.js";
import { isJailed, isRetired } from "../transition/registry.js";
import type { ConsensusState, RelayedBytes } from "../types/state.js";
import type { RelayReceipt, RelayTask } from "../types/task.js";

/** Bytes that the receipts of the open epoch say for a pair; 0 without one. */
export function relayedBetween(
  relayed: readonly RelayedBytes[],
  { downloader, server }: Pick<RelayReceipt, "downloader" | "server">,
): number {
  return relayed.find((each) => each.downloader === downloader && each.server === server)?.bytes ?? 0;
}

/**
 * What a receipt makes of its pair: both are there, the epoch is open, and it says more than the last one did. Everything but
 * the signature.
 * @param before bytes of the pair that count already
 * @returns bytes of the pair that count from now on @throws ConsensusError BAD_TASK
 */
export function checkReceipt(
  state: ConsensusState,
  receipt: RelayReceipt,
  before = relayedBetween(state.epoch.relayed, receipt),
): number {
  demand(receipt.epoch === state.epoch.epoch, "BAD_TASK", "a relay receipt of another epoch");
  demand(receipt.downloader !== receipt.server, "BAD_TASK", "a relay receipt of a node for itself");
  for (const index of [receipt.downloader, receipt.server]) {
    const node = state.nodes[index];
    demand(node !== undefined && !isRetired(node), "BAD_TASK", "a relay receipt names a node that is not there");
    demand(!isJailed(node, state.epoch.epoch), "BAD_TASK", "a relay receipt names a jailed node");
  }
  const bytes = Number(receipt.bytes < BigInt(RELAY_PAIR_BYTES) ? receipt.bytes : BigInt(RELAY_PAIR_BYTES));
  demand(bytes > before, "BAD_TASK", "a relay receipt says nothing new");
  return bytes;
}

/** @param slot one of the receipt's epoch */
export function receiptSignature(
  config: ChainConfig,
  state: ConsensusState,
  { receipt, signature }: RelayTask,
  slot: number,
): SignatureItem {
  const context = { genesisRoot: config.genesisRoot, forkVersion: forkVersionAt(config, slot) };
  const publicKey = state.nodes[receipt.downloader]?.blsPublicKey ?? new Uint8Array();
  return { publicKey, message: relaySigningRoot(receipt, context), signature };
}

/** Credits for the bytes of one pair before the cap, thousandths: 1.000 for each whole 5 MiB. */
export function pairCredits(bytes: number): number {
  return CREDIT_RELAY * Math.floor(bytes / RELAY_UNIT);
}

/**
 * Relay credits of a server in an epoch: no more than a quarter of its storage credits, so that two nodes that sign for each
 * other gain a quarter of their storage at most.
 * @param ofPairs sum of `pairCredits` over its downloaders
 */
export function relayCredits(ofPairs: number, storageCredits: number): number {
  return Math.min(ofPairs, Math.floor(storageCredits / RELAY_STORAGE_SHARE));
}
