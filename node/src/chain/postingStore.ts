import { concatBytes, u32be } from "@lucid/consensus/base";
import { type BatchOp, type KeyValueStore, namespaces, put } from "@lucid/storage";
import type { Receipt } from "../interfaces.js";
import type { PostingSource, RawPosting } from "./logQuery.js";
import { encodeLogIndexes, PostingKind, type PostingTerm, postingsOfBlock } from "./postings.js";
import { ReceiptsRecord } from "./receiptsCodec.js";

const RECEIPTS_PREFIX = Uint8Array.of(namespaces.receipts);

/** Key of a term without the height. */
function termKey(term: PostingTerm): Uint8Array {
  return term.kind === PostingKind.address
    ? concatBytes(Uint8Array.of(namespaces.logByAddress), term.value)
    : concatBytes(Uint8Array.of(namespaces.logByTopic, term.kind - PostingKind.topic0), term.value);
}

export function postingOps(height: number, receipts: readonly Receipt[]): BatchOp[] {
  const suffix = u32be(height);
  return postingsOfBlock(receipts)
    .filter(({ term }) => term.kind !== PostingKind.any)
    .map(({ term, logIndexes }) => put(concatBytes(termKey(term), suffix), encodeLogIndexes(logIndexes)));
}

/** The log index in the database. Blocks with any logs at all are found by their receipts. */
export class PostingStore implements PostingSource {
  private readonly store: KeyValueStore;

  constructor(store: KeyValueStore) {
    this.store = store;
  }

  async read(term: PostingTerm, fromHeight: number, toHeight: number, limit: number): Promise<readonly RawPosting[]> {
    const any = term.kind === PostingKind.any;
    const prefix = any ? RECEIPTS_PREFIX : termKey(term);
    const range = { gte: concatBytes(prefix, u32be(fromHeight)), lte: concatBytes(prefix, u32be(toHeight)), limit };
    const postings: RawPosting[] = [];
    for await (const [key, value] of this.store.entries(range)) {
      const height = new DataView(key.buffer, key.byteOffset + prefix.length, 4).getUint32(0);
      postings.push({ height, bytes: any ? allLogs(value) : value });
    }
    return postings;
  }

  get(term: PostingTerm, height: number): Uint8Array | undefined {
    if (term.kind !== PostingKind.any) return this.store.get(concatBytes(termKey(term), u32be(height)));
    const record = this.store.get(concatBytes(RECEIPTS_PREFIX, u32be(height)));
    return record === undefined ? undefined : allLogs(record);
  }
}

function allLogs(record: Uint8Array): Uint8Array {
  return encodeLogIndexes(Array.from({ length: new ReceiptsRecord(record).logCount }, (_, index) => index));
}
