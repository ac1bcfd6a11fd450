export * from "./agreement/index.js";
export { aggregateVotes, commitVote, prevoteVote, signersWeight, skipVote, verifyQuorum } from "./certificates.js";
export * from "./challenges/index.js";
export {
  type ChainConfig,
  chainConfig,
  type Fork,
  forkVersionAt,
  latestFork,
  plannedForkAt,
  shortTextOf,
  textOf,
} from "./config.js";
export * from "./crypto/index.js";
export { ConsensusError, type ConsensusErrorCode, consensusErrorInfo } from "./errors.js";
export * from "./params.js";
export * from "./placement/index.js";
export * from "./recovery/index.js";
export { proposerAt, proposerOrder, type ScheduleContext, scheduleSet } from "./schedule/leaders.js";
export { canLose, isBlocking, isQuorum, quorumWeight, totalWeight, voterIndex } from "./schedule/quorum.js";
export { grantsOf, makeVoterSet, type RankedVoter } from "./schedule/voterSet.js";
export { shareCap, weightsOf, workersAmong } from "./schedule/weights.js";
export { epochOfSlot, type SlotClock, slotAt, slotStart, slotTimestamp } from "./slots.js";
export * from "./transition/index.js";
export * from "./types/index.js";
