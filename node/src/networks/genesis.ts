import { chainConfig, FORK_VERSION, Genesis, nodeIdOf, type Params, presets, shortTextOf } from "@lucid/consensus";
import { equalBytes, fromHex, hasCode, toHex } from "@lucid/consensus/base";
import type { FoundingSigners, GenesisContractOptions } from "@lucid/contracts";
import { NodeError } from "../errors.js";
import { buildGenesisAlloc, type GenesisAccount } from "../genesis/index.js";
import { genesisStateRoot } from "../state/index.js";
import type { GenesisFile, GenesisFileAccount, GenesisFileValidator } from "./genesisFile.js";

/** What a new network is made of. */
export interface NewNetwork {
  readonly network: string;
  readonly preset: Params["preset"];
  /** Unix seconds. */
  readonly genesisTime: number;
  /** Seconds. */
  readonly slotDuration: number;
  readonly validators: readonly GenesisFileValidator[];
  readonly balances: readonly { readonly address: Uint8Array; readonly balance: bigint }[];
  /** TRON addresses of the first signers of payouts; a devnet has well-known ones. */
  readonly signers?: FoundingSigners;
}

/** Runs the constructors of the genesis contracts and computes the state root. */
export async function createGenesisFile(network: NewNetwork): Promise<GenesisFile> {
  const { chainId } = presets[network.preset];
  const accounts = await buildGenesisAlloc({
    chainId: Number(chainId),
    balances: network.balances,
    contracts: genesisContractOptions(network),
  });
  return {
    format: 1,
    network: network.network,
    preset: network.preset,
    chainId: Number(chainId),
    forkVersion: FORK_VERSION,
    genesisTime: network.genesisTime,
    slotDuration: network.slotDuration,
    stateRoot: toHex(await genesisStateRoot(accounts)),
    validators: [...network.validators],
    alloc: Object.fromEntries(accounts.map((account) => [toHex(account.address), toFileAccount(account)])),
  };
}

const WEI_PER_GWEI = 1_000_000_000n;

/** TRON's form of the first three accounts of the test mnemonic, whose keys everybody has. */
export const DEVNET_SIGNERS: FoundingSigners = [
  fromHex("41f39fd6e51aad88f6f4ce6ab8827279cfffb92266", 21),
  fromHex("4170997970c51812dc3a010c7d01b50e0d17dc79c8", 21),
  fromHex("413c44cdddb6a900fa2b585dd299e03d12fa4293bc", 21),
];

/**
 * What the network's contracts are made with. The bond stays locked for the whole credit window, in which evidence
 * against a retired node still counts.
 * @throws NodeError GENESIS_INVALID for a public network without signers of its own
 */
export function genesisContractOptions(
  network: Pick<NewNetwork, "preset" | "slotDuration" | "validators" | "signers">,
): GenesisContractOptions {
  const params = presets[network.preset];
  const { registrationBond, windowEpochs, epochSlots } = params;
  const signers = network.signers ?? (network.preset === "devnet" ? DEVNET_SIGNERS : undefined);
  if (signers === undefined) {
    const message = `a ${network.preset} needs the TRON addresses of its first signers`;
    throw new NodeError({ code: "GENESIS_INVALID", message });
  }
  const seconds = (slots: number): bigint => BigInt(slots * network.slotDuration);
  return {
    registry: {
      bond: registrationBond * WEI_PER_GWEI,
      bondLock: seconds(windowEpochs * epochSlots),
      nodes: network.validators.map(({ blsPublicKey, peerId, operator }) => ({
        nodeId: nodeIdOf(fromHex(blsPublicKey, 48)),
        peerId: fromHex(peerId, 32),
        operator: fromHex(operator, 20),
      })),
    },
    governance: {
      votingDelay: seconds(params.votingDelay),
      votingPeriod: seconds(params.votingPeriod),
      timelockDelay: seconds(params.timelockDelay),
      grace: seconds(params.proposalGrace),
    },
    signers,
  };
}

function toFileAccount({ balance, nonce, code, storage }: GenesisAccount): GenesisFileAccount {
  return {
    balance: balance.toString(),
    ...(nonce === 0n ? {} : { nonce: nonce.toString() }),
    ...(code.length === 0 ? {} : { code: toHex(code) }),
    ...(storage.length === 0
      ? {}
      : { storage: Object.fromEntries(storage.map(([slot, value]) => [toHex(slot), toHex(value)])) }),
  };
}

/** The accounts of the file's EVM state, by ascending address. */
export function genesisAlloc(file: GenesisFile): readonly GenesisAccount[] {
  return Object.entries(file.alloc)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([address, account]) => ({
      address: fromHex(address, 20),
      nonce: BigInt(account.nonce ?? "0"),
      balance: BigInt(account.balance),
      code: fromHex(account.code ?? "0x"),
      storage: Object.entries(account.storage ?? {})
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([slot, value]) => [fromHex(slot, 32), fromHex(value, 32)] as const),
    }));
}

/** The file as consensus knows it; its hash_tree_root is the network's id. */
export function consensusGenesis(file: GenesisFile): Genesis {
  return {
    forkVersion: file.forkVersion,
    network: shortTextOf(file.network),
    preset: shortTextOf(file.preset),
    chainId: BigInt(file.chainId),
    genesisTime: BigInt(file.genesisTime),
    slotDuration: file.slotDuration,
    stateRoot: fromHex(file.stateRoot, 32),
    validators: file.validators.map((validator) => ({
      blsPublicKey: fromHex(validator.blsPublicKey, 48),
      proofOfPossession: fromHex(validator.proofOfPossession, 96),
      peerId: fromHex(validator.peerId, 32),
      operator: fromHex(validator.operator, 20),
    })),
  };
}

export function genesisRootOf(file: GenesisFile): Uint8Array {
  return Genesis.hashTreeRoot(consensusGenesis(file));
}

/**
 * Checks what the file's shape cannot show: the preset's rules, and that the accounts make the state root.
 * @throws NodeError GENESIS_FILE
 */
export async function verifyGenesisFile(file: GenesisFile, path: string): Promise<void> {
  try {
    chainConfig(consensusGenesis(file));
    const root = await genesisStateRoot(genesisAlloc(file));
    if (equalBytes(root, fromHex(file.stateRoot, 32))) return;
  } catch (cause) {
    if (!hasCode(cause, "BAD_GENESIS") && !hasCode(cause, "GENESIS_INVALID")) throw cause;
    const why = cause instanceof Error ? cause.message : "";
    throw new NodeError({ code: "GENESIS_FILE", message: `the genesis file ${path} is not usable (${why})`, cause });
  }
  throw new NodeError({
    code: "GENESIS_FILE",
    message: `the genesis file ${path} was changed: its accounts do not make its state root`,
  });
}
