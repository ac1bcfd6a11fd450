import { join } from "node:path";
import { fromHex, toHex } from "@lucid/consensus/base";

/** Name of a chunk's file: its root in hex without 0x. */
export function chunkFileName(root: Uint8Array): string {
  return toHex(root).slice(2);
}

/** Root in a file name, undefined for a name that is none. */
export function rootOfFileName(name: string): Uint8Array | undefined {
  return /^[0-9a-f]{64}$/.test(name) ? fromHex(name, 32) : undefined;
}

/** The two folders above a chunk's file and the file: 65,536 folders keep each of them short. */
export function chunkPath(folder: string, root: Uint8Array): { outer: string; inner: string; file: string } {
  const name = chunkFileName(root);
  const outer = join(folder, name.slice(0, 2));
  const inner = join(outer, name.slice(2, 4));
  return { outer, inner, file: join(inner, name) };
}

/** Where blobs are written before they get their name; whatever is in it at the start is a leftover. */
export function temporaryFolder(folder: string): string {
  return join(folder, "tmp");
}

export function isChunkFolderName(name: string): boolean {
  return /^[0-9a-f]{2}$/.test(name);
}
