import { type ErrorInfo, ExitCode } from "@lucid/consensus/base";

/** Codes of the command line, the configuration, the network files and the devnet supervisor. */
export const cliErrorInfo = {
  USAGE: {
    summary: "The command line has an unknown option, a missing argument or a value that does not fit.",
    fix: "Run the command with --help and follow its examples.",
    exitCode: ExitCode.Usage,
  },
  NOT_INTERACTIVE: {
    summary: "The command must ask a question, but there is no terminal to ask on.",
    fix: "Give the answer by the option or LUCID_* variable that the message names.",
    exitCode: ExitCode.Usage,
  },
  CONFIG_INVALID: {
    summary: "The configuration file, a LUCID_* variable or an option holds a value that is not allowed.",
    fix: "Correct the named value; lucid config show --origin tells where each value comes from.",
    exitCode: ExitCode.Environment,
  },
  FAUCET_LIMIT: {
    summary: "The faucet has given this address, this network address or everybody what it gives in 24 hours.",
    fix: "Ask again after the time that the message names, or ask the faucet's operator.",
    exitCode: ExitCode.BadInput,
  },
  FAUCET_REFUSED: {
    summary: "The faucet gave nothing; the message has its reason.",
    fix: "Check the address of the account and of the faucet.",
    exitCode: ExitCode.BadInput,
  },
  FAUCET_FILE: {
    summary: "The file in which the faucet counts its gifts is damaged.",
    fix: "Remove faucet.json in the faucet's data directory; gifts of the last 24 hours are then no longer counted.",
    exitCode: ExitCode.Environment,
  },
  FILE_MISSING: {
    summary: "A file or folder that the command needs does not exist.",
    fix: "Check the path.",
    exitCode: ExitCode.NotFound,
  },
  FILE_UNREADABLE: {
    summary: "A file or folder exists but may not be read or written by this user.",
    fix: "Change its permissions or owner, or run the command as its owner.",
    exitCode: ExitCode.Secret,
  },
  FILE_EXISTS: {
    summary: "The command would overwrite a file that exists already.",
    fix: "Choose another name, or remove the file first.",
    exitCode: ExitCode.Environment,
  },
  PROTECTION_FILE: {
    summary: "A protection file is damaged, or the file is none.",
    fix: "Export it again on the machine that last ran the key with lucid protection export.",
    exitCode: ExitCode.BadInput,
  },
  PROTECTION_OTHER: {
    summary: "A protection file is of another network or of another key; nothing was changed.",
    fix: "Name the right file, or the right data directory with --data.",
    exitCode: ExitCode.Environment,
  },
  PROTECTION_EMPTY: {
    summary: "The node has signed nothing, so there is no protection to write.",
    fix: "Name the data directory of the node that ran the key with --data.",
    exitCode: ExitCode.NotFound,
  },
  RECOVERY_FILE: {
    summary: "A recovery file is damaged, was changed, or the file is none.",
    fix: "Get it again from whoever signed it last; lucid recover-network inspect FILE shows what a good one holds.",
    exitCode: ExitCode.BadInput,
  },
  RECOVERY_SIGNED: {
    summary: "This key has signed another recovery for the same fork; nothing was signed.",
    fix: "Adopt the recovery that it signed, or have the others sign without this key.",
    exitCode: ExitCode.Environment,
  },
  RECOVERY_UNFIT: {
    summary: "This node cannot sign the recovery; nothing was signed.",
    fix: "Read the reason in the message; others with more than half of the weight may sign without it.",
    exitCode: ExitCode.Environment,
  },
  NETWORK_UNKNOWN: {
    summary: "No public network of this name exists yet.",
    fix: "Use --network devnet, or join a network by its file with --network FILE.",
    exitCode: ExitCode.Environment,
  },
  NETWORK_FILE: {
    summary: "The network file is damaged, contradicts itself, or asks for a newer release.",
    fix: "Get the file again from whoever runs the network and compare its genesis root.",
    exitCode: ExitCode.BadInput,
  },
  OPERATOR_FILE: {
    summary: "An operator's public file is damaged, proves nothing, or does not go with the others.",
    fix: "Have its operator write it again with lucid testnet operator.",
    exitCode: ExitCode.BadInput,
  },
  GENESIS_FILE: {
    summary: "The genesis file is damaged or contradicts itself.",
    fix: "Get the file again from whoever runs the network and compare its genesis root.",
    exitCode: ExitCode.BadInput,
  },
  PORT_IN_USE: {
    summary: "Another program listens on the port.",
    fix: "Stop the other program or choose another port (--rpc-port, --metrics-port; 0 takes any free one).",
    exitCode: ExitCode.Environment,
  },
  NOT_A_VALIDATOR: {
    summary: "The key in this data directory is not in the validator set of the network.",
    fix: "Start without --validator, or use the data directory whose key is in the genesis file.",
    exitCode: ExitCode.Environment,
  },
  CLOCK_OFF: {
    summary: "The clock of this machine is far off.",
    fix: "Synchronise it (for example with systemd-timesyncd or chrony), then start again.",
    exitCode: ExitCode.Environment,
  },
  DISK_FULL: {
    summary: "The disk is full.",
    fix: "Free some space on the named folder and run the command again; what was stored before is safe.",
    exitCode: ExitCode.NoSpace,
  },
  NODE_UNREACHABLE: {
    summary: "The node does not answer.",
    fix: "Start it with lucid start (or lucid devnet), or name it with --data or --rpc.",
    exitCode: ExitCode.Unreachable,
  },
  NODE_OTHER_NETWORK: {
    summary: "The node belongs to another network than this data directory.",
    fix: "Name the right node with --node, or the right data directory with --data.",
    exitCode: ExitCode.Environment,
  },
  NODE_REFUSED: {
    summary: "The node answered with an error.",
    fix: "Read the node's answer in the message; lucid status shows what state it is in.",
    exitCode: ExitCode.Internal,
  },
  NODE_FULL: {
    summary: "The node's chunk store is full.",
    fix: "Raise chunks.quota of the node or free its disk, then run the command again: it goes on where it was.",
    exitCode: ExitCode.NoSpace,
  },
  NOT_READY: {
    summary: "The node runs but is not ready: its RPC does not serve or it imports no blocks.",
    fix: "Wait, or see lucid status and the node's log.",
    exitCode: ExitCode.Unreachable,
  },
  NOT_FINAL: {
    summary: "The transaction was accepted but no final block held it in time.",
    fix: "Run the command again: it goes on where it was; lucid status shows whether the chain has a quorum.",
    exitCode: ExitCode.Unreachable,
  },
  TRANSACTION_REVERTED: {
    summary: "The contract refused the transaction in a final block, or would refuse it; then it was not sent.",
    fix: "Read the reason in the message; nothing but the fee was spent.",
    exitCode: ExitCode.BadInput,
  },
  REGISTRY_REFUSED: {
    summary: "The node registry would refuse the transaction; nothing was sent.",
    fix: "Read the reason in the message; lucid validator keys prints which node and account are meant.",
    exitCode: ExitCode.BadInput,
  },
  GOVERNANCE_REFUSED: {
    summary: "Governance would refuse the transaction; nothing was sent.",
    fix: "Read the reason in the message; lucid gov show ID tells where a proposal stands, lucid gov params the bounds.",
    exitCode: ExitCode.BadInput,
  },
  PROPOSAL_UNKNOWN: {
    summary: "Governance has no such proposal.",
    fix: "lucid gov list shows what there is; an id may be shortened as long as it names one.",
    exitCode: ExitCode.NotFound,
  },
  TALLY_INCOMPLETE: {
    summary: "An epoch of the period is not over, or this node has no tally of it.",
    fix: "Wait for its end, choose another period, or ask a node that has run since then.",
    exitCode: ExitCode.NotFound,
  },
  SIGNERS_FILE: {
    summary: "A signer file is damaged, or is not the set that the chain holds.",
    fix: "Write it again with lucid gov signers export.",
    exitCode: ExitCode.BadInput,
  },
  CONSENT_FILE: {
    summary: "The file is no consent to a registration, or is one for another network.",
    fix: "Have the node's owner write it again with lucid validator register --consent FILE.",
    exitCode: ExitCode.BadInput,
  },
  INDEX_REFUSED: {
    summary: "The node did not take an entry of the encrypted index.",
    fix: "Follow what the message says; a session with this account, or 1 LUCID on it, gives it a place in the index.",
    exitCode: ExitCode.BadInput,
  },
  SHARE_FILE: {
    summary: "The file is no key file of a session, or of another network.",
    fix: "Ask the session's owner for the file that lucid session share writes.",
    exitCode: ExitCode.BadInput,
  },
  SESSION_UNKNOWN: {
    summary: "The chain and the local journal know no such session of this owner.",
    fix: "List what there is with lucid session list, and check --owner.",
    exitCode: ExitCode.NotFound,
  },
  SESSION_DENIED: {
    summary: "No policy came for the session within the network's policyTimeoutMs, so nothing was recorded.",
    fix: "See that whatever admits sessions writes the file that --policy names, as a JSON object.",
    exitCode: ExitCode.BadInput,
  },
  INSUFFICIENT_FUNDS: {
    summary: "The account cannot pay for the transaction.",
    fix: "Send it LUCID first; lucid account show prints its address.",
    exitCode: ExitCode.Environment,
  },
  WORDS_DIFFER: {
    summary: "The recovery words typed back are not the words shown.",
    fix: "Run lucid init again and write the words down carefully; no key was kept.",
    exitCode: ExitCode.Secret,
  },
  PASSPHRASE_MISSING: {
    summary: "A passphrase is needed and there is no terminal to ask for it.",
    fix: "Set LUCID_PASSPHRASE or give --passphrase-file FILE.",
    exitCode: ExitCode.Secret,
  },
  PASSPHRASE_WEAK: {
    summary: "The passphrase for new keys is too short.",
    fix: "Choose one of at least 8 characters.",
    exitCode: ExitCode.Secret,
  },
  EXPORT_EMPTY: {
    summary: "There is no chain to export.",
    fix: "Start the node once, or name another data directory with --data.",
    exitCode: ExitCode.NotFound,
  },
  EXPORT_UNSOUND: {
    summary: "The export is whole, but what it holds is not a sound chain of this network.",
    fix: "Check the database that it was made from (lucid db check --signatures) and export again; nothing was changed here.",
    exitCode: ExitCode.BadInput,
  },
  CHECK_FAILED: {
    summary: "A check found damage or a condition that keeps a node from working.",
    fix: "Follow the advice printed beside each failed check.",
    exitCode: ExitCode.BadInput,
  },
  DEVNET_FAILED: {
    summary: "A node of the devnet stopped or did not become ready.",
    fix: "Read the node's log in the folder that the message names.",
    exitCode: ExitCode.Internal,
  },
  NOT_SUPPORTED: {
    summary: "This version cannot do what was asked.",
    fix: "Use what the message offers instead.",
    exitCode: ExitCode.Usage,
  },
  INTERRUPTED: {
    summary: "A signal ended the command.",
    fix: "Run it again: interrupted work goes on where it was.",
    exitCode: ExitCode.Interrupted,
  },
  INTERNAL: {
    summary: "An unexpected failure, which is a defect of this program.",
    fix: "Run again with --debug and report what it prints.",
    exitCode: ExitCode.Internal,
  },
} as const satisfies Record<string, ErrorInfo>;
