export { Agreement } from "./agreement.js";
export { isCommitCertificate } from "./intake.js";
export type {
  AgreementOptions,
  AgreementStatus,
  Effect,
  GossipMessage,
  HeightContext,
  Input,
  Outcome,
  Source,
  StepResult,
} from "./types.js";
