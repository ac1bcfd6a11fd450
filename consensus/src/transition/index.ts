export { nextBaseFee } from "./baseFee.js";
export type {
  BlockEnvironment,
  BlockInputs,
  BlockPlan,
  ExecutionOutcome,
  RegistryEvent,
  SystemCall,
  Tip,
} from "./types.js";
