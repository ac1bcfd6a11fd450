import { CodedError, type ErrorInfo, ExitCode } from "@lucid/consensus/base";

/**
 * Error codes of the storage package. One entry per code, grouped by the part that throws it; append to your group.
 * docs/errors.md is generated from this table.
 */
export const storageErrorInfo = {
  // --- database ---
  DB_LOCKED: {
    summary: "The database is in use by another process.",
    fix: "Stop the other process (a running lucid start holds the lock), or name another data directory.",
    exitCode: ExitCode.Environment,
  },
  DB_CORRUPT: {
    summary: "The database is damaged.",
    fix: "Restore the data directory from a backup or a snapshot, or sync it again from the network.",
    exitCode: ExitCode.Environment,
  },
  DB_CLOSED: {
    summary: "The database was used before it was opened or after it was closed.",
    fix: "Start the node again; report it if it happens while the node is not stopping.",
    exitCode: ExitCode.Internal,
  },
  DB_IO: {
    summary: "The operating system refused to read or write a file of the database.",
    fix: "Check the permissions of the data directory and the health of the disk, then start again.",
    exitCode: ExitCode.Environment,
  },
  DB_INVALID: {
    summary: "A database operation was called with an empty key or a value that is no bytes.",
    fix: "Report it: this is a defect.",
    exitCode: ExitCode.Internal,
  },
  DISK_FULL: {
    summary: "The disk has no space left.",
    fix: "Free space on the disk of the data directory, then start again; nothing that was acknowledged is lost.",
    exitCode: ExitCode.NoSpace,
  },
  RECORD_CORRUPT: {
    summary: "A record of the database cannot be decoded.",
    fix: "Run lucid db check; if it reports the record, restore the data directory or sync it again.",
    exitCode: ExitCode.Environment,
  },
} as const satisfies Record<string, ErrorInfo>;

export type StorageErrorCode = keyof typeof storageErrorInfo;

export class StorageError extends CodedError<StorageErrorCode> {}
