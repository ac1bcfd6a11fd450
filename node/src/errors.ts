import { CodedError, type ErrorInfo, ExitCode } from "@lucid/consensus/base";
import { chainErrorInfo } from "./chain/errorInfo.js";
import { cliErrorInfo } from "./cli/errorInfo.js";
import { anchorProofErrorInfo } from "./proof/errorInfo.js";
import { replicationErrorInfo } from "./replication/errorInfo.js";
import { rpcErrorInfo } from "./rpc/errorInfo.js";

/**
 * Error codes of the node. One entry per code, grouped by the part that throws it; append to your group.
 * docs/errors.md is generated from this table.
 */
export const nodeErrorInfo = {
  // --- Tor ---
  TOR_CLEARNET: {
    summary: "In Tor mode a setting would reach, or let in, somebody without Tor.",
    fix: "Use 127.0.0.1 for JSON-RPC and metrics, a Tor on this machine or in a private network, and neither relay, UPnP nor mDNS.",
    exitCode: ExitCode.Environment,
  },
  TOR_PASSWORD: {
    summary: "The file with the password of Tor's control port cannot be used.",
    fix: "Give a file whose first line is the password, or leave it out where Tor has a cookie.",
    exitCode: ExitCode.Secret,
  },
  // --- state and execution ---
  STATE_CORRUPT: {
    summary: "A record of the EVM state is damaged or missing.",
    fix: "Run `lucid db check`; if it reports the state, restore the data directory or sync it again.",
    exitCode: ExitCode.Environment,
  },
  STATE_UNSUPPORTED: {
    summary: "An operation on the EVM state that the rules of this chain never ask for.",
    fix: "Report it: no transaction can reach this.",
    exitCode: ExitCode.Internal,
  },
  PRUNED: {
    summary: "The state of that height is no longer kept.",
    fix: "Ask for a more recent height, or run the node with --archive.",
    exitCode: ExitCode.NotFound,
  },
  UNKNOWN_HEIGHT: {
    summary: "The height is above the head of the chain.",
    fix: "Ask for a height up to the head.",
    exitCode: ExitCode.NotFound,
  },
  CANDIDATE_UNKNOWN: {
    summary: "The candidate block is not, or no longer, held by the executor.",
    fix: "Execute the block again on the present head.",
    exitCode: ExitCode.Internal,
  },
  BLOCK_INVALID: {
    summary: "The block cannot be executed: one of its transactions is not valid where it stands.",
    fix: "Refuse the block; its proposer is faulty.",
    exitCode: ExitCode.BadInput,
  },
  EXECUTOR_STOPPED: {
    summary: "The executor was stopped or its worker ended.",
    fix: "Start the node again; look in the log for the reason.",
    exitCode: ExitCode.Internal,
  },
  WORKER_FAILED: {
    summary: "A worker thread of the node failed.",
    fix: "Start the node again; if it happens again, report the message.",
    exitCode: ExitCode.Internal,
  },
  EXECUTOR_BUSY: {
    summary: "Too many calls wait for the executor.",
    fix: "Ask again later, or send fewer requests at once.",
    exitCode: ExitCode.NoSpace,
  },
  CALL_TIMEOUT: {
    summary: "A call ran longer than the node allows.",
    fix: "Send it again when the node is less busy, ask for less in one call, or raise rpc.callTime of the node.",
    exitCode: ExitCode.Unreachable,
  },
  CALL_REVERTED: {
    summary: "A call whose gas was to be estimated reverts.",
    fix: "Look at the reason; the transaction would fail in the same way.",
    exitCode: ExitCode.BadInput,
  },
  CALL_HALTED: {
    summary: "A call whose gas was to be estimated fails with any gas limit.",
    fix: "Look at the reason; the transaction would fail in the same way.",
    exitCode: ExitCode.BadInput,
  },
  CALL_INVALID: {
    summary: "A call cannot be run with these fields.",
    fix: "Correct the fields that the message names.",
    exitCode: ExitCode.BadInput,
  },
  GENESIS_INVALID: {
    summary: "The EVM genesis is malformed or does not fit the data directory.",
    fix: "Use the genesis file of the network that the data directory was made for.",
    exitCode: ExitCode.BadInput,
  },
  // --- transactions and mempool ---
  TX_MALFORMED: {
    summary: "The bytes are not a canonical transaction of type 0, 1 or 2.",
    fix: "Send the signed transaction exactly as the wallet encoded it.",
    exitCode: ExitCode.BadInput,
  },
  TX_REFUSED: {
    summary: "The chain does not accept such a transaction.",
    fix: "Send a transaction of type 0 (EIP-155), 1 or 2 to a genesis contract or a plain account.",
    exitCode: ExitCode.BadInput,
  },
  TX_CHAIN_ID: {
    summary: "The transaction is signed for another chain.",
    fix: "Set the chain id that eth_chainId reports and sign again.",
    exitCode: ExitCode.BadInput,
  },
  TX_SIGNATURE: {
    summary: "The transaction's signature is not valid.",
    fix: "Sign the transaction again.",
    exitCode: ExitCode.BadInput,
  },
  TX_TOO_LARGE: {
    summary: "The transaction is larger than the chain accepts.",
    fix: "Split it into smaller transactions.",
    exitCode: ExitCode.BadInput,
  },
  TX_GAS: {
    summary: "The transaction's gas limit does not fit.",
    fix: "Use the gas that eth_estimateGas reports.",
    exitCode: ExitCode.BadInput,
  },
  TX_FEE: {
    summary: "The transaction's fee does not fit.",
    fix: "Use the fees that eth_gasPrice or eth_feeHistory report.",
    exitCode: ExitCode.BadInput,
  },
  TX_NONCE: {
    summary: "The transaction's nonce does not fit the account.",
    fix: "Use the nonce that eth_getTransactionCount reports for the tag pending.",
    exitCode: ExitCode.BadInput,
  },
  TX_FUNDS: {
    summary: "The account cannot pay for the transaction.",
    fix: "Fund the account, or lower the value or the fee.",
    exitCode: ExitCode.BadInput,
  },
  TX_KNOWN: {
    summary: "The node already holds this transaction.",
    fix: "Wait for its receipt.",
    exitCode: ExitCode.BadInput,
  },
  TX_UNDERPRICED: {
    summary: "The transaction pays too little to replace another one or to enter a full pool.",
    fix: "Raise both fees by at least a tenth and send again.",
    exitCode: ExitCode.BadInput,
  },
  MEMPOOL_FULL: {
    summary: "The mempool has no room for the transaction.",
    fix: "Send it again later or with a higher fee.",
    exitCode: ExitCode.NoSpace,
  },
  MEMPOOL_STOPPED: {
    summary: "The mempool was stopped.",
    fix: "Start the node again.",
    exitCode: ExitCode.Internal,
  },
  // --- JSON-RPC and proofs ---
  ...rpcErrorInfo,
  ...anchorProofErrorInfo,
  // --- chunks between nodes ---
  ...replicationErrorInfo,
  // --- chain, driver, local API ---
  ...chainErrorInfo,
  // --- configuration and command line ---
  ...cliErrorInfo,
} as const satisfies Record<string, ErrorInfo>;

export type NodeErrorCode = keyof typeof nodeErrorInfo;

export class NodeError extends CodedError<NodeErrorCode> {}
