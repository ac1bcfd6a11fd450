import { LevelStore, type LevelStoreOptions } from "./levelStore.js";
import { currentSchema, type Migration, migrateSchema, type Schema } from "./schema.js";

export interface OpenDatabaseOptions extends LevelStoreOptions {
  readonly schema?: Schema;
  readonly onMigration?: (migration: Migration) => void;
}

/**
 * Opens a database and brings it to the current schema. The main thread of a process does this once; worker threads of
 * the same process then use LevelStore.open on the same folder.
 * @throws StorageError as LevelStore.open and migrateSchema
 */
export async function openDatabase(options: OpenDatabaseOptions): Promise<LevelStore> {
  const store = await LevelStore.open(options);
  try {
    await migrateSchema(store, options.schema ?? currentSchema, options.onMigration);
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}
