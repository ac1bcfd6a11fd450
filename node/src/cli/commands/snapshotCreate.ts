import { resolve as resolvePath } from "node:path";
import { fromHex, toHex } from "@lucid/consensus/base";
import { openDatabase, openDataDirectory } from "@lucid/storage";
import { createSnapshot } from "../../snapshot/createSnapshot.js";
import { argument, type CommandContext } from "../commandContext.js";
import { formatBytes } from "../format.js";
import { startProgress } from "../progress.js";
import { checkTarget } from "../wholeFile.js";

export async function run(context: CommandContext): Promise<undefined> {
  const { output, options, interruption } = context;
  const path = resolvePath(argument(context, 0));
  await checkTarget(path, options.flag("force"));
  const directory = await openDataDirectory(resolvePath((await context.config()).values.dataDir));
  try {
    const { paths, version } = directory;
    const store = await openDatabase({ location: paths.chain, createIfMissing: false, multithreading: false });
    const bar = startProgress(output, "writing the state", 0);
    try {
      const { height, root, chunks, bytes } = await createSnapshot(store, {
        genesisRoot: fromHex(version.genesisRoot, 32),
        path,
        signal: interruption.signal,
        onProgress: (_, done) => bar.update(done),
      });
      bar.stop();
      const checkpoint = `${height}:${toHex(root)}`;
      output.data({ file: path, bytes, chunks, height, root: toHex(root), checkpoint, network: version.network });
      output.line(`${path}: ${formatBytes(bytes)}, the state of ${version.network} after block ${height}.`);
      output.line(`Restore it with --checkpoint ${checkpoint}`);
    } finally {
      bar.stop();
      await store.close();
    }
  } finally {
    await directory.close();
  }
  return undefined;
}
