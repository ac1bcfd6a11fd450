import { concatBytes, fromHex } from "@lucid/consensus/base";
import { keccak256 } from "../state/keccak.js";
import { bigintOfBytes } from "./format/hex.js";
import { RpcError } from "./rpcError.js";

/*
 * The three views of LucidAnchors that the node itself reads. A general ABI library would cost every node 20 MB of memory
 * for them; a test compares each with the contract's ABI.
 */

const WORD = 32;
const SESSION_WORDS = 10;

export interface SessionView {
  readonly number: number;
  readonly owner: Uint8Array;
  readonly sessionId: Uint8Array;
  readonly manifestHash: Uint8Array;
  readonly merkleRoot: Uint8Array;
  readonly chunkCount: number;
  /** Unix seconds, here and below. */
  readonly startedAt: bigint;
  readonly registeredAt: bigint;
  readonly paidUntil: bigint;
  readonly firstChunk: bigint;
}

function callData(signature: string, ...args: readonly Uint8Array[]): Uint8Array {
  return concatBytes(keccak256(Buffer.from(signature)).subarray(0, 4), ...args);
}

const ofAddress = (address: Uint8Array): Uint8Array => concatBytes(new Uint8Array(WORD - 20), address);
const ofNumber = (value: number): Uint8Array => fromHex(value.toString(16).padStart(2 * WORD, "0"));

export const encodeSessionCall = (owner: Uint8Array, sessionId: Uint8Array): Uint8Array =>
  callData("session(address,bytes32)", ofAddress(owner), sessionId);

export const encodeSessionCountCall = (owner: Uint8Array): Uint8Array =>
  callData("sessionCountOf(address)", ofAddress(owner));

export const encodeSessionsCall = (owner: Uint8Array, offset: number, limit: number): Uint8Array =>
  callData("sessionsOf(address,uint256,uint256)", ofAddress(owner), ofNumber(offset), ofNumber(limit));

/** @throws RpcError RPC_INTERNAL for bytes that the contract cannot have returned */
export function decodeSession(data: Uint8Array): SessionView {
  return sessionAt(data, 0);
}

export function decodeCount(data: Uint8Array): number {
  return Number(bigintOfBytes(wordAt(data, 0)));
}

/** An array of static structs: the offset of its length, the length, the structs. */
export function decodeSessions(data: Uint8Array): readonly SessionView[] {
  const start = Number(bigintOfBytes(wordAt(data, 0))) / WORD;
  const count = Number(bigintOfBytes(wordAt(data, start)));
  if (count > data.length / (SESSION_WORDS * WORD)) throw malformed();
  return Array.from({ length: count }, (_, i) => sessionAt(data, start + 1 + i * SESSION_WORDS));
}

function sessionAt(data: Uint8Array, first: number): SessionView {
  const word = (index: number): Uint8Array => wordAt(data, first + index);
  return {
    number: Number(bigintOfBytes(word(0))),
    owner: word(1).slice(WORD - 20),
    sessionId: word(2),
    manifestHash: word(3),
    merkleRoot: word(4),
    chunkCount: Number(bigintOfBytes(word(5))),
    startedAt: bigintOfBytes(word(6)),
    registeredAt: bigintOfBytes(word(7)),
    paidUntil: bigintOfBytes(word(8)),
    firstChunk: bigintOfBytes(word(9)),
  };
}

function wordAt(data: Uint8Array, index: number): Uint8Array {
  const word = data.slice(index * WORD, (index + 1) * WORD);
  if (word.length !== WORD) throw malformed();
  return word;
}

const malformed = (): RpcError =>
  new RpcError("RPC_INTERNAL", "LucidAnchors returned something else than its ABI says");
