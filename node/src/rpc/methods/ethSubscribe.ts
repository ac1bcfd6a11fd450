import { z } from "zod";
import type { RpcBackend } from "../backend.js";
import type { PushChannel, RpcContext } from "../context.js";
import { criteriaOf } from "../logQuery.js";
import { defineMethod, type RpcMethod } from "../method.js";
import { invalidParams, RpcError } from "../rpcError.js";
import { logFilter } from "../schema/objects.js";
import { answerQuantity } from "../schema/primitives.js";
import type { Topic } from "../subscriptionHub.js";

const KINDS = ["newHeads", "logs", "newPendingTransactions", "syncing"] as const;

/** geth's publish and subscribe. Blocks are final, so a height never comes twice and no log is ever removed. */
export function ethSubscribeMethods(backend: RpcBackend): readonly RpcMethod[] {
  return [
    defineMethod({
      name: "eth_subscribe",
      summary: "Pushes new heads, logs, waiting transactions or changes of syncing over this WebSocket.",
      params: [
        { name: "kind", schema: z.enum(KINDS) },
        {
          name: "options",
          summary: "For logs a filter, for newPendingTransactions true for whole transactions",
          schema: z.union([z.boolean(), logFilter]).optional(),
        },
      ],
      result: answerQuantity,
      pushOnly: true,
      handler: ([kind, options], context) => backend.hub.subscribe(topicOf(kind, options), channelOf(context)),
    }),
    defineMethod({
      name: "eth_unsubscribe",
      summary: "Ends a subscription of this WebSocket; false when it has none of this id.",
      params: [{ name: "subscription", schema: z.string().max(66) }],
      result: z.boolean(),
      pushOnly: true,
      handler: ([id], context) => {
        const { subscriptions } = channelOf(context);
        const end = subscriptions.get(id);
        end?.();
        return subscriptions.delete(id);
      },
    }),
  ];
}

function topicOf(kind: (typeof KINDS)[number], options: boolean | z.output<typeof logFilter> | undefined): Topic {
  if (kind === "logs") {
    if (typeof options === "boolean") throw invalidParams("invalid argument 1 (options): logs takes a filter");
    return { kind, criteria: criteriaOf(options ?? {}) };
  }
  if (kind === "newPendingTransactions") return { kind, full: options === true };
  return { kind };
}

function channelOf(context: RpcContext): PushChannel {
  if (context.push === undefined) throw new RpcError("RPC_METHOD_NOT_FOUND", "subscriptions need a WebSocket");
  return context.push;
}
