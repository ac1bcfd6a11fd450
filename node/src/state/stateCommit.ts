import type { StoreOp } from "../interfaces.js";
import { type AccountRecord, encodeAccount } from "./account.js";
import { archiveMarkerOps, archiveOps } from "./archive.js";
import type { HeadStateOptions } from "./headState.js";
import { bytesOf, stateKeys } from "./keys.js";
import { stateHeadOp } from "./stateHead.js";
import type { StateSource } from "./stateOverlay.js";
import { recordBefore, type Trie, type TrieChange } from "./trie.js";
import { encodeUndo, type OldRecord } from "./undoRecord.js";
import type { RecordReader } from "./unwrittenRecords.js";

/** Undo records that one block deletes at most. */
const MAX_PRUNED = 64;

/** A block's state, sealed and not yet decided. Only what differs from the head. */
export interface CandidateState {
  readonly height: number;
  readonly root: Uint8Array;
  readonly epoch: number;
  /** Address text -> account; undefined where it was deleted. */
  readonly accounts: ReadonlyMap<string, AccountRecord | undefined>;
  /** Address text -> slot text -> value; empty where it was cleared. */
  readonly slots: ReadonlyMap<string, ReadonlyMap<string, Uint8Array>>;
  readonly codes: ReadonlyMap<string, Uint8Array>;
  readonly accountTrie: Trie;
  readonly storageTries: ReadonlyMap<string, Trie>;
}

/**
 * Everything that deciding the candidate writes: records, trie nodes, history, state head. What records were before is taken
 * from memory as far as it is there: reading it took as long as all the rest.
 * @param head what the candidate was built on; undefined for genesis, which has no past
 */
export function candidateOps(
  candidate: CandidateState,
  store: RecordReader,
  options: Pick<HeadStateOptions, "keepBlocks" | "archive">,
  head?: Pick<StateSource, "slot"> & { readonly pruned: number | undefined },
): StoreOp[] {
  const { height } = candidate;
  const changes = [...flatChanges(candidate, store, head), ...nodeChanges(candidate, store)];
  const ops = changes.map(({ op }) => op);
  if (head !== undefined) {
    const old = (change: RecordChange): OldRecord => ({ key: change.op.key, value: change.before() });
    const all = changes.map(old);
    const flatOld = all.filter((_, index) => changes[index]?.flat);
    ops.push({ type: "put", key: stateKeys.undo(height), value: encodeUndo(all) });
    for (const op of pruneOps(height - options.keepBlocks, store, head.pruned)) ops.push(op);
    if (options.archive) for (const op of archiveOps(flatOld, height, store)) ops.push(op);
    for (const op of archiveMarkerOps(options.archive, height, store)) ops.push(op);
  }
  // Content-addressed and never deleted, so without history.
  for (const [hashText, code] of candidate.codes) {
    ops.push({ type: "put", key: stateKeys.code(bytesOf(hashText)), value: code });
  }
  ops.push(stateHeadOp(candidate));
  return ops;
}

/**
 * Undo records from `height` down: one a block, more after the operator chose to keep fewer.
 * @param pruned up to which height they are known to be gone: then only this one is left, and need not be read to know it
 */
function pruneOps(height: number, store: RecordReader, pruned: number | undefined): StoreOp[] {
  if (height > 0 && pruned === height - 1) return [{ type: "del", key: stateKeys.undo(height) }];
  const ops: StoreOp[] = [];
  for (let at = height; at > 0 && ops.length < MAX_PRUNED; at--) {
    const key = stateKeys.undo(at);
    if (!store.has(key)) break;
    ops.push({ type: "del", key });
  }
  return ops;
}

interface RecordChange {
  readonly op: StoreOp;
  /** An account or a slot, no trie node. */
  readonly flat: boolean;
  /** The record as it was. */
  readonly before: () => Uint8Array | undefined;
}

function* flatChanges(
  candidate: CandidateState,
  store: RecordReader,
  head: Pick<StateSource, "slot"> | undefined,
): Generator<RecordChange> {
  for (const [text, account] of candidate.accounts) {
    const key = stateKeys.account(bytesOf(text));
    const op = recordOp(key, account === undefined ? undefined : encodeAccount(account));
    yield { op, flat: true, before: () => store.get(key) };
  }
  for (const [addressText, changed] of candidate.slots) {
    const address = bytesOf(addressText);
    for (const [slotText, value] of changed) {
      const slot = bytesOf(slotText);
      const before = (): Uint8Array | undefined => {
        const old = head?.slot(address, addressText, slot, slotText);
        // A slot that holds zero has no record.
        return old?.length === 0 ? undefined : old;
      };
      const op = recordOp(stateKeys.slot(address, slot), value.length === 0 ? undefined : value);
      yield { op, flat: true, before };
    }
  }
}

function* nodeChanges(candidate: CandidateState, store: RecordReader): Generator<RecordChange> {
  const changeOf = (key: Uint8Array, change: TrieChange): RecordChange => ({
    op: recordOp(key, change.rlp),
    flat: false,
    before: () => recordBefore(change, () => store.get(key)),
  });
  for (const change of candidate.accountTrie.changes()) {
    yield changeOf(stateKeys.accountNode(change.packedPath), change);
  }
  for (const [text, trie] of candidate.storageTries) {
    const address = bytesOf(text);
    for (const change of trie.changes()) yield changeOf(stateKeys.storageNode(address, change.packedPath), change);
  }
}

function recordOp(key: Uint8Array, value: Uint8Array | undefined): StoreOp {
  return value === undefined ? { type: "del", key } : { type: "put", key, value };
}
