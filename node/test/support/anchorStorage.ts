import { concatBytes } from "@lucid/consensus/base";
import type { KeyValueStore } from "@lucid/storage";
import { AnchorSessions } from "../../src/chain/anchorSessions.js";
import { ANCHORS_ADDRESS } from "../../src/proof/sessionEvent.js";
import { HistoricalState, HistoryCache } from "../../src/state/historicalState.js";
import { textOf } from "../../src/state/keys.js";

/** The sessions of the chain in a database. */
export function anchorSessionsOf(store: KeyValueStore): AnchorSessions {
  const undo = new HistoryCache();
  return new AnchorSessions((slot, height) => {
    const value = new HistoricalState(store, height, undo).slot(ANCHORS_ADDRESS, textOf(ANCHORS_ADDRESS), slot);
    return concatBytes(new Uint8Array(32 - value.length), value);
  });
}
