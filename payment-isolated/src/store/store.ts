import { type DocKind, documentSchema, type StoredDoc } from "../domain/documents.js";
import type { PayoutState } from "../domain/states.js";
import { PayoutError } from "../errors.js";

export interface FindQuery {
  readonly kind: DocKind;
  readonly states?: readonly PayoutState[];
  readonly batch?: string;
  /** Only payouts whose `nextAt` is not later. */
  readonly dueAt?: number;
  /** Continue after this _id; results are ordered by _id. */
  readonly after?: string;
  /** At most 1,000. */
  readonly limit: number;
}

export const MAX_FIND = 1000;

/**
 * Documents with compare-and-set on `rev`. A write that has returned survives kill -9 and power loss. Three unique keys:
 * `_id`, `openKey`, `requestKey`. One suite of tests runs against every implementation.
 */
export interface Store {
  readonly kind: "journal" | "mongodb";
  start(): Promise<void>;
  stop(): Promise<void>;
  /** @throws PayoutError STORE_KEY_TAKEN when another _id holds a key */
  insert(doc: StoredDoc): Promise<"inserted" | "exists">;
  get<K extends DocKind>(kind: K, id: string): Promise<Extract<StoredDoc, { kind: K }> | undefined>;
  /** Replaces the document with revision `doc.rev - 1`; false when it has another revision or is not there. */
  replace(doc: StoredDoc): Promise<boolean>;
  find<K extends DocKind>(query: FindQuery & { kind: K }): Promise<Extract<StoredDoc, { kind: K }>[]>;
  countStates(batch?: string): Promise<Record<PayoutState, number>>;
}

/** Everything that comes from a disk or a database passes here. @throws PayoutError STORE_INVALID */
export function parseDocument(value: unknown, where: string): StoredDoc {
  const result = documentSchema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new PayoutError("STORE_INVALID", `${where}: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? "invalid"}`);
}

/** Every document of a query, page by page. */
export async function* findAll<K extends DocKind>(
  store: Store,
  query: Omit<FindQuery, "after" | "limit"> & { kind: K },
): AsyncGenerator<Extract<StoredDoc, { kind: K }>> {
  let after: string | undefined;
  for (;;) {
    const page = await store.find({ ...query, limit: MAX_FIND, ...(after === undefined ? {} : { after }) });
    yield* page;
    after = page.at(-1)?._id;
    if (page.length < MAX_FIND || after === undefined) return;
  }
}
