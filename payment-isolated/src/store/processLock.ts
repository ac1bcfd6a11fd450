/**
 * A lock that the kernel drops with its process, without native code: a listening unix socket. A file with a process id
 * would be no lock, since in containers every process has the same one. The directory is addressed through its open
 * descriptor, because a socket's path may have 107 bytes only.
 */
import { randomBytes } from "node:crypto";
import { type FileHandle, link, open, rename, stat, unlink } from "node:fs/promises";
import { createConnection, createServer, type Server } from "node:net";
import { join } from "node:path";
import { hasCode, PayoutError } from "../errors.js";

const NAME = "lock.sock";

export interface ProcessLock {
  /** @throws PayoutError STORE_LOCK_LOST when the name no longer is ours */
  check(): Promise<void>;
  release(): Promise<void>;
}

function listen(path: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", reject);
    server.listen(path, () => {
      server.unref();
      resolve(server);
    });
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

async function removeQuietly(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
}

/** @throws PayoutError STORE_LOCKED */
export async function takeProcessLock(directory: string): Promise<ProcessLock> {
  const handle = await open(directory, "r");
  const via = process.platform === "linux" ? `/proc/self/fd/${handle.fd}` : directory;
  const own = `lock.${process.pid}.${randomBytes(6).toString("hex")}`;
  const server = await listen(join(via, own));
  const giveUp = async (error: PayoutError) => {
    await close(server, handle, [join(directory, own)]);
    return error;
  };
  const target = join(directory, NAME);
  for (let round = 0; round < 5; round++) {
    try {
      await link(join(directory, own), target);
      const { ino } = await stat(target);
      await removeQuietly(join(directory, own));
      return {
        check: async () => {
          const now = await stat(target).catch(() => undefined);
          if (now?.ino !== ino) throw new PayoutError("STORE_LOCK_LOST", `${target} belongs to another process`);
        },
        release: async () => {
          const now = await stat(target).catch(() => undefined);
          await close(server, handle, now?.ino === ino ? [target] : []);
        },
      };
    } catch (error) {
      if (!hasCode(error, "EEXIST")) throw await giveUp(new PayoutError("STORE_FAILED", String(error)));
    }
    if (await answers(join(via, NAME))) {
      throw await giveUp(new PayoutError("STORE_LOCKED", `${directory} is in use by another process`));
    }
    // Nobody listens: its owner is dead. Move it away under a name of ours, and look again in case it was replaced.
    const stale = `${own}.stale`;
    try {
      await rename(target, join(directory, stale));
    } catch (error) {
      if (hasCode(error, "ENOENT")) continue;
      throw error;
    }
    if (await answers(join(via, stale))) {
      await link(join(directory, stale), target).catch(() => undefined);
      await removeQuietly(join(directory, stale));
      throw await giveUp(new PayoutError("STORE_LOCKED", `${directory} is in use by another process`));
    }
    await removeQuietly(join(directory, stale));
  }
  throw await giveUp(new PayoutError("STORE_LOCKED", `${directory} is contended`));
}

async function close(server: Server, handle: FileHandle, paths: readonly string[]): Promise<void> {
  for (const path of paths) await removeQuietly(path);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  await handle.close();
}
