import { CodedError, type ErrorInfo } from "@lucid/consensus/base";
import { cliErrorInfo } from "./cli/errorInfo.js";

/** All codes of this package; each part keeps its own table beside its code and is spread in here. */
export const nodeErrorInfo = {
  ...cliErrorInfo,
} as const satisfies Record<string, ErrorInfo>;

export type NodeErrorCode = keyof typeof nodeErrorInfo;

export class NodeError extends CodedError<NodeErrorCode> {}
