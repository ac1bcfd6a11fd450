import { sha256, toHex } from "@lucid/consensus/base";
import { sessionRoot } from "@lucid/consensus/proofs";
import { contractAddresses, type Hex, type lucidAnchorsAbi, type lucidChunkStoreAbi } from "@lucid/contracts";
import type { ContractFunctionArgs, ContractFunctionName, ContractFunctionReturnType } from "viem";
import { decodeResult, encodeCall, type Outcome, type Sent, type TestChain, users } from "./testChain.js";

export const DAY = 86_400n;
/** LucidAnchors.FEE_PER_CHUNK_DAY. */
export const FEE = 10n ** 14n;

export interface SessionInput {
  readonly sessionId: Hex;
  readonly manifestHash: Hex;
  readonly startedAt: bigint;
  readonly owner: Hex;
  readonly merkleRoot: Hex;
  readonly chunkCount: number;
}

/** A 32-byte value that depends on the words only. */
export function hashOf(...words: readonly (string | number)[]): Hex {
  return toHex(sha256(new TextEncoder().encode(words.join("/"))));
}

export function rootsOf(label: string, count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => sha256(new TextEncoder().encode(`${label}/${i}`)));
}

/** A session whose root is that of `count` chunk roots made from the label. */
export function sessionInput(label: string, count: number, owner: Hex = users[0] ?? "0x"): SessionInput {
  return {
    sessionId: hashOf("id", label),
    manifestHash: hashOf("manifest", label),
    startedAt: 1_799_999_000n,
    owner,
    merkleRoot: toHex(sessionRoot(rootsOf(label, count))),
    chunkCount: count,
  };
}

export function sessionArguments(input: SessionInput): readonly unknown[] {
  return [input.sessionId, input.manifestHash, input.startedAt, input.owner, input.merkleRoot, input.chunkCount];
}

export function price(chunkCount: number, days: number): bigint {
  return BigInt(chunkCount) * FEE * BigInt(days);
}

type AnchorsWrite = ContractFunctionName<typeof lucidAnchorsAbi, "payable" | "nonpayable">;
type AnchorsRead = ContractFunctionName<typeof lucidAnchorsAbi, "view" | "pure">;
type StoreRead = ContractFunctionName<typeof lucidChunkStoreAbi, "view" | "pure">;
type Options = Omit<Sent, "to" | "data">;

export function sendAnchors(
  chain: TestChain,
  name: AnchorsWrite,
  args: readonly unknown[],
  options: Options = {},
): Promise<Outcome> {
  return chain.send({ ...options, to: contractAddresses.LucidAnchors, data: encodeCall("LucidAnchors", name, args) });
}

/** registerSession by its owner, paid for `days`. */
export function register(chain: TestChain, input: SessionInput, days = 30, options: Options = {}): Promise<Outcome> {
  return sendAnchors(chain, "registerSession", sessionArguments(input), {
    from: input.owner,
    value: price(input.chunkCount, days),
    ...options,
  });
}

export function anchorChunks(
  chain: TestChain,
  from: Hex,
  sessionId: Hex,
  firstIndex: number,
  chunkRoots: readonly Uint8Array[],
): Promise<Outcome> {
  const data = encodeCall("LucidChunkStore", "anchorChunks", [sessionId, firstIndex, chunkRoots.map(toHex)]);
  return chain.send({ from, to: contractAddresses.LucidChunkStore, data });
}

/** A view of LucidAnchors; a revert rejects with the custom error's name as the message's last word. */
export async function readAnchors<N extends AnchorsRead>(
  chain: TestChain,
  name: N,
  args: ContractFunctionArgs<typeof lucidAnchorsAbi, "view" | "pure", N>,
): Promise<ContractFunctionReturnType<typeof lucidAnchorsAbi, "view" | "pure", N>> {
  const result = await chain.call(
    contractAddresses.LucidAnchors,
    encodeCall("LucidAnchors", name, args as readonly unknown[]),
  );
  if (result.error !== undefined) throw new RevertError(result.error.name);
  return decodeResult("LucidAnchors", name, result.data) as ContractFunctionReturnType<
    typeof lucidAnchorsAbi,
    "view" | "pure",
    N
  >;
}

export async function readStore<N extends StoreRead>(
  chain: TestChain,
  name: N,
  args: ContractFunctionArgs<typeof lucidChunkStoreAbi, "view" | "pure", N>,
): Promise<ContractFunctionReturnType<typeof lucidChunkStoreAbi, "view" | "pure", N>> {
  const data = encodeCall("LucidChunkStore", name, args as readonly unknown[]);
  const result = await chain.call(contractAddresses.LucidChunkStore, data);
  if (result.error !== undefined) throw new RevertError(result.error.name);
  return decodeResult("LucidChunkStore", name, result.data) as ContractFunctionReturnType<
    typeof lucidChunkStoreAbi,
    "view" | "pure",
    N
  >;
}

/** A view reverted; `code` is the custom error. */
export class RevertError extends Error {
  readonly code: string;

  constructor(code: string) {
    super(`reverted with ${code}`);
    this.name = "RevertError";
    this.code = code;
  }
}
