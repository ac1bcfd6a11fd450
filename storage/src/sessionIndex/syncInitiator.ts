import { equalBytes } from "@lucid/consensus/base";
import type { EntrySet } from "./entrySet.js";
import { type Bound, badFrame, compareBounds, decodeSyncFrame, SyncFrameWriter, type SyncRange } from "./syncFrame.js";
import { cut, idNames, LIST_LIMIT, positionsOf } from "./syncRanges.js";

export interface SyncLimits {
  /** Frames that one reconciliation sends. */
  readonly frames: number;
  /** Ids that it may find on each side. */
  readonly ids: number;
  /** Ranges that wait to be asked. */
  readonly ranges: number;
}

/** What one reconciliation may cost: 4 MiB in each direction, some megabytes of memory. More is found by the next one. */
export const syncLimits: SyncLimits = { frames: 64, ids: 4_096, ranges: 16_384 };

/** So few ids are listed at once: they are no longer than a fingerprint. */
const ALWAYS_LISTED = 1;
/** Own entries of a range that are compared with a list; more are cut first. */
const COMPARE_LIMIT = 4_096;
/** Ranges of one frame, at first: halved towards what the peer answers in one frame. */
const MAX_ASKED = 4_096;
const MIN_ASKED = 16;

interface OpenRange {
  readonly lower: Uint8Array;
  readonly upper: Bound;
  /** It is known to differ, and small: the next question lists what is in it. */
  readonly list: boolean;
}

interface AskedRange extends OpenRange {
  /** The own ids that were listed; undefined for a fingerprint. */
  readonly ids: Uint8Array | undefined;
}

/**
 * The asking side of range-based set reconciliation (Meyer, 2022): sends the fingerprints of ranges, cuts those in which
 * the answer differs into parts, and lists the small ones, until it knows which entries one side has and the other lacks.
 * It moves nothing itself: `next` gives a frame for the peer, `receive` takes the answer.
 *
 * A peer that lies gains nothing but that its own entries are not found: frames, ranges and ids are limited, whatever it
 * answers, and an answer that deals with nothing that was asked is refused.
 */
export class SyncInitiator {
  /** Entries that only the peer has, by id. */
  readonly need: Uint8Array[] = [];
  /** Entries that only this side has. */
  readonly have: Uint8Array[] = [];
  private readonly set: EntrySet;
  private readonly limits: SyncLimits;
  /** Ascending, apart from one another. */
  private queue: OpenRange[] = [{ lower: new Uint8Array(), upper: undefined, list: false }];
  private asked: AskedRange[] | undefined;
  private askedLimit = MAX_ASKED;
  private sent = 0;
  private cutShort = false;
  private readonly needNames = new Set<string>();
  private readonly haveNames = new Set<string>();

  constructor(set: EntrySet, limits: SyncLimits = syncLimits) {
    this.set = set;
    this.limits = limits;
  }

  /** True when a limit ended it: another one finds the rest. */
  get partial(): boolean {
    return this.cutShort;
  }

  /** Frames that were sent: the round trips. */
  get frames(): number {
    return this.sent;
  }

  /** The next frame for the peer; undefined when all is known. */
  next(): Uint8Array | undefined {
    if (this.asked !== undefined) throw badFrame("the answer to the last frame is missing");
    if (this.queue.length === 0) return undefined;
    if (this.sent >= this.limits.frames) {
      this.stop();
      return undefined;
    }
    // The first frame asks about the parts at once.
    if (this.sent === 0) this.queue = this.queue.flatMap((range) => this.parts(range));
    const writer = new SyncFrameWriter();
    const asked: AskedRange[] = [];
    for (const range of this.queue) {
      if (asked.length >= this.askedLimit) break;
      const question = this.question(range);
      if (!writer.add(range.lower, [question])) break;
      asked.push({ ...range, ids: question.mode === "ids" ? question.ids : undefined });
    }
    this.queue = this.queue.slice(asked.length);
    this.asked = asked;
    this.sent++;
    return writer.finish();
  }

