import { randomBytes } from "node:crypto";
import { type Collection, type Filter, MongoClient, MongoServerError } from "mongodb";
import type { DocKind, StoredDoc } from "../domain/documents.js";
import type { PayoutState } from "../domain/states.js";
import { messageOf, PayoutError } from "../errors.js";
import { emptyCounts } from "./documentIndex.js";
import { type FindQuery, MAX_FIND, parseDocument, type Store } from "./store.js";

export interface MongoStoreOptions {
  readonly uri: string;
  readonly database: string;
  /** How long a write is tried again, in milliseconds, before STORE_UNREACHABLE. */
  readonly patienceMs?: number;
  /** False for servers without roles and replica sets that know no majority (FerretDB ignores it). */
  readonly majority?: boolean;
  /** For tests alone: take a server that does not compare and set in one step. */
  readonly allowNonAtomic?: boolean;
}

/** The only collection that the service touches; its user needs rights on no other. */
export const COLLECTION = "payouts";

/** As stored: the document, and who wrote this revision, so that a write whose answer was lost is recognised. */
type Row = StoredDoc & { _id: string; writeId: string };

const DUPLICATE_KEY = 11000;

export class MongoStore implements Store {
  readonly kind = "mongodb";
  readonly #client: MongoClient;
  readonly #rows: Collection<Row>;
  readonly #patienceMs: number;
  readonly #database: string;
  readonly #allowNonAtomic: boolean;
  #started = false;

