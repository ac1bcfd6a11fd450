import { toHex } from "@lucid/consensus/base";
import { contractAddresses, lucidAnchorsAbi } from "@lucid/contracts";
import type { SessionAnchor } from "@lucid/storage";
import { decodeErrorResult, decodeFunctionResult, encodeFunctionData, type Hex, hexToBytes, isHex } from "viem";
import { NodeError } from "../../errors.js";
import type { NodeClient, RpcFailure } from "../nodeClient.js";
import type { Call } from "../transactions.js";

/** Sessions that one call returns at most (MAX_PAGE of the contract). */
const PAGE = 100n;

/** A session as LucidAnchors has it. */
export interface ChainSession {
  readonly number: number;
  readonly owner: Hex;
  readonly sessionId: Uint8Array;
  readonly manifestHash: Uint8Array;
  readonly merkleRoot: Uint8Array;
  readonly chunkCount: number;
  /** Unix seconds. */
  readonly startedAt: bigint;
  readonly registeredAt: bigint;
  readonly paidUntil: bigint;
}

type SessionTuple = Omit<ChainSession, "sessionId" | "manifestHash" | "merkleRoot"> & {
  readonly sessionId: Hex;
  readonly manifestHash: Hex;
  readonly merkleRoot: Hex;
};

function toSession(tuple: SessionTuple): ChainSession {
  return {
    number: tuple.number,
    owner: tuple.owner,
    sessionId: hexToBytes(tuple.sessionId),
    manifestHash: hexToBytes(tuple.manifestHash),
    merkleRoot: hexToBytes(tuple.merkleRoot),
    chunkCount: tuple.chunkCount,
    startedAt: tuple.startedAt,
    registeredAt: tuple.registeredAt,
    paidUntil: tuple.paidUntil,
  };
}

/** Name of the contract's custom error in the data of a revert. */
export function contractError(data: unknown): string | undefined {
  if (!isHex(data)) return undefined;
  try {
    return decodeErrorResult({ abi: lucidAnchorsAbi, data }).errorName;
  } catch {
    return undefined;
  }
}

async function read(client: NodeClient, data: Hex): Promise<{ data: Hex } | { failure: RpcFailure }> {
  const answer = await client.rpcAnswer("eth_call", [{ to: contractAddresses.LucidAnchors, data }, "latest"]);
  if ("error" in answer) return { failure: answer.error };
  if (!isHex(answer.result)) {
    throw new NodeError({ code: "NODE_REFUSED", message: "the node answered eth_call with something that is no hex" });
  }
  return { data: answer.result };
}

function refused(failure: RpcFailure): NodeError {
  const name = contractError(failure.data);
  return new NodeError({
    code: "NODE_REFUSED",
    message: `the node could not read the contract (${name ?? failure.message})`,
    meta: { rpcCode: failure.code },
  });
}

/** The session of this owner and id; undefined when the chain does not know it. */
export async function findSession(
  client: NodeClient,
  owner: Hex,
  sessionId: Uint8Array,
): Promise<ChainSession | undefined> {
  const result = await read(
    client,
    encodeFunctionData({ abi: lucidAnchorsAbi, functionName: "session", args: [owner, toHex(sessionId)] }),
  );
  if ("data" in result) {
    return toSession(decodeFunctionResult({ abi: lucidAnchorsAbi, functionName: "session", data: result.data }));
  }
  if (contractError(result.failure.data) === "UnknownSession") return undefined;
  throw refused(result.failure);
}

/** All sessions of an owner, in the order of their registration. */
export async function sessionsOf(client: NodeClient, owner: Hex): Promise<readonly ChainSession[]> {
  const found: ChainSession[] = [];
  for (;;) {
    const args = [owner, BigInt(found.length), PAGE] as const;
    const result = await read(client, encodeFunctionData({ abi: lucidAnchorsAbi, functionName: "sessionsOf", args }));
    if (!("data" in result)) throw refused(result.failure);
    const page = decodeFunctionResult({ abi: lucidAnchorsAbi, functionName: "sessionsOf", data: result.data });
    found.push(...page.map(toSession));
    if (page.length < Number(PAGE)) return found;
  }
}

/** Wei that keep so many chunks for so many days, by the contract's own formula. */
export async function retentionPrice(client: NodeClient, chunkCount: number, days: number): Promise<bigint> {
  const result = await read(
    client,
    encodeFunctionData({ abi: lucidAnchorsAbi, functionName: "priceOf", args: [chunkCount, BigInt(days)] }),
  );
  if (!("data" in result)) throw refused(result.failure);
  return decodeFunctionResult({ abi: lucidAnchorsAbi, functionName: "priceOf", data: result.data });
}

export function registerCall(
  anchor: SessionAnchor & { readonly owner: Uint8Array; readonly startedAt: number },
  value: bigint,
): Call {
  return {
    to: contractAddresses.LucidAnchors,
    value,
    data: encodeFunctionData({
      abi: lucidAnchorsAbi,
      functionName: "registerSession",
      args: [
        toHex(anchor.sessionId),
        toHex(anchor.manifestHash),
        BigInt(anchor.startedAt),
        toHex(anchor.owner),
        toHex(anchor.merkleRoot),
        anchor.chunkCount,
      ],
    }),
  };
}
