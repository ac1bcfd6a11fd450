export { Agreement } from "./agreement.js";
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
