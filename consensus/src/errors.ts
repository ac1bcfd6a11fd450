import { CodedError, type ErrorInfo, ExitCode } from "./base/errors.js";

/** What can go wrong in consensus. A peer's fault and a local fault have different codes: gossip scores only the first. */
export const consensusErrorInfo = {
  BAD_SSZ: {
    summary: "Bytes that should hold a consensus message or block do not decode.",
    fix: "Drop the sender; if the bytes come from the local disk, run `lucid db check`.",
    exitCode: ExitCode.BadInput,
  },
  TOO_LARGE: {
    summary: "A message or block is longer than its limit.",
    fix: "Drop the sender; no honest node sends it.",
    exitCode: ExitCode.BadInput,
  },
  BAD_GENESIS: {
    summary: "The genesis file breaks a rule of its network.",
    fix: "Use the genesis file that the network's operator published, or correct the named field.",
    exitCode: ExitCode.Environment,
  },
  BAD_KEY: {
    summary: "A BLS key does not decode, or is not a point of the group.",
    fix: "Restore the key file from its backup, or make a new one with `lucid init`.",
    exitCode: ExitCode.Secret,
  },
  BAD_SIGNATURE: {
    summary: "A signature does not verify.",
    fix: "Drop the sender; an own signature that fails means a damaged key file.",
    exitCode: ExitCode.BadInput,
  },
  BAD_HEADER: {
    summary: "A block header breaks a rule.",
    fix: "Drop the block and its sender.",
    exitCode: ExitCode.BadInput,
  },
  BAD_BODY: {
    summary: "A block body breaks a rule.",
    fix: "Drop the block and its sender.",
    exitCode: ExitCode.BadInput,
  },
  BAD_CERTIFICATE: {
    summary: "A certificate does not prove what it claims.",
    fix: "Drop the certificate and its sender.",
    exitCode: ExitCode.BadInput,
  },
  BAD_EVIDENCE: {
    summary: "Evidence does not prove a double signature.",
    fix: "Drop the evidence and its sender.",
    exitCode: ExitCode.BadInput,
  },
  BAD_TASK: {
    summary: "A task in a block is not proven.",
    fix: "Drop the block and its sender.",
    exitCode: ExitCode.BadInput,
  },
  ROOT_MISMATCH: {
    summary: "Executing a block gives other roots than its header states.",
    fix: "Drop the block; if the network accepted it, stop the node and update it.",
    exitCode: ExitCode.BadInput,
  },
  BAD_STATE: {
    summary: "The stored consensus state or voter file contradicts itself.",
    fix: "Run `lucid db check`; restore the data directory from a backup if it fails.",
    exitCode: ExitCode.Internal,
  },
  DOUBLE_SIGN: {
    summary: "The voter was asked to sign against a vote that it has already given.",
    fix: "Nothing was signed; make sure that the key runs on one node only.",
    exitCode: ExitCode.Internal,
  },
  TWIN: {
    summary: "Another node votes with this node's key.",
    fix: "Stop one of the two: a key may run on one node only.",
    exitCode: ExitCode.Environment,
  },
  DIVERGED: {
    summary: "More than two thirds of the voters decided a block that this node finds invalid.",
    fix: "Update the node; if it is up to date, report the block's root and keep the data directory.",
    exitCode: ExitCode.Internal,
  },
  RECOVERY_OTHER: {
    summary: "A recovery is of another network, or of another plan.",
    fix: "Use the recovery file that the operators of this network agreed on.",
    exitCode: ExitCode.BadInput,
  },
  RECOVERY_FORK: {
    summary: "A recovery does not follow the fork version of this node, or starts before its head.",
    fix: "Run `lucid recover-network inspect FILE`; a recovery that was adopted before needs nothing more.",
    exitCode: ExitCode.BadInput,
  },
  RECOVERY_HEAD: {
    summary: "A recovery starts from another block than this node's head.",
    fix: "Let the nodes that are left sync with each other first; a node that went further must sync anew from an empty chain.",
    exitCode: ExitCode.Environment,
  },
  RECOVERY_VOTERS: {
    summary: "The voters that a recovery names are not fit to vote.",
    fix: "Make the recovery again with registered nodes that are neither jailed nor retired.",
    exitCode: ExitCode.BadInput,
  },
  RECOVERY_CONSENT: {
    summary: "A signature or a lock in a recovery is not proven.",
    fix: "Ask the named node's operator to sign again, and merge without the damaged file.",
    exitCode: ExitCode.BadInput,
  },
  RECOVERY_LOCK: {
    summary: "A recovery lacks the block that a signer is locked on, or holds another one.",
    fix: "Merge it with the file that the locked node's operator signed.",
    exitCode: ExitCode.BadInput,
  },
  RECOVERY_WEIGHT: {
    summary: "Too few voters have signed a recovery.",
    fix: "Collect signatures of voters with more than half of the last set's weight; below that found a new network.",
    exitCode: ExitCode.BadInput,
  },
  OLD_FORK: {
    summary: "The chain has moved to a fork version that this build does not know.",
    fix: "Update the node.",
    exitCode: ExitCode.Environment,
  },
} as const satisfies Record<string, ErrorInfo>;

export type ConsensusErrorCode = keyof typeof consensusErrorInfo;

export class ConsensusError extends CodedError<ConsensusErrorCode> {}
