import type { RegistryEvent } from "@lucid/consensus";
import { equalBytes, fromHex, u32be } from "@lucid/consensus/base";
import { contractAddresses } from "@lucid/contracts";
import { NodeError } from "../errors.js";
import type { Log, Receipt } from "../interfaces.js";
import { keccak256 } from "../state/keccak.js";

const REGISTRY = fromHex(contractAddresses.NodeRegistry, 20);

/** topics[0] of the events that consensus reads; a test compares them and the layouts with the ABI. */
const REGISTERED = topicOf("NodeRegistered(bytes32,address,bytes32,bytes,bytes,bytes32,uint32)");
const UPDATED = topicOf("NodeUpdated(bytes32,address,bytes32,bytes32,uint32)");
const RETIRED = topicOf("NodeRetired(bytes32,address,uint64)");

const WORD = 32;
const KEY = 48;
const PROOF = 96;

/** Bits of a logs bloom that an address sets: 2048 bits, the highest number first (Ethereum yellow paper, section 4.4.3). */
function bloomBits(address: Uint8Array): readonly number[] {
  const hash = keccak256(address);
  const view = new DataView(hash.buffer, hash.byteOffset);
  return [0, 2, 4].map((at) => view.getUint16(at) % 2_048);
}

const REGISTRY_BITS = bloomBits(REGISTRY);

/** Whether the registry may have logged something in a block with this bloom, 256 bytes. False is certain. */
export function mayHaveRegistryEvents(logsBloom: Uint8Array): boolean {
  return REGISTRY_BITS.every((bit) => (((logsBloom[255 - (bit >> 3)] ?? 0) >> (bit & 7)) & 1) === 1);
}

/** Registrations, changes and retirements in the logs of a block, in order; all else that the contract logs is skipped. */
export function registryEvents(receipts: readonly Receipt[]): readonly RegistryEvent[] {
  const events: RegistryEvent[] = [];
  for (const { logs } of receipts) {
    for (const log of logs) {
      const event = equalBytes(log.address, REGISTRY) ? eventOf(log) : undefined;
      if (event !== undefined) events.push(event);
    }
  }
  return events;
}

function eventOf(log: Log): RegistryEvent | undefined {
  const [kind, nodeId, operatorWord, poolId] = log.topics;
  if (kind === undefined || nodeId === undefined || operatorWord === undefined) return undefined;
  const operator = operatorWord.slice(12);
  if (equalBytes(kind, RETIRED)) return { type: "retire", nodeId, operator };
  if (poolId === undefined) return undefined;
  if (equalBytes(kind, UPDATED)) {
    return { type: "update", nodeId, operator, poolId, peerId: wordAt(log, 0), capacityMiB: u32At(log, 1) };
  }
  if (!equalBytes(kind, REGISTERED)) return undefined;
  return {
    type: "register",
    operator,
    poolId,
    blsPublicKey: bytesAt(log, 0, KEY),
    proofOfPossession: bytesAt(log, 1, PROOF),
    peerId: wordAt(log, 2),
    capacityMiB: u32At(log, 3),
  };
}

function topicOf(signature: string): Uint8Array {
  return keccak256(Buffer.from(signature));
}

function wordAt({ data }: Log, index: number): Uint8Array {
  return slice(data, index * WORD, WORD);
}

function u32At(log: Log, index: number): number {
  return u32Of(wordAt(log, index));
}

/** A dynamic argument: the offset of its length, the length, the bytes. The contract lets no other length through. */
function bytesAt(log: Log, index: number, length: number): Uint8Array {
  const start = u32At(log, index);
  if (!equalBytes(slice(log.data, start + WORD - 4, 4), u32be(length))) throw malformed();
  return slice(log.data, start + WORD, length);
}

function u32Of(word: Uint8Array): number {
  return Buffer.from(word.buffer, word.byteOffset, word.length).readUInt32BE(WORD - 4);
}

function slice(data: Uint8Array, start: number, length: number): Uint8Array {
  const part = data.slice(start, start + length);
  if (part.length !== length) throw malformed();
  return part;
}

/** The genesis of this network holds another contract at the registry's address. */
function malformed(): NodeError {
  return new NodeError({ code: "CHAIN_CORRUPT", message: "a log of the node registry is not of its form" });
}
