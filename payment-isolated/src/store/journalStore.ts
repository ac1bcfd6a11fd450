import type { DocKind, StoredDoc } from "../domain/documents.js";
import type { PayoutState } from "../domain/states.js";
import { PayoutError } from "../errors.js";
import { DocumentIndex } from "./documentIndex.js";
import { encodeRecord } from "./journalFormat.js";
import type { JournalMedium } from "./journalMedium.js";
import { type FindQuery, parseDocument, type Store } from "./store.js";

export interface JournalStoreOptions {
  readonly medium: JournalMedium;
  /** Documents kept; also bounds memory. Default one million. */
  readonly maxDocuments?: number;
  /** The file is rewritten when it is this many times as large as what lives in it, and above `compactAbove` bytes. */
  readonly compactFactor?: number;
  readonly compactAbove?: number;
}

/** The embedded store: every document in memory, every change one synced record. One writer at a time, in call order. */
export class JournalStore implements Store {
  readonly kind = "journal";
  readonly #medium: JournalMedium;
  readonly #maxDocuments: number;
  readonly #compactFactor: number;
  readonly #compactAbove: number;
  #index = new DocumentIndex();
  #sequence = 0;
  #liveBytes = 0;
  readonly #sizes = new Map<string, number>();
  #queue: Promise<unknown> = Promise.resolve();
  #state: "new" | "open" | "failed" | "closed" = "new";

  constructor(options: JournalStoreOptions) {
    this.#medium = options.medium;
    this.#maxDocuments = options.maxDocuments ?? 1_000_000;
    this.#compactFactor = options.compactFactor ?? 3;
    this.#compactAbove = options.compactAbove ?? 8 << 20;
  }

  async start(): Promise<void> {
    if (this.#state === "open") return;
    const { payloads, nextSequence } = await this.#medium.open();
    this.#index = new DocumentIndex();
    this.#sizes.clear();
    this.#liveBytes = 0;
    for (const payload of payloads) this.#apply(this.#parse(payload), payload.length);
    this.#sequence = nextSequence;
    this.#state = "open";
  }

  async stop(): Promise<void> {
    if (this.#state === "new" || this.#state === "closed") return;
    await this.#queue.catch(() => undefined);
    this.#state = "closed";
    await this.#medium.close();
  }

  insert(doc: StoredDoc): Promise<"inserted" | "exists"> {
    return this.#serial(async () => {
      if (this.#index.get(doc._id) !== undefined) return "exists";
      if (this.#index.size >= this.#maxDocuments) {
        throw new PayoutError("STORE_FULL", `the journal holds ${this.#index.size} documents`);
      }
      this.#index.checkKeys(doc);
      await this.#append(doc);
      return "inserted";
    });
  }

  replace(doc: StoredDoc): Promise<boolean> {
    return this.#serial(async () => {
      const old = this.#index.get(doc._id);
      if (old === undefined || old.rev !== doc.rev - 1) return false;
      this.#index.checkKeys(doc);
      await this.#append(doc);
      return true;
    });
  }

  async get<K extends DocKind>(kind: K, id: string): Promise<Extract<StoredDoc, { kind: K }> | undefined> {
    this.#assertOpen();
    const doc = this.#index.get(id);
    return doc?.kind === kind ? structuredClone(doc as Extract<StoredDoc, { kind: K }>) : undefined;
  }

  async find<K extends DocKind>(query: FindQuery & { kind: K }): Promise<Extract<StoredDoc, { kind: K }>[]> {
    this.#assertOpen();
    return this.#index.find(query).map((doc) => structuredClone(doc as Extract<StoredDoc, { kind: K }>));
  }

  async countStates(batch?: string): Promise<Record<PayoutState, number>> {
    this.#assertOpen();
    return this.#index.countStates(batch);
  }

  /** Rewrites the journal with what lives in it. */
  compact(): Promise<void> {
    return this.#serial(() => this.#compact());
  }

  #parse(payload: Buffer): StoredDoc {
    let value: unknown;
    try {
      value = JSON.parse(payload.toString("utf8"));
    } catch {
      throw new PayoutError("STORE_INVALID", "a record of the journal is no JSON");
    }
    return parseDocument(value, "journal");
  }

  #serial<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#queue.then(() => {
      this.#assertOpen();
      return work();
    });
    this.#queue = run.catch(() => undefined);
    return run;
  }

  #assertOpen(): void {
    if (this.#state === "failed") throw new PayoutError("STORE_FAILED", "a write of the journal failed; start again");
    if (this.#state !== "open") throw new PayoutError("STORE_FAILED", "the journal is not open");
  }

  async #append(given: StoredDoc): Promise<void> {
    const doc = parseDocument(structuredClone(given), "a document of this service");
    const payload = Buffer.from(JSON.stringify(doc), "utf8");
    await this.#guard(() => this.#medium.append(encodeRecord(this.#sequence, payload)));
    this.#sequence += 1;
    this.#apply(doc, payload.length);
    if (this.#medium.size > this.#compactAbove && this.#medium.size > this.#liveBytes * this.#compactFactor) {
      await this.#compact();
    }
  }

  #apply(doc: StoredDoc, bytes: number): void {
    this.#liveBytes += bytes - (this.#sizes.get(doc._id) ?? 0);
    this.#sizes.set(doc._id, bytes);
    this.#index.put(doc);
  }

  async #compact(): Promise<void> {
    let sequence = this.#sequence;
    const records: Buffer[] = [];
    for (const doc of this.#index.values()) {
      records.push(encodeRecord(sequence, Buffer.from(JSON.stringify(doc), "utf8")));
      sequence += 1;
    }
    await this.#guard(() => this.#medium.rewrite(records));
    this.#sequence = sequence;
  }

  /** After a failed write or sync nobody knows what is on the disk: the store refuses everything until it is opened anew. */
  async #guard(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      this.#state = "failed";
      if (error instanceof PayoutError) throw error;
      throw new PayoutError("STORE_FAILED", `the journal could not be written: ${String(error)}`, { cause: error });
    }
  }
}
