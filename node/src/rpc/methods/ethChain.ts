import { z } from "zod";
import type { RpcBackend } from "../backend.js";
import { quantityHex, toHex } from "../format/hex.js";
import { defineMethod, type RpcMethod } from "../method.js";
import { answerAddress, answerHash, answerQuantity, schemaRegistry } from "../schema/primitives.js";

const syncingAnswer = z.union([
  z.literal(false),
  z.strictObject({ startingBlock: answerQuantity, currentBlock: answerQuantity, highestBlock: answerQuantity }),
]);

const capability = z
  .strictObject({ disabled: z.boolean(), oldestBlock: answerQuantity.optional() })
  .register(schemaRegistry, { id: "Capability", description: "What is kept of a kind of data, from which height on" });

export function ethChainMethods(backend: RpcBackend): readonly RpcMethod[] {
  const { chain, node, view } = backend;
  return [
    defineMethod({
      name: "eth_chainId",
      summary: "The chain id that transactions are signed for (EIP-155).",
      params: [],
      result: answerQuantity,
      handler: () => quantityHex(chain.chainId),
    }),
    defineMethod({
      name: "eth_syncing",
      summary: "False, or how far the node has got with fetching blocks.",
      params: [],
      result: syncingAnswer,
      handler: () => {
        const progress = node.syncing();
        if (progress === undefined) return false as const;
        return {
          startingBlock: quantityHex(progress.startingHeight),
          currentBlock: quantityHex(progress.currentHeight),
          highestBlock: quantityHex(progress.highestHeight),
        };
      },
    }),
    defineMethod({
      name: "eth_blockNumber",
      summary: "Height of the newest final block.",
      params: [],
      result: answerQuantity,
      handler: () => quantityHex(view.headHeight()),
    }),
    defineMethod({
      name: "eth_accounts",
      summary: "Always empty: the node holds no keys of accounts.",
      params: [],
      result: z.array(answerAddress),
      handler: () => [],
    }),
    defineMethod({
      name: "eth_capabilities",
      summary: "What the node still has: oldest heights of state, transactions, logs, receipts and blocks.",
      params: [],
      result: z.strictObject({
        head: z.strictObject({ number: answerQuantity, hash: answerHash }),
        state: capability,
        tx: capability,
        logs: capability,
        receipts: capability,
        blocks: capability,
        stateproofs: capability,
      }),
      handler: () => {
        const head = view.require("latest");
        const earliest = chain.earliestHeight();
        const kept = (oldest: number) => ({ disabled: false, oldestBlock: quantityHex(oldest) });
        const blocks = kept(earliest);
        const state = kept(Math.max(earliest, node.oldestStateHeight()));
        return {
          head: { number: quantityHex(head.header.height), hash: toHex(head.root) },
          state,
          tx: blocks,
          logs: blocks,
          receipts: blocks,
          blocks,
          stateproofs: kept(Math.max(earliest, node.oldestProofHeight())),
        };
      },
    }),
  ];
}
