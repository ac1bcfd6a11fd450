import { latin1Of } from "@lucid/consensus/base";
import { NodeError } from "../errors.js";
import type { Receipt } from "../interfaces.js";

/**
 * The log index: for each (kind, value) one record a block that has it, holding the indexes of the logs within the
 * block, ascending, as LEB128 differences. A query is an intersection of such lists.
 */
export const PostingKind = { address: 0, topic0: 1, topic1: 2, topic2: 3, topic3: 4, any: 5 } as const;
export type PostingKind = (typeof PostingKind)[keyof typeof PostingKind];

const TOPIC_KINDS = [PostingKind.topic0, PostingKind.topic1, PostingKind.topic2, PostingKind.topic3] as const;

export interface PostingTerm {
  readonly kind: PostingKind;
  /** 20 or 32 bytes; none for `any`. */
  readonly value: Uint8Array;
}

export interface Posting {
  readonly height: number;
  readonly logIndexes: readonly number[];
}

export function topicKind(position: number): PostingKind {
  const kind = TOPIC_KINDS[position];
  if (kind === undefined) throw new NodeError({ code: "CHAIN_CORRUPT", message: `a log has no topic ${position}` });
  return kind;
}

export function encodeLogIndexes(indexes: readonly number[]): Uint8Array {
  const out: number[] = [];
  let previous = 0;
  for (const index of indexes) {
    let rest = index - previous;
    previous = index;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) out.push((rest % 0x80) | 0x80);
    out.push(rest);
  }
  return Uint8Array.from(out);
}

/** @throws NodeError CHAIN_CORRUPT */
export function decodeLogIndexes(bytes: Uint8Array): number[] {
  const indexes: number[] = [];
  let previous = 0;
  let value = 0;
  let factor = 1;
  for (const byte of bytes) {
    value += (byte & 0x7f) * factor;
    factor *= 0x80;
    if (value > 0xffffffff || factor > 2 ** 42)
      throw new NodeError({ code: "CHAIN_CORRUPT", message: "log index record: number too large" });
    if (byte < 0x80) {
      previous += value;
      indexes.push(previous);
      value = 0;
      factor = 1;
    }
  }
  if (factor !== 1) throw new NodeError({ code: "CHAIN_CORRUPT", message: "log index record: cut off" });
  return indexes;
}

/** All terms of a block's logs with the logs that have them. */
export function postingsOfBlock(receipts: readonly Receipt[]): { term: PostingTerm; logIndexes: number[] }[] {
  const terms = new Map<string, { term: PostingTerm; logIndexes: number[] }>();
  let logIndex = 0;
  const add = (kind: PostingKind, value: Uint8Array): void => {
    const name = `${kind}:${latin1Of(value)}`;
    const entry = terms.get(name);
    if (entry === undefined) terms.set(name, { term: { kind, value }, logIndexes: [logIndex] });
    else entry.logIndexes.push(logIndex);
  };
  for (const receipt of receipts) {
    for (const log of receipt.logs) {
      add(PostingKind.any, new Uint8Array(0));
      add(PostingKind.address, log.address);
      for (const [position, topic] of log.topics.entries()) add(topicKind(position), topic);
      logIndex++;
    }
  }
  return [...terms.values()];
}
