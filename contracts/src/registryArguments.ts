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
  const head = [bond, bondLock, 96n, BigInt(nodes.length)].map((value) => value.toString(16).padStart(64, "0"));
  const tuples = nodes.flatMap(({ nodeId, peerId, operator }) => [nodeId, peerId, operator].map(wordOf));
  return `0x${[...head, ...tuples].join("")}`;
}

function wordOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex").padStart(64, "0");
}
