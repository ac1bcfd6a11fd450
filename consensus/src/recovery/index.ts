export { baseOf, recoverTip, recoveryFrom, withRecovery } from "./recoveredState.js";
export {
  checkAdopted,
  checkConsents,
  checkPlan,
  checkRecovery,
  highestLock,
  mergeRecoveries,
  planRecovery,
  type RecoveryWeight,
  signRecovery,
} from "./recovery.js";
