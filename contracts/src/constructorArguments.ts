import type { Hex } from "./artifact.js";

/** A node that NodeRegistry holds from the start, without a bond. */
export interface FoundingNode {
  /** SHA-256 of the BLS public key, 32 bytes. */
  readonly nodeId: Uint8Array;
  /** Ed25519 public key, 32 bytes. */
  readonly peerId: Uint8Array;
  /** 20 bytes. */
  readonly operator: Uint8Array;
}

/** What NodeRegistry's constructor is given. */
export interface FoundingRegistry {
  /** Wei. */
  readonly bond: bigint;
  /** Seconds from retiring until the bond is free. */
  readonly bondLock: bigint;
  readonly nodes: readonly FoundingNode[];
}

/** ABI encoding of (uint256 bond, uint256 bondLock, (bytes32, bytes32, address)[] nodes). */
export function registryArguments({ bond, bondLock, nodes }: FoundingRegistry): Hex {
  const head = [bond, bondLock, 96n, BigInt(nodes.length)].map(numberWord);
  const tuples = nodes.flatMap(({ nodeId, peerId, operator }) => [nodeId, peerId, operator].map(wordOf));
  return `0x${[...head, ...tuples].join("")}`;
}

/** Times of governance, seconds. */
export interface GovernanceTiming {
  /** From a proposal until its vote opens. */
  readonly votingDelay: bigint;
  /** While the vote is open. */
  readonly votingPeriod: bigint;
  /** What passed waits so long before it can run. */
  readonly timelockDelay: bigint;
  /** In which what passed must be queued, and what waited must run. */
  readonly grace: bigint;
}

/** TRON addresses that sign payouts at the start: 21 bytes each, the first 0x41. */
export type FoundingSigners = readonly [Uint8Array, Uint8Array, Uint8Array];

/** ABI encoding of (address timelock, bytes21[3] signers). */
export function signerArguments(timelock: Hex, signers: FoundingSigners): Hex {
  const words = signers.map((signer) => Buffer.from(signer).toString("hex").padEnd(64, "0"));
  return `0x${[wordOf(Buffer.from(timelock.slice(2), "hex")), ...words].join("")}`;
}

/** ABI encoding of (uint256 delay, address governor). */
export function timelockArguments(delay: bigint, governor: Hex): Hex {
  return `0x${numberWord(delay)}${wordOf(Buffer.from(governor.slice(2), "hex"))}`;
}

/** ABI encoding of (address votes, address timelock, address params, address signers, (uint256, uint256, uint256) timing). */
export function governorArguments(parts: readonly [Hex, Hex, Hex, Hex], timing: GovernanceTiming): Hex {
  const addresses = parts.map((part) => wordOf(Buffer.from(part.slice(2), "hex")));
  const times = [timing.votingDelay, timing.votingPeriod, timing.grace].map(numberWord);
  return `0x${[...addresses, ...times].join("")}`;
}

function numberWord(value: bigint): string {
  return value.toString(16).padStart(64, "0");
}

function wordOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex").padStart(64, "0");
}
