import { readdir, stat } from "node:fs/promises";
import { join, resolve as resolvePath } from "node:path";
import { openDatabase, openDataDirectory } from "@lucid/storage";
import type { CommandContext } from "../commandContext.js";
import { formatBytes } from "../format.js";

async function folderBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(folder)) bytes += (await stat(join(folder, name))).size;
  return bytes;
}

export async function run(context: CommandContext): Promise<undefined> {
  const { output } = context;
  const directory = await openDataDirectory(resolvePath((await context.config()).values.dataDir));
  try {
    const folder = directory.paths.chain;
    const before = await folderBytes(folder);
    const store = await openDatabase({ location: folder, createIfMissing: false, multithreading: false });
    try {
      await store.compact();
    } finally {
      await store.close();
    }
    const after = await folderBytes(folder);
    output.data({ before, after });
    output.line(`${formatBytes(before)} before, ${formatBytes(after)} after.`);
  } finally {
    await directory.close();
  }
  return undefined;
}
