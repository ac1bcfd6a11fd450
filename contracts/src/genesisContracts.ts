import type { Artifact, Hex } from "./artifact.js";
import { lucidAnchors } from "./artifacts/lucidAnchors.js";
import { lucidChunkStore } from "./artifacts/lucidChunkStore.js";
import { nodeRegistry } from "./artifacts/nodeRegistry.js";
import { paramRegistry } from "./artifacts/paramRegistry.js";
import { type FoundingRegistry, registryArguments } from "./registryArguments.js";

/** ABIs as literals, so that viem infers the types of arguments and results. */
export const lucidAnchorsAbi = lucidAnchors.abi;
export const lucidChunkStoreAbi = lucidChunkStore.abi;
export const nodeRegistryAbi = nodeRegistry.abi;
export const paramRegistryAbi = paramRegistry.abi;
export const abis = {
  LucidAnchors: lucidAnchorsAbi,
  LucidChunkStore: lucidChunkStoreAbi,
  NodeRegistry: nodeRegistryAbi,
  ParamRegistry: paramRegistryAbi,
} as const;

/** Fixed addresses of the genesis contracts, the same on every network; one is never used for another contract. */
export const contractAddresses = {
  LucidAnchors: "0x0000000000000000000000000000000000001001",
  LucidChunkStore: "0x0000000000000000000000000000000000001002",
  NodeRegistry: "0x0000000000000000000000000000000000001003",
  ParamRegistry: "0x0000000000000000000000000000000000001004",
} as const satisfies Record<string, Hex>;

/** Reserved for the timelock, the one account that sets parameters. */
export const TIMELOCK: Hex = "0x0000000000000000000000000000000000001006";

export type GenesisContractName = keyof typeof contractAddresses;

const artifacts: Readonly<Record<GenesisContractName, Artifact>> = {
  LucidAnchors: lucidAnchors,
  LucidChunkStore: lucidChunkStore,
  NodeRegistry: nodeRegistry,
  ParamRegistry: paramRegistry,
};

/** The checked-in artefact of a contract. */
export function artifactOf(name: GenesisContractName): Artifact {
  return artifacts[name];
}

/** One contract of the genesis state: its constructor runs once, at its own address, in the order of the list. */
export interface GenesisContract {
  readonly name: GenesisContractName;
  readonly address: Hex;
  readonly creationCode: Hex;
  /** ABI-encoded, appended to the creation code. */
  readonly constructorArguments: Hex;
}

/** What a network's genesis decides about its contracts. */
export interface GenesisContractOptions {
  readonly registry: FoundingRegistry;
}

/** In order of dependence: a constructor may call what stands before it. */
export function genesisContracts(options: GenesisContractOptions): readonly GenesisContract[] {
  return [
    contract("LucidChunkStore", "0x"),
    contract("LucidAnchors", wordOfAddress(contractAddresses.LucidChunkStore)),
    contract("NodeRegistry", registryArguments(options.registry)),
    contract("ParamRegistry", wordOfAddress(TIMELOCK)),
  ];
}

function contract(name: GenesisContractName, constructorArguments: Hex): GenesisContract {
  return {
    name,
    address: contractAddresses[name],
    creationCode: artifacts[name].creationCode,
    constructorArguments,
  };
}

/** ABI encoding of one address argument. */
function wordOfAddress(address: Hex): Hex {
  return `0x${address.slice(2).padStart(64, "0")}`;
}
