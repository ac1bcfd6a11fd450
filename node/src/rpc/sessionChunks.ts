import type { SessionChunkSource } from "./backend.js";
import { RpcError } from "./rpcError.js";

/** Indexes from here on belong to the manifest's parts, counting down from 2^32 - 1 (storage.md section 4). */
const FIRST_MANIFEST_INDEX = 0x80000000;

/**
 * Chunk roots of a session in the order of its tree: data by index, then the manifest's parts. What the store claims is
 * only a claim; whoever uses the roots compares their tree with the registered root.
 * @throws RpcError RPC_RESOURCE_NOT_FOUND when the node does not hold exactly the session's chunks
 */
export async function orderedChunkRoots(
  source: SessionChunkSource | undefined,
  sessionId: Uint8Array,
  chunkCount: number,
): Promise<readonly Uint8Array[]> {
  // One more than there are shows that there are too many.
  const chunks = (await source?.chunksOfSession(sessionId, chunkCount + 1)) ?? [];
  if (chunks.length !== chunkCount) {
    throw new RpcError(
      "RPC_RESOURCE_NOT_FOUND",
      `this node holds ${Math.min(chunks.length, chunkCount)} of the session's ${chunkCount} chunks, so it cannot prove a single one`,
    );
  }
  const data = chunks.filter(({ index }) => index < FIRST_MANIFEST_INDEX).sort((a, b) => a.index - b.index);
  const manifest = chunks.filter(({ index }) => index >= FIRST_MANIFEST_INDEX).sort((a, b) => b.index - a.index);
  return [...data, ...manifest].map(({ root }) => root);
}
