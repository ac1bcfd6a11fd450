import { NodeError } from "../errors.js";
import { keccak256 } from "../state/keccak.js";
import { textOf } from "../state/keys.js";

/** Keys whose hashes are in memory at a time, about 200 bytes each. */
const IN_MEMORY = 65_536;

/**
 * Finds the keys of hashes that are asked for in ascending order. Tries hold hashes only; the flat tables hold the keys, in
 * another order. As many keys are in memory as fit, for which a large table is read several times.
 */
export class Preimages {
  readonly #keys: () => AsyncIterable<Uint8Array>;
  readonly #known = new Map<string, Uint8Array>();
  /** Of how many equal parts of all hashes one is in memory; 0 before the first. */
  #parts = 0;
  #loaded = -1;

  /** @param keys all keys; may hold more than are asked for, and some twice. */
  constructor(keys: () => AsyncIterable<Uint8Array>) {
    this.#keys = keys;
  }

  /** @throws NodeError STATE_CORRUPT when no key has this hash */
  async find(hash: Uint8Array): Promise<Uint8Array> {
    if (this.#parts === 0) await this.#count();
    const part = this.#partOf(hash);
    if (part !== this.#loaded) await this.#load(part);
    const key = this.#known.get(textOf(hash));
    if (key !== undefined) return key;
    throw new NodeError({ code: "STATE_CORRUPT", message: "a leaf of the state has no record in the tables" });
  }

  async #count(): Promise<void> {
    let count = 0;
    for await (const _ of this.#keys()) count++;
    this.#parts = Math.min(65_536, Math.max(1, Math.ceil(count / IN_MEMORY)));
  }

  async #load(part: number): Promise<void> {
    this.#known.clear();
    for await (const key of this.#keys()) {
      const hash = keccak256(key);
      if (this.#partOf(hash) === part) this.#known.set(textOf(hash), key);
    }
    this.#loaded = part;
  }

  #partOf(hash: Uint8Array): number {
    return Math.floor(((((hash[0] ?? 0) << 8) | (hash[1] ?? 0)) * this.#parts) / 65_536);
  }
}
