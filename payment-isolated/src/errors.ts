/** What an error code means to the person who sees it; docs/payout-errors.md is generated from the table. */
export interface ErrorInfo {
  /** One sentence: what happened. */
  readonly summary: string;
  /** One sentence: what to do about it. */
  readonly fix: string;
  readonly exitCode: ExitCode;
}

/** Exit statuses of `lucid-payout`. The package shares no code with the node; the numbers are the same on purpose. */
export const ExitCode = {
  Ok: 0,
  Internal: 1,
  Usage: 2,
  Environment: 3,
  BadInput: 4,
  NotFound: 5,
  Unreachable: 6,
  NoSpace: 7,
  Secret: 8,
  /** Refused by the service's own rules: caps, approvals, state. */
  Refused: 9,
  Interrupted: 130,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

function info(exitCode: ExitCode, summary: string, fix: string): ErrorInfo {
  return { summary, fix, exitCode };
}

export const payoutErrorInfo = {
  // --- input ---
  USAGE: info(ExitCode.Usage, "The command line is wrong.", "See lucid-payout --help."),
  CONFIG_INVALID: info(
    ExitCode.Environment,
    "The configuration is invalid.",
    "Correct the named field and start again.",
  ),
  FILE_UNREADABLE: info(ExitCode.Environment, "A file cannot be read.", "Check the path and its permissions."),
  BAD_AMOUNT: info(
    ExitCode.BadInput,
    "An amount is no decimal number of USDT with at most six decimals.",
    "Write it like 12.5; no exponent, sign or thousands separator.",
  ),
  BAD_ADDRESS: info(
    ExitCode.BadInput,
    "A TRON address is malformed or its checksum is wrong.",
    "Copy the base58 address (T...) again from its owner.",
  ),
  BAD_ID: info(ExitCode.BadInput, "A payout id is no 32 bytes in hex.", "Give 64 hex digits."),
  BAD_REQUEST: info(
    ExitCode.BadInput,
    "A request does not have the documented form.",
    "Correct the named field; docs/payout-api.md lists them.",
  ),
  BAD_DISTRIBUTION: info(
    ExitCode.BadInput,
    "The distribution file is invalid; nothing of it was taken.",
    "Correct the named lines and import the whole file again.",
  ),
  BAD_ROTATION: info(
    ExitCode.BadInput,
    "The signer file is invalid; nothing was changed.",
    "Export it again and have two current signers sign it.",
  ),
  // --- rules ---
  ID_REUSED: info(
    ExitCode.Refused,
    "The payout id exists with other payee, amount or route.",
    "Use a new id; an id is bound to one payment for ever.",
  ),
  NOT_ALLOWED: info(ExitCode.Refused, "The state of the payout does not allow this.", "See lucid-payout why ID."),
  ROLE_MISSING: info(ExitCode.Secret, "The token lacks the role for this.", "Use a token of the named role."),
  UNAUTHENTICATED: info(
    ExitCode.Secret,
    "The token is missing or unknown.",
    "Send Authorization: Bearer with a token of this service.",
  ),
  CAP_EXCEEDED: info(
    ExitCode.Refused,
    "A cap would be exceeded.",
    "Wait for the next day, or change the cap in the configuration.",
  ),
  CONFIRMATION_MISSING: info(
    ExitCode.Refused,
    "Paying on mainnet needs the flag and the typed totals.",
    "Give --mainnet and --confirm-total with the exact sum.",
  ),
  PREFLIGHT_FAILED: info(
    ExitCode.Refused,
    "A check before the run failed.",
    "Correct what the report names, then run again.",
  ),
  BUSY: info(
    ExitCode.NoSpace,
    "A limit of the service is reached.",
    "Wait until open payouts are done, then try again.",
  ),
  // --- store ---
  NOT_FOUND: info(
    ExitCode.NotFound,
    "There is no such payout or batch.",
    "Check the id; lucid-payout list shows what there is.",
  ),
  STORE_LOCKED: info(
    ExitCode.Environment,
    "The journal is in use by another process.",
    "Stop the other service, or name another data directory.",
  ),
  STORE_LOCK_LOST: info(
    ExitCode.Environment,
    "Another process took the journal over; nothing was written.",
    "Run one service a data directory.",
  ),
  STORE_CORRUPT: info(
    ExitCode.Environment,
    "The journal is damaged before its end; the service does not pay from it.",
    "Restore the file from a backup, or run lucid-payout rebuild.",
  ),
  STORE_FAILED: info(
    ExitCode.Environment,
    "The journal could not be written; the service stopped paying.",
    "Check the disk and start again; nothing unacknowledged is lost.",
  ),
  STORE_FULL: info(
    ExitCode.NoSpace,
    "The journal holds as many documents as it may.",
    "Raise store.maxDocuments, or archive the data directory and start a new one.",
  ),
  STORE_INVALID: info(
    ExitCode.Environment,
    "A stored document does not have its form.",
    "Somebody edited it or an older version wrote it; restore it from a backup.",
  ),
  STORE_KEY_TAKEN: info(
    ExitCode.Refused,
    "Another document holds a key that may exist once.",
    "The request was made before under another id; look it up.",
  ),
  STORE_UNREACHABLE: info(
    ExitCode.Unreachable,
    "The database cannot be reached or did not confirm a write.",
    "Check MongoDB; the service goes on by itself when it is back.",
  ),
  // --- TRON ---
  NODE_UNREACHABLE: info(
    ExitCode.Unreachable,
    "A TRON node cannot be reached or did not answer in time.",
    "Check the endpoint and the proxy.",
  ),
  NODE_RATE_LIMITED: info(
    ExitCode.Unreachable,
    "A TRON node refuses because of too many requests.",
    "Give an API key, or another node.",
  ),
  NODE_BAD_ANSWER: info(
    ExitCode.Unreachable,
    "A TRON node answered something that is no answer.",
    "Check that the endpoint is a full node; the answer counts as unknown.",
  ),
  NODES_DISAGREE: info(
    ExitCode.Unreachable,
    "Two TRON nodes contradict each other.",
    "Find out which one lies or lags; nothing is paid again until they agree.",
  ),
  WRONG_NETWORK: info(
    ExitCode.Environment,
    "A TRON node belongs to another network than configured.",
    "Correct the endpoint or the network's genesis id.",
  ),
  BAD_TRANSACTION: info(
    ExitCode.Internal,
    "Transaction bytes are not what was to be built.",
    "Report it; nothing was signed.",
  ),
  PROOF_INCOMPLETE: info(
    ExitCode.Unreachable,
    "It cannot be proven that a transaction will never be executed.",
    "Wait, or configure a second independent node.",
  ),
  // --- signers ---
  KEYSTORE_INVALID: info(
    ExitCode.BadInput,
    "The key file is no Web3 v3 keystore.",
    "Export it again with java-tron's wallet-cli.",
  ),
  WRONG_PASSPHRASE: info(
    ExitCode.Secret,
    "The passphrase does not open the key file.",
    "Give the right one by --passphrase-fd or --passphrase-file.",
  ),
  SIGNER_UNREACHABLE: info(
    ExitCode.Unreachable,
    "A remote signer did not answer.",
    "Start lucid-payout signer on its host; the payout waits.",
  ),
  SIGNER_REFUSED: info(
    ExitCode.Refused,
    "A signer refused.",
    "Read the signer's own log: its policy or its person said no.",
  ),
  SIGNER_FOREIGN: info(
    ExitCode.Refused,
    "A signature is not from a key of the operator's permission.",
    "Check signers against the operator account, or finish the rotation.",
  ),
  // --- other ---
  DEMO_UNAVAILABLE: info(
    ExitCode.Environment,
    "The demo needs the source tree with its test packages.",
    "Run npm ci and npm run build in the project, then npx lucid-payout demo.",
  ),
  INTERNAL: info(ExitCode.Internal, "A defect.", "Report it with the log."),
} as const satisfies Record<string, ErrorInfo>;

export type PayoutErrorCode = keyof typeof payoutErrorInfo;
export type ErrorMeta = Readonly<Record<string, string | number | boolean | undefined>>;

/** Every error of this package. Compare `code`, never the text. */
export class PayoutError extends Error {
  readonly code: PayoutErrorCode;
  readonly meta: ErrorMeta;

  constructor(code: PayoutErrorCode, message: string, options: { meta?: ErrorMeta; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "PayoutError";
    this.code = code;
    this.meta = options.meta ?? {};
  }

  get info(): ErrorInfo {
    return payoutErrorInfo[this.code];
  }
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** The message of anything thrown, without stack and without what a library hangs onto its errors (headers, keys). */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
