import { z } from "zod";
import {
  address,
  answerAddress,
  answerBloom,
  answerHash,
  answerHex,
  answerQuantity,
  blockNumberOrTag,
  data,
  hash32,
  quantity,
  schemaRegistry,
  smallQuantity,
  storageSlot,
} from "./primitives.js";

export const accessList = z
  .array(z.strictObject({ address, storageKeys: z.array(storageSlot).max(10_000) }))
  .max(10_000)
  .register(schemaRegistry, { id: "AccessList", description: "Accounts and slots that are read (EIP-2930)" });

/**
 * A call. Fields that clients send along and that have no bearing here (nonce, chainId, type) are accepted and read by
 * nobody; blobs and delegations do not exist on this chain.
 */
export const callRequest = z
  .object({
    from: address.nullish(),
    to: address.nullish(),
    gas: quantity.nullish(),
    gasPrice: quantity.nullish(),
    maxFeePerGas: quantity.nullish(),
    maxPriorityFeePerGas: quantity.nullish(),
    value: quantity.nullish(),
    nonce: quantity.nullish(),
    data: data.nullish(),
    input: data.nullish(),
    accessList: accessList.nullish(),
    chainId: quantity.nullish(),
    type: smallQuantity.nullish(),
  })
  .register(schemaRegistry, { id: "CallRequest", description: "A call or a transaction that is not signed" });
export type CallRequestInput = z.output<typeof callRequest>;

/** Four topics, several alternatives each; geth caps alternatives at 1,000. */
const topics = z
  .array(z.union([z.null(), hash32, z.array(z.union([z.null(), hash32])).max(1_000)]))
  .max(4, "at most 4 topics");

export const logFilter = z
  .object({
    fromBlock: blockNumberOrTag.nullish(),
    toBlock: blockNumberOrTag.nullish(),
    blockHash: hash32.nullish(),
    address: z.union([address, z.array(address).max(1_000)]).nullish(),
    topics: topics.nullish(),
  })
  .register(schemaRegistry, { id: "Filter", description: "Which logs: a range or a block, addresses, topics" });
export type LogFilterInput = z.output<typeof logFilter>;

export const logAnswer = z
  .strictObject({
    address: answerAddress,
    topics: z.array(answerHash).max(4),
    data: answerHex,
    blockNumber: answerQuantity,
    transactionHash: answerHash,
    transactionIndex: answerQuantity,
    blockHash: answerHash,
    logIndex: answerQuantity,
    removed: z.literal(false),
  })
  .register(schemaRegistry, { id: "Log", description: "A log of a final block; never removed" });

/** Exactly Ethereum's fields: a parser of Blockscout's refuses a receipt with any other. */
export const receiptAnswer = z
  .strictObject({
    type: answerQuantity,
    status: answerQuantity,
    cumulativeGasUsed: answerQuantity,
    logs: z.array(logAnswer),
    logsBloom: answerBloom,
    transactionHash: answerHash,
    transactionIndex: answerQuantity,
    blockHash: answerHash,
    blockNumber: answerQuantity,
    gasUsed: answerQuantity,
    effectiveGasPrice: answerQuantity,
    from: answerAddress,
    to: answerAddress,
    contractAddress: z.null(),
  })
  .register(schemaRegistry, { id: "Receipt", description: "What a transaction did" });

export const accessListAnswer = z.array(z.strictObject({ address: answerAddress, storageKeys: z.array(answerHash) }));

export const accessListResult = z
  .strictObject({ accessList: accessListAnswer, gasUsed: answerQuantity, error: z.string().optional() })
  .register(schemaRegistry, {
    id: "AccessListResult",
    description: "An access list, and the gas of a run with it; error where that run failed",
  });

export const transactionAnswer = z
  .strictObject({
    blockHash: answerHash.nullable(),
    blockNumber: answerQuantity.nullable(),
    transactionIndex: answerQuantity.nullable(),
    from: answerAddress,
    to: answerAddress,
    hash: answerHash,
    nonce: answerQuantity,
    gas: answerQuantity,
    gasPrice: answerQuantity,
    maxFeePerGas: answerQuantity.optional(),
    maxPriorityFeePerGas: answerQuantity.optional(),
    input: answerHex,
    value: answerQuantity,
    type: answerQuantity,
    chainId: answerQuantity,
    accessList: accessListAnswer.optional(),
    v: answerQuantity,
    r: answerQuantity,
    s: answerQuantity,
    yParity: answerQuantity.optional(),
  })
  .register(schemaRegistry, { id: "Transaction", description: "A transaction; block fields are null while it waits" });

export const withdrawalAnswer = z.strictObject({
  index: answerQuantity,
  validatorIndex: answerQuantity,
  address: answerAddress,
  amount: answerQuantity,
});

const headerFields = {
  number: answerQuantity,
  hash: answerHash.nullable(),
  parentHash: answerHash,
  nonce: answerHex.nullable(),
  sha3Uncles: answerHash,
  logsBloom: answerBloom,
  transactionsRoot: answerHash,
  stateRoot: answerHash,
  receiptsRoot: answerHash,
  miner: answerAddress,
  difficulty: answerQuantity,
  extraData: answerHex,
  gasLimit: answerQuantity,
  gasUsed: answerQuantity,
  timestamp: answerQuantity,
  baseFeePerGas: answerQuantity,
  mixHash: answerHash,
  withdrawalsRoot: answerHash,
};

/** What newHeads sends. */
export const headerAnswer = z
  .strictObject(headerFields)
  .register(schemaRegistry, { id: "Header", description: "A block without its lists; hash is the block root" });

export const blockAnswer = z
  .strictObject({
    ...headerFields,
    totalDifficulty: answerQuantity,
    size: answerQuantity,
    uncles: z.array(z.never()),
    withdrawals: z.array(withdrawalAnswer),
    transactions: z.union([z.array(answerHash), z.array(transactionAnswer)]),
  })
  .register(schemaRegistry, {
    id: "Block",
    description:
      "A block. hash is the SSZ block root, miner the proposer's operator account, mixHash the VRF beacon; what only proof of work needs is constant",
  });

export const accountProofAnswer = z
  .strictObject({
    address: answerAddress,
    accountProof: z.array(answerHex),
    balance: answerQuantity,
    codeHash: answerHash,
    nonce: answerQuantity,
    storageHash: answerHash,
    storageProof: z.array(z.strictObject({ key: answerHex, value: answerQuantity, proof: z.array(answerHex) })),
  })
  .register(schemaRegistry, { id: "AccountProof", description: "An account with its Merkle proof (EIP-1186)" });

export const feeHistoryAnswer = z
  .strictObject({
    oldestBlock: answerQuantity,
    baseFeePerGas: z.array(answerQuantity),
    gasUsedRatio: z.array(z.number()),
    reward: z.array(z.array(answerQuantity)).optional(),
  })
  .register(schemaRegistry, { id: "FeeHistory", description: "Base fees and tips of the blocks of a range" });
