import { NodeError } from "../errors.js";
import type { LogFilter } from "../interfaces.js";
import { type Posting, PostingKind, type PostingTerm, topicKind } from "./postings.js";

/** Reads the postings of one term in ascending height, at most `limit` records. */
export interface PostingSource {
  read(term: PostingTerm, fromHeight: number, toHeight: number, limit: number): Promise<readonly Posting[]>;
}

export interface LogPosition {
  readonly height: number;
  readonly logIndex: number;
}

const FIRST_READ = 16;
const LONGEST_READ = 2_048;
/** For queries without address or topic, which read whole receipts. */
const LONGEST_RECEIPTS_READ = 64;
/** Postings that one query may read; a query that needs more is told to ask for less. */
const MAX_POSTINGS = 2_000_000;

interface Budget {
  postings: number;
}

/** One term's postings in order, with jumps; reads ahead in windows that grow while it is read in sequence. */
class PostingCursor {
  private readonly source: PostingSource;
  private readonly term: PostingTerm;
  private readonly toHeight: number;
  private readonly budget: Budget;
  private readonly longestRead: number;
  private window: readonly Posting[] = [];
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
  async seek(height: number): Promise<Posting | undefined> {
    for (;;) {
      const last = this.window[this.window.length - 1];
      if (last !== undefined && last.height >= height) {
        this.at = lowerBound(this.window, height, this.at);
        return this.window[this.at];
      }
      if (this.exhausted || height > this.toHeight) return undefined;
      // A jump far beyond the window starts small again; reading on in sequence reads more at once.
      const sequential = last !== undefined && height <= last.height + 1;
      this.readSize = sequential ? Math.min(this.readSize * 4, this.longestRead) : FIRST_READ;
      this.window = await this.source.read(this.term, height, this.toHeight, this.readSize);
      this.at = 0;
      this.exhausted = this.window.length < this.readSize;
      this.budget.postings += this.window.length;
    }
  }
}

function lowerBound(postings: readonly Posting[], height: number, from: number): number {
  let low = from;
  let high = postings.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((postings[middle]?.height ?? 0) < height) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Alternatives of one position of the filter: the union of their postings. */
class UnionCursor {
  private readonly cursors: readonly PostingCursor[];

  constructor(cursors: readonly PostingCursor[]) {
    this.cursors = cursors;
  }

  async seek(height: number): Promise<Posting | undefined> {
    const found: Posting[] = [];
    for (const cursor of this.cursors) {
      const posting = await cursor.seek(height);
      if (posting !== undefined) found.push(posting);
    }
    const lowest = Math.min(...found.map((posting) => posting.height));
    const same = found.filter((posting) => posting.height === lowest);
    const [first] = same;
    if (first === undefined || same.length === 1) return first;
    const logIndexes = [...new Set(same.flatMap((posting) => posting.logIndexes))].sort((a, b) => a - b);
    return { height: lowest, logIndexes };
  }
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

function intersect(lists: readonly (readonly number[])[]): number[] {
  const [first, ...rest] = lists;
  const sets = rest.map((list) => new Set(list));
  return (first ?? []).filter((value) => sets.every((set) => set.has(value)));
}

/**
 * Positions of the logs that match, ascending.
 * @throws NodeError LOG_LIMIT with `meta.toHeight`, a smaller end of range that stays within the limit.
 */
export async function findLogs(source: PostingSource, filter: LogFilter, limit: number): Promise<LogPosition[]> {
  const { fromHeight, toHeight } = filter;
  const budget: Budget = { postings: 0 };
  const cursors = termsOf(filter).map(
    (terms) => new UnionCursor(terms.map((term) => new PostingCursor(source, term, toHeight, budget))),
  );
  const found: LogPosition[] = [];
  let height = fromHeight;
  while (height <= toHeight) {
    const postings: Posting[] = [];
    let target = height;
    for (const cursor of cursors) {
      const posting = await cursor.seek(target);
      if (posting === undefined) return found;
      if (posting.height > target) {
        target = posting.height;
        postings.length = 0;
      }
      postings.push(posting);
    }
    if (budget.postings > MAX_POSTINGS) throw tooMany(filter, target, limit);
    if (postings.length < cursors.length) {
      height = target;
      continue;
    }
    const logIndexes = intersect(postings.map((posting) => posting.logIndexes));
    if (found.length + logIndexes.length > limit) throw tooMany(filter, target, limit);
    for (const logIndex of logIndexes) found.push({ height: target, logIndex });
    height = target + 1;
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
