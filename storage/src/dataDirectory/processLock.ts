import { rm } from "node:fs/promises";
import { join } from "node:path";
import { hasCode } from "@lucid/consensus/base";
import { LevelStore } from "../db/levelStore.js";
import { StorageError } from "../errors.js";
import { readFileBounded, removeIfPresent, writeFileAtomic } from "../files/atomicFile.js";
import { realFileSystem } from "../files/realFileSystem.js";

export interface ProcessLock {
  /** Idempotent. */
  release(): Promise<void>;
}

interface Holder {
  readonly pid: number;
  readonly since: string;
}

/**
 * Takes a lock that the kernel drops when the process ends, however it ends. Node.js has no call for that, LevelDB has:
 * an empty database is the lock. (A file with a process id is no lock: in containers every process has id 1.)
 * @throws StorageError DATA_LOCKED, naming the holder where it is known
 */
export async function takeProcessLock(path: string): Promise<ProcessLock> {
  const database = await openLock(path);
  const holder = join(path, "holder.json");
  const text = JSON.stringify({ pid: process.pid, since: new Date().toISOString() } satisfies Holder);
  try {
    await writeFileAtomic(realFileSystem, holder, new TextEncoder().encode(`${text}\n`), 0o644);
  } catch (error) {
    await database.close();
    throw error;
  }
  let releasing: Promise<void> | undefined;
  return {
    release: () => {
      releasing ??= (async () => {
        await removeIfPresent(realFileSystem, holder);
        await database.close();
      })();
      return releasing;
    },
  };
}

async function openLock(path: string): Promise<LevelStore> {
  const options = { location: path, multithreading: false, cacheSize: 1 << 16, writeBufferSize: 1 << 16 };
  try {
    return await LevelStore.open(options);
  } catch (error) {
    if (hasCode(error, "DB_LOCKED")) throw await locked(path);
    if (!hasCode(error, "DB_CORRUPT")) throw error;
  }
  // Nothing is kept in it: a lock database that a power cut damaged is made anew. We held its lock, so nobody uses it.
  await rm(path, { recursive: true, force: true });
  try {
    return await LevelStore.open(options);
  } catch (error) {
    if (hasCode(error, "DB_LOCKED")) throw await locked(path);
    throw error;
  }
}

async function locked(path: string): Promise<StorageError> {
  const holder = await readHolder(join(path, "holder.json"));
  const who = holder === undefined ? "another process" : `process ${holder.pid} (since ${holder.since})`;
  return new StorageError({
    code: "DATA_LOCKED",
    message: `the data directory is in use by ${who}; stop it or name another folder with --data`,
    meta: { path, pid: holder?.pid },
  });
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(await readFileBounded(realFileSystem, path, 4096)));
    if (typeof value !== "object" || value === null || !("pid" in value) || !("since" in value)) return undefined;
    const { pid, since } = value;
    return typeof pid === "number" && typeof since === "string" ? { pid, since } : undefined;
  } catch {
    // Only for the text of the message.
    return undefined;
  }
}
