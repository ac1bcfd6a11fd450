export * from "./agreement/index.js";
export { type ChainConfig, chainConfig, type Fork, forkVersionAt, shortTextOf, textOf } from "./config.js";
export * from "./crypto/index.js";
export { ConsensusError, type ConsensusErrorCode, consensusErrorInfo } from "./errors.js";
export * from "./params.js";
export { epochOfSlot, type SlotClock, slotAt, slotStart, slotTimestamp } from "./slots.js";
export * from "./transition/index.js";
export * from "./types/index.js";
