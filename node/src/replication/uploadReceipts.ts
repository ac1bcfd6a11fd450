import { setImmediate } from "node:timers/promises";
import { equalBytes, fromHex, toHex } from "@lucid/consensus/base";
import type { ChunkStore } from "@lucid/storage";
import { type ChunkReceiptJson, type ReceiptSignerOptions, signChunkReceipt } from "../localApi/chunkReceipts.js";
import type { PlacementView } from "./placementView.js";
import type { ReplicationStore } from "./replicationStore.js";

/** Roots whose receipts are given at a time. */
export const MAX_ASKED_RECEIPTS = 1_024;
/** Roots between two turns of the event loop: a placement and a signature each. */
const TURN = 16;

/** Receipts as the owner's program checks them. */
export interface ReceiptsReport {
  readonly receipts: readonly ChunkReceiptJson[];
  /** BLS public keys, 48 bytes, by nodeId, which is SHA-256 of the key: whoever checks needs no registry for them. */
  readonly keys: Readonly<Record<string, `0x${string}`>>;
}

/**
 * What nodes have signed for chunks of a session that this node passes on. Where others have not signed often enough, it
 * signs itself for a chunk that belongs here and lies here. Nothing once the session is anchored.
 */
export async function uploadReceipts(
  sessionId: Uint8Array,
  roots: readonly Uint8Array[],
  modules: { readonly store: ReplicationStore; readonly chunks: ChunkStore; readonly placement: PlacementView },
  own: ReceiptSignerOptions | undefined,
): Promise<ReceiptsReport> {
  const { store, chunks, placement } = modules;
  const receipts: ChunkReceiptJson[] = [];
  const keys: Record<string, `0x${string}`> = {};
  for (const [i, root] of roots.entries()) {
    if (i % TURN === 0) await setImmediate();
    const record = chunks.get(root);
    if (record === undefined || !equalBytes(record.sessionId, sessionId)) continue;
    const stored = await store.receiptsOf(sessionId, root);
    for (const [name, { epoch, forkVersion, signature }] of stored) {
      receipts.push({
        chunkRoot: toHex(root),
        blobLength: record.size,
        node: toHex(fromHex(name, 32)),
        epoch,
        forkVersion,
        signature: toHex(signature),
      });
    }
    if (own === undefined || record.state !== "stored" || stored.size >= placement.copiesToAnchor) continue;
    const isOurs = placement.ranking(root).some(({ nodeId }) => equalBytes(nodeId, own.nodeId));
    if (isOurs) receipts.push(signChunkReceipt(root, record.size, own));
  }
  for (const { node } of receipts) {
    const key = keys[node] === undefined ? placement.keyOfId(fromHex(node, 32)) : undefined;
    if (key !== undefined) keys[node] = toHex(key);
  }
  return { receipts, keys };
}
