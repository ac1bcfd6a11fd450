export { defaultMempoolLimits, type MempoolLimits, poolRefusal } from "./limits.js";
export { SenderPool, type SenderPoolOptions } from "./senderPool.js";
export {
  type DropReason,
  TransactionPool,
  type TransactionPoolModules,
  type TransactionPoolOptions,
} from "./transactionPool.js";
