/** Coded error of the contracts' build; this package imports nothing of ours, so it has its own small class. */
export type ContractsErrorCode = "COMPILE_FAILED" | "IMPORT_NOT_FOUND" | "COMPILER_VERSION" | "ARTIFACTS_STALE";

export class ContractsError extends Error {
  readonly code: ContractsErrorCode;

  constructor(code: ContractsErrorCode, message: string) {
    super(message);
    this.name = "ContractsError";
    this.code = code;
  }
}
