import { type ErrorInfo, ExitCode } from "@lucid/consensus/base";

/** What can go wrong between nodes that keep chunks for each other. */
export const replicationErrorInfo = {
  UPLOAD_REFUSED: {
    summary: "A node does not take chunks of a session: the owner's consent is missing, over, used up or not his.",
    fix: "Run the command again: it signs a new consent.",
    exitCode: ExitCode.BadInput,
  },
  UPLOAD_LIMIT: {
    summary: "A node holds as many bytes as it takes of sessions that are not anchored yet.",
    fix: "Anchor what was uploaded, wait for the anchor to be final, or try again later.",
    exitCode: ExitCode.NoSpace,
  },
  CHUNK_NOT_ASSIGNED: {
    summary: "A node was offered a chunk that others should hold.",
    fix: "Nothing to do: the sender asks the next one.",
    exitCode: ExitCode.BadInput,
  },
  REPLICAS_MISSING: {
    summary: "Too few nodes have confirmed that they hold every chunk of a session, so it was not anchored.",
    fix: "Run the command again when more nodes are reachable; it goes on where it was.",
    exitCode: ExitCode.Unreachable,
  },
  RECEIPT_INVALID: {
    summary: "The node says that a chunk has enough copies, but shows no signatures of as many nodes that keep it.",
    fix: "Nothing was anchored or lost. Use another node, and report this one: it is faulty or lies.",
    exitCode: ExitCode.BadInput,
  },
} as const satisfies Record<string, ErrorInfo>;
