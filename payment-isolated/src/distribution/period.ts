/** Payout periods: a calendar month, or days; as long as the network's vote on payoutEpochLength says, and none twice. */
import { PayoutError } from "../errors.js";

const DAY_MS = 24 * 3600_000;

export interface Period {
  readonly name: string;
  /** Milliseconds, UTC; the end is the first moment after it. */
  readonly from: number;
  readonly to: number;
  readonly month: boolean;
}

/** `2026-11`, or the first day and the day after the last: `2026-11-01..2026-12-01`. @throws PayoutError BAD_DISTRIBUTION */
export function parsePeriod(name: string): Period {
  const period = readPeriod(name);
  if (period !== undefined) return period;
  throw new PayoutError("BAD_DISTRIBUTION", `"${name}" is no period: write 2026-11, or 2026-11-01..2026-12-01`);
}

function readPeriod(name: string): Period | undefined {
  const month = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(name);
  if (month !== null) {
    const [year, number] = [Number(month[1]), Number(month[2])];
    return { name, from: Date.UTC(year, number - 1), to: Date.UTC(year, number), month: true };
  }
  const days = /^(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})$/.exec(name);
  if (days === null) return undefined;
  const [from, to] = [days[1] ?? "", days[2] ?? ""].map((day) => {
    const at = Date.parse(`${day}T00:00:00Z`);
    // The parser takes 31 February for the third of March.
    return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== day ? undefined : at;
  });
  if (from === undefined || to === undefined || from >= to) return undefined;
  return { name, from, to, month: false };
}

/**
 * Why this period may not be paid; undefined when it may.
 * @param length payoutEpochLength in seconds, as exported with the signer file. Governance keeps it between 28 and 31 days, as
 * months are: a month always fits; days must be of exactly this length.
 * @param paid names of the periods that have a batch; one from before periods had a form overlaps nothing
 */
export function periodRefusal(period: Period, length: number, paid: readonly string[]): string | undefined {
  const days = (period.to - period.from) / DAY_MS;
  if (!period.month && period.to - period.from !== length * 1000)
    return `the period has ${days} days; a payout period of this network has ${(length * 1000) / DAY_MS}`;
  for (const name of paid) {
    const other = readPeriod(name);
    if (other !== undefined && other.name !== period.name && other.from < period.to && period.from < other.to)
      return `the period overlaps ${other.name}, which has a batch`;
  }
  return undefined;
}
