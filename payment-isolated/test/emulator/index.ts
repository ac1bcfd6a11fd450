export { type Account, permissionOf } from "./accounts.js";
export { type ChainBlock, type Receipt, TronChain } from "./chain.js";
export { artifact, deployEvmContracts, type EvmContracts, type EvmSetup, PAUSER } from "./evmContracts.js";
export { EvmLedger } from "./evmLedger.js";
export { type FastContracts, FastLedger, kycDigest } from "./fastLedger.js";
export { EmulatorServer } from "./httpServer.js";
export type { Execution, Ledger, LedgerLog } from "./ledger.js";
export { type Fault, type FaultScript, NodeView } from "./nodeView.js";
