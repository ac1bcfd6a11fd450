import { concatBytes, fromHex } from "@lucid/consensus/base";
import { contractAddresses } from "@lucid/contracts";
import type { ChainReader, StateReader } from "../interfaces.js";
import { keccak256 } from "../state/keccak.js";

/** What ParamRegistry holds: values in its units (seconds, bytes, milliseconds). */
export interface GovernedParams {
  readonly payoutEpochLength: number;
  readonly maxChunkSize: number;
  readonly policyTimeoutMs: number;
}
export type ParamName = keyof GovernedParams;

export interface ParamBounds {
  readonly min: number;
  readonly max: number;
  /** What a network starts with. */
  readonly initial: number;
}

const MIB = 1024 * 1024;
const DAY = 86_400;

/** Fixed in the contract's code; a test compares. */
export const paramBounds: Readonly<Record<ParamName, ParamBounds>> = {
  payoutEpochLength: { min: 28 * DAY, max: 31 * DAY, initial: 30 * DAY },
  maxChunkSize: { min: MIB, max: 64 * MIB, initial: 16 * MIB },
  policyTimeoutMs: { min: 1_000, max: 300_000, initial: 30_000 },
};
export const paramNames: readonly ParamName[] = ["payoutEpochLength", "maxChunkSize", "policyTimeoutMs"];

const REGISTRY = fromHex(contractAddresses.ParamRegistry, 20);
/** Storage slot of `_values`; a test compares with the compiler's layout. */
const VALUES_SLOT = new Uint8Array(32);

/** A parameter's name as the contract writes it: ASCII, left-aligned in a word. */
export function paramKey(name: ParamName): Uint8Array {
  return concatBytes(Buffer.from(name, "ascii"), new Uint8Array(32 - name.length));
}

export interface ParamReaderModules {
  readonly chain: Pick<ChainReader, "head">;
  readonly state: Pick<StateReader, "storage">;
}

/** Reads the parameters from the storage of the last final block; three reads a block at most. */
export class ParamReader {
  readonly #modules: ParamReaderModules;
  #known: { readonly height: number; readonly params: GovernedParams } | undefined;

  constructor(modules: ParamReaderModules) {
    this.#modules = modules;
  }

  current(): GovernedParams {
    const { height } = this.#modules.chain.head().header;
    if (this.#known?.height === height) return this.#known.params;
    const read = (name: ParamName): number => this.#read(name, height);
    const params = {
      payoutEpochLength: read("payoutEpochLength"),
      maxChunkSize: read("maxChunkSize"),
      policyTimeoutMs: read("policyTimeoutMs"),
    };
    this.#known = { height, params };
    return params;
  }

  /** A network that was founded before it had the registry keeps what others start with. */
  #read(name: ParamName, height: number): number {
    const slot = keccak256(concatBytes(paramKey(name), VALUES_SLOT));
    const value = Buffer.from(this.#modules.state.storage(REGISTRY, slot, height)).readUIntBE(26, 6);
    return value === 0 ? paramBounds[name].initial : value;
  }
}
