import { CodedError, type ErrorMeta } from "@lucid/consensus/base";
import { StorageError, type StorageErrorCode, storageErrorInfo } from "@lucid/storage";
import { NodeError, type NodeErrorCode, nodeErrorInfo } from "../errors.js";

/** A coded error between threads: structured cloning keeps neither class nor code. */
export interface TransferredError {
  readonly code: string | undefined;
  readonly message: string;
  readonly meta: ErrorMeta;
  /** Text of the stack, for the log. */
  readonly stack: string | undefined;
}

export function packError(error: unknown): TransferredError {
  if (error instanceof CodedError) {
    return { code: error.code, message: error.message, meta: error.meta, stack: error.stack };
  }
  const plain = error instanceof Error ? error : undefined;
  return { code: undefined, message: plain?.message ?? String(error), meta: {}, stack: plain?.stack };
}

export function unpackError(packed: TransferredError): Error {
  const { code, message, meta } = packed;
  if (code !== undefined && isNodeCode(code)) return new NodeError({ code, message, meta });
  if (code !== undefined && isStorageCode(code)) return new StorageError({ code, message, meta });
  return new NodeError({
    code: "WORKER_FAILED",
    message: `a worker thread failed: ${code === undefined ? "" : `${code}: `}${message}`,
    meta: { stack: packed.stack },
  });
}

function isNodeCode(code: string): code is NodeErrorCode {
  return Object.hasOwn(nodeErrorInfo, code);
}

function isStorageCode(code: string): code is StorageErrorCode {
  return Object.hasOwn(storageErrorInfo, code);
}
