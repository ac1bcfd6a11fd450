import { toHex } from "@lucid/consensus/base";
import { type KeyValueStore, MemoryStore } from "@lucid/storage";
import { NodeError } from "../errors.js";
import type { GenesisAccount } from "../genesis/alloc.js";
import type { StoreOp } from "../interfaces.js";
import { type AccountRecord, withoutLeadingZeros } from "./account.js";
import { HeadState } from "./headState.js";
import { EMPTY_CODE_HASH, EMPTY_TRIE_ROOT, keccak256 } from "./keccak.js";
import { textOf } from "./keys.js";
import { type CandidateState, candidateOps } from "./stateCommit.js";
import { readStateHead } from "./stateHead.js";

const OPTIONS = { keepBlocks: 1, archive: false } as const;

/** By hand, not through the EVM's state manager: the main thread of a node never loads the EVM. */
function seal(alloc: readonly GenesisAccount[]): CandidateState {
  const accounts = new Map<string, AccountRecord>();
  const slots = new Map<string, Map<string, Uint8Array>>();
  const codes = new Map<string, Uint8Array>();
  for (const { address, nonce, balance, code, storage } of alloc) {
    const name = textOf(address);
    if (accounts.has(name) || address.length !== 20) {
      throw new NodeError({
        code: "GENESIS_INVALID",
        message: `the genesis names ${toHex(address)} twice, or it is no address`,
      });
    }
    const codeHash = code.length === 0 ? EMPTY_CODE_HASH : keccak256(code);
    if (code.length > 0) codes.set(textOf(codeHash), code);
    accounts.set(name, { nonce, balance, codeHash, storageRoot: EMPTY_TRIE_ROOT });
    if (storage.length === 0) continue;
    slots.set(name, new Map(storage.map(([slot, value]) => [textOf(slot), withoutLeadingZeros(value)])));
  }
  const head = HeadState.empty(new MemoryStore(), OPTIONS);
  return head.seal({ accounts, slots, codes, wiped: new Set() }, 0);
}

/** Root of the EVM state at genesis; part of the genesis root. */
export async function genesisStateRoot(alloc: readonly GenesisAccount[]): Promise<Uint8Array> {
  return seal(alloc).root;
}

/**
 * Root of the genesis state and what writes it: one synced batch, together with genesis block and head.
 * @throws NodeError GENESIS_INVALID if an address is there twice.
 */
export async function genesisStateOps(alloc: readonly GenesisAccount[]): Promise<{ root: Uint8Array; ops: StoreOp[] }> {
  const candidate = seal(alloc);
  return { root: candidate.root, ops: candidateOps(candidate, new MemoryStore(), OPTIONS) };
}

/**
 * Writes the genesis state unless the database holds a state already; `extraOps` go into the same batch.
 * @throws NodeError GENESIS_INVALID
 */
export async function initialiseState(
  store: KeyValueStore,
  alloc: readonly GenesisAccount[],
  extraOps: readonly StoreOp[] = [],
): Promise<Uint8Array> {
  const { root, ops } = await genesisStateOps(alloc);
  if (readStateHead(store) === undefined) await store.batch([...ops, ...extraOps], { sync: true });
  return root;
}
