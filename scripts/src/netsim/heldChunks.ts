import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** Chunks by root in hex, with the bytes of their blobs. */
export type Held = ReadonlyMap<string, number>;

/** The blobs that lie on a node's disk: what it has, whatever it says. Also of a node that is dead. */
export function heldOn(data: string): Held {
  const held = new Map<string, number>();
  const folder = join(data, "chunks");
  for (const outer of entries(folder).filter((name) => /^[0-9a-f]{2}$/.test(name))) {
    for (const inner of entries(join(folder, outer))) {
      for (const name of entries(join(folder, outer, inner))) {
        const bytes = statSync(join(folder, outer, inner, name), { throwIfNoEntry: false })?.size;
        if (bytes !== undefined) held.set(name, bytes);
      }
    }
  }
  return held;
}

/** Of a folder that may be gone, or not be there yet. */
function entries(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Copies of each chunk that is on any of them. */
export function copiesOn(nodes: readonly Held[]): Map<string, { copies: number; readonly bytes: number }> {
  const all = new Map<string, { copies: number; readonly bytes: number }>();
  for (const held of nodes) {
    for (const [root, bytes] of held) {
      const known = all.get(root);
      if (known === undefined) all.set(root, { copies: 1, bytes });
      else known.copies++;
    }
  }
  return all;
}

/** Bytes that came to these nodes since: blobs that were not there before. */
export function arrived(before: readonly Held[], after: readonly Held[]): number {
  let sum = 0;
  for (const [index, held] of after.entries()) {
    for (const [root, bytes] of held) if (before[index]?.has(root) !== true) sum += bytes;
  }
  return sum;
}
