import { type ErrorInfo, ExitCode } from "@lucid/consensus/base";

/** Codes of the chain, the driver, the local API and the node itself. */
export const chainErrorInfo = {
  CHAIN_CORRUPT: {
    summary: "A record of the chain database is damaged or contradicts another one.",
    fix: "Run `lucid db check` for the list; restore the data directory from a backup or sync it again.",
    exitCode: ExitCode.Environment,
  },
  CHAIN_GENESIS_MISMATCH: {
    summary: "The database was made for another genesis.",
    fix: "Use the data directory of this network, or start an empty one with `lucid init`.",
    exitCode: ExitCode.Environment,
  },
  LOG_LIMIT: {
    summary: "A log query matches more than the node answers at once.",
    fix: "Ask for the smaller range that the error names, or narrow addresses and topics.",
    exitCode: ExitCode.BadInput,
  },
  IMPORT_NOT_NEXT: {
    summary: "A block does not follow the head.",
    fix: "Import blocks in order of height.",
    exitCode: ExitCode.BadInput,
  },
  IMPORT_INVALID: {
    summary: "A block breaks a rule of the chain.",
    fix: "Refuse the block; who sent it is faulty.",
    exitCode: ExitCode.BadInput,
  },
  DRIVER_STOPPED: {
    summary: "The consensus driver is stopped.",
    fix: "Start the node again.",
    exitCode: ExitCode.Internal,
  },
  DOUBLE_SIGN_REFUSED: {
    summary: "A signature was refused because the voter file holds another one for the same or a later step.",
    fix: "Make sure that no second process uses this key; see `lucid protection`.",
    exitCode: ExitCode.Secret,
  },
  VALIDATOR_TWIN: {
    summary: "Another node signs with this validator's key; this one signs nothing more and stops.",
    fix: "Find the other node and stop it (a copied data directory?), wait two slots, then start one of them again.",
    exitCode: ExitCode.Secret,
  },
  VALIDATOR_KEY_UNKNOWN: {
    summary: "The validator key is missing or is not a valid BLS secret key.",
    fix: "Run `lucid init` or restore keys/bls.json; start without --validator to follow the chain only.",
    exitCode: ExitCode.Secret,
  },
  NODE_PORT_IN_USE: {
    summary: "A port or socket that the node should open is taken.",
    fix: "Choose another port, or stop the process that holds it.",
    exitCode: ExitCode.Environment,
  },
  NODE_FAILED: {
    summary: "The node stopped by itself after an error that it cannot go on from.",
    fix: "Look at the cause in the log; start it again when the cause is gone.",
    exitCode: ExitCode.Internal,
  },
  LOCAL_BAD_REQUEST: {
    summary: "A request to the local API is malformed.",
    fix: "Correct what the message names.",
    exitCode: ExitCode.BadInput,
  },
  LOCAL_TOO_LARGE: {
    summary: "A chunk is larger than the chain's limit.",
    fix: "Use a smaller --chunk-size.",
    exitCode: ExitCode.BadInput,
  },
  SNAPSHOT_DAMAGED: {
    summary: "A snapshot is damaged, or is not that of the block whose root it names.",
    fix: "Take another copy of it; a peer that served it has been banned.",
    exitCode: ExitCode.BadInput,
  },
  SNAPSHOT_NETWORK: {
    summary: "A snapshot belongs to another network.",
    fix: "Take one of the network that the data directory was made for.",
    exitCode: ExitCode.Environment,
  },
  SNAPSHOT_TOO_EARLY: {
    summary: "There is no block yet of whose state a snapshot could be made.",
    fix: "Wait for the first block after genesis.",
    exitCode: ExitCode.NotFound,
  },
  SNAPSHOT_VERSION: {
    summary: "A snapshot was made by a newer version of lucid.",
    fix: "Update lucid, or take a snapshot that this version has made.",
    exitCode: ExitCode.Environment,
  },
  SNAPSHOT_UNTRUSTED: {
    summary: "Nobody has said that the block of this snapshot belongs to the chain.",
    fix: "Ask somebody whom you trust, or another node of yours, for the root of that block, and give it with --checkpoint.",
    exitCode: ExitCode.BadInput,
  },
  CHECKPOINT_UNKNOWN: {
    summary:
      "No peer has the trusted checkpoint: all have another block at that height. The checkpoint is wrong or of another network, or the peers are.",
    fix: "Compare height and root with a node or an explorer that you trust; correct --checkpoint or the network's file, or choose other peers.",
    exitCode: ExitCode.BadInput,
  },
  CHECKPOINT_OLD: {
    summary:
      "The trusted checkpoint is too old to rely on: keys of voters who left since then could sign another history.",
    fix: "Take the height and root of a recent final block from a node or an explorer that you trust.",
    exitCode: ExitCode.BadInput,
  },
  LOCAL_ROOT_MISMATCH: {
    summary: "The bytes of a chunk do not have the root under which they were sent.",
    fix: "Send the blob again; it was damaged on the way or names another chunk.",
    exitCode: ExitCode.BadInput,
  },
  LOCAL_NOT_FOUND: {
    summary: "The node does not hold what was asked for.",
    fix: "Ask another node.",
    exitCode: ExitCode.NotFound,
  },
  LOCAL_BUSY: {
    summary: "Too many chunks are being stored at once.",
    fix: "Send fewer at a time, and this one again.",
    exitCode: ExitCode.Unreachable,
  },
} as const satisfies Record<string, ErrorInfo>;
