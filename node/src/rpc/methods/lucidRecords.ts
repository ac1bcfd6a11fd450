import { toHex as idHex } from "@lucid/consensus/base";
import { z } from "zod";
import type { RpcBackend } from "../backend.js";
import { quantityHex, toHex } from "../format/hex.js";
import { defineMethod, type RpcMethod } from "../method.js";
import { RpcError } from "../rpcError.js";
import {
  answerHash,
  answerHex,
  answerQuantity,
  blockNumberOrTag,
  hash32,
  quantityOrNumber,
  schemaRegistry,
} from "../schema/primitives.js";

const READ_COST = 20;
const MAX_SLOTS = 256;
const MAX_ENTITIES = 1_000;
const U32 = 2 ** 32 - 1;

const reason = z
  .enum(["primary", "timeout_fallback", "carried", "empty"])
  .register(schemaRegistry, { id: "SlotReason", description: "Why a slot ended as it did" });

const slotAnswer = z
  .strictObject({
    slot: answerQuantity,
    /** Entities: a pool, or the nodeId of a node without a pool. */
    primary: answerHash.nullable(),
    fallbacks: z.array(answerHash),
    /** The height that was open in the slot. */
    height: answerQuantity,
    /** null for a slot that is not over. */
    result: z.strictObject({ winner: answerHash.nullable(), reason }).nullable(),
  })
  .register(schemaRegistry, { id: "LeaderSlot", description: "A slot with its proposers and how it ended" });

const tallyAnswer = z
  .strictObject({
    /** "epoch:entityId", the id of the collection work_tally. */
    id: z.string(),
    entityId: answerHash,
    nodes: answerQuantity,
    /** Thousandths, earned in the epoch, and their parts. */
    credits: answerQuantity,
    validation: answerQuantity,
    uptime: answerQuantity,
    storage: answerQuantity,
    relay: answerQuantity,
    windowCredits: answerQuantity,
    liveScore: answerQuantity,
    rankKey: answerQuantity,
    rank: answerQuantity,
  })
  .register(schemaRegistry, { id: "EntityTally", description: "Work of an entity in an epoch" });

const taskAnswer = z
  .strictObject({
    nodeId: answerHash,
    poolId: answerHash.nullable(),
    slot: answerQuantity,
    type: z.enum(["validation_signature", "storage_proof", "relay_bandwidth", "uptime_beacon"]),
    /** Credits, thousandths. */
    value: answerQuantity,
    /** Of aggregated evidence the aggregate. */
    sig: answerHex,
    /** Unix seconds of the block. */
    ts: answerQuantity,
  })
  .register(schemaRegistry, { id: "TaskProof", description: "A credited task" });

function recordsOf({ records }: RpcBackend): NonNullable<RpcBackend["records"]> {
  if (records !== undefined) return records;
  throw new RpcError("RPC_RESOURCE_NOT_FOUND", "this node keeps no records of the consensus");
}

const u32 = quantityOrNumber.refine((value) => value <= U32, "expected a number below 2^32");

/** `leader_schedule`, `work_tally` and `task_proofs` of the specification. */
export function lucidRecordMethods(backend: RpcBackend): readonly RpcMethod[] {
  return [
    defineMethod({
      name: "lucid_getLeaderSchedule",
      summary: "Slots with primary, fallbacks and how each ended; slots to come to the end of the next epoch.",
      cost: READ_COST,
      params: [
        { name: "from", summary: "First slot; the first of the head's epoch if left out", schema: u32.optional() },
        {
          name: "count",
          summary: `At most ${MAX_SLOTS}; an epoch if left out`,
          schema: quantityOrNumber.refine((value) => value <= MAX_SLOTS, `expected at most ${MAX_SLOTS}`).optional(),
        },
      ],
      result: z.array(slotAnswer),
      handler: ([from, count]) => {
        const records = recordsOf(backend);
        const { epochSlots } = records;
        const first = from ?? records.headSlot() - (records.headSlot() % epochSlots);
        return records.schedule(first, count ?? epochSlots).map((row) => ({
          slot: quantityHex(row.slot),
          primary: row.primary === undefined ? null : toHex(row.primary),
          fallbacks: row.fallbacks.map(toHex),
          height: quantityHex(row.height),
          result:
            row.reason === undefined
              ? null
              : { winner: row.winner === undefined ? null : toHex(row.winner), reason: row.reason },
        }));
      },
    }),
    defineMethod({
      name: "lucid_getWorkTally",
      summary: "Credits, liveScore and rank of the entities in an epoch, by rank; of the open one as it stands now.",
      cost: READ_COST,
      params: [
        {
          name: "epoch",
          summary: "Counted among epochs with blocks; the open one if left out",
          schema: u32.optional(),
        },
        { name: "entityId", summary: "Only this entity", schema: hash32.optional() },
      ],
      result: z.strictObject({ epoch: answerQuantity, open: z.boolean(), entities: z.array(tallyAnswer) }),
      handler: async ([asked, entityId]) => {
        const { epoch, open, rows } = await recordsOf(backend).tally(asked);
        const wanted = entityId === undefined ? undefined : idHex(entityId);
        const chosen = rows.filter(({ entity }) => wanted === undefined || idHex(entity) === wanted);
        return {
          epoch: quantityHex(epoch),
          open,
          entities: chosen.slice(0, MAX_ENTITIES).map((row) => ({
            id: `${epoch}:${toHex(row.entity)}`,
            entityId: toHex(row.entity),
            nodes: quantityHex(row.nodes),
            credits: quantityHex(row.credits),
            validation: quantityHex(row.validation),
            uptime: quantityHex(row.uptime),
            storage: quantityHex(row.storage),
            relay: quantityHex(row.relay),
            windowCredits: quantityHex(row.windowCredits),
            liveScore: quantityHex(row.liveScore),
            rankKey: quantityHex(row.rankKey),
            rank: quantityHex(row.rank),
          })),
        };
      },
    }),
    defineMethod({
      name: "lucid_getTaskProofs",
      summary: "The tasks that a block credits; null when there is no such block.",
      cost: READ_COST,
      params: [
        { name: "block", schema: blockNumberOrTag },
        { name: "nodeId", summary: "Only of this node", schema: hash32.optional() },
      ],
      result: z.array(taskAnswer).nullable(),
      handler: ([reference, nodeId]) => {
        const records = recordsOf(backend);
        const block = backend.view.find(reference);
        if (block === undefined) return null;
        const wanted = nodeId === undefined ? undefined : idHex(nodeId);
        return (records.tasks(block.header.height) ?? [])
          .filter((task) => wanted === undefined || idHex(task.nodeId) === wanted)
          .map(({ nodeId: worker, poolId, slot, type, value, sig, ts }) => ({
            nodeId: toHex(worker),
            poolId: poolId === undefined ? null : toHex(poolId),
            slot: quantityHex(slot),
            type,
            value: quantityHex(value),
            sig: toHex(sig),
            ts: quantityHex(ts),
          }));
      },
    }),
  ];
}
