import { resolve as resolvePath } from "node:path";
import { BlsVerifier } from "@lucid/consensus";
import { equalBytes, toHex } from "@lucid/consensus/base";
import { type DataDirectory, openDatabase, openDataDirectory, StorageError } from "@lucid/storage";
import { BlockStore } from "../../chain/blockStore.js";
import { NodeError } from "../../errors.js";
import { loadGenesisFile } from "../../networks/index.js";
import { configOf, genesisOps } from "../../node/genesisChain.js";
import { restoreDirectory } from "../../snapshot/restoreSnapshot.js";
import { SnapshotReader } from "../../snapshot/snapshotFile.js";
import { parseCheckpoint, staleAt } from "../../sync/checkpoint.js";
import { argument, type CommandContext } from "../commandContext.js";
import { formatBytes } from "../format.js";
import { startProgress } from "../progress.js";

export async function run(context: CommandContext): Promise<undefined> {
  const path = resolvePath(argument(context, 0));
  const root = resolvePath((await context.config()).values.dataDir);
  const reader = await SnapshotReader.open(path);
  try {
    checkTrust(context, reader, path);
    const directory = await openDataDirectory(root, {}, { importing: true });
    try {
      await refuseChain(context, directory);
      await restore(context, directory, reader, path);
    } finally {
      await directory.close();
    }
  } finally {
    await reader.close();
  }
  return undefined;
}

/** @throws NodeError SNAPSHOT_UNTRUSTED, USAGE */
function checkTrust({ options }: CommandContext, { facts }: SnapshotReader, path: string): void {
  const given = options.text("checkpoint");
  const checkpoint = given === undefined ? undefined : parseCheckpoint(given);
  if (given !== undefined && checkpoint === undefined) {
    throw new NodeError({
      code: "USAGE",
      message: "--checkpoint must be a height and a block root, such as 1234:0x...",
    });
  }
  if (checkpoint !== undefined && equalBytes(checkpoint.root, facts.root)) return;
  const block = `${facts.height}:${toHex(facts.root)}`;
  throw new NodeError({
    code: "SNAPSHOT_UNTRUSTED",
    message:
      checkpoint === undefined
        ? `${path} is of block ${block}; if that block belongs to the chain, give --checkpoint ${block}`
        : `${path} is of block ${block}, not of ${given}`,
    meta: { block },
  });
}

/** @throws StorageError IMPORT_NOT_EMPTY */
async function refuseChain({ options }: CommandContext, { paths }: DataDirectory): Promise<void> {
  const store = await openDatabase({ location: paths.chain, multithreading: false });
  try {
    const head = new BlockStore(store).head();
    if (head === undefined || head.height === 0 || options.flag("replace")) return;
    throw new StorageError({
      code: "IMPORT_NOT_EMPTY",
      message: `${paths.chain} holds a chain up to block ${head.height}; give --replace to put the snapshot in its place, or another data directory with --data`,
    });
  } finally {
    await store.close();
  }
}

async function restore(
  { output, interruption }: CommandContext,
  { paths }: DataDirectory,
  reader: SnapshotReader,
  path: string,
): Promise<void> {
  const config = configOf(await loadGenesisFile(paths.genesis));
  const bar = startProgress(output, "restoring", reader.chunks);
  let height: number;
  try {
    const modules = {
      config,
      verifier: new BlsVerifier(),
      signal: interruption.signal,
      onProgress: (chunks: number) => bar.update(chunks),
    };
    const { final } = await restoreDirectory(paths, reader, (blocks) => genesisOps(blocks, config), modules);
    bar.stop();
    height = final.block.header.height;
    const old = Date.now() >= staleAt(config, final.block.header);
    output.data({ file: path, bytes: reader.bytes, height, root: toHex(final.block.root), old });
    output.line(`Restored: the state after block ${height}, ${formatBytes(reader.bytes)}, every byte checked.`);
    if (old) {
      output.note(
        "The snapshot is older than half of the credit window: compare the next blocks with a node that you trust.",
      );
    }
  } finally {
    bar.stop();
  }
}
