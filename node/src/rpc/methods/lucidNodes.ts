import { z } from "zod";
import type { RpcBackend } from "../backend.js";
import { quantityHex, toHex } from "../format/hex.js";
import { defineMethod, type RpcMethod } from "../method.js";
import { RpcError } from "../rpcError.js";
import { answerAddress, answerHash, answerQuantity, hash32, schemaRegistry } from "../schema/primitives.js";

const nodeAnswer = z
  .strictObject({
    nodeId: answerHash,
    entityId: answerHash,
    operator: answerAddress,
    /** In the set that votes on the open height: its weight, else 0. */
    weight: answerQuantity,
    totalWeight: answerQuantity,
    /** In the set of the next epoch. */
    nextVoter: z.boolean(),
    jailed: z.boolean(),
    /** Epochs with blocks until it is free again. */
    jailedFor: answerQuantity,
    retired: z.boolean(),
    liveScore: answerQuantity,
    /** Gwei. */
    earned: answerQuantity,
    unpaid: answerQuantity,
    /** May vote in governance. */
    eligible: z.boolean(),
    /** Epochs with blocks since it joined. */
    age: answerQuantity,
    requiredAge: answerQuantity,
    /** Accepted beacons and blocks of its last 90 days. */
    beacons: answerQuantity,
    blocks: answerQuantity,
    /** The next height at which it is paid. */
    payHeight: answerQuantity,
    /** Storage challenges of the last epochs, as this node has seen them since its start; null when it has seen none. */
    challenges: z
      .strictObject({
        due: answerQuantity,
        answered: answerQuantity,
        /** Heights: of the first challenges that are counted, and of the last one missed, 0 for none. */
        since: answerQuantity,
        lastMissed: answerQuantity,
      })
      .nullable(),
  })
  .register(schemaRegistry, { id: "NodeStanding", description: "What the consensus holds of a node" });

/** What the state after the head says of a node. */
export function lucidNodeStandingMethods(backend: RpcBackend): readonly RpcMethod[] {
  return [
    defineMethod({
      name: "lucid_getNode",
      summary: "What the consensus holds of a registered node; null for a stranger.",
      cost: 20,
      params: [{ name: "nodeId", schema: hash32 }],
      result: nodeAnswer.nullable(),
      handler: ([nodeId]) => {
        if (backend.records === undefined) {
          throw new RpcError("RPC_RESOURCE_NOT_FOUND", "this node keeps no records of the consensus");
        }
        const found = backend.records.node(nodeId);
        if (found === undefined) return null;
        const answers = backend.records.answers(nodeId);
        return {
          nodeId: toHex(found.nodeId),
          entityId: toHex(found.entityId),
          operator: toHex(found.operator),
          weight: quantityHex(found.weight),
          totalWeight: quantityHex(found.totalWeight),
          nextVoter: found.nextVoter,
          jailed: found.jailed,
          jailedFor: quantityHex(found.jailedFor),
          retired: found.retired,
          liveScore: quantityHex(found.liveScore),
          earned: quantityHex(found.earned),
          unpaid: quantityHex(found.unpaid),
          eligible: found.eligible,
          age: quantityHex(found.age),
          requiredAge: quantityHex(found.requiredAge),
          beacons: quantityHex(found.beacons),
          blocks: quantityHex(found.blocks),
          payHeight: quantityHex(found.payHeight),
          challenges:
            answers === undefined
              ? null
              : {
                  due: quantityHex(answers.due),
                  answered: quantityHex(answers.answered),
                  since: quantityHex(answers.since),
                  lastMissed: quantityHex(answers.lastMissed),
                },
        };
      },
    }),
  ];
}
