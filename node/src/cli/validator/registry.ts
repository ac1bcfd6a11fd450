import { hasCode, toHex } from "@lucid/consensus/base";
import { contractAddresses, nodeRegistryAbi } from "@lucid/contracts";
import {
  type Abi,
  type ContractFunctionArgs,
  type ContractFunctionName,
  type ContractFunctionReturnType,
  decodeErrorResult,
  decodeFunctionResult,
  encodeFunctionData,
  type Hex,
  isHex,
  type PrivateKeyAccount,
} from "viem";
import { NodeError } from "../../errors.js";
import type { CommandContext } from "../commandContext.js";
import { formatLucid, formatTime } from "../format.js";
import type { NodeClient } from "../nodeClient.js";
import { type Call, type FinalReceipt, sendFinal } from "../transactions.js";

export const NO_POOL: Hex = toHex(new Uint8Array(32));

type View = ContractFunctionName<typeof nodeRegistryAbi, "view" | "pure">;

/** A node as the contract has it. */
export type RegisteredNode = ContractFunctionReturnType<typeof nodeRegistryAbi, "view", "node">;

interface Refusal {
  readonly name: string;
  readonly args: readonly unknown[];
}

/** The contract's custom error in the data of a revert. */
function refusalIn(data: unknown): Refusal | undefined {
  if (!isHex(data)) return undefined;
  try {
    const { errorName, args } = decodeErrorResult({ abi: nodeRegistryAbi, data });
    return { name: errorName, args: args ?? [] };
  } catch {
    return undefined;
  }
}

const when = (seconds: unknown): string => formatTime(typeof seconds === "bigint" ? seconds : 0n);
/** The contract's way to say "while the node takes part". */
const NEVER = 2n ** 64n - 1n;

const SENTENCES: Readonly<Record<string, (args: readonly unknown[]) => string>> = {
  KeyUsed: () => "this key is registered already, and a key registers once",
  UnknownNode: () => "this account has registered no such node",
  AlreadyRetired: () => "the node is retired",
  RegistryFull: () => "the network takes no more nodes now",
  WrongBond: ([, bond]) => `the bond is ${formatLucid(typeof bond === "bigint" ? bond : 0n)} LUCID`,
  BadPoolSignature: () => "the pool owner did not sign for this node, this account and this time",
  BadOperatorSignature: () => "the consent was not signed by the node's account, or was changed",
  SignatureExpired: ([deadline]) => `the consent ended at ${when(deadline)}`,
  BondLocked: ([freeAt]) =>
    freeAt === NEVER ? "the bond is locked while the node takes part" : `the bond is locked until ${when(freeAt)}`,
  NoBond: () => "there is no bond: it is withdrawn or burnt, or the node founded the network",
};

function refused({ name, args }: Refusal): NodeError {
  return new NodeError({
    code: "REGISTRY_REFUSED",
    message: SENTENCES[name]?.(args) ?? `the node registry refused the call (${name})`,
    meta: { reason: name },
  });
}

/** A view of the registry at the head. @throws NodeError REGISTRY_REFUSED, NODE_REFUSED */
export async function readRegistry<N extends View>(
  client: NodeClient,
  name: N,
  args: ContractFunctionArgs<typeof nodeRegistryAbi, "view" | "pure", N>,
): Promise<ContractFunctionReturnType<typeof nodeRegistryAbi, "view" | "pure", N>> {
  // Plain types: viem cannot infer through a generic name; callers see the contract's own.
  const abi: Abi = nodeRegistryAbi;
  const functionName: string = name;
  const data = encodeFunctionData({ abi, functionName, args: args as readonly unknown[] });
  const request = { to: contractAddresses.NodeRegistry, data };
  const answer = await client.rpcAnswer("eth_call", [request, "latest"]);
  if ("error" in answer) {
    const refusal = refusalIn(answer.error.data);
    if (refusal !== undefined) throw refused(refusal);
    throw new NodeError({
      code: "NODE_REFUSED",
      message: `the node could not read the node registry (${answer.error.message})`,
    });
  }
  if (!isHex(answer.result) || answer.result === "0x") {
    throw new NodeError({
      code: "NODE_REFUSED",
      message: "the network of this node has no node registry",
      meta: { fix: "use a network that was made with this release" },
    });
  }
  const decoded: unknown = decodeFunctionResult({ abi, functionName, data: answer.result });
  return decoded as ContractFunctionReturnType<typeof nodeRegistryAbi, "view" | "pure", N>;
}

/** The registration of a node; undefined when this account has none. */
export async function findNode(client: NodeClient, nodeId: Hex, operator: Hex): Promise<RegisteredNode | undefined> {
  try {
    return await readRegistry(client, "node", [nodeId, operator]);
  } catch (error) {
    if (hasCode(error, "REGISTRY_REFUSED") && error instanceof NodeError && error.meta["reason"] === "UnknownNode") {
      return undefined;
    }
    throw error;
  }
}

/** A registration that must be there. @throws NodeError REGISTRY_REFUSED */
export async function nodeOf(client: NodeClient, nodeId: Hex, operator: Hex): Promise<RegisteredNode> {
  return await readRegistry(client, "node", [nodeId, operator]);
}

/** Sends a call of the registry and waits until it is final. @throws NodeError REGISTRY_REFUSED before anything is sent */
export async function sendToRegistry(
  context: CommandContext,
  client: NodeClient,
  account: PrivateKeyAccount,
  call: Omit<Call, "to">,
): Promise<FinalReceipt> {
  const to = contractAddresses.NodeRegistry;
  return await sendFinal(context, client, account, { ...call, to }, (data) => {
    const refusal = refusalIn(data);
    return refusal === undefined ? undefined : refused(refusal);
  });
}
