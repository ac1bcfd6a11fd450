import type { DocKind, StoredDoc } from "../domain/documents.js";
import { type PayoutState, payoutStates } from "../domain/states.js";
import { PayoutError } from "../errors.js";
import { type FindQuery, MAX_FIND } from "./store.js";

export function emptyCounts(): Record<PayoutState, number> {
  return Object.fromEntries(payoutStates.map((state) => [state, 0])) as Record<PayoutState, number>;
}

/** Documents in memory with the unique keys that a store promises. Writes are checked first and applied later. */
export class DocumentIndex {
  readonly #docs = new Map<string, StoredDoc>();
  readonly #openKeys = new Map<string, string>();
  readonly #requestKeys = new Map<string, string>();
  /** Ids of one kind in order; made anew when a document of the kind was added. */
  readonly #ordered = new Map<DocKind, string[]>();

  get size(): number {
    return this.#docs.size;
  }

  get(id: string): StoredDoc | undefined {
    return this.#docs.get(id);
  }

  values(): IterableIterator<StoredDoc> {
    return this.#docs.values();
  }

  /** @throws PayoutError STORE_KEY_TAKEN */
  checkKeys(doc: StoredDoc): void {
    for (const [map, key] of [
      [this.#openKeys, doc.openKey],
      [this.#requestKeys, doc.requestKey],
    ] as const) {
      const holder = map.get(key);
      if (holder !== undefined && holder !== doc._id) {
        throw new PayoutError("STORE_KEY_TAKEN", `${key} belongs to ${holder}`, { meta: { holder } });
      }
    }
  }

  put(doc: StoredDoc): void {
    const old = this.#docs.get(doc._id);
    if (old === undefined) this.#ordered.delete(doc.kind);
    else {
      this.#openKeys.delete(old.openKey);
      this.#requestKeys.delete(old.requestKey);
    }
    this.#docs.set(doc._id, doc);
    this.#openKeys.set(doc.openKey, doc._id);
    this.#requestKeys.set(doc.requestKey, doc._id);
  }

  find(query: FindQuery): StoredDoc[] {
    const ids = this.#idsOf(query.kind);
    const found: StoredDoc[] = [];
    const limit = Math.min(query.limit, MAX_FIND);
    for (let at = query.after === undefined ? 0 : upperBound(ids, query.after); at < ids.length; at++) {
      const doc = this.#docs.get(ids[at] ?? "");
      if (doc === undefined || !matches(doc, query)) continue;
      found.push(doc);
      if (found.length === limit) break;
    }
    return found;
  }

  countStates(batch: string | undefined): Record<PayoutState, number> {
    const counts = emptyCounts();
    for (const doc of this.#docs.values()) {
      if (doc.kind === "payout" && (batch === undefined || doc.batch === batch)) counts[doc.state] += 1;
    }
    return counts;
  }

  #idsOf(kind: DocKind): string[] {
    let ids = this.#ordered.get(kind);
    if (ids === undefined) {
      ids = [...this.#docs.values()].filter((doc) => doc.kind === kind).map((doc) => doc._id);
      ids.sort();
      this.#ordered.set(kind, ids);
    }
    return ids;
  }
}

function matches(doc: StoredDoc, query: FindQuery): boolean {
  if (query.states === undefined && query.batch === undefined && query.dueAt === undefined) return true;
  if (doc.kind !== "payout") return false;
  if (query.states !== undefined && !query.states.includes(doc.state)) return false;
  if (query.batch !== undefined && doc.batch !== query.batch) return false;
  return query.dueAt === undefined || doc.nextAt <= query.dueAt;
}

function upperBound(ids: readonly string[], key: string): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ids[middle] ?? "") <= key) low = middle + 1;
    else high = middle;
  }
  return low;
}
