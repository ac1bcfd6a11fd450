import { CodedError, type ErrorMeta, hasCode } from "@lucid/consensus/base";

export interface Problem {
  /** Name of the invariant that does not hold. */
  readonly invariant: string;
  readonly code: string;
  readonly message: string;
  readonly meta: ErrorMeta;
}

/** What an invariant says of one thing that is wrong. */
export interface Finding {
  readonly code: string;
  readonly message: string;
  readonly meta?: ErrorMeta;
}

export interface CheckContext {
  readonly report: (finding: Finding) => void;
  /** Call it once for each thing that was looked at; it also ends the check when it was aborted. */
  readonly looked: () => void;
}

/** Something that always holds in a sound database. Modules supply theirs; `lucid db check` runs all. */
export interface Invariant {
  /** Dotted, the module first: "chunks.index". */
  readonly name: string;
  readonly summary: string;
  /**
   * Reads, never writes. A coded error that it throws (RECORD_CORRUPT from an iteration, say) counts as a finding and
   * ends this invariant only.
   */
  readonly check: (context: CheckContext) => Promise<void>;
}

export interface InvariantResult {
  readonly name: string;
  readonly summary: string;
  readonly looked: number;
  readonly problems: number;
}

export interface CheckReport {
  readonly ok: boolean;
  readonly invariants: readonly InvariantResult[];
  /** The first ones; `problemCount` counts all. */
  readonly problems: readonly Problem[];
  readonly problemCount: number;
}

export interface CheckOptions {
  readonly signal?: AbortSignal;
  /** Problems that are kept in the report; default 1,000. */
  readonly maxProblems?: number;
  /** Called before each invariant and after each 1,000 things. */
  readonly onProgress?: (name: string, looked: number) => void;
}

/** Errors that say nothing about the data: the check itself cannot go on. */
const fatal = ["DB_CLOSED", "DB_IO", "STORE_CLOSED", "FAULT_INJECTED"];

/** Runs the invariants one after the other and reports every one that does not hold. */
export async function checkDatabase(
  invariants: readonly Invariant[],
  options: CheckOptions = {},
): Promise<CheckReport> {
  const problems: Problem[] = [];
  const results: InvariantResult[] = [];
  let problemCount = 0;
  for (const { name, summary, check } of invariants) {
    let looked = 0;
    let own = 0;
    const report = ({ code, message, meta = {} }: Finding) => {
      own++;
      if (problems.length < (options.maxProblems ?? 1_000)) problems.push({ invariant: name, code, message, meta });
    };
    options.onProgress?.(name, 0);
    try {
      await check({
        report,
        looked: () => {
          options.signal?.throwIfAborted();
          looked++;
          if (looked % 1_000 === 0) options.onProgress?.(name, looked);
        },
      });
    } catch (error) {
      if (!(error instanceof CodedError) || fatal.some((code) => hasCode(error, code))) throw error;
      report(error);
    }
    results.push({ name, summary, looked, problems: own });
    problemCount += own;
  }
  return { ok: problemCount === 0, invariants: results, problems, problemCount };
}
