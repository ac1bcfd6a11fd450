import { type ChainConfig, SNAPSHOT_HEAD_BYTES, type Verifier } from "@lucid/consensus";
import { concatBytes, equalBytes, toHex } from "@lucid/consensus/base";
import {
  adoptImport,
  copyOwnRecords,
  currentSchema,
  type DataPaths,
  dropImport,
  type KeyValueStore,
  LevelStore,
  openDatabase,
  realFileSystem,
  schemaVersionOp,
} from "@lucid/storage";
import { BlockStore } from "../chain/blockStore.js";
import { NodeError } from "../errors.js";
import type { StoreOp } from "../interfaces.js";
import { chainBaseOp, stateHeadOp } from "../state/stateHead.js";
import type { SnapshotReader } from "./snapshotFile.js";
import { type CheckedHead, checkHead } from "./snapshotHead.js";
import { StateCheck } from "./stateCheck.js";

/** Bytes that are committed at a time. */
const GROUP = 4 << 20;

export interface RestoreModules {
  readonly config: ChainConfig;
  readonly verifier: Verifier;
  readonly signal?: AbortSignal;
  readonly onProgress?: (chunks: number) => void;
}

/**
 * Fills an empty database with a snapshot, each byte checked against the file's block root (which the caller trusts). The
 * schema version comes with the last batch: a database that was not filled to its end is refused by openDatabase.
 * @param genesis operations that write block 0
 * @throws NodeError SNAPSHOT_DAMAGED, SNAPSHOT_NETWORK
 */
export async function restoreSnapshot(
  store: KeyValueStore,
  reader: SnapshotReader,
  genesis: (blocks: BlockStore) => readonly StoreOp[],
  modules: RestoreModules,
): Promise<CheckedHead> {
  const { facts } = reader;
  const { config, signal } = modules;
  if (!equalBytes(facts.genesisRoot, config.genesisRoot)) {
    throw new NodeError({
      code: "SNAPSHOT_NETWORK",
      message: `the snapshot is of the network with genesis root ${toHex(facts.genesisRoot)}, not ${toHex(config.genesisRoot)}`,
    });
  }
  const head = checkHead(await headBytes(reader), facts.root, config, modules.verifier);
  const { header } = head.final.block;
  const check = new StateCheck(header.stateRoot);
  let ops: StoreOp[] = [];
  let size = 0;
  for (let index = facts.headPieces; index < reader.chunks; index++) {
    signal?.throwIfAborted();
    const bytes = (await reader.chunk(index)) ?? new Uint8Array(0);
    ops.push(...check.take(bytes));
    size += bytes.length;
    modules.onProgress?.(index + 1);
    if (size < GROUP) continue;
    await store.batch(ops, { sync: false });
    ops = [];
    size = 0;
  }
  if (!check.done)
    throw new NodeError({ code: "SNAPSHOT_DAMAGED", message: "the snapshot ends before its state does" });
  const blocks = new BlockStore(store);
  await store.batch(
    [
      ...ops,
      ...genesis(blocks),
      ...head.ancestors.map((ancestor) => blocks.ancestorOp(ancestor)),
      ...blocks.finalOps(head.final),
      chainBaseOp(header.height),
      stateHeadOp({ height: header.height, root: header.stateRoot }),
      schemaVersionOp(store, currentSchema.version),
    ],
    { sync: true },
  );
  return head;
}

/** The pieces of the head in one. */
export async function headBytes(reader: SnapshotReader): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for (let index = 0; index < reader.facts.headPieces; index++) {
    const piece = await reader.chunk(index);
    size += piece?.length ?? 0;
    if (piece === undefined || size > SNAPSHOT_HEAD_BYTES) {
      throw new NodeError({ code: "SNAPSHOT_DAMAGED", message: "the head of the snapshot is cut off or too long" });
    }
    pieces.push(piece);
  }
  return concatBytes(...pieces);
}

/**
 * Puts a snapshot in the place of the data directory's chain. What was there stays until the new one is whole and on the
 * disk; what belongs to this node alone (the voter's record above all) is carried over.
 */
export async function restoreDirectory(
  paths: DataPaths,
  reader: SnapshotReader,
  genesis: (blocks: BlockStore) => readonly StoreOp[],
  modules: RestoreModules,
): Promise<CheckedHead> {
  await dropImport(realFileSystem, paths);
  const old = await openDatabase({ location: paths.chain, multithreading: false });
  let head: CheckedHead;
  try {
    const store = await LevelStore.open({ location: paths.chainImport, multithreading: false });
    try {
      await realFileSystem.syncDirectory(paths.root);
      await copyOwnRecords(old, store);
      head = await restoreSnapshot(store, reader, genesis, modules);
    } finally {
      await store.close();
    }
  } catch (error) {
    await dropImport(realFileSystem, paths);
    throw error;
  } finally {
    await old.close();
  }
  await realFileSystem.syncDirectory(paths.chainImport);
  await adoptImport(realFileSystem, paths);
  return head;
}
