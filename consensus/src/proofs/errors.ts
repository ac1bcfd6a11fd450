import { CodedError, type ErrorInfo, ExitCode } from "../base/index.js";

/** Codes of Merkle trees and of proofs in them. docs/errors.md is generated from this table. */
export const proofErrorInfo = {
  PROOF_RANGE: {
    summary: "An index, a count or a length is outside the tree.",
    fix: "Ask for an index that is smaller than the number of leaves.",
    exitCode: ExitCode.BadInput,
  },
  PROOF_MALFORMED: {
    summary: "A proof cannot be decoded.",
    fix: "Fetch the proof again; if it comes from somebody else, do not trust it.",
    exitCode: ExitCode.BadInput,
  },
} as const satisfies Record<string, ErrorInfo>;

export type ProofErrorCode = keyof typeof proofErrorInfo;

export class ProofError extends CodedError<ProofErrorCode> {}
