import { equalBytes } from "@lucid/consensus/base";
import type { Log, LogFilter } from "../interfaces.js";
import type { ChainView } from "./chainView.js";
import { quantityHex } from "./format/hex.js";
import { blockNotFound, invalidParams, limitExceeded, pruned } from "./rpcError.js";
import type { LogFilterInput } from "./schema/objects.js";
import type { BlockTag } from "./schema/primitives.js";

/** Which logs, wherever they stand. */
export type LogCriteria = Pick<LogFilter, "addresses" | "topics">;

export function criteriaOf(input: LogFilterInput): LogCriteria {
  const { address, topics } = input;
  const addresses = address === undefined || address === null ? [] : Array.isArray(address) ? address : [address];
  return {
    addresses: addresses as readonly Uint8Array[],
    topics: (topics ?? []).map((position) => {
      if (position === null) return undefined;
      if (!Array.isArray(position)) return [position];
      // null among the alternatives matches anything, and so does having none (geth).
      const alternatives = position.filter((topic) => topic !== null);
      return alternatives.length === 0 || alternatives.length !== position.length ? undefined : alternatives;
    }),
  };
}

export function matchesLog(log: Log, criteria: LogCriteria): boolean {
  const { addresses, topics } = criteria;
  if (addresses.length > 0 && !addresses.some((address) => equalBytes(address, log.address))) return false;
  if (topics.length > log.topics.length) return false;
  return topics.every((alternatives, position) => {
    const topic = log.topics[position];
    return alternatives === undefined || (topic !== undefined && alternatives.some((one) => equalBytes(one, topic)));
  });
}

/**
 * @param maxRange blocks that it may span; 0 is any number
 * @throws RpcError RPC_INVALID_PARAMS, RPC_RESOURCE_NOT_FOUND, RPC_PRUNED, RPC_LIMIT_EXCEEDED
 */
export function resolveLogFilter(
  input: LogFilterInput,
  view: ChainView,
  { earliest, maxRange }: { readonly earliest: number; readonly maxRange: number },
): LogFilter {
  const range = resolveRange(input, view);
  if (range.fromHeight < earliest) throw pruned();
  const blocks = range.toHeight - range.fromHeight + 1;
  if (maxRange > 0 && blocks > maxRange) {
    const end = range.fromHeight + maxRange - 1;
    throw limitExceeded(
      `the query spans ${blocks} blocks, at most ${maxRange}; ask for blocks ${range.fromHeight} to ${end}`,
      { limit: maxRange, from: quantityHex(range.fromHeight), to: quantityHex(end) },
    );
  }
  return { ...criteriaOf(input), ...range };
}

function resolveRange(input: LogFilterInput, view: ChainView): { fromHeight: number; toHeight: number } {
  const { blockHash } = input;
  const from = input.fromBlock ?? undefined;
  const to = input.toBlock ?? undefined;
  if (blockHash !== undefined && blockHash !== null) {
    if (from !== undefined || to !== undefined) {
      throw invalidParams("cannot specify both BlockHash and FromBlock/ToBlock, choose one or the other");
    }
    const height = view.height({ root: blockHash });
    return { fromHeight: height, toHeight: height };
  }
  const head = view.headHeight();
  const fromHeight = heightOf(from, view, head);
  const toHeight = heightOf(to, view, head);
  if (fromHeight > toHeight) throw invalidParams("invalid block range params: fromBlock is after toBlock");
  if (toHeight > head) throw invalidParams(`invalid block range params: toBlock is beyond the head ${head}`);
  return { fromHeight, toHeight };
}

function heightOf(reference: number | BlockTag | undefined, view: ChainView, head: number): number {
  if (reference === undefined) return head;
  return typeof reference === "number" ? reference : view.height(reference);
}

/** Bounds of a filter for the future; heights that do not exist yet are fine there. */
export function futureRange(
  input: LogFilterInput,
  view: ChainView,
): { readonly fromHeight: number; readonly toHeight: number } {
  if (input.blockHash !== undefined && input.blockHash !== null) {
    const height = view.height({ root: input.blockHash });
    if (height === undefined) throw blockNotFound();
    return { fromHeight: height, toHeight: height };
  }
  const { fromBlock, toBlock } = input;
  const fromHeight = typeof fromBlock === "number" ? fromBlock : 0;
  const toHeight = typeof toBlock === "number" ? toBlock : Number.MAX_SAFE_INTEGER;
  if (fromHeight > toHeight) throw invalidParams("invalid block range params: fromBlock is after toBlock");
  return { fromHeight, toHeight };
}
