export { ConsensusError, type ConsensusErrorCode, consensusErrorInfo } from "./errors.js";
export * from "./params.js";
export * from "./types/index.js";
