import { CodedError, hasCode } from "@lucid/consensus/base";
import { z } from "zod";
import type { FoundLog } from "../../interfaces.js";
import type { RpcBackend } from "../backend.js";
import type { FilterState } from "../filterStore.js";
import { toHex } from "../format/hex.js";
import { formatFoundLog, type LogAnswer } from "../format/receipt.js";
import { criteriaOf, futureRange, resolveLogFilter } from "../logQuery.js";
import { defineMethod, type Param, type RpcMethod } from "../method.js";
import { RpcError } from "../rpcError.js";
import { type LogFilterInput, logAnswer, logFilter } from "../schema/objects.js";
import { answerHash, answerQuantity } from "../schema/primitives.js";

const LOGS_COST = 100;
const filterParam = { name: "filter", schema: logFilter } satisfies Param;
/** Filter ids are ours; anything else of the right type is a filter that does not exist. */
const idParam = { name: "filterId", schema: z.string().max(66) } satisfies Param;
const changesAnswer = z.union([z.array(answerHash), z.array(logAnswer)]);

export function ethLogMethods(backend: RpcBackend): readonly RpcMethod[] {
  const { chain, filters, hub, limits, view } = backend;

  const query = async (input: LogFilterInput): Promise<LogAnswer[]> => {
    const filter = resolveLogFilter(input, view, {
      earliest: chain.earliestHeight(),
      maxRange: limits.maxLogRange,
    });
    return (await chain.logs(filter, limits.maxLogs)).map(formatFoundLog);
  };

  return [
    defineMethod({
      name: "eth_getLogs",
      summary: "Logs of a range of blocks or one block. Too many: error -32005 with a smaller range to retry.",
      params: [filterParam],
      result: z.array(logAnswer),
      cost: LOGS_COST,
      handler: ([input]) => query(input),
    }),
    defineMethod({
      name: "eth_newFilter",
      summary: "Remembers a question about logs, to be polled.",
      params: [filterParam],
      result: answerQuantity,
      handler: ([input], context) => {
        const range = futureRange(input, view);
        const nextHeight = Math.max(view.headHeight() + 1, range.fromHeight);
        const state = {
          kind: "logs",
          criteria: criteriaOf(input),
          input,
          toHeight: range.toHeight,
          nextHeight,
        } as const;
        return filters.add(context.client, state);
      },
    }),
    defineMethod({
      name: "eth_newBlockFilter",
      summary: "Remembers the head; polling gives the hashes of the blocks since.",
      params: [],
      result: answerQuantity,
      handler: (_, context) => filters.add(context.client, { kind: "blocks", nextHeight: view.headHeight() + 1 }),
    }),
    defineMethod({
      name: "eth_newPendingTransactionFilter",
      summary: "Polling gives the hashes of transactions that entered the pool since.",
      params: [],
      result: answerQuantity,
      handler: (_, context) => filters.add(context.client, { kind: "pending", nextSequence: hub.pendingSequence() }),
    }),
    defineMethod({
      name: "eth_getFilterChanges",
      summary: "What happened since the last poll.",
      params: [idParam],
      result: changesAnswer,
      cost: 10,
      handler: async ([id]) => [...(await filterChanges(backend, filters.get(id)))] as string[] | LogAnswer[],
    }),
    defineMethod({
      name: "eth_getFilterLogs",
      summary: "All logs of a log filter's question.",
      params: [idParam],
      result: z.array(logAnswer),
      cost: LOGS_COST,
      handler: ([id]) => {
        const state = filters.get(id);
        if (state.kind !== "logs") throw new RpcError("RPC_FILTER_NOT_FOUND", "filter not found");
        return query(state.input);
      },
    }),
    defineMethod({
      name: "eth_uninstallFilter",
      summary: "Forgets a filter; false when there was none.",
      params: [idParam],
      result: z.boolean(),
      handler: ([id]) => filters.remove(id),
    }),
  ];
}

async function filterChanges(backend: RpcBackend, state: FilterState): Promise<readonly (string | LogAnswer)[]> {
  if (state.kind === "pending") {
    const hashes = backend.hub.pendingSince(state.nextSequence);
    state.nextSequence = backend.hub.pendingSequence();
    return hashes;
  }
  const head = backend.view.headHeight();
  if (state.kind === "blocks") {
    const from = Math.max(state.nextHeight, backend.view.earliest());
    const hashes = rootsBetween(backend, from, head);
    state.nextHeight = Math.max(state.nextHeight, from + hashes.length);
    return hashes;
  }
  const from = Math.max(state.nextHeight, backend.view.earliest());
  // What is beyond the range comes with the next poll.
  const range = backend.limits.maxLogRange === 0 ? Number.POSITIVE_INFINITY : backend.limits.maxLogRange;
  const to = Math.min(head, state.toHeight, from + range - 1);
  if (from > to) return [];
  const part = await logsInSteps(backend, { ...state.criteria, fromHeight: from, toHeight: to });
  state.nextHeight = part.reached + 1;
  return part.logs.map(formatFoundLog);
}

/** Block roots of a range, as many as one answer may hold; the rest comes with the next poll. */
function rootsBetween(backend: RpcBackend, from: number, head: number): readonly string[] {
  const count = Math.max(0, Math.min(head - from + 1, backend.limits.maxLogs));
  return Array.from({ length: count }, (_, i) => toHex(backend.view.require(from + i).root));
}

/**
 * Logs of the range, or of the first part of it that is within the limit: a filter that fell behind catches up poll by
 * poll and never gets stuck at an error.
 */
async function logsInSteps(
  backend: RpcBackend,
  filter: Parameters<RpcBackend["chain"]["logs"]>[0],
): Promise<{ readonly logs: readonly FoundLog[]; readonly reached: number }> {
  let { toHeight } = filter;
  for (;;) {
    try {
      const logs = await backend.chain.logs({ ...filter, toHeight }, backend.limits.maxLogs);
      return { logs, reached: toHeight };
    } catch (error) {
      if (!hasCode(error, "LOG_LIMIT") || toHeight === filter.fromHeight) throw error;
      const hint = error instanceof CodedError ? error.meta["toHeight"] : undefined;
      const half = filter.fromHeight + Math.floor((toHeight - filter.fromHeight) / 2);
      toHeight = typeof hint === "number" ? Math.min(hint, toHeight - 1) : half;
    }
  }
}
