import { createAccount, createAddressFromString } from "@ethereumjs/util";
import { toHex } from "@lucid/consensus/base";
import { type KeyValueStore, MemoryStore } from "@lucid/storage";
import { NodeError } from "../errors.js";
import type { GenesisAccount } from "../genesis/alloc.js";
import type { StoreOp } from "../interfaces.js";
import { HeadState } from "./headState.js";
import { type CandidateState, candidateOps } from "./stateCommit.js";
import { readStateHead } from "./stateHead.js";
import { StateOverlay } from "./stateOverlay.js";

const OPTIONS = { keepBlocks: 1, archive: false } as const;

async function seal(alloc: readonly GenesisAccount[]): Promise<CandidateState> {
  const head = HeadState.empty(new MemoryStore(), OPTIONS);
  const overlay = new StateOverlay(head);
  const seen = new Set<string>();
  for (const { address, nonce, balance, code, storage } of alloc) {
    const name = toHex(address);
    if (seen.has(name) || address.length !== 20) {
      throw new NodeError({ code: "GENESIS_INVALID", message: `the genesis names ${name} twice, or it is no address` });
    }
    seen.add(name);
    const account = createAddressFromString(name);
    await overlay.putAccount(account, createAccount({ nonce, balance }));
    if (code.length > 0) await overlay.putCode(account, code);
    for (const [slot, value] of storage) await overlay.putStorage(account, slot, value);
  }
  return head.seal(overlay.changes(), 0);
}

/** Root of the EVM state at genesis; part of the genesis root. */
export async function genesisStateRoot(alloc: readonly GenesisAccount[]): Promise<Uint8Array> {
  return (await seal(alloc)).root;
}

/**
 * Root of the genesis state and what writes it: one synced batch, together with genesis block and head.
 * @throws NodeError GENESIS_INVALID if an address is there twice.
 */
export async function genesisStateOps(alloc: readonly GenesisAccount[]): Promise<{ root: Uint8Array; ops: StoreOp[] }> {
  const candidate = await seal(alloc);
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
