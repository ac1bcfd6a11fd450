import type { EVM } from "@ethereumjs/evm";
import { compareBytes, concatBytes, fromHex, toHex } from "@lucid/consensus/base";
import { type GenesisContract, type GenesisContractOptions, genesisContracts } from "@lucid/contracts";
import { NodeError } from "../errors.js";
import type { Bytes20, Bytes32 } from "../interfaces.js";

/** An account of the state at genesis. */
export interface GenesisAccount {
  readonly address: Bytes20;
  readonly nonce: bigint;
  /** Wei. */
  readonly balance: bigint;
  /** Empty for a plain account. */
  readonly code: Uint8Array;
  /** Non-zero slots by ascending key; keys and values are words of 32 bytes. */
  readonly storage: readonly (readonly [slot: Bytes32, value: Bytes32])[];
}

export interface GenesisAllocOptions {
  /** EIP-155; the contracts' EIP-712 domains hold it. */
  readonly chainId: number;
  readonly balances: readonly { readonly address: Bytes20; readonly balance: bigint }[];
  /** Founding nodes, bonds, times and signers. */
  readonly contracts: GenesisContractOptions;
}

/** Enough for any constructor, a registry of 10,000 founding nodes included; a scratch run has no block's limit. */
const CONSTRUCTOR_GAS = 10_000_000_000n;

/**
 * The accounts of the state at genesis by ascending address: the funded ones, and every genesis contract as its
 * constructor leaves it. Each constructor runs at the contract's final address under the network's chain id, so that
 * `address(this)`, immutables and the EIP-712 domain are right; what it returns is the runtime code. Deterministic.
 * @throws NodeError GENESIS_INVALID for an address that is given twice, a contract's address, a negative balance, or a
 * constructor that fails.
 */
export async function buildGenesisAlloc(options: GenesisAllocOptions): Promise<readonly GenesisAccount[]> {
  const accounts = new Map<string, GenesisAccount>();
  for (const account of await runConstructors(options)) accounts.set(toHex(account.address), account);
  for (const { address, balance } of options.balances) {
    const name = toHex(address);
    if (address.length !== 20 || balance < 0n || balance >= 1n << 256n) {
      throw new NodeError({ code: "GENESIS_INVALID", message: `${name} with ${balance} wei is not an account` });
    }
    if (accounts.has(name)) {
      throw new NodeError({ code: "GENESIS_INVALID", message: `${name} is given twice or is a genesis contract` });
    }
    // An empty account does not exist in the state (EIP-161), so it must not be in the genesis either.
    if (balance === 0n) continue;
    accounts.set(name, { address, nonce: 0n, balance, code: new Uint8Array(), storage: [] });
  }
  return [...accounts.values()].sort((a, b) => compareBytes(a.address, b.address));
}

/** The EVM is loaded here and not with the module: a node that only starts needs no constructors. */
async function runConstructors({ chainId, contracts: options }: GenesisAllocOptions): Promise<GenesisAccount[]> {
  const { createCustomCommon, Hardfork, Mainnet } = await import("@ethereumjs/common");
  const { createEVM } = await import("@ethereumjs/evm");
  const common = createCustomCommon({ chainId, name: "lucid-genesis" }, Mainnet, { hardfork: Hardfork.Cancun });
  const evm = await createEVM({ common });
  const storage = recordStorage(evm);
  const made: GenesisAccount[] = [];
  const contracts = genesisContracts(options);
  for (const contract of contracts) {
    const code = await runConstructor(evm, contract);
    const slots = storage.get(contract.address) ?? new Map<string, Bytes32>();
    made.push({
      address: fromHex(contract.address, 20),
      // EIP-161: a contract starts with nonce 1.
      nonce: 1n,
      balance: 0n,
      code,
      storage: [...slots]
        .map(([slot, value]) => [fromHex(slot, 32), value] as const)
        .sort((a, b) => compareBytes(a[0], b[0])),
    });
  }
  const known = new Set<string>(contracts.map((contract) => contract.address));
  for (const address of storage.keys()) {
    if (!known.has(address)) {
      throw new NodeError({ code: "GENESIS_INVALID", message: `a constructor wrote storage of ${address}` });
    }
  }
  return made;
}

async function runConstructor(evm: EVM, contract: GenesisContract): Promise<Uint8Array> {
  const { Account, createAddressFromString } = await import("@ethereumjs/util");
  const address = createAddressFromString(contract.address);
  await evm.stateManager.putAccount(address, new Account(1n, 0n));
  const result = await evm.runCode({
    code: concatBytes(fromHex(contract.creationCode), fromHex(contract.constructorArguments)),
    to: address,
    gasLimit: CONSTRUCTOR_GAS,
  });
  if (result.exceptionError !== undefined || result.returnValue.length === 0) {
    throw new NodeError({
      code: "GENESIS_INVALID",
      message: `the constructor of ${contract.name} failed: ${result.exceptionError?.error ?? "no code returned"}`,
    });
  }
  // A later constructor may call this one (a governor asks its token for the clock).
  await evm.stateManager.putCode(address, result.returnValue);
  return result.returnValue;
}

/** Storage by address and slot as it is written; the EVM's own dump knows slots by their hash only. */
function recordStorage(evm: EVM): ReadonlyMap<string, ReadonlyMap<string, Bytes32>> {
  const written = new Map<string, Map<string, Bytes32>>();
  const state = evm.stateManager;
  const putStorage = state.putStorage.bind(state);
  state.putStorage = async (address, key, value) => {
    const name = address.toString();
    const slots = written.get(name) ?? new Map<string, Bytes32>();
    written.set(name, slots);
    const word = new Uint8Array(32);
    word.set(value, 32 - value.length);
    if (word.some((byte) => byte !== 0)) slots.set(toHex(key), word);
    else slots.delete(toHex(key));
    await putStorage(address, key, value);
  };
  return written;
}
