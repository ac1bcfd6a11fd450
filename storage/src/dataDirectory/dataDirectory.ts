import { basename } from "node:path";
import { hasCode } from "@lucid/consensus/base";
import { StorageError } from "../errors.js";
import { ensureDirectory } from "../files/atomicFile.js";
import type { FileSystem } from "../files/fileSystem.js";
import { realFileSystem } from "../files/realFileSystem.js";
import { settleImport } from "./databaseSwap.js";
import { type DataPaths, dataPaths } from "./paths.js";
import { type ProcessLock, takeProcessLock } from "./processLock.js";
import { type DataVersion, readVersionFile, writeVersionFile } from "./versionFile.js";

export interface DataDirectory {
  readonly paths: DataPaths;
  readonly version: DataVersion;
  /** Releases the lock; idempotent. */
  close(): Promise<void>;
}

/** What the caller expects of the directory; what it leaves out is not compared. */
export interface DataExpectation {
  readonly network?: string;
  readonly genesisRoot?: string;
}

export interface CreateDataOptions {
  readonly network: string;
  readonly genesisRoot: string;
  /** Writes the rest (keys, configuration, genesis) before the directory counts as one. */
  readonly populate?: (paths: DataPaths) => Promise<void>;
}

/**
 * Makes a data directory in a new, an empty, or a half-made folder. VERSION is written last: until then the folder is
 * none, and a creation that was interrupted can be run again.
 * @throws StorageError DATA_EXISTS, DATA_LOCKED (another creation is running), IO_DENIED, DISK_FULL
 */
export async function createDataDirectory(
  root: string,
  options: CreateDataOptions,
  files: FileSystem = realFileSystem,
): Promise<DataVersion> {
  const paths = dataPaths(root);
  await refuseOccupied(files, paths);
  await ensureDirectory(files, root);
  const lock = await takeProcessLock(paths.lock);
  try {
    await refuseOccupied(files, paths);
    for (const folder of [paths.keys, paths.chain, paths.chunks, paths.clientDatabase, paths.clientStaging]) {
      await ensureDirectory(files, folder);
    }
    await options.populate?.(paths);
    await writeVersionFile(files, paths.version, options);
  } finally {
    await lock.release();
  }
  return readVersionFile(files, paths.version);
}

/** Says early, before questions are asked, what createDataDirectory would refuse. @throws StorageError DATA_EXISTS, IO_DENIED */
export async function checkCreatable(root: string, files: FileSystem = realFileSystem): Promise<void> {
  await refuseOccupied(files, dataPaths(root));
}

/** Reads and compares VERSION without taking the lock. @throws StorageError DATA_MISSING, DATA_DAMAGED, DATA_NEWER, DATA_NETWORK */
export async function readDataDirectory(
  root: string,
  expected: DataExpectation = {},
  files: FileSystem = realFileSystem,
): Promise<{ readonly paths: DataPaths; readonly version: DataVersion }> {
  const paths = dataPaths(root);
  const version = await readVersionFile(files, paths.version);
  for (const name of ["network", "genesisRoot"] as const) {
    const wanted = expected[name];
    if (wanted !== undefined && wanted !== version[name]) {
      throw new StorageError({
        code: "DATA_NETWORK",
        message: `${root} belongs to network ${version.network} (genesis ${version.genesisRoot}), not to ${expected.network ?? "this one"} (genesis ${expected.genesisRoot ?? "any"}); name another folder with --data`,
        meta: { root, found: version[name], expected: wanted },
      });
    }
  }
  return { paths, version };
}

export interface OpenDataOptions {
  /** For the command that imports: an import that was interrupted is no obstacle. */
  readonly importing?: boolean;
}

/** As readDataDirectory, and holds the lock until `close`. @throws StorageError also DATA_LOCKED, IMPORT_INTERRUPTED */
export async function openDataDirectory(
  root: string,
  expected: DataExpectation = {},
  options: OpenDataOptions = {},
): Promise<DataDirectory> {
  // VERSION first: a folder that is no data directory must not get a LOCK.
  await readDataDirectory(root, expected);
  const lock: ProcessLock = await takeProcessLock(dataPaths(root).lock);
  try {
    // Again under the lock: another process may have migrated it meanwhile.
    const { paths, version } = await readDataDirectory(root, expected);
    const interrupted = await settleImport(realFileSystem, paths);
    if (interrupted && options.importing !== true) {
      throw new StorageError({
        code: "IMPORT_INTERRUPTED",
        message: `an import into ${root} was interrupted; run lucid db import again with the file, or lucid db import --abandon to go on without it`,
        meta: { root },
      });
    }
    return { paths, version, close: () => lock.release() };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function refuseOccupied(files: FileSystem, paths: DataPaths): Promise<void> {
  let names: string[];
  try {
    names = await files.list(paths.root);
  } catch (error) {
    if (hasCode(error, "IO_NOT_FOUND") && (await files.stat(paths.root)) === undefined) return;
    throw error;
  }
  const ours = new Set(
    [
      paths.version,
      paths.lock,
      paths.config,
      paths.genesis,
      paths.network,
      paths.operator,
      paths.keys,
      paths.chain,
      paths.chunks,
      paths.client,
    ].map((path) => basename(path)),
  );
  const version = basename(paths.version);
  const foreign = names.find((name) => !ours.has(name.replace(/\.tmp$/, "")));
  if (names.includes(version) || foreign !== undefined) {
    const what = names.includes(version) ? "holds a data directory already" : `holds ${foreign}, which is not ours`;
    throw new StorageError({
      code: "DATA_EXISTS",
      message: `${paths.root} ${what}; name a new folder with --data`,
      meta: { root: paths.root },
    });
  }
}
