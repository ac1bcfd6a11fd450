import { concatBytes, toHex } from "@lucid/consensus/base";
import { StorageError } from "../errors.js";
import type { Codec } from "./codec.js";
import { type BatchOp, del, type KeyRange, type KeyValueStore, prefixEnd, put } from "./keyValueStore.js";
import { type Namespace, namespaceName } from "./namespaces.js";

export interface RepositoryOptions<Id, Value> {
  readonly namespace: Namespace;
  readonly key: Codec<Id>;
  readonly value: Codec<Value>;
}

/** Bounds by id; all within the repository's namespace. */
export interface IdRange<Id> {
  readonly gte?: Id;
  readonly gt?: Id;
  readonly lte?: Id;
  readonly lt?: Id;
  /** Only ids whose encoding starts with these bytes (the first fields of a tuple); combines with no other bound. */
  readonly prefix?: Uint8Array;
  readonly reverse?: boolean;
  readonly limit?: number;
}

/**
 * Typed view of one namespace. It writes nothing itself: `putOp` and `delOp` return operations, so that whoever commits
 * puts those of several repositories into one atomic batch.
 */
export class Repository<Id, Value> {
  private readonly store: KeyValueStore;
  private readonly options: RepositoryOptions<Id, Value>;
  private readonly prefix: Uint8Array;

  constructor(store: KeyValueStore, options: RepositoryOptions<Id, Value>) {
    this.store = store;
    this.options = options;
    this.prefix = new Uint8Array([options.namespace]);
  }

  /** @throws StorageError RECORD_CORRUPT when the record does not decode; also the store's codes */
  get(id: Id): Value | undefined {
    const key = this.keyOf(id);
    const bytes = this.store.get(key);
    return bytes === undefined ? undefined : this.decodeValue(key, bytes);
  }

  /** Does not decode the value. */
  has(id: Id): boolean {
    return this.store.has(this.keyOf(id));
  }

  putOp(id: Id, value: Value): BatchOp {
    return put(this.keyOf(id), this.options.value.encode(value));
  }

  delOp(id: Id): BatchOp {
    return del(this.keyOf(id));
  }

  async *entries(range: IdRange<Id> = {}): AsyncGenerator<readonly [Id, Value], void, void> {
    for await (const [key, value] of this.store.entries(this.keyRange(range))) {
      yield [this.decodeKey(key), this.decodeValue(key, value)];
    }
  }

  /** Ids only; values are not decoded. */
  async *ids(range: IdRange<Id> = {}): AsyncGenerator<Id, void, void> {
    for await (const key of this.store.keys(this.keyRange(range))) yield this.decodeKey(key);
  }

  /** The first entry of the range: with `reverse` the last one. */
  async first(range: IdRange<Id> = {}): Promise<readonly [Id, Value] | undefined> {
    for await (const entry of this.entries({ ...range, limit: 1 })) return entry;
    return undefined;
  }

  /** Key of the record in the store, namespace included. */
  keyOf(id: Id): Uint8Array {
    return concatBytes(this.prefix, this.options.key.encode(id));
  }

  /** Key range in the store; an open side ends at the border of the namespace. */
  keyRange(range: IdRange<Id> = {}): KeyRange {
    const prefix = range.prefix === undefined ? this.prefix : concatBytes(this.prefix, range.prefix);
    return {
      gte: range.gte !== undefined ? this.keyOf(range.gte) : range.gt !== undefined ? undefined : prefix,
      gt: range.gt !== undefined ? this.keyOf(range.gt) : undefined,
      lte: range.lte !== undefined ? this.keyOf(range.lte) : undefined,
      lt: range.lt !== undefined ? this.keyOf(range.lt) : range.lte !== undefined ? undefined : prefixEnd(prefix),
      reverse: range.reverse,
      limit: range.limit,
    };
  }

  private decodeKey(key: Uint8Array): Id {
    try {
      return this.options.key.decode(key.slice(1));
    } catch (error) {
      throw this.corrupt("key", key, error);
    }
  }

  private decodeValue(key: Uint8Array, value: Uint8Array): Value {
    try {
      return this.options.value.decode(value);
    } catch (error) {
      throw this.corrupt("value", key, error);
    }
  }

  private corrupt(part: "key" | "value", key: Uint8Array, cause: unknown): StorageError {
    const name = namespaceName(this.options.namespace) ?? String(this.options.namespace);
    return new StorageError({
      code: "RECORD_CORRUPT",
      message: `the ${part} of record ${toHex(key)} in ${name} cannot be decoded; run lucid db check`,
      meta: { namespace: name, key: toHex(key) },
      cause,
    });
  }
}
