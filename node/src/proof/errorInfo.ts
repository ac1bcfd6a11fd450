import { type ErrorInfo, ExitCode } from "@lucid/consensus/base";

/** Codes of portable anchor proofs. */
export const anchorProofErrorInfo = {
  ANCHOR_PROOF_MALFORMED: {
    summary: "The file is not an anchor proof, or one that was edited or cut off.",
    fix: "Get the proof again with `lucid session prove`; it must stay byte for byte as it was written.",
    exitCode: ExitCode.BadInput,
  },
  ANCHOR_PROOF_INVALID: {
    summary: "The anchor proof does not prove what it says: the message names the step that fails.",
    fix: "Do not rely on the file; ask for a new proof from a node that you trust.",
    exitCode: ExitCode.BadInput,
  },
  ANCHOR_PROOF_UNTRUSTED: {
    summary: "The anchor proof is of another network or starts from another checkpoint than the one you trust.",
    fix: "Give the genesis root or checkpoint of the right network.",
    exitCode: ExitCode.BadInput,
  },
  ANCHOR_PROOF_UNAVAILABLE: {
    summary: "The node cannot build the proof: it does not know the session, its chunks, or the voters of its time.",
    fix: "Wait until the registration is final, or ask a node that has kept the data.",
    exitCode: ExitCode.NotFound,
  },
} as const satisfies Record<string, ErrorInfo>;
