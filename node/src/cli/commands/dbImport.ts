import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { resolve as resolvePath } from "node:path";
import { fromHex, toHex } from "@lucid/consensus/base";
import {
  adoptImport,
  checkDatabase,
  copyOwnRecords,
  type DataDirectory,
  dropImport,
  importDatabase,
  type KeyValueStore,
  LevelStore,
  migrateSchema,
  openDatabase,
  openDataDirectory,
  realFileSystem,
  StorageError,
} from "@lucid/storage";
import { BlockStore, type ChainHead } from "../../chain/blockStore.js";
import { NodeError } from "../../errors.js";
import type { CommandContext } from "../commandContext.js";
import { formatBytes } from "../format.js";
import { nodeInvariants } from "../invariants.js";
import { startProgress } from "../progress.js";

/** A step of the file that is read at a time, bytes. */
const READ = 1 << 20;

export async function run(context: CommandContext): Promise<undefined> {
  const { options } = context;
  const [file] = context.arguments;
  const abandon = options.flag("abandon");
  if ((file === undefined) !== abandon) {
    throw new NodeError({ code: "USAGE", message: "give either a file to import or --abandon" });
  }
  const root = resolvePath((await context.config()).values.dataDir);
  const directory = await openDataDirectory(root, {}, { importing: true });
  try {
    const { paths } = directory;
    const left = (await realFileSystem.stat(paths.chainImport)) !== undefined;
    if (file === undefined) await abandonImport(context, directory, left);
    else await importFile(context, directory, resolvePath(file));
  } finally {
    await directory.close();
  }
  return undefined;
}

async function abandonImport({ output }: CommandContext, { paths }: DataDirectory, left: boolean): Promise<void> {
  await dropImport(realFileSystem, paths);
  output.data({ abandoned: left });
  output.line(left ? "The interrupted import was removed." : "Nothing to do: no import was interrupted.");
}

/** The database that was there stays in place, untouched, until the new one is whole, checked and on the disk. */
async function importFile(context: CommandContext, directory: DataDirectory, file: string): Promise<void> {
  const { output, options } = context;
  const { paths } = directory;
  const { size } = await stat(file);
  const old = await openDatabase({ location: paths.chain, multithreading: false });
  let head: ChainHead;
  let records: number;
  let before: ChainHead | undefined;
  try {
    before = new BlockStore(old).head();
    if (before !== undefined && !options.flag("replace")) {
      throw new StorageError({
        code: "IMPORT_NOT_EMPTY",
        message: `${paths.chain} holds a chain up to block ${before.height}; give --replace to put the export in its place, or another data directory with --data`,
      });
    }
    await dropImport(realFileSystem, paths);
    try {
      ({ head, records } = await fill(context, directory, { file, size }, old));
    } catch (error) {
      await dropImport(realFileSystem, paths);
      throw error;
    }
  } finally {
    await old.close();
  }
  await realFileSystem.syncDirectory(paths.chainImport);
  await adoptImport(realFileSystem, paths);
  const { height, root } = head;
  output.data({ file, bytes: size, records, height, head: toHex(root), replaced: before?.height ?? null });
  output.line(`Imported: the chain up to block ${height}, ${formatBytes(size)}, checked and signed by its voters.`);
}

interface Source {
  readonly file: string;
  /** Bytes. */
  readonly size: number;
}

async function fill(
  context: CommandContext,
  directory: DataDirectory,
  source: Source,
  old: KeyValueStore,
): Promise<{ readonly head: ChainHead; readonly records: number }> {
  const { paths, version } = directory;
  const store = await LevelStore.open({ location: paths.chainImport, multithreading: false });
  try {
    // From here on the directory says that an import is under way, also after a power cut.
    await realFileSystem.syncDirectory(paths.root);
    const { records } = await importDatabase(store, read(context, source), fromHex(version.genesisRoot, 32));
    await migrateSchema(store);
    await check(context, directory, store, source.file);
    await copyOwnRecords(old, store);
    const head = new BlockStore(store).head();
    if (head === undefined) throw unsound(source.file, "it holds no chain");
    return { head, records };
  } finally {
    await store.close();
  }
}

async function* read({ output, interruption }: CommandContext, { file, size }: Source): AsyncGenerator<Uint8Array> {
  const bar = startProgress(output, "importing", size);
  try {
    let done = 0;
    for await (const piece of createReadStream(file, { highWaterMark: READ, signal: interruption.signal })) {
      yield piece as Uint8Array;
      done += (piece as Uint8Array).length;
      bar.update(done);
    }
  } catch (error) {
    interruption.signal.throwIfAborted();
    throw error;
  } finally {
    bar.stop();
  }
}

/** The whole check of `lucid db check --signatures`, before the database is put to use. @throws NodeError EXPORT_UNSOUND */
async function check(
  { output, interruption }: CommandContext,
  directory: DataDirectory,
  store: KeyValueStore,
  file: string,
): Promise<void> {
  if (output.interactive) output.note("Checking what was imported.");
  const invariants = await nodeInvariants(store, directory, { signatures: true });
  const report = await checkDatabase(invariants, { signal: interruption.signal });
  const [first] = report.problems;
  if (!report.ok) throw unsound(file, `${first?.invariant}: ${first?.message} (${report.problemCount} problems)`);
}

function unsound(file: string, what: string): NodeError {
  return new NodeError({
    code: "EXPORT_UNSOUND",
    message: `${file} is whole but no sound chain of this network (${what})`,
  });
}
