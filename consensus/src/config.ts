import { ConsensusError } from "./errors.js";
import { FORK_VERSION, type Params, presets } from "./params.js";
import type { proposerAt } from "./schedule/leaders.js";
import type { SlotClock } from "./slots.js";
import { Genesis } from "./types/genesis.js";
import type { Recovery } from "./types/recovery.js";

/** A change of the rules, named in the network's file. */
export interface Fork {
  readonly version: number;
  /** First slot under it: a multiple of EPOCH_SLOTS. */
  readonly slot: number;
}

/** All that is fixed about a network. */
export interface ChainConfig {
  readonly genesis: Genesis;
  readonly genesisRoot: Uint8Array;
  readonly network: string;
  readonly params: Params;
  readonly clock: SlotClock;
  /** Ascending, the genesis version first. */
  readonly forks: readonly Fork[];
  /** Adopted ones, by ascending fork version; each is among `forks`. */
  readonly recoveries: readonly Recovery[];
  /** Another rule than the schedule's, for the simulator's planted bugs; a node never sets it. */
  readonly proposerAt?: typeof proposerAt;
}

function rejectGenesis(field: string, message: string): never {
  throw new ConsensusError({ code: "BAD_GENESIS", message, meta: { field } });
}

/** UTF-8 text of a `shortText` field. */
export function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

export function shortTextOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/**
 * Resolves a genesis to the rules of its network. A preset's timing is not negotiable: a mainnet with other slots is
 * refused, whatever the file says. Proofs of possession are checked by `genesisState`.
 * @throws ConsensusError BAD_GENESIS, with the field
 */
export function chainConfig(genesis: Genesis, laterForks: readonly Fork[] = []): ChainConfig {
  const name = textOf(genesis.preset);
  if (name !== "mainnet" && name !== "testnet" && name !== "devnet") {
    return rejectGenesis("preset", `preset "${name}" does not exist; use mainnet, testnet or devnet`);
  }
  const params = presets[name];
  const network = textOf(genesis.network);
  if (network in presets && network !== name) {
    rejectGenesis("network", `a network named ${network} follows the rules of ${network}, not of ${name}`);
  }
  if (genesis.chainId !== params.chainId) {
    rejectGenesis("chainId", `chain id ${genesis.chainId} is not that of ${name}, ${params.chainId}`);
  }
  const [shortest, longest] = params.slotDurationRange;
  if (genesis.slotDuration < shortest || genesis.slotDuration > longest) {
    const range = shortest === longest ? `${shortest}` : `${shortest} to ${longest}`;
    rejectGenesis("slotDuration", `slots of ${genesis.slotDuration} s are not allowed on ${name}; use ${range}`);
  }
  if (genesis.forkVersion !== FORK_VERSION) {
    rejectGenesis(
      "forkVersion",
      `genesis has fork version ${genesis.forkVersion}, this build starts at ${FORK_VERSION}`,
    );
  }
  if (genesis.genesisTime > BigInt(Number.MAX_SAFE_INTEGER) / 2000n) {
    rejectGenesis("genesisTime", "genesis time is not a time in seconds");
  }
  if (genesis.validators.length === 0) rejectGenesis("validators", "a network needs at least one validator");
  const forks: Fork[] = [{ version: genesis.forkVersion, slot: 0 }];
  let last = { version: genesis.forkVersion, slot: 0 };
  for (const fork of laterForks) {
    if (fork.version <= last.version || fork.slot <= last.slot || fork.slot % params.epochSlots !== 0) {
      rejectGenesis("forks", `fork ${fork.version} at slot ${fork.slot} is not a later version at a later epoch`);
    }
    forks.push(fork);
    last = fork;
  }
  return {
    genesis,
    genesisRoot: Genesis.hashTreeRoot(genesis),
    network,
    params,
    clock: { genesisTime: Number(genesis.genesisTime) * 1000, slotDuration: genesis.slotDuration * 1000 },
    forks,
    recoveries: [],
  };
}

/** The fork version whose rules and signatures hold in a slot. */
export function forkVersionAt(config: ChainConfig, slot: number): number {
  let version = config.genesis.forkVersion;
  for (const fork of config.forks) if (fork.slot <= slot) version = fork.version;
  return version;
}

/** The highest fork version that is known. */
export function latestFork({ forks, genesis }: ChainConfig): number {
  return forks.at(-1)?.version ?? genesis.forkVersion;
}

/**
 * The fork version of a slot without recoveries: names on the wire carry this one, so that nodes that have adopted a recovery
 * and nodes that have not still meet, and can tell each other.
 */
export function plannedForkAt(config: ChainConfig, slot: number): number {
  const recovered = new Set(config.recoveries.map(({ plan }) => plan.forkVersion));
  return forkVersionAt({ ...config, forks: config.forks.filter(({ version }) => !recovered.has(version)) }, slot);
}
