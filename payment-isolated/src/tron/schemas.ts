/** What a node may answer. Unknown fields pass, wrong types do not; proto3 leaves out zeros, so numbers have defaults. */
import { z } from "zod";

const hex = (bytes: number) =>
  z
    .string()
    .regex(new RegExp(`^[0-9a-fA-F]{${bytes * 2}}$`))
    .toLowerCase();
const anyHex = z
  .string()
  .regex(/^(?:[0-9a-fA-F]{2})*$/)
  .toLowerCase();
const count = z.int().min(0);
const optionalCount = count.default(0);
/** Addresses are hex with 41; in logs and results without. */
const address = hex(21);

export const headerAnswer = z.looseObject({
  blockID: hex(32),
  block_header: z.looseObject({
    raw_data: z.looseObject({
      number: optionalCount,
      parentHash: hex(32).default("00".repeat(32)),
      timestamp: optionalCount,
    }),
  }),
});

export const blockAnswer = headerAnswer.extend({
  transactions: z.array(z.looseObject({ txID: hex(32) })).default([]),
});
export const blocksAnswer = z.looseObject({ block: z.array(blockAnswer).default([]) });

export const transactionAnswer = z.looseObject({
  txID: hex(32),
  raw_data_hex: anyHex,
  signature: z.array(anyHex).default([]),
});

const log = z.looseObject({ address: hex(20), topics: z.array(hex(32)).default([]), data: anyHex.default("") });
export const receiptAnswer = z.looseObject({
  id: hex(32),
  fee: optionalCount,
  blockNumber: count,
  blockTimeStamp: optionalCount,
  contractResult: z.array(anyHex).default([]),
  receipt: z
    .looseObject({
      energy_usage_total: optionalCount,
      energy_fee: optionalCount,
      net_fee: optionalCount,
      result: z.string().max(60).optional(),
    })
    .default({ energy_usage_total: 0, energy_fee: 0, net_fee: 0 }),
  log: z.array(log).default([]),
  result: z.string().max(60).optional(),
  resMessage: anyHex.optional(),
});
export type ReceiptAnswer = z.infer<typeof receiptAnswer>;
export type LogAnswer = z.infer<typeof log>;

export const constantAnswer = z.looseObject({
  result: z.looseObject({
    result: z.boolean().default(false),
    code: z.string().optional(),
    message: z.string().optional(),
  }),
  energy_used: optionalCount,
  constant_result: z.array(anyHex).default([]),
  transaction: z.looseObject({ ret: z.array(z.looseObject({ ret: z.string().optional() })).default([]) }).optional(),
});

export const broadcastAnswer = z.looseObject({
  result: z.boolean().default(false),
  code: z.string().max(60).optional(),
  message: z.string().max(4000).optional(),
  txid: hex(32).optional(),
});

const permission = z.looseObject({
  type: z.string().optional(),
  id: optionalCount,
  permission_name: z.string().default(""),
  threshold: optionalCount,
  operations: anyHex.optional(),
  keys: z.array(z.looseObject({ address, weight: optionalCount })).default([]),
});
export type PermissionAnswer = z.infer<typeof permission>;

export const accountAnswer = z.looseObject({
  address,
  balance: optionalCount,
  frozenV2: z.array(z.looseObject({ type: z.string().optional(), amount: optionalCount })).default([]),
  unfrozenV2: z
    .array(
      z.looseObject({
        type: z.string().optional(),
        unfreeze_amount: optionalCount,
        unfreeze_expire_time: optionalCount,
      }),
    )
    .default([]),
  owner_permission: permission.optional(),
  active_permission: z.array(permission).default([]),
});
export type AccountAnswer = z.infer<typeof accountAnswer>;

export const resourcesAnswer = z.looseObject({
  freeNetUsed: optionalCount,
  freeNetLimit: optionalCount,
  NetUsed: optionalCount,
  NetLimit: optionalCount,
  EnergyUsed: optionalCount,
  EnergyLimit: optionalCount,
  TotalEnergyLimit: optionalCount,
  TotalEnergyWeight: optionalCount,
  TotalNetLimit: optionalCount,
  TotalNetWeight: optionalCount,
});
export type ResourcesAnswer = z.infer<typeof resourcesAnswer>;

export const parametersAnswer = z.looseObject({
  chainParameter: z.array(z.looseObject({ key: z.string(), value: z.int().default(0) })),
});

export const contractInfoAnswer = z.looseObject({
  contract_state: z.looseObject({ energy_factor: optionalCount }).optional(),
});

/** `{}`: the node knows no such thing, or says so. */
export const absentAnswer = z.strictObject({});
