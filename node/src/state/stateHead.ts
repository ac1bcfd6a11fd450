import { concatBytes, u32be } from "@lucid/consensus/base";
import type { KeyValueStore } from "@lucid/storage";
import type { StoreOp } from "../interfaces.js";
import { stateKeys } from "./keys.js";

export interface StateHead {
  readonly height: number;
  readonly root: Uint8Array;
}

/** Height and root of the state that the database holds; undefined before genesis. */
export function readStateHead(store: KeyValueStore): StateHead | undefined {
  const bytes = store.get(stateKeys.stateHead);
  if (bytes === undefined) return undefined;
  return { height: new DataView(bytes.buffer, bytes.byteOffset).getUint32(0), root: bytes.slice(4, 36) };
}

/** First height, genesis apart, whose block and state changes are here: 1, or that of the snapshot with which the chain began. */
export function readChainBase(store: KeyValueStore): number {
  const bytes = store.get(stateKeys.chainBase);
  return bytes === undefined ? 1 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
}

export function chainBaseOp(height: number): StoreOp {
  return { type: "put", key: stateKeys.chainBase, value: u32be(height) };
}

export function stateHeadOp(head: StateHead): StoreOp {
  return { type: "put", key: stateKeys.stateHead, value: concatBytes(u32be(head.height), head.root) };
}