  /** @throws StorageError INDEX_SYNC_BAD_FRAME; then the peer is not to be asked on */
  receive(frame: Uint8Array): void {
    const { asked } = this;
    if (asked === undefined) throw badFrame("an answer to nothing");
    this.asked = undefined;
    const found: OpenRange[] = [];
    let lower: Bound = new Uint8Array();
    let index = 0;
    for (const range of decodeSyncFrame(frame)) {
      const from: Uint8Array = lower ?? new Uint8Array();
      if (range.mode !== "skip") {
        while (index < asked.length && compareBounds(asked[index]?.upper, from) <= 0) index++;
        const question = asked[index];
        const inside =
          question !== undefined &&
          compareBounds(question.lower, from) <= 0 &&
          compareBounds(range.upper, question.upper) <= 0;
        if (!inside) throw badFrame("an answer about a range that was not asked");
        found.push(...this.take({ lower: from, upper: range.upper, list: false }, range, question));
      }
      lower = range.upper;
    }
    const rest = unanswered(asked, lower);
    const answered = asked.length - rest.length;
    if (answered === 0 && compareBounds(rest[0]?.lower, asked[0]?.lower) <= 0) throw badFrame("an answer to nothing");
    // What was asked and not answered has to be asked again: less at a time.
    if (rest.length > 0) this.askedLimit = Math.max(MIN_ASKED, 2 * answered);
    this.queue = [...found, ...rest, ...this.queue];
    if (this.queue.length > this.limits.ranges || this.need.length >= this.limits.ids) this.stop();
  }

  private stop(): void {
    this.cutShort = this.queue.length > 0;
    this.queue = [];
  }

  private question({ lower, upper, list }: OpenRange): SyncRange {
    const { from, to } = positionsOf(this.set, lower, upper);
    // The set may have grown since the range was found to be small.
    if (to - from <= (list ? 2 * LIST_LIMIT : ALWAYS_LISTED))
      return { mode: "ids", upper, ids: this.set.ids(from, to) };
    return { mode: "fingerprint", upper, fingerprint: this.set.fingerprint(from, to) };
  }

  /** What to ask about a range that differs: its parts, or what is in it when that is little. */
  private parts({ lower, upper }: Pick<OpenRange, "lower" | "upper">): OpenRange[] {
    const positions = positionsOf(this.set, lower, upper);
    if (positions.to - positions.from <= LIST_LIMIT) return [{ lower, upper, list: true }];
    let start = lower;
    return cut(this.set, positions, upper).map((bound) => {
      const part = { lower: start, upper: bound, list: false };
      start = bound ?? start;
      return part;
    });
  }

  /** What is to be asked after an answer. */
  private take(range: OpenRange, answer: SyncRange, question: AskedRange): readonly OpenRange[] {
    const { from, to } = positionsOf(this.set, range.lower, range.upper);
    if (answer.mode === "fingerprint") {
      return equalBytes(answer.fingerprint, this.set.fingerprint(from, to)) ? [] : this.parts(range);
    }
    if (answer.mode === "ids") {
      if (to - from > COMPARE_LIMIT) return this.parts(range);
      this.compare(this.set.ids(from, to), answer.ids);
    }
    if (answer.mode === "difference") this.takeDifference(range, answer, question);
    return [];
  }

  private compare(ours: Uint8Array, theirs: Uint8Array): void {
    const [own, other] = [new Set(idNames(ours)), new Set(idNames(theirs))];
    for (const name of other) if (!own.has(name)) this.add(this.need, this.needNames, name);
    for (const name of own) if (!other.has(name)) this.add(this.have, this.haveNames, name);
  }

  private takeDifference(
    range: OpenRange,
    answer: { readonly lacking: Uint8Array; readonly ids: Uint8Array },
    question: AskedRange,
  ): void {
    const { ids, lower, upper } = question;
    const same = compareBounds(range.lower, lower) === 0 && compareBounds(range.upper, upper) === 0;
    if (ids === undefined || !same || answer.lacking.length !== Math.ceil(ids.length / 16 / 8)) {
      throw badFrame("a difference to something else than the list");
    }
    for (const name of idNames(answer.ids)) this.add(this.need, this.needNames, name);
    let index = 0;
    for (const name of idNames(ids)) {
      if (((answer.lacking[index >> 3] ?? 0) & (1 << (index & 7))) !== 0) this.add(this.have, this.haveNames, name);
      index++;
    }
  }

  private add(list: Uint8Array[], names: Set<string>, name: string): void {
    if (list.length >= this.limits.ids || names.has(name)) return;
    names.add(name);
    list.push(new Uint8Array(Buffer.from(name, "latin1")));
  }
}

/** What was asked above the bound up to which an answer goes. */
function unanswered(asked: readonly AskedRange[], bound: Bound): OpenRange[] {
  if (bound === undefined) return [];
  return asked
    .filter(({ upper }) => compareBounds(upper, bound) > 0)
    .map(({ lower, upper, list }) => ({ lower: compareBounds(lower, bound) < 0 ? bound : lower, upper, list }));
}
