import { StorageError } from "../errors.js";
import { textCodec, u32Codec } from "./codec.js";
import type { BatchOp, KeyValueStore } from "./keyValueStore.js";
import { namespaces } from "./namespaces.js";
import { Repository } from "./repository.js";

/** One step from a version of the schema to the next. */
export interface Migration {
  /** Version that it starts from; it leads to `from + 1`. */
  readonly from: number;
  /** What it changes, for the log. */
  readonly summary: string;
  /**
   * The operations of the step. They are committed in one synced batch together with the new version, so they must fit
   * into memory: a step that rewrites more than some hundred megabytes is split into several versions.
   */
  readonly operations: (store: KeyValueStore) => AsyncIterable<BatchOp>;
}

export interface Schema {
  /** Version that this program reads and writes, from 1. */
  readonly version: number;
  readonly migrations: readonly Migration[];
}

/** Schema of the databases `chain` and `client`. Version 1: the first release. */
export const currentSchema: Schema = { version: 1, migrations: [] };

const KEY = "schemaVersion";

function versions(store: KeyValueStore): Repository<string, number> {
  return new Repository(store, { namespace: namespaces.meta, key: textCodec, value: u32Codec });
}

/** The operation that gives a database its version. */
export function schemaVersionOp(store: KeyValueStore, version: number): BatchOp {
  return versions(store).putOp(KEY, version);
}

/** Undefined for a new database. @throws StorageError RECORD_CORRUPT */
export function readSchemaVersion(store: KeyValueStore): number | undefined {
  return versions(store).get(KEY);
}

/**
 * Brings a database to the schema's version, step by step, each step whole or not at all; a new database gets the
 * version at once. Returns the versions that it went through, without the first.
 * @throws StorageError DB_NEWER (and touches nothing), DB_MIGRATION when a step is missing (and touches nothing)
 */
export async function migrateSchema(
  store: KeyValueStore,
  schema: Schema = currentSchema,
  onStep: (migration: Migration) => void = () => undefined,
): Promise<number[]> {
  const found = readSchemaVersion(store);
  const repository = versions(store);
  if (found === undefined) {
    await refuseForeign(store);
    await store.batch([repository.putOp(KEY, schema.version)], { sync: true });
    return [];
  }
  if (found > schema.version) {
    throw new StorageError({
      code: "DB_NEWER",
      message: `the database has schema version ${found}, this program knows version ${schema.version}; install a newer version`,
      meta: { found, known: schema.version },
    });
  }
  const steps = pathOf(schema, found);
  const passed: number[] = [];
  for (const step of steps) {
    onStep(step);
    const ops: BatchOp[] = [];
    for await (const op of step.operations(store)) ops.push(op);
    ops.push(repository.putOp(KEY, step.from + 1));
    await store.batch(ops, { sync: true });
    passed.push(step.from + 1);
  }
  return passed;
}

/** Records without a version are not from us: writing among them could destroy somebody's data. */
async function refuseForeign(store: KeyValueStore): Promise<void> {
  for await (const _ of store.keys({ limit: 1 })) {
    throw new StorageError({
      code: "DB_MIGRATION",
      message: "the database has records but no schema version; it was not written by this program",
    });
  }
}

function pathOf(schema: Schema, found: number): Migration[] {
  const steps: Migration[] = [];
  for (let version = found; version < schema.version; version++) {
    const step = schema.migrations.find((migration) => migration.from === version);
    if (step === undefined) {
      throw new StorageError({
        code: "DB_MIGRATION",
        message: `there is no migration from schema version ${version} to ${version + 1}`,
        meta: { found, known: schema.version },
      });
    }
    steps.push(step);
  }
  return steps;
}
