import { type FileHandle, mkdir, open, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hasCode, PayoutError } from "../errors.js";
import { JOURNAL_HEADER, type Recovered, recoverJournal } from "./journalFormat.js";
import { type ProcessLock, takeProcessLock } from "./processLock.js";

/** Where the records of a journal stand: a folder, or memory for simulations. */
export interface JournalMedium {
  /** Bytes. */
  readonly size: number;
  open(): Promise<Pick<Recovered, "payloads" | "nextSequence">>;
  /** Returns when the record is on the disk. */
  append(record: Buffer): Promise<void>;
  /** Replaces everything, atomically. */
  rewrite(records: readonly Buffer[]): Promise<void>;
  close(): Promise<void>;
}

const FILE = "payouts.journal";

async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function readIfPresent(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return Buffer.alloc(0);
    throw new PayoutError("STORE_FAILED", `${path} cannot be read: ${String(error)}`, { cause: error });
  }
}

export class FileMedium implements JournalMedium {
  readonly #folder: string;
  #lock: ProcessLock | undefined;
  #file: FileHandle | undefined;
  #size = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  get size(): number {
    return this.#size;
  }

  async open(): Promise<Pick<Recovered, "payloads" | "nextSequence">> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    this.#lock = await takeProcessLock(this.#folder);
    try {
      return await this.#recover();
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async #recover(): Promise<Pick<Recovered, "payloads" | "nextSequence">> {
    const path = join(this.#folder, FILE);
    const bytes = await readIfPresent(path);
    const { payloads, nextSequence, validLength } = recoverJournal(bytes);
    if (validLength < bytes.length) {
      // Kept for a person to look at; it was never acknowledged.
      await writeFile(join(this.#folder, "torn-record"), bytes.subarray(validLength), { mode: 0o600 });
    }
    const file = await open(path, validLength === 0 ? "w" : "r+", 0o600);
    this.#file = file;
    if (validLength === 0) await file.write(JOURNAL_HEADER, 0, JOURNAL_HEADER.length, 0);
    else await file.truncate(validLength);
    await file.sync();
    await syncDirectory(this.#folder);
    this.#size = Math.max(validLength, JOURNAL_HEADER.length);
    return { payloads, nextSequence };
  }

  async append(record: Buffer): Promise<void> {
    if (this.#file === undefined || this.#lock === undefined)
      throw new PayoutError("STORE_FAILED", "the journal is not open");
    await this.#lock.check();
    let done = 0;
    while (done < record.length) {
      const { bytesWritten } = await this.#file.write(record, done, record.length - done, this.#size + done);
      done += bytesWritten;
    }
    await this.#file.datasync();
    this.#size += record.length;
  }

  async rewrite(records: readonly Buffer[]): Promise<void> {
    if (this.#file === undefined || this.#lock === undefined)
      throw new PayoutError("STORE_FAILED", "the journal is not open");
    await this.#lock.check();
    const path = join(this.#folder, FILE);
    const next = await open(`${path}.new`, "w", 0o600);
    let size = 0;
    for (const part of [JOURNAL_HEADER, ...records]) {
      await next.write(part, 0, part.length, size);
      size += part.length;
    }
    await next.sync();
    await rename(`${path}.new`, path);
    await syncDirectory(this.#folder);
    await this.#file.close();
    this.#file = next;
    this.#size = size;
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
    await this.#lock?.release();
    this.#lock = undefined;
  }
}

/** Bytes in memory that outlive the store that writes them: for simulations that kill and restart a service. */
export class MemoryMedium implements JournalMedium {
  #bytes: Buffer[] = [JOURNAL_HEADER];
  #size = JOURNAL_HEADER.length;

  get size(): number {
    return this.#size;
  }

  async open(): Promise<Pick<Recovered, "payloads" | "nextSequence">> {
    return recoverJournal(Buffer.concat(this.#bytes));
  }

  async append(record: Buffer): Promise<void> {
    this.#bytes.push(record);
    this.#size += record.length;
  }

  async rewrite(records: readonly Buffer[]): Promise<void> {
    this.#bytes = [JOURNAL_HEADER, ...records];
    this.#size = this.#bytes.reduce((sum, part) => sum + part.length, 0);
  }

  async close(): Promise<void> {}
}
