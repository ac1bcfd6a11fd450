/** What docs/limits.md prints of replication. */
import type { StreamProtocol } from "@lucid/p2p";
import { chunkGet, chunkPut } from "./wire.js";

export { replicationLimits, uploadShares } from "./limits.js";
export { replicationProtocols } from "./wire.js";

export const streamProtocols: readonly StreamProtocol[] = [chunkGet, chunkPut];
