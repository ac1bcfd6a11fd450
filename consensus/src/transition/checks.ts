import { ConsensusError, type ConsensusErrorCode } from "../errors.js";

/** @throws ConsensusError with the code unless the condition holds; the rule names itself in `message`. */
export function demand(condition: boolean, code: ConsensusErrorCode, message: string): asserts condition {
  if (!condition) throw new ConsensusError({ code, message });
}
