import { DEFAULT_CHUNK_SIZE, StorageError } from "@lucid/storage";
import { formatBytes } from "../format.js";
import type { NodeClient } from "../nodeClient.js";

/** What the network says about chunks and recorders, as the node reads it from the last final block. */
export interface SessionRules {
  /** Bytes of plaintext. */
  readonly maxChunkSize: number;
  /** Milliseconds. */
  readonly policyTimeoutMs: number;
}

/** @throws NodeError NODE_UNREACHABLE, NODE_REFUSED */
export async function readSessionRules(client: NodeClient): Promise<SessionRules> {
  const params = (await client.rpc("lucid_getParams")) as Partial<Record<keyof SessionRules, unknown>>;
  return { maxChunkSize: Number(params.maxChunkSize), policyTimeoutMs: Number(params.policyTimeoutMs) };
}

/**
 * The chunk size of a new session: the one that was asked for, else the usual one, lowered to the network's bound.
 * @throws StorageError CHUNK_SIZE when more was asked for than the network allows
 */
export function chunkSizeWithin(asked: number | undefined, { maxChunkSize }: SessionRules): number {
  if (asked === undefined) return Math.min(DEFAULT_CHUNK_SIZE, maxChunkSize);
  if (asked <= maxChunkSize) return asked;
  throw new StorageError({
    code: "CHUNK_SIZE",
    message: `--chunk-size ${formatBytes(asked)} is more than this network allows now, ${formatBytes(maxChunkSize)}`,
    meta: { chunkSize: asked, maxChunkSize },
  });
}
