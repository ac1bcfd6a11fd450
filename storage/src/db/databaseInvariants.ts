import { toHex } from "@lucid/consensus/base";
import type { Invariant } from "./checkDatabase.js";
import type { KeyValueStore } from "./keyValueStore.js";
import { namespaceName } from "./namespaces.js";
import { currentSchema, readSchemaVersion, type Schema } from "./schema.js";

/** What holds in every database of ours, whatever it is for. */
export function databaseInvariants(store: KeyValueStore, schema: Schema = currentSchema): Invariant[] {
  return [
    {
      name: "database.schema",
      summary: "The schema has the version of this program.",
      check: async ({ report, looked }) => {
        looked();
        const version = readSchemaVersion(store);
        if (version === undefined) {
          report({ code: "DB_MIGRATION", message: "the database has no schema version" });
        } else if (version !== schema.version) {
          const code = version > schema.version ? "DB_NEWER" : "DB_MIGRATION";
          report({ code, message: `the schema has version ${version}, not ${schema.version}`, meta: { version } });
        }
      },
    },
    {
      name: "database.namespaces",
      summary: "Every record can be read and belongs to a namespace.",
      check: async ({ report, looked }) => {
        for await (const [key] of store.entries()) {
          looked();
          if (namespaceName(key[0] ?? 0xff) === undefined) {
            report({
              code: "DB_FOREIGN_RECORD",
              message: `record ${toHex(key)} belongs to no namespace`,
              meta: { key: toHex(key) },
            });
          }
        }
      },
    },
  ];
}
