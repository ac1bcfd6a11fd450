import { readFileSync } from "node:fs";

/**
 * Whether a crash of this process may write its memory, with its key, to a disk. Undefined where that cannot be known.
 * @param limits text of /proc/self/limits
 */
export function coreDumpsAllowed(limits = readLimits()): boolean | undefined {
  const soft = /^Max core file size\s+(\S+)/m.exec(limits ?? "")?.[1];
  return soft === undefined ? undefined : soft !== "0";
}

function readLimits(): string | undefined {
  try {
    return readFileSync("/proc/self/limits", "utf8");
  } catch {
    // Not Linux.
    return undefined;
  }
}
