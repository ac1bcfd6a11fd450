import { type ErrorInfo, ExitCode } from "@lucid/consensus/base";

/** Codes of the JSON-RPC server. The number that travels to a client stands in `rpcError.ts`. */
export const rpcErrorInfo = {
  RPC_PARSE: {
    summary: "A JSON-RPC request is not valid JSON.",
    fix: "Send UTF-8 JSON that is nested at most as deep as the limits allow.",
    exitCode: ExitCode.BadInput,
  },
  RPC_INVALID_REQUEST: {
    summary: "A JSON-RPC request lacks what version 2.0 demands, or a batch is empty or too long.",
    fix: "Send {jsonrpc: '2.0', id, method, params}, or a batch of at most the configured number of them.",
    exitCode: ExitCode.BadInput,
  },
  RPC_METHOD_NOT_FOUND: {
    summary: "The JSON-RPC method does not exist or its module is switched off.",
    fix: "Call rpc.discover for the list, or switch the module on with rpc.modules.",
    exitCode: ExitCode.Usage,
  },
  RPC_INVALID_PARAMS: {
    summary: "A parameter of a JSON-RPC call has the wrong type, form or range.",
    fix: "Correct the parameter that the message names; rpc.discover holds the schema.",
    exitCode: ExitCode.BadInput,
  },
  RPC_INTERNAL: {
    summary: "A JSON-RPC method failed for a reason that is a defect of the node.",
    fix: "Look at the node's log and report it.",
    exitCode: ExitCode.Internal,
  },
  RPC_RESOURCE_NOT_FOUND: {
    summary: "The block or session that a JSON-RPC call names does not exist.",
    fix: "Ask for one that exists.",
    exitCode: ExitCode.NotFound,
  },
  RPC_FILTER_NOT_FOUND: {
    summary: "The filter that a JSON-RPC call names does not exist (any more).",
    fix: "Make a new one; a filter that nobody polls for five minutes is dropped.",
    exitCode: ExitCode.NotFound,
  },
  RPC_LIMIT_EXCEEDED: {
    summary: "A JSON-RPC client asked for more than the node's limits allow.",
    fix: "Ask for less or more slowly; the error's data holds the limit and, for logs, a range to retry.",
    exitCode: ExitCode.Unreachable,
  },
  RPC_RESPONSE_TOO_LARGE: {
    summary: "The answer to a JSON-RPC call is larger than the configured cap.",
    fix: "Ask for a smaller part, or for fewer things in one batch.",
    exitCode: ExitCode.NoSpace,
  },
  RPC_PRUNED: {
    summary: "The data that a JSON-RPC call asks for is older than what this node keeps.",
    fix: "Ask a node that runs with --archive.",
    exitCode: ExitCode.NotFound,
  },
  RPC_REVERTED: {
    summary: "The contract reverted a JSON-RPC call.",
    fix: "Correct the call; the error's data holds what the contract returned.",
    exitCode: ExitCode.BadInput,
  },
  RPC_EXECUTION: {
    summary: "A JSON-RPC call ended exceptionally in the EVM, or reached the cap on gas.",
    fix: "Correct the call or give it more gas, up to the node's cap.",
    exitCode: ExitCode.BadInput,
  },
  RPC_CALL_TIMEOUT: {
    summary: "The node ended a JSON-RPC call that ran longer than it allows; the error's data holds its limit.",
    fix: "Send it again when the node is less busy, ask for less in one call, or raise rpc.callTime of the node.",
    exitCode: ExitCode.Unreachable,
  },
  RPC_TRANSACTION_REJECTED: {
    summary: "The transaction was not admitted to the pool.",
    fix: "Correct what the message names and sign it again.",
    exitCode: ExitCode.BadInput,
  },
  RPC_PORT_IN_USE: {
    summary: "The JSON-RPC server cannot listen on its port.",
    fix: "Choose another with --rpc-port, or stop the program that holds it.",
    exitCode: ExitCode.Environment,
  },
  RPC_METHOD_DUPLICATE: {
    summary: "Two parts of the node registered a JSON-RPC method of the same name.",
    fix: "This is a defect of the node; report it.",
    exitCode: ExitCode.Internal,
  },
} as const satisfies Record<string, ErrorInfo>;

export type RpcErrorCode = keyof typeof rpcErrorInfo;
