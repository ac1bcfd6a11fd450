import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BlsVerifier } from "@lucid/consensus";
import { fromHex, toHex } from "@lucid/consensus/base";
import { type DataPaths, openDatabase } from "@lucid/storage";
import { BlockStore } from "../chain/blockStore.js";
import type { NetworkFacts } from "../networks/index.js";
import { fetchSnapshot } from "../snapshot/checkpointSync.js";
import { restoreDirectory } from "../snapshot/restoreSnapshot.js";
import { SnapshotReader } from "../snapshot/snapshotFile.js";
import { type Checkpoint, parseCheckpoint } from "../sync/checkpoint.js";
import { createNetwork, type NetworkParts } from "./createNetwork.js";
import { genesisOps } from "./genesisChain.js";
import type { StartContext } from "./startContext.js";

export interface CheckpointStart extends NetworkParts {
  readonly checkpoint: Checkpoint | undefined;
}

/** The operator's own word comes before the network's file. */
export function checkpointOf(setting: string, { checkpoint }: NetworkFacts): Checkpoint | undefined {
  if (setting !== "") return parseCheckpoint(setting);
  return checkpoint === null ? undefined : { height: checkpoint.height, root: fromHex(checkpoint.blockRoot, 32) };
}

/** There while a snapshot takes the place of the database. */
export function restoringMark(paths: DataPaths): string {
  return join(paths.snapshots, "restoring");
}

/**
 * Gives a node without a chain the state after a block at or below the trusted one, from its peers; does nothing for one that
 * has a chain, or without a checkpoint. When nobody has a snapshot, the node begins at genesis.
 * @throws NodeError CHECKPOINT_OLD; the signal's reason
 */
export async function startFromCheckpoint(
  context: StartContext,
  start: CheckpointStart,
  clientVersion: string,
): Promise<void> {
  const { checkpoint, paths, config } = start;
  const mark = restoringMark(paths);
  if (checkpoint === undefined || (await hasChain(paths))) {
    await rm(mark, { force: true });
    return;
  }
  const { logging, clock, signal } = context;
  const log = logging.module("sync");
  const verifier = new BlsVerifier();
  log.info({ height: checkpoint.height, root: toHex(checkpoint.root) }, "starting from a trusted checkpoint");
  const network = await createNetwork(context, start, clientVersion);
  await network.start();
  let path: string | undefined;
  try {
    const options = { config, checkpoint, folder: paths.snapshots };
    path = await fetchSnapshot(options, { network, clock, verifier, logger: log, signal });
  } finally {
    await network.stop();
  }
  if (path === undefined) {
    log.warn(
      { height: checkpoint.height },
      "no peer offers a snapshot at or below the checkpoint: starting at genesis",
    );
    return;
  }
  const reader = await SnapshotReader.open(path);
  try {
    await writeFile(mark, "");
    const genesis = (store: Parameters<typeof genesisOps>[0]) => genesisOps(store, config);
    const { final } = await restoreDirectory(paths, reader, genesis, { config, verifier, signal });
    await rm(mark, { force: true });
    const { header, root } = final.block;
    log.info({ height: header.height, root: toHex(root) }, "the state has been restored");
  } finally {
    await reader.close();
  }
}

async function hasChain(paths: DataPaths): Promise<boolean> {
  const store = await openDatabase({ location: paths.chain, multithreading: false });
  try {
    return (new BlockStore(store).head()?.height ?? 0) > 0;
  } finally {
    await store.close();
  }
}
