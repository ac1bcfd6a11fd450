export { ByzantineNode, type Misdeed, misdeeds } from "./byzantine.js";
export {
  type BrokenSeed,
  type CampaignOptions,
  type CampaignResult,
  mergeCampaigns,
  runCampaign,
  scenarioOf,
} from "./campaign.js";
export { ChainBuilder, type NextBlock } from "./chainBuilder.js";
export { ChainKeys } from "./chainKeys.js";
export type { NodeExecution, RealExecution } from "./execution.js";
export { type Fault, faultNames, faults } from "./faults.js";
export { plantedBugs } from "./plantedBugs.js";
export { Random } from "./random.js";
export { type RewardOptions, type RewardReport, RewardRole, simulateRewards } from "./rewardSim.js";
export { runScenario, runScenarioAsync, type ScenarioOptions, type ScenarioResult } from "./scenario.js";
export {
  type SimInputs,
  type SimNetwork,
  simBuild,
  simCheck,
  simExecute,
  simNetwork,
  standInNetwork,
} from "./simChain.js";
export { type Decided, inputOf, type SimDisk, type SimMessage, SimNode } from "./simNode.js";
export { type AnswerParts, SimSessions, signAnswer, signReceipt, UniformBlob } from "./simSessions.js";
export { type Execution, type Link, SimWorld, type WorldOptions } from "./simWorld.js";
export type { TransactionCodec } from "./transactions.js";
