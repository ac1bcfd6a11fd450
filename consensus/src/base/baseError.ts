import { CodedError, type ErrorInfo, ExitCode } from "./errors.js";

export const baseErrorInfo = {
  BAD_HEX: {
    summary: "A text that should hold bytes in hex does not.",
    fix: "Give 0x followed by an even number of hex digits of the stated length.",
    exitCode: ExitCode.BadInput,
  },
  OUT_OF_RANGE: {
    summary: "A number is outside the range of its field.",
    fix: "Give a number within the stated range.",
    exitCode: ExitCode.BadInput,
  },
} as const satisfies Record<string, ErrorInfo>;

export type BaseErrorCode = keyof typeof baseErrorInfo;

export class BaseError extends CodedError<BaseErrorCode> {}
