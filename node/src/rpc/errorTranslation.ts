import { CodedError, fromHex } from "@lucid/consensus/base";
import { quantityHex } from "./format/hex.js";
import { revertReason } from "./revertReason.js";
import { blockNotFound, limitExceeded, pruned, RpcError, reverted } from "./rpcError.js";

/** Errors of the chain, state and pool that a client may see, as JSON-RPC errors; undefined for anything else. */
export function translateError(error: unknown): RpcError | undefined {
  if (error instanceof RpcError) return error;
  if (!(error instanceof CodedError)) return undefined;
  switch (error.code) {
    case "PRUNED":
      return pruned();
    case "LOG_LIMIT":
      return logLimit(error);
    case "ANCHOR_PROOF_UNAVAILABLE":
      return new RpcError("RPC_RESOURCE_NOT_FOUND", error.message, { cause: error });
    case "UNKNOWN_HEIGHT":
      return blockNotFound();
    case "EXECUTOR_BUSY":
      return limitExceeded(error.message);
    case "CALL_REVERTED":
      return estimateReverted(error);
    case "CALL_HALTED":
    case "CALL_INVALID":
    case "TX_FUNDS":
    case "TX_REFUSED":
    case "TX_GAS":
    case "TX_FEE":
      return new RpcError("RPC_EXECUTION", error.message, { cause: error });
    case "CALL_TIMEOUT":
      return callTimeout(error);
    case "INDEX_ENTRY_MALFORMED":
    case "INDEX_ENTRY_TOO_LARGE":
    case "INDEX_SIGNATURE":
    case "INDEX_CLOCK_AHEAD":
    case "INDEX_OWNER_REFUSED":
    case "INDEX_FULL":
    case "INDEX_STORE_FULL":
    case "INDEX_OUTDATED":
      return new RpcError("RPC_EXECUTION", error.message, { data: { code: error.code }, cause: error });
    default:
      return undefined;
  }
}

function estimateReverted(error: CodedError): RpcError {
  const { data } = error.meta;
  const bytes = fromHex(typeof data === "string" ? data : "0x");
  return reverted(revertReason(bytes), bytes);
}

/** What the EVM refuses and what the node had no time for are both -32000: `data` tells a client which one it was. */
function callTimeout(error: CodedError): RpcError {
  const { milliseconds } = error.meta;
  const data = { code: error.code, ...(typeof milliseconds === "number" ? { milliseconds } : {}) };
  return new RpcError("RPC_CALL_TIMEOUT", error.message, { data, cause: error });
}

/**
 * `data` names the limit and a strictly smaller range, so that a client that retries what it is told gets there (reth
 * once returned the same range and made clients loop).
 */
function logLimit(error: CodedError): RpcError {
  const { limit, fromHeight, toHeight } = error.meta;
  const data = {
    limit: Number(limit ?? 0),
    ...(typeof fromHeight === "number" && typeof toHeight === "number"
      ? { from: quantityHex(fromHeight), to: quantityHex(toHeight) }
      : {}),
  };
  return limitExceeded(error.message, data);
}