  constructor(options: MongoStoreOptions) {
    this.#patienceMs = options.patienceMs ?? 20_000;
    this.#database = options.database;
    this.#allowNonAtomic = options.allowNonAtomic === true;
    this.#client = new MongoClient(options.uri, {
      appName: "lucid-payout",
      // Our own compare-and-set makes a repeated write harmless; the driver's retries need a replica set.
      retryWrites: false,
      retryReads: true,
      serverSelectionTimeoutMS: 5000,
      connectTimeoutMS: 5000,
      socketTimeoutMS: 15_000,
      maxPoolSize: 8,
      ...(options.majority === false
        ? {}
        : { writeConcern: { w: "majority", journal: true, wtimeoutMS: 10_000 }, readConcern: { level: "majority" } }),
    });
    this.#rows = this.#client.db(options.database).collection<Row>(COLLECTION);
  }

  async start(): Promise<void> {
    if (this.#started) return;
    await this.#patiently("start", async () => {
      await this.#client.connect();
      await this.#checkServer();
      await this.#rows.createIndex({ openKey: 1 }, { unique: true, name: "openKey" });
      await this.#rows.createIndex({ requestKey: 1 }, { unique: true, name: "requestKey" });
      await this.#rows.createIndex({ kind: 1, state: 1, nextAt: 1 }, { name: "due" });
      await this.#rows.createIndex({ batch: 1 }, { name: "batch" });
    });
    this.#started = true;
  }

  /**
   * FerretDB evaluates the filter of an update and writes in two steps (measured with 1.24: six of twelve simultaneous
   * writers of one revision were told that they won). Two transactions for one payout could come of that.
   */
  async #checkServer(): Promise<void> {
    const info = await this.#client.db(this.#database).command({ buildInfo: 1 });
    if (Object.keys(info).some((key) => /ferret/i.test(key)) && !this.#allowNonAtomic) {
      throw new PayoutError(
        "CONFIG_INVALID",
        "the server is FerretDB, whose updates are not atomic; use MongoDB or the journal file",
      );
    }
  }

  async stop(): Promise<void> {
    this.#started = false;
    await this.#client.close();
  }

  async insert(doc: StoredDoc): Promise<"inserted" | "exists"> {
    const row = toRow(doc);
    return this.#patiently("insert", async () => {
      try {
        await this.#rows.insertOne(row);
        return "inserted";
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        const there = await this.#rows.findOne({ _id: doc._id });
        if (there === null) throw keyTaken(error);
        // Ours, if an earlier try arrived and its answer was lost.
        return there.writeId === row.writeId ? "inserted" : "exists";
      }
    });
  }

  async replace(doc: StoredDoc): Promise<boolean> {
    const row = toRow(doc);
    return this.#patiently("replace", async () => {
      try {
        const filter = { _id: doc._id, rev: doc.rev - 1 } as Filter<Row>;
        const result = await this.#rows.replaceOne(filter, row);
        if (result.matchedCount === 1) return true;
      } catch (error) {
        if (isDuplicate(error)) throw keyTaken(error);
        throw error;
      }
      const there = await this.#rows.findOne({ _id: doc._id });
      return there?.writeId === row.writeId;
    });
  }

  async get<K extends DocKind>(kind: K, id: string): Promise<Extract<StoredDoc, { kind: K }> | undefined> {
    const row = await this.#patiently("get", () => this.#rows.findOne({ _id: id }));
    if (row === null) return undefined;
    const doc = fromRow(row);
    return doc.kind === kind ? (doc as Extract<StoredDoc, { kind: K }>) : undefined;
  }

  async find<K extends DocKind>(query: FindQuery & { kind: K }): Promise<Extract<StoredDoc, { kind: K }>[]> {
    const filter: Record<string, unknown> = { kind: query.kind };
    if (query.states !== undefined) filter["state"] = { $in: [...query.states] };
    if (query.batch !== undefined) filter["batch"] = query.batch;
    if (query.dueAt !== undefined) filter["nextAt"] = { $lte: query.dueAt };
    if (query.after !== undefined) filter["_id"] = { $gt: query.after };
    const rows = await this.#patiently("find", () =>
      this.#rows
        .find(filter as Filter<Row>)
        .sort({ _id: 1 })
        .limit(Math.min(query.limit, MAX_FIND))
        .toArray(),
    );
    return rows.map((row) => fromRow(row) as Extract<StoredDoc, { kind: K }>);
  }

  async countStates(batch?: string): Promise<Record<PayoutState, number>> {
    const counts = emptyCounts();
    for (const state of Object.keys(counts) as PayoutState[]) {
      const filter = { kind: "payout", state, ...(batch === undefined ? {} : { batch }) } as Filter<Row>;
      counts[state] = await this.#patiently("count", () => this.#rows.countDocuments(filter));
    }
    return counts;
  }

  /** Repeats on trouble with the connection; every operation here may be repeated. */
  async #patiently<T>(what: string, work: () => Promise<T>): Promise<T> {
    const until = performance.now() + this.#patienceMs;
    for (let wait = 50; ; wait = Math.min(wait * 2, 2000)) {
      try {
        return await work();
      } catch (error) {
        if (error instanceof PayoutError) throw error;
        const final = error instanceof MongoServerError && !isTransient(error);
        if (final || performance.now() + wait > until) {
          throw new PayoutError("STORE_UNREACHABLE", `MongoDB, ${what}: ${redact(messageOf(error))}`);
        }
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  }
}

/** Codes after which the same command may succeed: not primary, shutting down, network, write concern time-outs. */
const TRANSIENT = new Set([6, 7, 64, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436]);

function isTransient(error: MongoServerError): boolean {
  return typeof error.code === "number" && TRANSIENT.has(error.code);
}

function isDuplicate(error: unknown): error is MongoServerError {
  if (!(error instanceof MongoServerError)) return false;
  // FerretDB has no code for it when an update does it.
  return error.code === DUPLICATE_KEY || error.message.includes("UNIQUE constraint failed");
}

function keyTaken(error: unknown): PayoutError {
  return new PayoutError("STORE_KEY_TAKEN", `a unique key is taken: ${redact(messageOf(error)).slice(0, 200)}`);
}

/** Connection strings carry passwords. */
function redact(text: string): string {
  return text.replace(/\/\/[^@/\s]*@/g, "//[redacted]@");
}

function toRow(doc: StoredDoc): Row {
  const checked = parseDocument(structuredClone(doc), "a document of this service");
  return { ...checked, writeId: randomBytes(12).toString("hex") };
}

function fromRow(row: Row): StoredDoc {
  const { writeId: _, ...doc } = row;
  return parseDocument(doc, `document ${row._id}`);
}
