import { equalBytes } from "@lucid/consensus/base";
import type { KeyValueStore } from "@lucid/storage";
import type {
  AccessListResult,
  AccountView,
  BlockEnvironment,
  Bytes20,
  Bytes32,
  CallLimits,
  CallRequest,
  CallResult,
  StateReader,
} from "../interfaces.js";
import { EMPTY_ACCOUNT } from "../state/account.js";
import { HistoricalState, HistoryCache } from "../state/historicalState.js";
import { EMPTY_CODE_HASH, keccak256 } from "../state/keccak.js";
import { textOf } from "../state/keys.js";
import { proveKey } from "../state/proof.js";
import { readStateHead } from "../state/stateHead.js";
import { smaller } from "./bigints.js";
import type { CallRunner } from "./callRunner.js";

export interface StateReaderModules {
  readonly store: KeyValueStore;
  readonly calls: CallRunner;
  /** What the EVM sees of the block at `height`. @throws NodeError UNKNOWN_HEIGHT */
  readonly environment: (height: number) => BlockEnvironment;
}

const NOTHING = new Uint8Array(0);

/** StateReader on the database: state, trie and history as the executor committed them, from whatever thread. */
export class DatabaseStateReader implements StateReader {
  readonly #modules: StateReaderModules;
  readonly #undo = new HistoryCache();

  constructor(modules: StateReaderModules) {
    this.#modules = modules;
  }

  account(address: Bytes20, height: number): AccountView | undefined {
    return this.#state(height).account(address);
  }

  code(address: Bytes20, height: number): Uint8Array {
    const state = this.#state(height);
    const account = state.account(address);
    if (account === undefined || equalBytes(account.codeHash, EMPTY_CODE_HASH)) return NOTHING;
    return state.code(account.codeHash);
  }

  storage(address: Bytes20, slot: Bytes32, height: number): Uint8Array {
    return toWord(this.#state(height).slot(address, textOf(address), slot));
  }

  async call(request: CallRequest, height: number, { gas, milliseconds }: CallLimits): Promise<CallResult> {
    const env = this.#modules.environment(height);
    return this.#modules.calls.call({ request, env, gas }, milliseconds);
  }

  async estimateGas(request: CallRequest, height: number, { gas, milliseconds }: CallLimits): Promise<bigint> {
    const env = this.#modules.environment(height);
    return this.#modules.calls.estimateGas({ request, env, gas: smaller(gas, env.gasLimit) }, milliseconds);
  }

  async createAccessList(request: CallRequest, height: number, limits: CallLimits): Promise<AccessListResult> {
    const env = this.#modules.environment(height);
    return this.#modules.calls.createAccessList({ request, env, gas: limits.gas }, limits.milliseconds);
  }

  proof(address: Bytes20, slots: readonly Bytes32[], height: number): ReturnType<StateReader["proof"]> {
    const state = this.#state(height);
    const accountProof = proveKey(keccak256(address), this.#root(state), (path) => state.accountNode(path));
    const account = state.account(address) ?? EMPTY_ACCOUNT;
    const storage = slots.map((slot) => ({
      slot,
      value: toWord(state.slot(address, textOf(address), slot)),
      proof: proveKey(keccak256(slot), account.storageRoot, (path) => state.storageNode(address, path)),
    }));
    return { account, accountProof, storage };
  }

  #state(height: number): HistoricalState {
    return new HistoricalState(this.#modules.store, height, this.#undo);
  }

  /** The root node's record is the only one without a parent that names its hash. */
  #root(state: HistoricalState): Uint8Array {
    const head = readStateHead(this.#modules.store);
    if (head?.height === state.height) return head.root;
    const rlp = state.accountNode(Uint8Array.of(0));
    return keccak256(rlp ?? Uint8Array.of(0x80));
  }
}

/** 32 bytes, as eth_getStorageAt answers. */
function toWord(value: Uint8Array): Uint8Array {
  const out = new Uint8Array(32);
  out.set(value, 32 - value.length);
  return out;
}
