import { join } from "node:path";
import type { FileSystem } from "../files/fileSystem.js";
import type { DataPaths } from "./paths.js";

/**
 * An import fills `chain.import` and then takes the place of `chain`. Folders cannot be exchanged in one step, so
 * `chain.old` marks the point from which on the new one counts. All calls under the lock of the data directory.
 */
type SwapPaths = Pick<DataPaths, "root" | "chain" | "chainImport" | "chainOld">;

/** Puts the whole and synced database of `chain.import` in the place of `chain`. */
export async function adoptImport(files: FileSystem, paths: SwapPaths): Promise<void> {
  await files.rename(paths.chain, paths.chainOld);
  await files.syncDirectory(paths.root);
  await finish(files, paths);
}

/**
 * Ends what an import that was stopped left behind, as far as it is decided.
 * @returns true when an import stands there that never came to its end
 */
export async function settleImport(files: FileSystem, paths: SwapPaths): Promise<boolean> {
  if ((await files.stat(paths.chainOld)) === undefined) return (await files.stat(paths.chainImport)) !== undefined;
  await finish(files, paths);
  return false;
}

/** Drops an import that did not come to its end. */
export async function dropImport(files: FileSystem, paths: SwapPaths): Promise<void> {
  await removeTree(files, paths.chainImport);
  await files.syncDirectory(paths.root);
}

async function finish(files: FileSystem, paths: SwapPaths): Promise<void> {
  if ((await files.stat(paths.chain)) === undefined) {
    await files.rename(paths.chainImport, paths.chain);
    // Before the old one goes: there must never be neither.
    await files.syncDirectory(paths.root);
  }
  await removeTree(files, paths.chainOld);
  await files.syncDirectory(paths.root);
}

async function removeTree(files: FileSystem, path: string): Promise<void> {
  const kind = (await files.stat(path))?.kind;
  if (kind === undefined) return;
  if (kind !== "directory") return await files.remove(path);
  for (const name of await files.list(path)) await removeTree(files, join(path, name));
  await files.removeDirectory(path);
}
