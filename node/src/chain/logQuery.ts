import { setImmediate } from "node:timers/promises";
import { NodeError } from "../errors.js";
import type { LogFilter } from "../interfaces.js";
import { decodeLogIndexes, type Posting, PostingKind, type PostingTerm, topicKind } from "./postings.js";

/** A record of the index, not yet decoded. */
export interface RawPosting {
  readonly height: number;
  readonly bytes: Uint8Array;
}

export interface PostingSource {
  /** Postings of a term in ascending height, at most `limit` records. */
  read(term: PostingTerm, fromHeight: number, toHeight: number, limit: number): Promise<readonly RawPosting[]>;
  /** The posting of a term in one block. */
  get(term: PostingTerm, height: number): Uint8Array | undefined;
}

export interface LogPosition {
  readonly height: number;
  readonly logIndex: number;
}

const FIRST_READ = 64;
const LONGEST_READ = 2_048;
/** For queries without address or topic, which read whole receipts. */
const LONGEST_RECEIPTS_READ = 64;
/** Records that one query may read; a query that needs more is told to ask for less. */
const MAX_RECORDS = 2_000_000;
/** Milliseconds of work before the event loop gets a turn. */
const SLICE = 5;

interface Budget {
  records: number;
}

/** One term's postings in ascending height, read in windows that grow. */
class PostingCursor {
  private readonly source: PostingSource;
  private readonly term: PostingTerm;
  private readonly toHeight: number;
  private readonly budget: Budget;
  private readonly longestRead: number;
  private window: readonly RawPosting[] = [];
  private at = 0;
  private exhausted = false;
  private readSize = FIRST_READ;

  constructor(source: PostingSource, term: PostingTerm, toHeight: number, budget: Budget) {
    this.source = source;
    this.term = term;
    this.toHeight = toHeight;
    this.budget = budget;
    this.longestRead = term.kind === PostingKind.any ? LONGEST_RECEIPTS_READ : LONGEST_READ;
  }

  /** First posting at or above `height`, undefined when there is none. Heights must not go down. */
  async seek(height: number): Promise<RawPosting | undefined> {
    for (;;) {
      const last = this.window[this.window.length - 1];
      if (last !== undefined && last.height >= height) {
        this.at = lowerBound(this.window, height, this.at);
        return this.window[this.at];
      }
      if (this.exhausted || height > this.toHeight) return undefined;
      this.window = await this.source.read(this.term, height, this.toHeight, this.readSize);
      this.at = 0;
      this.exhausted = this.window.length < this.readSize;
      this.readSize = Math.min(this.readSize * 4, this.longestRead);
      this.budget.records += this.window.length;
    }
  }

  /** Records a block, judged by the first window: the smaller, the fewer blocks it leads to. */
  async density(fromHeight: number): Promise<number> {
    await this.seek(fromHeight);
    const last = this.window[this.window.length - 1];
    if (last === undefined || this.exhausted) return this.window.length / (this.toHeight - fromHeight + 1);
    return this.window.length / (last.height - fromHeight + 1);
  }
}

