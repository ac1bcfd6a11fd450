import {
  type ChainConfig,
  ConsensusError,
  decodeExact,
  RECOVERY_BYTES,
  Recovery,
  type RecoveryPlan,
  RecoveryPlan as RecoveryPlanType,
  withRecovery,
} from "@lucid/consensus";
import { concatBytes, equalBytes, u32be } from "@lucid/consensus/base";
import { type BatchOp, type KeyValueStore, namespaces, prefixRange } from "@lucid/storage";
import { NodeError } from "../errors.js";

/** The adopted recoveries and the plans that this key has signed, in the database of the chain. */
const PREFIX = Uint8Array.of(namespaces.recovery);
const ADOPTED = 1;
const SIGNED = 2;

function keyOf(kind: number, forkVersion: number): Uint8Array {
  return concatBytes(PREFIX, Uint8Array.of(kind), u32be(forkVersion));
}

/** By ascending fork version. @throws NodeError CHAIN_CORRUPT */
export async function loadRecoveries(store: KeyValueStore): Promise<Recovery[]> {
  const found: Recovery[] = [];
  for await (const [, value] of store.entries(prefixRange(concatBytes(PREFIX, Uint8Array.of(ADOPTED))))) {
    found.push(decode(value));
  }
  return found;
}

/** The rules of the network with the recoveries that this node has adopted. @throws NodeError CHAIN_CORRUPT */
export async function withRecoveries(config: ChainConfig, store: KeyValueStore): Promise<ChainConfig> {
  return (await loadRecoveries(store)).reduce(withRecovery, config);
}

export function adoptOp(recovery: Recovery): BatchOp {
  return { type: "put", key: keyOf(ADOPTED, recovery.plan.forkVersion), value: Recovery.serialize(recovery) };
}

export function signedOp(plan: RecoveryPlan): BatchOp {
  return { type: "put", key: keyOf(SIGNED, plan.forkVersion), value: RecoveryPlanType.hashTreeRoot(plan) };
}

/** Whether this key has signed this very plan on this machine. */
export function hasSigned(store: KeyValueStore, plan: RecoveryPlan): boolean {
  const root = store.get(keyOf(SIGNED, plan.forkVersion));
  return root !== undefined && equalBytes(root, RecoveryPlanType.hashTreeRoot(plan));
}

function decode(value: Uint8Array): Recovery {
  try {
    return decodeExact(Recovery, value, RECOVERY_BYTES);
  } catch (cause) {
    if (!(cause instanceof ConsensusError)) throw cause;
    throw new NodeError({ code: "CHAIN_CORRUPT", message: "an adopted recovery is damaged", cause });
  }
}
