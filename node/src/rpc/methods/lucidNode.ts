import { CommitCertificate } from "@lucid/consensus";
import { z } from "zod";
import type { RpcBackend } from "../backend.js";
import { quantityHex, toHex } from "../format/hex.js";
import { isJsonObject, type JsonObject } from "../json.js";
import { defineMethod, type RpcMethod } from "../method.js";
import { answerHash, answerHex, answerQuantity, optionalBlockReference } from "../schema/primitives.js";

/** Values that the composition root fills in; their names are documented there. */
const openObject = z.custom<JsonObject>(isJsonObject);

export function lucidNodeMethods(backend: RpcBackend): readonly RpcMethod[] {
  const { chain, node, view } = backend;
  return [
    defineMethod({
      name: "lucid_nodeInfo",
      summary: "Who this node is: version, network, genesis, ids, head.",
      params: [],
      result: openObject,
      handler: () => ({
        clientVersion: node.clientVersion,
        network: node.network,
        chainId: quantityHex(chain.chainId),
        genesisRoot: toHex(chain.genesisRoot),
        head: { number: quantityHex(view.headHeight()), hash: toHex(chain.head().root) },
        ...node.nodeInfo(),
      }),
    }),
    defineMethod({
      name: "lucid_consensusStatus",
      summary: "Where the agreement stands: height, slot, round, quorum seen.",
      params: [],
      result: openObject,
      handler: () => node.consensusStatus(),
    }),
    defineMethod({
      name: "lucid_getParams",
      summary: "The parameters of this network.",
      params: [],
      result: openObject,
      handler: () => node.params(),
    }),
    defineMethod({
      name: "lucid_getFinality",
      summary: "A block with the commit certificate that makes it final; null when there is no such block.",
      params: [{ name: "block", summary: "Latest if left out", schema: optionalBlockReference }],
      result: z
        .strictObject({
          number: answerQuantity,
          hash: answerHash,
          slot: answerQuantity,
          round: answerQuantity,
          /** SSZ; null for genesis, which is final without one. */
          commit: answerHex.nullable(),
        })
        .nullable(),
      handler: ([reference]) => {
        const block = view.find(reference);
        if (block === undefined) return null;
        const { height, slot, round } = block.header;
        return {
          number: quantityHex(height),
          hash: toHex(block.root),
          slot: quantityHex(slot),
          round: quantityHex(round),
          commit: commitHex(backend, height),
        };
      },
    }),
  ];
}

function commitHex(backend: RpcBackend, height: number): string | null {
  const commit = backend.chain.commit(height);
  return commit === undefined ? null : toHex(CommitCertificate.serialize(commit));
}
