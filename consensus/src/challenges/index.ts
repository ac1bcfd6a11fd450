export {
  type AnsweredChallenge,
  answerCredits,
  answerSignature,
  challengeOf,
  checkProof,
  isAssigned,
  provenRoot,
} from "./answers.js";
export { assignedTo, placementSetOf } from "./assignment.js";
export {
  challengedLeaf,
  challengeSeed,
  drawChallenges,
  drawDistinct,
  placementMix,
  storageRate,
} from "./draw.js";
export { heldKiB } from "./held.js";
export { checkReceipt, pairCredits, receiptSignature, relayCredits, relayedBetween } from "./relay.js";
export { type AnchorLedger, type ListedSession, NO_SESSIONS, type SessionList } from "./sessionList.js";