function lowerBound(postings: readonly RawPosting[], height: number, from: number): number {
  let low = from;
  let high = postings.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((postings[middle]?.height ?? 0) < height) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Alternatives of one position of the filter: a log matches when it has one of them. */
class TermGroup {
  private readonly source: PostingSource;
  private readonly terms: readonly PostingTerm[];
  private readonly cursors: readonly PostingCursor[];
  private readonly budget: Budget;

  constructor(source: PostingSource, terms: readonly PostingTerm[], toHeight: number, budget: Budget) {
    this.source = source;
    this.terms = terms;
    this.budget = budget;
    this.cursors = terms.map((term) => new PostingCursor(source, term, toHeight, budget));
  }

  async density(fromHeight: number): Promise<number> {
    let sum = 0;
    for (const cursor of this.cursors) sum += await cursor.density(fromHeight);
    return sum;
  }

  /** The next block at or above `height` that has any of the terms. */
  async seek(height: number): Promise<Posting | undefined> {
    const found: RawPosting[] = [];
    for (const cursor of this.cursors) {
      const posting = await cursor.seek(height);
      if (posting !== undefined) found.push(posting);
    }
    const [first] = found;
    if (first === undefined) return undefined;
    const lowest = found.reduce((least, posting) => Math.min(least, posting.height), first.height);
    return { height: lowest, logIndexes: union(found.filter((posting) => posting.height === lowest)) };
  }

  /** Logs of one block that have any of the terms. */
  at(height: number): readonly number[] {
    const found: RawPosting[] = [];
    for (const term of this.terms) {
      const bytes = this.source.get(term, height);
      if (bytes !== undefined) found.push({ height, bytes });
    }
    this.budget.records += this.terms.length;
    return union(found);
  }
}

function union(postings: readonly RawPosting[]): readonly number[] {
  const lists = postings.map(({ bytes }) => decodeLogIndexes(bytes));
  const [first] = lists;
  if (first === undefined || lists.length === 1) return first ?? [];
  return [...new Set(lists.flat())].sort((a, b) => a - b);
}

function termsOf(filter: LogFilter): PostingTerm[][] {
  const groups: PostingTerm[][] = [];
  if (filter.addresses.length > 0) groups.push(filter.addresses.map((value) => ({ kind: PostingKind.address, value })));
  for (const [position, values] of filter.topics.entries()) {
    if (values !== undefined) groups.push(values.map((value) => ({ kind: topicKind(position), value })));
  }
  // A wildcard still demands that the log has so many topics; the last position decides, the others follow from it.
  return groups.length > 0 ? groups : [[{ kind: PostingKind.any, value: new Uint8Array(0) }]];
}

/**
 * Positions of the logs that match, ascending. The rarest term of the filter leads from block to block; the others are
 * only looked up in those blocks, so that a common address does not make a rare topic slow.
 * @throws NodeError LOG_LIMIT with `meta.toHeight`, a smaller end of range that stays within the limit.
 */
export async function findLogs(source: PostingSource, filter: LogFilter, limit: number): Promise<LogPosition[]> {
  const { fromHeight, toHeight } = filter;
  const budget: Budget = { records: 0 };
  const groups = termsOf(filter).map((terms) => new TermGroup(source, terms, toHeight, budget));
  const ranked: { readonly group: TermGroup; readonly density: number }[] = [];
  for (const group of groups) ranked.push({ group, density: await group.density(fromHeight) });
  ranked.sort((a, b) => a.density - b.density);
  const [leader, ...others] = ranked;
  const found: LogPosition[] = [];
  let turn = performance.now();
  for (let height = fromHeight; height <= toHeight && leader !== undefined; height++) {
    const posting = await leader.group.seek(height);
    if (posting === undefined) break;
    height = posting.height;
    let logIndexes = posting.logIndexes;
    for (const { group } of others) {
      if (logIndexes.length === 0) break;
      const has = new Set(group.at(height));
      logIndexes = logIndexes.filter((index) => has.has(index));
    }
    if (found.length + logIndexes.length > limit || budget.records > MAX_RECORDS) throw tooMany(filter, height, limit);
    for (const logIndex of logIndexes) found.push({ height, logIndex });
    if (performance.now() - turn > SLICE) {
      await setImmediate();
      turn = performance.now();
    }
  }
  return found;
}

/** The range up to the block before the one that broke the limit, but never the range that was asked for. */
function tooMany(filter: LogFilter, brokeAt: number, limit: number): NodeError {
  const { fromHeight, toHeight } = filter;
  const retry = Math.max(fromHeight, Math.min(brokeAt - 1, toHeight - 1));
  const advice = retry < toHeight ? `; ask for blocks ${fromHeight} to ${retry}` : "; narrow the filter";
  return new NodeError({
    code: "LOG_LIMIT",
    message: `the query matches more than ${limit} logs${advice}`,
    meta: { limit, fromHeight, toHeight: retry < toHeight ? retry : undefined },
  });
}
