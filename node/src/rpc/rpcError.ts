import { CodedError, toHex } from "@lucid/consensus/base";
import type { RpcErrorCode } from "./errorInfo.js";
import type { Json } from "./json.js";

/**
 * The number of each code on the wire: JSON-RPC 2.0, EIP-1474, 3 for reverts (geth), 4444 for pruned history
 * (execution-apis). Clients branch on these, so they never change.
 */
export const WIRE_CODE: Readonly<Record<RpcErrorCode, number>> = {
  RPC_PARSE: -32700,
  RPC_INVALID_REQUEST: -32600,
  RPC_METHOD_NOT_FOUND: -32601,
  RPC_INVALID_PARAMS: -32602,
  RPC_INTERNAL: -32603,
  RPC_RESOURCE_NOT_FOUND: -32001,
  // viem makes a new filter when it sees -32000, and only then.
  RPC_FILTER_NOT_FOUND: -32000,
  RPC_LIMIT_EXCEEDED: -32005,
  RPC_RESPONSE_TOO_LARGE: -32003,
  RPC_PRUNED: 4444,
  RPC_REVERTED: 3,
  RPC_EXECUTION: -32000,
  // Number and text are geth's; the data tells it from the EVM's own failures.
  RPC_CALL_TIMEOUT: -32000,
  RPC_TRANSACTION_REJECTED: -32000,
  RPC_PORT_IN_USE: -32603,
  RPC_METHOD_DUPLICATE: -32603,
};

export interface RpcErrorObject {
  readonly code: number;
  readonly message: string;
  readonly data?: Json;
}

/** An error whose text and data are meant for the client; anything else becomes "internal error" on the wire. */
export class RpcError extends CodedError<RpcErrorCode> {
  readonly data: Json | undefined;

  constructor(code: RpcErrorCode, message: string, options: { data?: Json; cause?: unknown } = {}) {
    super({ code, message, cause: options.cause });
    this.data = options.data;
  }

  toWire(): RpcErrorObject {
    const base = { code: WIRE_CODE[this.code], message: this.message };
    return this.data === undefined ? base : { ...base, data: this.data };
  }
}

export const invalidParams = (message: string): RpcError => new RpcError("RPC_INVALID_PARAMS", message);

/** The text that ethers looks for (/the method .* does not exist/). */
export const methodNotFound = (method: string): RpcError =>
  new RpcError("RPC_METHOD_NOT_FOUND", `the method ${method.slice(0, 100)} does not exist/is not available`);

export const blockNotFound = (): RpcError => new RpcError("RPC_RESOURCE_NOT_FOUND", "block not found");

export const pruned = (): RpcError => new RpcError("RPC_PRUNED", "pruned history unavailable");

export const limitExceeded = (message: string, data?: Json): RpcError =>
  new RpcError("RPC_LIMIT_EXCEEDED", message, data === undefined ? {} : { data });

/** @param reason the decoded Error(string) or Panic(uint256), empty when the contract used a custom error or nothing. */
export const reverted = (reason: string, returnData: Uint8Array): RpcError =>
  new RpcError("RPC_REVERTED", reason === "" ? "execution reverted" : `execution reverted: ${reason}`, {
    data: toHex(returnData),
  });
