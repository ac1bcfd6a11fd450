import type { RegistryEvent } from "@lucid/consensus";
import type { Receipt } from "../interfaces.js";

/**
 * Registrations in the logs of a block, for the consensus state. The genesis contracts of this release hold no node
 * registry, so there are none; the reader of its events stands here when the contract does.
 */
export function registryEvents(_receipts: readonly Receipt[]): readonly RegistryEvent[] {
  return [];
}
