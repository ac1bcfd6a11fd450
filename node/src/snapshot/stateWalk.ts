import { setImmediate } from "node:timers/promises";
import { CHUNK_TARGET, StateChunk, StateNode } from "@lucid/consensus";
import { type KeyValueStore, namespaces, prefixRange } from "@lucid/storage";
import { NodeError } from "../errors.js";
import { HistoricalState, HistoryCache } from "../state/historicalState.js";
import { stateKeys } from "../state/keys.js";
import { readStateHead } from "../state/stateHead.js";
import { UndoRecord } from "../state/undoRecord.js";
import { Preimages } from "./preimages.js";
import { accountOfLeaf, contentOf, hasCode, type Leaf, type Place, packed, StatePlaces } from "./statePlaces.js";

/** Milliseconds of walking before the event loop gets a turn. */
const SLICE = 5;
/** Records after which a view of the past forgets what it has read. */
const FORGET = 20_000;
/** Of an element's offset in a list, and of the three offsets in it. */
const ELEMENT_BYTES = 16;

/**
 * The EVM state after block `height` in chunks, encoded; also while later blocks are committed, as long as their changes
 * are kept. @throws NodeError PRUNED when the chain ran away from it, STATE_CORRUPT
 */
export async function* stateChunks(
  store: KeyValueStore,
  height: number,
  root: Uint8Array,
): AsyncGenerator<Uint8Array, void, void> {
  const reader = new PastState(store, height);
  const places = new StatePlaces(root);
  const accounts = new Preimages(() => keysOf(store, height, Uint8Array.of(namespaces.account)));
  let slots: { readonly address: Uint8Array; readonly keys: Preimages } | undefined;
  let nodes: StateNode[] = [];
  let bytes = 0;
  let turn = performance.now();
  for (let place = places.next; place !== undefined; place = places.next) {
    const rlp = reader.node(place);
    const content = contentOf(place, rlp);
    const { address } = place;
    if (address !== undefined && slots?.address !== address) {
      slots = { address, keys: new Preimages(() => keysOf(store, height, stateKeys.slot(address, new Uint8Array(0)))) };
    }
    const preimages: Uint8Array[] = [];
    for (const { key } of content.leaves)
      preimages.push((await (address === undefined ? accounts : slots?.keys)?.find(key)) ?? missing());
    const account = address === undefined ? accountIn(content.leaves, preimages) : undefined;
    const code = account !== undefined && hasCode(account) ? reader.code(account.codeHash) : new Uint8Array(0);
    const node = { rlp, preimages, code };
    const size = ELEMENT_BYTES + StateNode.value_serializedSize(node);
    if (bytes > 0 && bytes + size > CHUNK_TARGET) {
      yield StateChunk.serialize({ nodes });
      nodes = [];
      bytes = 0;
    }
    nodes.push(node);
    bytes += size;
    places.advance(content, account);
    if (performance.now() - turn > SLICE) {
      await setImmediate();
      turn = performance.now();
    }
  }
  if (nodes.length > 0) yield StateChunk.serialize({ nodes });
}

function missing(): never {
  throw new NodeError({ code: "STATE_CORRUPT", message: "a leaf of the state has no record in the tables" });
}

/** Leaves of accounts are longer than 32 bytes, so a node holds one at most. */
function accountIn(leaves: readonly Leaf[], preimages: readonly Uint8Array[]) {
  const [leaf] = leaves;
  const [address] = preimages;
  return leaf === undefined || address === undefined ? undefined : { ...accountOfLeaf(leaf.value), address };
}

/** Trie nodes and code as they were after one block. */
class PastState {
  readonly #store: KeyValueStore;
  readonly #height: number;
  readonly #cache = new HistoryCache();
  #view: HistoricalState;
  #reads = 0;

  constructor(store: KeyValueStore, height: number) {
    this.#store = store;
    this.#height = height;
    this.#view = new HistoricalState(store, height, this.#cache);
  }

  node({ address, path }: Place): Uint8Array {
    if (++this.#reads % FORGET === 0) this.#view = new HistoricalState(this.#store, this.#height, this.#cache);
    const name = packed(path);
    const rlp = address === undefined ? this.#view.accountNode(name) : this.#view.storageNode(address, name);
    if (rlp === undefined) {
      throw new NodeError({ code: "STATE_CORRUPT", message: "a trie node of the state is missing" });
    }
    return rlp;
  }

  code(hash: Uint8Array): Uint8Array {
    return this.#view.code(hash);
  }
}

/** Keys of a flat table behind `prefix`: those of now, and those that blocks after `height` have removed. */
async function* keysOf(store: KeyValueStore, height: number, prefix: Uint8Array): AsyncGenerator<Uint8Array> {
  for await (const key of store.keys(prefixRange(prefix))) yield key.slice(prefix.length);
  const head = readStateHead(store)?.height ?? height;
  for (let later = height + 1; later <= head; later++) {
    const record = store.get(stateKeys.undo(later));
    const undo = record === undefined ? undefined : new UndoRecord(record);
    for (let index = 0; index < (undo?.count ?? 0); index++) {
      const key = undo?.at(index).key;
      if (key !== undefined && Buffer.compare(key.subarray(0, prefix.length), prefix) === 0)
        yield key.slice(prefix.length);
    }
  }
}
