export { BaseError, type BaseErrorCode, baseErrorInfo } from "./baseError.js";
export { compareBytes, concatBytes, equalBytes, fromHex, latin1Of, toHex, u32be, u64be } from "./bytes.js";
export { type Clock, type Timer, VirtualClock } from "./clock.js";
export { CodedError, type CodedErrorOptions, type ErrorInfo, type ErrorMeta, ExitCode, hasCode } from "./errors.js";
export { sha256 } from "./hash.js";
