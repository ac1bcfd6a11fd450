import { ContainerType, type ValueOf } from "@chainsafe/ssz";
import { bytes32, u32, u64 } from "./ssz.js";

/** "I hold this chunk, synced": given to the uploader. `epoch` is the clock's epoch in which it was given. */
export const ChunkReceipt = new ContainerType(
  { chunkRoot: bytes32, blobLength: u64, nodeId: bytes32, epoch: u32 },
  { typeName: "ChunkReceipt" },
);
export type ChunkReceipt = ValueOf<typeof ChunkReceipt>;
