export { nextBaseFee } from "./baseFee.js";
export {
  type BlockChecks,
  checkBlock,
  checkUndrawn,
  completeBlock,
  drawPlan,
  planBlock,
  verifyBlock,
} from "./blockPlan.js";
export { beaconRoot } from "./bookings.js";
export { type EligibilityChange, uptimeOf } from "./eligibility.js";
export { barredNodes, checkEvidence, evidenceCounts } from "./evidence.js";
export { expectedSignatures } from "./expectedSignatures.js";
export { genesisBlock, genesisState } from "./genesisState.js";
export { heightContext } from "./heightContext.js";
export { entityOf, isJailed, isRetired, nodeIndex } from "./registry.js";
export { blockReward } from "./rewards.js";
export { type SlotReason, type SlotResult, slotResults } from "./slotResults.js";
export { systemCallsOf } from "./systemCalls.js";
export type {
  BlockEnvironment,
  BlockInputs,
  BlockPlan,
  ExecutionOutcome,
  RegistryEvent,
  SystemCall,
  Tip,
  UndrawnPlan,
} from "./types.js";
export { openSchedule, rankKeyOf, scheduleOfHeight, votersOfHeight, windowCredits } from "./votersOf.js";
export { type TallyRow, workTally } from "./workTally.js";
