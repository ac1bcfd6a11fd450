/** Codes of api.proto's Return. */
export type BroadcastCode =
  | "SUCCESS"
  | "SIGERROR"
  | "CONTRACT_VALIDATE_ERROR"
  | "BANDWITH_ERROR"
  | "DUP_TRANSACTION_ERROR"
  | "TAPOS_ERROR"
  | "TRANSACTION_EXPIRATION_ERROR"
  | "OTHER_ERROR";

export class RefusedError extends Error {
  readonly code: BroadcastCode;
  constructor(code: BroadcastCode, message: string) {
    super(message);
    this.code = code;
  }
}
