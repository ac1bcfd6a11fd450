export { type CrashScenario, type CrashSummary, enumerateCrashes } from "./enumerateCrashes.js";
export { FaultDisk } from "./faultDisk.js";
export { FaultFileSystem } from "./faultFileSystem.js";
export { type FaultOptions, FaultPlan, type Survival, SurvivalDice } from "./faultPlan.js";
export { FaultStore } from "./faultStore.js";
