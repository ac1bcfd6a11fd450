import { BlsVerifier, chainConfig, genesisState, presets } from "@lucid/consensus";
import { fromHex, hasCode } from "@lucid/consensus/base";
import type { FoundingSigners } from "@lucid/contracts";
import { NodeError } from "../errors.js";
import { consensusGenesis, createGenesisFile } from "./genesis.js";
import { type FoundedNetwork, newNetworkFile } from "./networkFile.js";
import { type OperatorFile, reachedAt } from "./operatorFile.js";

/** Addresses of operators that are named as bootstrap nodes; any few of them lead to the rest. */
const BOOTSTRAP_ADDRESSES = 16;

export interface FoundingPlan {
  readonly network: string;
  readonly preset: "testnet" | "devnet";
  /** Unix seconds: start of slot 0. */
  readonly genesisTime: number;
  /** Seconds. */
  readonly slotDuration: number;
  /** In any order: the network file does not depend on it. */
  readonly operators: readonly OperatorFile[];
  /** Wei for each operator's account. */
  readonly operatorBalance: bigint;
  readonly balances: readonly { readonly address: Uint8Array; readonly balance: bigint }[];
  /** Bootstrap nodes with their peer ids, named before the first of the operators' own addresses. */
  readonly bootnodes: readonly string[];
  readonly privateAddresses: boolean;
  readonly signers?: FoundingSigners;
}

function refuse(message: string): never {
  throw new NodeError({ code: "OPERATOR_FILE", message });
}

/** Two operators with the same key or a file that was given twice would give a genesis that no node takes. */
function checkOperators(operators: readonly OperatorFile[], chainId: bigint): void {
  const seen = new Map<string, string>();
  for (const { name, blsPublicKey, peerId, chainId: signedFor } of operators) {
    if (BigInt(signedFor) !== chainId) {
      refuse(`the keys of ${name} are for the chain ${signedFor}, this network is ${chainId}`);
    }
    for (const key of [blsPublicKey, peerId]) {
      const other = seen.get(key);
      if (other !== undefined) refuse(`${other} and ${name} have the same key ${key.slice(0, 20)}...`);
      seen.set(key, name);
    }
  }
}

/**
 * The file of a new network. The same operators and terms give the same file, byte for byte, whoever assembles it.
 * @throws NodeError OPERATOR_FILE for keys that do not go together, GENESIS_INVALID for terms that no network can have
 */
export async function foundNetwork(plan: FoundingPlan): Promise<FoundedNetwork> {
  const { chainId } = presets[plan.preset];
  checkOperators(plan.operators, chainId);
  const operators = [...plan.operators].sort((a, b) => (a.blsPublicKey < b.blsPublicKey ? -1 : 1));
  const balances = new Map<string, bigint>();
  for (const { operator } of operators) balances.set(operator, plan.operatorBalance);
  for (const { address, balance } of plan.balances) {
    const name = `0x${Buffer.from(address).toString("hex")}`;
    balances.set(name, (balances.get(name) ?? 0n) + balance);
  }
  const genesis = await createGenesisFile({
    network: plan.network,
    preset: plan.preset,
    genesisTime: plan.genesisTime,
    slotDuration: plan.slotDuration,
    validators: operators.map(({ blsPublicKey, proofOfPossession, peerId, operator }) => ({
      blsPublicKey,
      proofOfPossession,
      peerId,
      operator,
    })),
    balances: [...balances].map(([address, balance]) => ({ address: fromHex(address, 20), balance })),
    ...(plan.signers === undefined ? {} : { signers: plan.signers }),
  });
  try {
    genesisState(chainConfig(consensusGenesis(genesis)), new BlsVerifier());
  } catch (cause) {
    if (!hasCode(cause, "BAD_GENESIS")) throw cause;
    throw new NodeError({ code: "GENESIS_INVALID", message: cause instanceof Error ? cause.message : "", cause });
  }
  const reached = operators.flatMap(reachedAt).slice(0, BOOTSTRAP_ADDRESSES);
  const bootnodes = [...new Set([...plan.bootnodes, ...reached])];
  return newNetworkFile(genesis, bootnodes, plan.privateAddresses);
}
