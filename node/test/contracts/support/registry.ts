import { fromHex, sha256, toHex } from "@lucid/consensus/base";
import { contractAddresses, type Hex, type nodeRegistryAbi } from "@lucid/contracts";
import type { ContractFunctionArgs, ContractFunctionName, ContractFunctionReturnType } from "viem";
import type { PrivateKeyAccount } from "viem/accounts";
import { RevertError } from "./sessions.js";
import { BOND, CHAIN_ID, decodeResult, encodeCall, type Outcome, type Sent, type TestChain } from "./testChain.js";

type Write = ContractFunctionName<typeof nodeRegistryAbi, "payable" | "nonpayable">;
type Read = ContractFunctionName<typeof nodeRegistryAbi, "view" | "pure">;
type Options = Omit<Sent, "to" | "data">;

export const NO_POOL: Hex = `0x${"00".repeat(32)}`;
export const REGISTRY: Hex = contractAddresses.NodeRegistry;

export const domain = { name: "NodeRegistry", version: "1", chainId: CHAIN_ID, verifyingContract: REGISTRY } as const;
export const joinTypes = {
  JoinPool: [
    { name: "nodeId", type: "bytes32" },
    { name: "operator", type: "address" },
    { name: "joins", type: "uint32" },
  ],
} as const;
export const registerTypes = {
  RegisterNode: [
    { name: "blsKey", type: "bytes" },
    { name: "proofOfPossession", type: "bytes" },
    { name: "operator", type: "address" },
    { name: "peerId", type: "bytes32" },
    { name: "poolId", type: "bytes32" },
    { name: "capacityMiB", type: "uint32" },
    { name: "deadline", type: "uint64" },
  ],
} as const;

export interface NodeInput {
  readonly blsKey: Hex;
  readonly proofOfPossession: Hex;
  readonly peerId: Hex;
  readonly poolId: Hex;
  readonly poolSignature: Hex;
  readonly capacityMiB: number;
}

function filled(label: string, length: number): Hex {
  const bytes = new Uint8Array(length);
  const hash = sha256(new TextEncoder().encode(label));
  for (let i = 0; i < length; i++) bytes[i] = (hash[i % 32] ?? 0) ^ i;
  return toHex(bytes);
}

/** A node whose keys depend on the label; the contract cannot tell whether the proof is one. */
export function nodeInput(label: string, over: Partial<NodeInput> = {}): NodeInput {
  return {
    blsKey: filled(`key ${label}`, 48),
    proofOfPossession: filled(`proof ${label}`, 96),
    peerId: filled(`peer ${label}`, 32),
    poolId: NO_POOL,
    poolSignature: "0x",
    capacityMiB: 1024,
    ...over,
  };
}

export function nodeIdOf(input: NodeInput): Hex {
  return toHex(sha256(fromHex(input.blsKey)));
}

/** poolId of an owner's account. */
export function poolOf(owner: Hex): Hex {
  return toHex(sha256(fromHex(owner, 20)));
}

export function signJoin(owner: PrivateKeyAccount, nodeId: Hex, operator: Hex, joins: number): Promise<Hex> {
  return owner.signTypedData({
    domain,
    types: joinTypes,
    primaryType: "JoinPool",
    message: { nodeId, operator, joins },
  });
}

export function registerArguments(input: NodeInput): readonly unknown[] {
  const { blsKey, proofOfPossession, peerId, poolId, poolSignature, capacityMiB } = input;
  return [blsKey, proofOfPossession, peerId, poolId, poolSignature, capacityMiB];
}

export function sendRegistry(
  chain: TestChain,
  name: Write,
  args: readonly unknown[],
  options: Options = {},
): Promise<Outcome> {
  return chain.send({ ...options, to: REGISTRY, data: encodeCall("NodeRegistry", name, args) });
}

export function registerNode(chain: TestChain, input: NodeInput, options: Options = {}): Promise<Outcome> {
  return sendRegistry(chain, "register", registerArguments(input), { value: BOND, ...options });
}

export function setEligible(
  chain: TestChain,
  changes: readonly { readonly nodeId: Hex; readonly operator: Hex; readonly eligible: boolean }[],
) {
  return chain.system(REGISTRY, encodeCall("NodeRegistry", "recordEligibility", [changes]));
}

export function burnBonds(chain: TestChain, names: readonly { readonly nodeId: Hex; readonly operator: Hex }[]) {
  return chain.system(REGISTRY, encodeCall("NodeRegistry", "burnBonds", [names]));
}

export async function readRegistry<N extends Read>(
  chain: TestChain,
  name: N,
  args: ContractFunctionArgs<typeof nodeRegistryAbi, "view" | "pure", N>,
): Promise<ContractFunctionReturnType<typeof nodeRegistryAbi, "view" | "pure", N>> {
  const result = await chain.call(REGISTRY, encodeCall("NodeRegistry", name, args as readonly unknown[]));
  if (result.error !== undefined) throw new RevertError(result.error.name);
  return decodeResult("NodeRegistry", name, result.data) as ContractFunctionReturnType<
    typeof nodeRegistryAbi,
    "view" | "pure",
    N
  >;
}
