/** Nothing here loads the EVM: the main thread reads the state and leaves running code to its workers. */
export type { AccountRecord } from "./account.js";
export { genesisStateOps, genesisStateRoot, initialiseState } from "./genesisState.js";
export { HeadState, type HeadStateOptions } from "./headState.js";
export { HistoricalState, HistoryCache } from "./historicalState.js";
export { EMPTY_CODE_HASH, EMPTY_TRIE_ROOT, keccak256 } from "./keccak.js";
export { listRoot } from "./listTrie.js";
export { readStateHead, type StateHead } from "./stateHead.js";
