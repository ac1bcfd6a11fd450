import { equalBytes, fromHex } from "@lucid/consensus/base";
import { contractAddresses } from "@lucid/contracts";
import { RlpReader } from "../execution/rlpReader.js";
import type { Log } from "../interfaces.js";
import { keccak256 } from "../state/keccak.js";

/** Address of LucidAnchors, the same on every network. */
export const ANCHORS_ADDRESS: Uint8Array = fromHex(contractAddresses.LucidAnchors, 20);

/** topics[0] of the event; a test compares it with the ABI. */
export const SESSION_REGISTERED: Uint8Array = keccak256(
  Buffer.from("SessionRegistered(address,bytes32,bytes32,uint32,bytes32,uint64,uint32,uint64,uint64)"),
);

const WORD = 32;
const DATA_WORDS = 6;

export interface RegisteredSession {
  /** 20 bytes. */
  readonly owner: Uint8Array;
  /** UUIDv4, left-aligned in 32 bytes. */
  readonly sessionId: Uint8Array;
  readonly merkleRoot: Uint8Array;
  readonly manifestHash: Uint8Array;
  /** Number of the session on its chain, from 1. */
  readonly number: number;
  /** Unix seconds, as the owner said. */
  readonly startedAt: bigint;
  /** Chunks with the manifest's parts. */
  readonly chunkCount: number;
}

/** The registration that a log of LucidAnchors tells of; undefined for any other log. */
export function sessionOfLog(log: Log): RegisteredSession | undefined {
  const [kind, owner, sessionId, merkleRoot] = log.topics;
  if (!equalBytes(log.address, ANCHORS_ADDRESS) || log.topics.length !== 4) return undefined;
  if (kind === undefined || owner === undefined || sessionId === undefined || merkleRoot === undefined)
    return undefined;
  if (!equalBytes(kind, SESSION_REGISTERED) || log.data.length !== DATA_WORDS * WORD) return undefined;
  const word = (index: number): Uint8Array => log.data.subarray(index * WORD, (index + 1) * WORD);
  const integer = (index: number): bigint => BigInt(`0x${Buffer.from(word(index)).toString("hex")}`);
  return {
    owner: owner.slice(12),
    sessionId,
    merkleRoot,
    number: Number(integer(0)),
    manifestHash: word(1).slice(),
    startedAt: integer(2),
    chunkCount: Number(integer(3)),
  };
}

export interface ProvenReceipt {
  readonly succeeded: boolean;
  readonly logs: readonly Log[];
}

/** Logs in a block of 30 Mgas: far fewer, each costs 375 gas and more. */
const MAX_LOGS = 100_000;

/**
 * Reads a receipt in its consensus encoding (EIP-658, EIP-2718).
 * @throws NodeError TX_MALFORMED for bytes that are not canonical
 */
export function decodeReceipt(bytes: Uint8Array): ProvenReceipt {
  const isTyped = (bytes[0] ?? 0) < 0xc0;
  const outer = new RlpReader(bytes, isTyped ? 1 : 0);
  const fields = outer.list();
  outer.end();
  const status = fields.string();
  fields.integer(8);
  fields.fixed(256);
  const list = fields.list();
  fields.end();
  const logs: Log[] = [];
  while (!list.done && logs.length < MAX_LOGS) logs.push(decodeLog(list.list()));
  return { succeeded: status.length === 1 && status[0] === 1, logs };
}

function decodeLog(reader: RlpReader): Log {
  const address = reader.fixed(20);
  const list = reader.list();
  const topics: Uint8Array[] = [];
  while (!list.done && topics.length < 4) topics.push(list.fixed(WORD));
  list.end();
  const data = reader.string();
  reader.end();
  return { address, topics, data };
}
