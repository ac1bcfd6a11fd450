import type { KeyValueStore } from "@lucid/storage";
import type { StoreOp } from "../interfaces.js";
import { type AccountRecord, encodeAccount } from "./account.js";
import { archiveMarkerOps, archiveOps } from "./archive.js";
import type { HeadStateOptions } from "./headState.js";
import { bytesOf, stateKeys } from "./keys.js";
import { stateHeadOp } from "./stateHead.js";
import type { Trie } from "./trie.js";
import { encodeUndo, type OldRecord } from "./undoRecord.js";

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

/** Everything that deciding the candidate writes: records, trie nodes, history, state head. */
export function candidateOps(
  candidate: CandidateState,
  store: KeyValueStore,
  options: Pick<HeadStateOptions, "keepBlocks" | "archive">,
): StoreOp[] {
  const flat = flatOps(candidate);
  const ops: StoreOp[] = [...flat];
  for (const { packedPath, rlp } of candidate.accountTrie.changes()) {
    ops.push(recordOp(stateKeys.accountNode(packedPath), rlp));
  }
  for (const [text, trie] of candidate.storageTries) {
    const address = bytesOf(text);
    for (const { packedPath, rlp } of trie.changes())
      ops.push(recordOp(stateKeys.storageNode(address, packedPath), rlp));
  }
  const { height } = candidate;
  // Genesis has no past.
  if (height > 0) {
    const old = (op: StoreOp): OldRecord => ({ key: op.key, value: store.get(op.key) });
    const flatOld = flat.map(old);
    const nodesOld = ops.slice(flat.length).map(old);
    ops.push({ type: "put", key: stateKeys.undo(height), value: encodeUndo([...flatOld, ...nodesOld]) });
    for (const op of pruneOps(height - options.keepBlocks, store)) ops.push(op);
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

/** Undo records from `height` down: one a block, more after the operator chose to keep fewer. */
function pruneOps(height: number, store: KeyValueStore): StoreOp[] {
  const ops: StoreOp[] = [];
  for (let at = height; at > 0 && ops.length < MAX_PRUNED; at--) {
    const key = stateKeys.undo(at);
    if (!store.has(key)) break;
    ops.push({ type: "del", key });
  }
  return ops;
}

function flatOps(candidate: CandidateState): StoreOp[] {
  const ops: StoreOp[] = [];
  for (const [text, account] of candidate.accounts) {
    ops.push(recordOp(stateKeys.account(bytesOf(text)), account === undefined ? undefined : encodeAccount(account)));
  }
  for (const [addressText, changed] of candidate.slots) {
    const address = bytesOf(addressText);
    for (const [slotText, value] of changed) {
      ops.push(recordOp(stateKeys.slot(address, bytesOf(slotText)), value.length === 0 ? undefined : value));
    }
  }
  return ops;
}

function recordOp(key: Uint8Array, value: Uint8Array | undefined): StoreOp {
  return value === undefined ? { type: "del", key } : { type: "put", key, value };
}
