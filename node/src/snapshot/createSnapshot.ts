import { mkdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { type KeyValueStore, realFileSystem } from "@lucid/storage";
import { BlockStore } from "../chain/blockStore.js";
import { NodeError } from "../errors.js";
import { readStateHead } from "../state/stateHead.js";
import { type SnapshotFacts, SnapshotWriter } from "./snapshotFile.js";
import { headPieces } from "./snapshotHead.js";
import { stateChunks } from "./stateWalk.js";

export interface CreateSnapshotOptions {
  readonly genesisRoot: Uint8Array;
  /** Where it is to stand; nothing does until it is whole. */
  readonly path: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (chunks: number, bytes: number) => void;
}

export interface CreatedSnapshot extends SnapshotFacts {
  readonly bytes: number;
}

/**
 * Writes a snapshot of the chain's head. Blocks may be committed meanwhile: what is written is the head of the moment of the
 * call, as long as its changes are kept.
 * @throws NodeError SNAPSHOT_TOO_EARLY, PRUNED, STATE_CORRUPT; errors of the file system
 */
export async function createSnapshot(store: KeyValueStore, options: CreateSnapshotOptions): Promise<CreatedSnapshot> {
  const blocks = new BlockStore(store);
  // Before anything is awaited: head, consensus state and the state's root of one moment.
  const pieces = headPieces(blocks);
  const head = blocks.head();
  const state = readStateHead(store);
  if (head === undefined || state === undefined || state.height !== head.height) {
    throw new NodeError({ code: "STATE_CORRUPT", message: "the state is not that of the head" });
  }
  const { genesisRoot, path, signal } = options;
  const { height, root } = head;
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.tmp`;
  const writer = await SnapshotWriter.create(temporary, { genesisRoot, height, root });
  try {
    for (const piece of pieces) await writer.add(piece);
    for await (const chunk of stateChunks(store, height, state.root)) {
      signal?.throwIfAborted();
      await writer.add(chunk);
      options.onProgress?.(writer.chunks, writer.bytes);
    }
    await writer.finish(pieces.length);
    await rename(temporary, path);
    await realFileSystem.syncDirectory(dirname(path));
    const { chunks, bytes } = writer;
    return { genesisRoot, height, root, headPieces: pieces.length, chunks, bytes };
  } catch (error) {
    await writer.close().catch(() => undefined);
    await rm(temporary, { force: true });
    throw error;
  }
}
