import { z } from "zod";
import type { RpcBackend } from "../backend.js";
import { isJsonObject, type JsonObject } from "../json.js";
import { defineMethod, MethodTable, type RpcMethod } from "../method.js";
import { openRpcDocument } from "../openRpc.js";
import { ethBlockMethods } from "./ethBlocks.js";
import { ethCallMethods } from "./ethCalls.js";
import { ethChainMethods } from "./ethChain.js";
import { ethFeeMethods } from "./ethFees.js";
import { ethLogMethods } from "./ethLogs.js";
import { ethStateMethods } from "./ethState.js";
import { ethSubscribeMethods } from "./ethSubscribe.js";
import { ethTransactionMethods } from "./ethTransactions.js";
import { lucidGovernanceMethods } from "./lucidGovernance.js";
import { lucidIndexMethods } from "./lucidIndex.js";
import { lucidNodeMethods } from "./lucidNode.js";
import { lucidNodeStandingMethods } from "./lucidNodes.js";
import { lucidRecordMethods } from "./lucidRecords.js";
import { lucidSessionMethods } from "./lucidSessions.js";
import { netMethods, web3Methods } from "./net.js";
import { txpoolMethods } from "./txpool.js";

/** The explicit list of everything that can be called. */
export function buildMethodTable(
  backend: RpcBackend,
  options: { readonly modules: readonly string[]; readonly extra?: readonly RpcMethod[] },
): MethodTable {
  const discover = defineMethod({
    name: "rpc.discover",
    summary: "This document (OpenRPC).",
    params: [],
    result: z.custom<JsonObject>(isJsonObject),
    cost: 1_000,
    handler: (_, { admin }) => openRpcDocument(table, backend.node.clientVersion, admin),
  });
  const table: MethodTable = new MethodTable(
    [
      ethChainMethods(backend),
      ethBlockMethods(backend),
      ethTransactionMethods(backend),
      ethStateMethods(backend),
      ethCallMethods(backend),
      ethFeeMethods(backend),
      ethLogMethods(backend),
      ethSubscribeMethods(backend),
      netMethods(backend),
      web3Methods(backend),
      txpoolMethods(backend),
      lucidNodeMethods(backend),
      lucidNodeStandingMethods(backend),
      lucidRecordMethods(backend),
      lucidSessionMethods(backend),
      lucidGovernanceMethods(backend),
      lucidIndexMethods(backend),
      [discover],
      options.extra ?? [],
    ],
    new Set([...options.modules, "rpc", "admin"]),
  );
  return table;
}
