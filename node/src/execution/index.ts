export { type CallJob, type CallRunner, LocalCallRunner } from "./callRunner.js";
export { createChainRules, SHA256_BASE_GAS } from "./chainRules.js";
export { DatabaseStateReader, type StateReaderModules, type StateReaderOptions } from "./databaseStateReader.js";
export { encodeReceipt, encodeWithdrawal, receiptsRoot, transactionsRoot, withdrawalsRoot } from "./lists.js";
export { LocalExecutor, type LocalExecutorModules, type LocalExecutorOptions } from "./localExecutor.js";
export { recoverSender } from "./sender.js";
export { decodeTransaction, MAX_TRANSACTION_SIZE, type Transaction, transactionHash } from "./transaction.js";
export { baseGas, isPrecompile, maxCost, refusal, type TransactionRules, validateBasic } from "./validateBasic.js";
export { stateRefusal, validateFunds, validateOnState } from "./validateState.js";
