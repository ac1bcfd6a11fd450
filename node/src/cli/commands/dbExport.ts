import { resolve as resolvePath } from "node:path";
import { fromHex, toHex } from "@lucid/consensus/base";
import { exportDatabase, type KeyValueStore, openDatabase, openDataDirectory } from "@lucid/storage";
import { BlockStore, type ChainHead } from "../../chain/blockStore.js";
import { NodeError } from "../../errors.js";
import { argument, type CommandContext } from "../commandContext.js";
import { formatBytes } from "../format.js";
import { startProgress } from "../progress.js";
import { checkTarget, writeWhole } from "../wholeFile.js";

export async function run(context: CommandContext): Promise<undefined> {
  const { output, options } = context;
  const path = resolvePath(argument(context, 0));
  await checkTarget(path, options.flag("force"));
  const directory = await openDataDirectory(resolvePath((await context.config()).values.dataDir));
  try {
    const { paths, version } = directory;
    const store = await openDatabase({ location: paths.chain, createIfMissing: false, multithreading: false });
    try {
      const head = headOf(store, paths.chain);
      const { bytes, records } = await write(context, store, fromHex(version.genesisRoot, 32), path);
      const { genesisRoot, network } = version;
      output.data({ file: path, bytes, records, height: head.height, head: toHex(head.root), network, genesisRoot });
      output.line(
        `${path}: ${formatBytes(bytes)}, ${records} records, the chain of ${network} up to block ${head.height}.`,
      );
      output.line("It holds no keys, no chunks and no voter's memory (lucid protection export).");
    } finally {
      await store.close();
    }
  } finally {
    await directory.close();
  }
  return undefined;
}

/** @throws NodeError EXPORT_EMPTY */
function headOf(store: KeyValueStore, place: string): ChainHead {
  const head = new BlockStore(store).head();
  if (head !== undefined) return head;
  throw new NodeError({ code: "EXPORT_EMPTY", message: `${place} holds no chain yet` });
}

async function write(
  { output, interruption }: CommandContext,
  store: KeyValueStore,
  genesisRoot: Uint8Array,
  path: string,
): Promise<{ readonly bytes: number; readonly records: number }> {
  // Level's estimate is of compressed bytes on disk: no total to draw a bar with.
  const bar = startProgress(output, "exporting", 0);
  let records = 0;
  async function* watched(): AsyncGenerator<Uint8Array> {
    const pieces = exportDatabase(store, genesisRoot);
    for (let done = 0; ; ) {
      const next = await pieces.next();
      if (next.done === true) {
        records = next.value.records;
        return;
      }
      interruption.signal.throwIfAborted();
      yield next.value;
      done += next.value.length;
      bar.update(done);
    }
  }
  try {
    return { bytes: await writeWhole(path, watched()), records };
  } finally {
    bar.stop();
  }
}
