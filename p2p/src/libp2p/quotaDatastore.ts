import "../promiseWithResolvers.js";
import { rm } from "node:fs/promises";
import { BaseDatastore, MemoryDatastore } from "datastore-core";
import { LevelDatastore } from "datastore-level";
import { type Datastore, Key, type KeyQuery, type Pair, type Query } from "interface-datastore";
import { P2pError } from "../errors.js";
import { BAN_ROWS } from "./conduct.js";
import type { NetworkLimits } from "./networkLimits.js";

/** Rows of one kind, in the order in which they were written. */
interface RowClass {
  readonly prefix: string;
  readonly capacity: number;
  readonly rows: Set<string>;
}

const PEERS = "/peers/";
const PROVIDERS = "/dht/provider/";

/**
 * What libp2p keeps: known peers and the records of the DHT, which strangers write; and who is banned. Each kind has room for
 * so many rows; the oldest leaves. Nothing in it is of value: a damaged database is thrown away.
 */
export class QuotaDatastore extends BaseDatastore {
  private readonly limits: NetworkLimits;
  private readonly path: string | undefined;
  private readonly classes: readonly RowClass[];
  /** Provider rows of each peer, oldest first. */
  private readonly provided = new Map<string, Set<string>>();
  private inner: Datastore = new MemoryDatastore();
  private close: () => Promise<void> = async () => undefined;
  private closed = false;

  /** @param path folder of the database; in memory without one. */
  constructor(path: string | undefined, limits: NetworkLimits) {
    super();
    this.path = path;
    this.limits = limits;
    this.classes = [
      { prefix: PEERS, capacity: limits.knownPeers, rows: new Set() },
      { prefix: PROVIDERS, capacity: limits.providerRecords, rows: new Set() },
      { prefix: BAN_ROWS, capacity: limits.bans, rows: new Set() },
      { prefix: "/", capacity: limits.otherRecords, rows: new Set() },
    ];
  }

  async open(): Promise<void> {
    if (this.path === undefined) return;
    let level = new LevelDatastore(this.path);
    try {
      await level.open();
    } catch {
      await rm(this.path, { recursive: true, force: true });
      level = new LevelDatastore(this.path);
      await level.open();
    }
    this.inner = level;
    this.close = () => level.close();
    for await (const key of level.queryKeys({})) await this.note(key.toString());
  }

  /** What comes later finds nothing and is forgotten. */
  async end(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.close();
  }

  /** Rows of known peers, of providers, and those of libp2p beside them. */
  sizes(): { readonly peers: number; readonly providers: number; readonly others: number } {
    const [peers = 0, providers = 0, , others = 0] = this.classes.map(({ rows }) => rows.size);
    return { peers, providers, others };
  }

  /** @throws P2pError P2P_TOO_LARGE */
  override async put(key: Key, value: Uint8Array): Promise<Key> {
    if (this.closed) return key;
    if (value.length > this.limits.recordBytes) {
      throw new P2pError({ code: "P2P_TOO_LARGE", message: `a record of ${value.length} bytes` });
    }
    await this.inner.put(key, value);
    await this.note(key.toString());
    return key;
  }

  override async get(key: Key): Promise<Uint8Array> {
    return (this.closed ? new MemoryDatastore() : this.inner).get(key);
  }

  override async has(key: Key): Promise<boolean> {
    return !this.closed && this.inner.has(key);
  }

  override async delete(key: Key): Promise<void> {
    if (this.closed) return;
    this.forget(key.toString());
    await this.inner.delete(key);
  }

  override async *_all(query: Query): AsyncGenerator<Pair> {
    if (!this.closed) yield* this.inner.query(query);
  }

  override async *_allKeys(query: KeyQuery): AsyncGenerator<Key> {
    if (!this.closed) yield* this.inner.queryKeys(query);
  }

  private classOf(name: string): RowClass | undefined {
    return this.classes.find(({ prefix }) => name.startsWith(prefix));
  }

  /** A row was written: it is the youngest now, and the oldest makes room. */
  private async note(name: string): Promise<void> {
    const row = this.classOf(name);
    if (row === undefined) return;
    this.forget(name);
    row.rows.add(name);
    const own = this.providedBy(name);
    own?.add(name);
    if (own !== undefined && own.size > this.limits.providerRecordsPerPeer) await this.drop(own);
    if (row.rows.size > row.capacity) await this.drop(row.rows);
  }

  private async drop(rows: ReadonlySet<string>): Promise<void> {
    const oldest = rows.values().next();
    if (!oldest.done) await this.delete(new Key(oldest.value));
  }

  private forget(name: string): void {
    this.classOf(name)?.rows.delete(name);
    const own = this.providedBy(name);
    own?.delete(name);
    if (own?.size === 0) this.provided.delete(peerOf(name));
  }

  private providedBy(name: string): Set<string> | undefined {
    if (!name.startsWith(PROVIDERS)) return undefined;
    const peer = peerOf(name);
    const own = this.provided.get(peer) ?? new Set();
    this.provided.set(peer, own);
    return own;
  }
}

/** The last part of a provider's key. */
function peerOf(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}
