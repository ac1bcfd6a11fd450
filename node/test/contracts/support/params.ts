import { contractAddresses, type Hex, type paramRegistryAbi } from "@lucid/contracts";
import type { ContractFunctionArgs, ContractFunctionName, ContractFunctionReturnType } from "viem";
import { RevertError } from "./sessions.js";
import { decodeResult, encodeCall, type TestChain } from "./testChain.js";

type Read = ContractFunctionName<typeof paramRegistryAbi, "view" | "pure">;

export const PARAMS: Hex = contractAddresses.ParamRegistry;
/** Sends in tests of one contract as if it had a key. */
export const TIMELOCK: Hex = contractAddresses.LucidTimelock;
export const MIB = 1024n * 1024n;

/** A name as the registry writes it. */
export function keyOf(name: string): Hex {
  return `0x${Buffer.from(name).toString("hex").padEnd(64, "0")}`;
}

/** What the specification says of each parameter. */
export const specified = {
  payoutEpochLength: { value: 2_592_000n, min: 2_419_200n, max: 2_678_400n },
  maxChunkSize: { value: 16n * MIB, min: MIB, max: 64n * MIB },
  policyTimeoutMs: { value: 30_000n, min: 1_000n, max: 300_000n },
} as const;
export type ParamName = keyof typeof specified;
export const paramNames = Object.keys(specified) as readonly ParamName[];

export function encodeSet(name: string, value: bigint): Hex {
  return encodeCall("ParamRegistry", "set", [keyOf(name), value]);
}

export async function readParams<N extends Read>(
  chain: TestChain,
  name: N,
  args: ContractFunctionArgs<typeof paramRegistryAbi, "view" | "pure", N>,
): Promise<ContractFunctionReturnType<typeof paramRegistryAbi, "view" | "pure", N>> {
  const result = await chain.call(PARAMS, encodeCall("ParamRegistry", name, args as readonly unknown[]));
  if (result.error !== undefined) throw new RevertError(result.error.name);
  return decodeResult("ParamRegistry", name, result.data) as ContractFunctionReturnType<
    typeof paramRegistryAbi,
    "view" | "pure",
    N
  >;
}
