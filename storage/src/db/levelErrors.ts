import { StorageError, type StorageErrorCode } from "../errors.js";

/** The chain of causes, outermost first; bounded, since a cause may point back. */
function causes(error: unknown): Error[] {
  const found: Error[] = [];
  for (let at = error; at instanceof Error && found.length < 8; at = at.cause) found.push(at);
  return found;
}

const codeOfLevel: Readonly<Record<string, StorageErrorCode>> = {
  LEVEL_LOCKED: "DB_LOCKED",
  LEVEL_CORRUPTION: "DB_CORRUPT",
  LEVEL_IO_ERROR: "DB_IO",
  LEVEL_DATABASE_NOT_OPEN: "DB_CLOSED",
  LEVEL_ITERATOR_NOT_OPEN: "DB_CLOSED",
  LEVEL_INVALID_KEY: "DB_INVALID",
  LEVEL_INVALID_VALUE: "DB_INVALID",
};

/** The innermost code says most: "not open, because locked" is locked. */
function codeOf(chain: readonly Error[]): StorageErrorCode {
  for (const error of [...chain].reverse()) {
    // LevelDB reports errno only as text.
    if (/no space left|ENOSPC|disk quota exceeded|EDQUOT/i.test(error.message)) return "DISK_FULL";
    // "missing files", "does not match" and the like come without the corruption code from some paths of LevelDB.
    if (/^Corruption:/.test(error.message)) return "DB_CORRUPT";
    if (/create_if_missing is false|LOCK: No such file or directory/.test(error.message)) return "DB_MISSING";
    const code = "code" in error && typeof error.code === "string" ? codeOfLevel[error.code] : undefined;
    if (code !== undefined) return code;
  }
  return "DB_IO";
}

const textOf: Readonly<Partial<Record<StorageErrorCode, string>>> = {
  DB_MISSING: "there is no database",
  DB_LOCKED: "the database is in use by another process",
  DB_CORRUPT: "the database is damaged",
  DB_CLOSED: "the database is not open",
  DISK_FULL: "the disk is full",
};

/** An error of Level as one of ours, with the same code for the same cause on every path. */
export function mapLevelError(error: unknown, location: string): StorageError {
  if (error instanceof StorageError) return error;
  const chain = causes(error);
  const code = codeOf(chain);
  // LevelDB's words for a folder that is not there would only puzzle.
  const detail = code === "DB_MISSING" ? location : (chain.at(-1)?.message ?? "unknown error");
  return new StorageError({
    code,
    message: `${textOf[code] ?? "the database failed"}: ${detail}`,
    meta: { location },
    cause: error,
  });
}
