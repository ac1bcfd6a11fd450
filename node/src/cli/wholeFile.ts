import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { open, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { realFileSystem } from "@lucid/storage";
import { NodeError } from "../errors.js";

/** The name must be free and its folder must be there, before anything is fetched. @throws NodeError FILE_EXISTS */
export async function checkTarget(path: string, force: boolean): Promise<void> {
  await stat(dirname(path));
  if (!existsSync(path)) return;
  if ((await stat(path)).isDirectory()) {
    throw new NodeError({
      code: "FILE_EXISTS",
      message: `${path} is a folder`,
      meta: { fix: "give the name of a file" },
    });
  }
  if (force) return;
  throw new NodeError({
    code: "FILE_EXISTS",
    message: `${path} exists already`,
    meta: { fix: "give --force to replace it, or another name" },
  });
}

/**
 * Writes pieces to a file that appears under its name only when all of them are in it and on the disk. Whatever goes
 * wrong, nothing is left behind.
 */
export async function writeWhole(path: string, pieces: AsyncIterable<Uint8Array>): Promise<number> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.part`);
  const file = await open(temporary, "wx", 0o600);
  let bytes = 0;
  try {
    for await (const piece of pieces) {
      for (let done = 0; done < piece.length; ) done += (await file.write(piece, done)).bytesWritten;
      bytes += piece.length;
    }
    await file.sync();
    await file.close();
    await rename(temporary, path);
    await realFileSystem.syncDirectory(dirname(path));
    return bytes;
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(temporary, { force: true });
    throw error;
  }
}
