import { concatBytes } from "@lucid/consensus/base";
import { INDEX_ENTRY_LIMIT, INDEX_ID_LENGTH, type IndexItem, indexItem } from "./indexEntry.js";
import { badFrame, SYNC_FRAME_LIMIT } from "./syncFrame.js";

/** Longest message of `index-sync/1`, bytes: a kind and a frame. */
export const SYNC_MESSAGE_LIMIT = 1 + SYNC_FRAME_LIMIT;
/** Ids that one question names. */
export const SYNC_IDS_LIMIT = 256;

export type SyncRequest =
  | { readonly kind: "reconcile"; readonly frame: Uint8Array }
  /** Asks for entries by id, 16 bytes each. */
  | { readonly kind: "get"; readonly ids: readonly Uint8Array[] }
  /** Brings entries that the asked side lacks. */
  | { readonly kind: "put"; readonly items: readonly IndexItem[] };

export type SyncResponse =
  | { readonly kind: "reconcile"; readonly frame: Uint8Array }
  /** Those of the entries that are there and fit, in the order of the ids. */
  | { readonly kind: "get"; readonly items: readonly IndexItem[] }
  /** How many were stored. */
  | { readonly kind: "put"; readonly stored: number };

const kinds = ["reconcile", "get", "put"] as const;

/** u16 length || entry, one after the other, as many as fit into a message. */
export function fittingItems(items: readonly IndexItem[]): readonly IndexItem[] {
  let length = 1;
  return items.filter(({ encoded }) => {
    if (length + 2 + encoded.length > SYNC_MESSAGE_LIMIT) return false;
    length += 2 + encoded.length;
    return true;
  });
}

function encodeItems(items: readonly IndexItem[]): Uint8Array {
  return concatBytes(
    ...items.flatMap(({ encoded }) => [Uint8Array.of(encoded.length >> 8, encoded.length & 0xff), encoded]),
  );
}

/** @throws StorageError INDEX_SYNC_BAD_FRAME, INDEX_ENTRY_MALFORMED, INDEX_ENTRY_TOO_LARGE */
function decodeItems(bytes: Uint8Array): readonly IndexItem[] {
  const items: IndexItem[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    if (length > INDEX_ENTRY_LIMIT || at + 2 + length > bytes.length) throw badFrame("an entry that is cut off");
    items.push(indexItem(new Uint8Array(bytes.subarray(at + 2, at + 2 + length))));
    at += 2 + length;
  }
  return items;
}

function split(bytes: Uint8Array): { readonly kind: (typeof kinds)[number]; readonly rest: Uint8Array } {
  if (bytes.length > SYNC_MESSAGE_LIMIT) throw badFrame(`a message of ${bytes.length} bytes`);
  const kind = kinds[bytes[0] ?? kinds.length];
  if (kind === undefined) throw badFrame("a message of an unknown kind");
  return { kind, rest: bytes.subarray(1) };
}

function join(kind: (typeof kinds)[number], rest: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(kinds.indexOf(kind)), rest);
}

export function encodeSyncRequest(request: SyncRequest): Uint8Array {
  if (request.kind === "reconcile") return join(request.kind, request.frame);
  if (request.kind === "get") return join(request.kind, concatBytes(...request.ids));
  return join(request.kind, encodeItems(request.items));
}

/** @throws StorageError INDEX_SYNC_BAD_FRAME, INDEX_ENTRY_MALFORMED, INDEX_ENTRY_TOO_LARGE */
export function decodeSyncRequest(bytes: Uint8Array): SyncRequest {
  const { kind, rest } = split(bytes);
  if (kind === "reconcile") return { kind, frame: rest.slice() };
  if (kind === "put") return { kind, items: decodeItems(rest) };
  const count = rest.length / INDEX_ID_LENGTH;
  if (!Number.isInteger(count) || count > SYNC_IDS_LIMIT) throw badFrame("no list of ids, or too long a one");
  const ids = Array.from({ length: count }, (_, i) => rest.slice(i * INDEX_ID_LENGTH, (i + 1) * INDEX_ID_LENGTH));
  return { kind, ids };
}

export function encodeSyncResponse(response: SyncResponse): Uint8Array {
  if (response.kind === "reconcile") return join(response.kind, response.frame);
  if (response.kind === "get") return join(response.kind, encodeItems(response.items));
  return join(response.kind, Uint8Array.of(response.stored >> 8, response.stored & 0xff));
}

/** @throws StorageError INDEX_SYNC_BAD_FRAME, INDEX_ENTRY_MALFORMED, INDEX_ENTRY_TOO_LARGE */
export function decodeSyncResponse(bytes: Uint8Array): SyncResponse {
  const { kind, rest } = split(bytes);
  if (kind === "reconcile") return { kind, frame: rest.slice() };
  if (kind === "get") return { kind, items: decodeItems(rest) };
  if (rest.length !== 2) throw badFrame("a count has two bytes");
  return { kind, stored: ((rest[0] ?? 0) << 8) | (rest[1] ?? 0) };
}
