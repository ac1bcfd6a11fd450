import type { Artifact, Hex } from "./artifact.js";
import { lucidAnchors } from "./artifacts/lucidAnchors.js";
import { lucidChunkStore } from "./artifacts/lucidChunkStore.js";
import { lucidGovernor } from "./artifacts/lucidGovernor.js";
import { lucidTimelock } from "./artifacts/lucidTimelock.js";
import { nodeRegistry } from "./artifacts/nodeRegistry.js";
import { paramRegistry } from "./artifacts/paramRegistry.js";
import { signerRegistry } from "./artifacts/signerRegistry.js";
import {
  type FoundingRegistry,
  type FoundingSigners,
  type GovernanceTiming,
  governorArguments,
  registryArguments,
  signerArguments,
  timelockArguments,
} from "./constructorArguments.js";

/** ABIs as literals, so that viem infers the types of arguments and results. */
export const lucidAnchorsAbi = lucidAnchors.abi;
export const lucidChunkStoreAbi = lucidChunkStore.abi;
export const nodeRegistryAbi = nodeRegistry.abi;
export const paramRegistryAbi = paramRegistry.abi;
export const signerRegistryAbi = signerRegistry.abi;
export const lucidTimelockAbi = lucidTimelock.abi;
export const lucidGovernorAbi = lucidGovernor.abi;
export const abis = {
  LucidAnchors: lucidAnchorsAbi,
  LucidChunkStore: lucidChunkStoreAbi,
  NodeRegistry: nodeRegistryAbi,
  ParamRegistry: paramRegistryAbi,
  SignerRegistry: signerRegistryAbi,
  LucidTimelock: lucidTimelockAbi,
  LucidGovernor: lucidGovernorAbi,
} as const;

/** Fixed addresses of the genesis contracts, the same on every network; one is never used for another contract. */
export const contractAddresses = {
  LucidAnchors: "0x0000000000000000000000000000000000001001",
  LucidChunkStore: "0x0000000000000000000000000000000000001002",
  NodeRegistry: "0x0000000000000000000000000000000000001003",
  ParamRegistry: "0x0000000000000000000000000000000000001004",
  SignerRegistry: "0x0000000000000000000000000000000000001005",
  LucidTimelock: "0x0000000000000000000000000000000000001006",
  LucidGovernor: "0x0000000000000000000000000000000000001007",
} as const satisfies Record<string, Hex>;

export type GenesisContractName = keyof typeof contractAddresses;

const artifacts: Readonly<Record<GenesisContractName, Artifact>> = {
  LucidAnchors: lucidAnchors,
  LucidChunkStore: lucidChunkStore,
  NodeRegistry: nodeRegistry,
  ParamRegistry: paramRegistry,
  SignerRegistry: signerRegistry,
  LucidTimelock: lucidTimelock,
  LucidGovernor: lucidGovernor,
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
  readonly governance: GovernanceTiming;
  readonly signers: FoundingSigners;
}

/** In order of dependence: a constructor may call what stands before it. Fixed addresses let two name each other. */
export function genesisContracts({
  registry,
  governance,
  signers,
}: GenesisContractOptions): readonly GenesisContract[] {
  const { LucidChunkStore, NodeRegistry, ParamRegistry, SignerRegistry, LucidTimelock, LucidGovernor } =
    contractAddresses;
  const parts = [NodeRegistry, LucidTimelock, ParamRegistry, SignerRegistry] as const;
  return [
    contract("LucidChunkStore", "0x"),
    contract("LucidAnchors", wordOfAddress(LucidChunkStore)),
    contract("NodeRegistry", registryArguments(registry)),
    contract("ParamRegistry", wordOfAddress(LucidTimelock)),
    contract("SignerRegistry", signerArguments(LucidTimelock, signers)),
    contract("LucidTimelock", timelockArguments(governance.timelockDelay, LucidGovernor)),
    contract("LucidGovernor", governorArguments(parts, governance)),
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
