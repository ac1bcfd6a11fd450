/** Nothing here loads the EVM: it lives in the workers, and a node that idles must stay small. */
export type { CallJob, CallRunner } from "./callRunner.js";
export { DatabaseStateReader, type StateReaderModules } from "./databaseStateReader.js";
export { encodeReceipt, encodeWithdrawal, receiptsRoot, transactionsRoot, withdrawalsRoot } from "./lists.js";
export type { LocalExecutorOptions } from "./localExecutor.js";
export { decodeTransaction, MAX_TRANSACTION_SIZE, type Transaction, transactionHash } from "./transaction.js";
export { baseGas, isPrecompile, maxCost, refusal, type TransactionRules, validateBasic } from "./validateBasic.js";
export { stateRefusal, validateFunds, validateOnState } from "./validateState.js";
export { type WorkerCallOptions, WorkerCallRunner } from "./workerCallRunner.js";
export { WorkerExecutor, type WorkerExecutorModules, type WorkerExecutorOptions } from "./workerExecutor.js";
