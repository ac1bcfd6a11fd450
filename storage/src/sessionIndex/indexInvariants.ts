import { compareBytes, equalBytes, toHex } from "@lucid/consensus/base";
import type { Invariant, KeyValueStore } from "../db/index.js";
import { type IndexItem, indexEntryId, isFloor } from "./indexEntry.js";
import { IndexRecords, sortKeyOf } from "./indexRecords.js";
import { INDEX_CAPS, type IndexCaps, mergeEntries } from "./mergeEntries.js";

/**
 * What holds between the records of the replicated index.
 * @param isSigned also checks signatures, 2.5 ms each
 */
export function indexInvariants(
  store: KeyValueStore,
  options: { readonly caps?: IndexCaps; readonly isSigned?: (item: IndexItem) => boolean } = {},
): Invariant[] {
  const records = new IndexRecords(store);
  const { caps = INDEX_CAPS, isSigned } = options;
  return [
    {
      name: "index.entries",
      summary: "Each entry of the index decodes, is signed where that is asked for, and is found by its id.",
      check: async ({ report, looked }) => {
        for await (const [sortKey, encoded] of records.entries.entries()) {
          looked();
          const meta = { key: toHex(sortKey) };
          const item = read(records, sortKey);
          if (item === undefined) {
            report({ code: "RECORD_CORRUPT", message: `entry ${toHex(sortKey)} of the index is damaged`, meta });
          } else if (isSigned?.(item) === false) {
            report({ code: "INDEX_SIGNATURE", message: `entry ${toHex(sortKey)} has no valid signature`, meta });
          }
          const place = records.places.get(indexEntryId(encoded));
          if (place === undefined || !equalBytes(place, sortKey)) {
            report({ code: "DB_INDEX", message: `entry ${toHex(sortKey)} is not found by its id`, meta });
          }
        }
        for await (const [id, sortKey] of records.places.entries()) {
          looked();
          const encoded = records.entries.get(sortKey);
          if (encoded === undefined || !equalBytes(indexEntryId(encoded), id)) {
            const meta = { id: toHex(id) };
            report({ code: "DB_INDEX", message: `id ${toHex(id)} of the index names no entry`, meta });
          }
        }
      },
    },
    {
      name: "index.owners",
      summary: "Each owner's entries are above his floor and within the caps.",
      check: async ({ report, looked }) => {
        let own: IndexItem[] = [];
        const judge = () => {
          const [first] = own;
          if (first === undefined || mergeEntries(own, caps).length === own.length) return;
          const owner = toHex(first.entry.owner);
          const which = own.some(({ entry }) => isFloor(entry)) ? "his floor or the caps" : "the caps";
          report({ code: "DB_TOTALS", message: `owner ${owner} has entries beyond ${which}`, meta: { owner } });
        };
        for await (const sortKey of records.entries.ids()) {
          looked();
          const item = read(records, sortKey);
          if (item === undefined) continue;
          if (own[0] !== undefined && compareBytes(own[0].entry.owner, item.entry.owner) !== 0) {
            judge();
            own = [];
          }
          own.push(item);
        }
        judge();
      },
    },
  ];
}

function read(records: IndexRecords, sortKey: Uint8Array): IndexItem | undefined {
  try {
    const item = records.get(sortKey);
    return item !== undefined && equalBytes(sortKeyOf(item), sortKey) ? item : undefined;
  } catch {
    return undefined;
  }
}
