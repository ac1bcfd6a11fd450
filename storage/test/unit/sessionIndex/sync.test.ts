import assert from "node:assert/strict";
import { compareBytes, hasCode, toHex } from "@lucid/consensus/base";
import fc from "fast-check";
import {
  answerSync,
  decodeSyncFrame,
  EntrySet,
  encodeSyncFrame,
  StorageError,
  SYNC_FRAME_LIMIT,
  SyncInitiator,
  type SyncRange,
  syncLimits,
} from "../../../src/index.js";
import { at, fakeItem, recordOf } from "./indexFixtures.js";

const badFrame = (error: unknown) => error instanceof StorageError && hasCode(error, "INDEX_SYNC_BAD_FRAME");

/** 4,000 records of five owners, made once. */
const pool = Array.from({ length: 4_000 }, (_, i) => recordOf(fakeItem({ owner: i % 5, key: i + 1, clock: at(i) })));
const changed = pool.map((_, i) => recordOf(fakeItem({ owner: i % 5, key: i + 1, clock: at(i), salt: 1 })));

function setOf(records: readonly (typeof pool)[number][]): EntrySet {
  return EntrySet.fromSorted([...records].sort((a, b) => compareBytes(a.sortKey, b.sortKey)));
}

interface Outcome {
  readonly need: readonly string[];
  readonly have: readonly string[];
  readonly frames: number;
  readonly bytes: number;
  readonly partial: boolean;
}

function run(asking: EntrySet, answer: (frame: Uint8Array) => Uint8Array, limits = syncLimits): Outcome {
  const initiator = new SyncInitiator(asking, limits);
  let bytes = 0;
  for (let frame = initiator.next(); frame !== undefined; frame = initiator.next()) {
    const reply = answer(frame);
    assert.ok(frame.length <= SYNC_FRAME_LIMIT && reply.length <= SYNC_FRAME_LIMIT);
    bytes += frame.length + reply.length;
    initiator.receive(reply);
  }
  const names = (ids: readonly Uint8Array[]) => ids.map(toHex).sort();
  const { need, have, frames, partial } = initiator;
  return { need: names(need), have: names(have), frames, bytes, partial };
}

const ids = (set: EntrySet) => [...set.range(0, set.size)].map(({ id }) => toHex(id));

function expectDifference(a: EntrySet, b: EntrySet, outcome: Outcome): void {
  const [inA, inB] = [new Set(ids(a)), new Set(ids(b))];
  assert.deepEqual(outcome.need, [...inB].filter((id) => !inA.has(id)).sort());
  assert.deepEqual(outcome.have, [...inA].filter((id) => !inB.has(id)).sort());
}

describe("reconciliation of the index", () => {
  it("finds exactly the differences of any two sets", () => {
    const kind = fc.constantFrom("both", "both", "both", "both", "a", "b", "changed", "none");
    const property = fc.property(fc.array(kind, { maxLength: 1_500 }), (kinds) => {
      const pick = (own: "a" | "b") =>
        kinds.flatMap((value, i) => {
          if (value === "none" || (value !== own && value !== "both" && value !== "changed")) return [];
          const found = value === "changed" && own === "b" ? changed[i] : pool[i];
          return found === undefined ? [] : [found];
        });
      const [a, b] = [setOf(pick("a")), setOf(pick("b"))];
      expectDifference(
        a,
        b,
        run(a, (frame) => answerSync(b, frame)),
      );
    });
    fc.assert(property, { numRuns: 40 });
  });

  it("of equal sets takes one round trip, of an empty and a full one as many as its ids fill", () => {
    const [full, empty] = [setOf(pool), new EntrySet()];
    const same = run(full, (frame) => answerSync(full, frame));
    assert.deepEqual([same.frames, same.need.length, same.have.length], [1, 0, 0]);
    assert.ok(same.bytes < 1_000);
    const fromNothing = run(empty, (frame) => answerSync(full, frame));
    expectDifference(empty, full, fromNothing);
    const toNothing = run(full, (frame) => answerSync(empty, frame));
    expectDifference(full, empty, toNothing);
    assert.ok(fromNothing.frames <= 8 && toNothing.frames <= 3, `${fromNothing.frames}, ${toNothing.frames}`);
  });

  it("of sets that have nothing in common takes the frames that their ids fill", () => {
    const [a, b] = [setOf(pool), setOf(changed)];
    const outcome = run(a, (frame) => answerSync(b, frame));
    expectDifference(a, b, outcome);
    assert.equal(outcome.frames, 3, "the parts, and 64 KB of ids in two frames");
  });

  it("goes on where an answer ends early", () => {
    const b = setOf(pool.flatMap((record, i) => (i % 3 === 0 ? [] : [i % 5 === 0 ? (changed[i] ?? record) : record])));
    const a = setOf(pool.slice(500));
    const early = (frame: Uint8Array): Uint8Array => {
      const whole = decodeSyncFrame(answerSync(b, frame));
      const last = whole.findLastIndex(({ mode }, i) => mode !== "skip" && i < 40);
      return encodeSyncFrame(last < 0 ? whole : whole.slice(0, last + 1));
    };
    const outcome = run(a, early);
    expectDifference(a, b, outcome);
    assert.ok(outcome.frames > 10);
  });

  it("an answer that does not fit ends before what is left out", () => {
    const set = setOf(pool);
    const questions: SyncRange[] = [];
    for (let position = 30; position < set.size; position += 30) {
      questions.push({ mode: "fingerprint", upper: set.at(position).sortKey, fingerprint: new Uint8Array(16) });
    }
    const answer = decodeSyncFrame(answerSync(set, encodeSyncFrame(questions)));
    const last = answer.at(-1)?.upper;
    assert.ok(last !== undefined && answer.length < questions.length);
    assert.ok(questions.some(({ upper }) => upper !== undefined && compareBytes(upper, last) === 0));
  });

  it("4,000 entries with 10 differences: two round trips, under 12 KB", () => {
    const b = setOf(pool.map((record, i) => (i % 400 === 7 ? (changed[i] ?? record) : record)));
    const outcome = run(setOf(pool), (frame) => answerSync(b, frame));
    assert.deepEqual([outcome.need.length, outcome.have.length, outcome.frames], [10, 10, 2]);
    assert.ok(outcome.bytes < 12_000, `${outcome.bytes}`);
  });

  it("stops at its limits and says so; the next one finds the rest", () => {
    const [a, b] = [setOf(pool), setOf(changed)];
    const outcome = run(a, (frame) => answerSync(b, frame), { ...syncLimits, ids: 100 });
    assert.ok(outcome.partial && outcome.need.length === 100 && outcome.have.length <= 100);
    const few = run(a, (frame) => answerSync(b, frame), { ...syncLimits, frames: 2 });
    assert.ok(few.partial && few.frames === 2);
  });
});

const bound = fc.option(fc.uint8Array({ minLength: 1, maxLength: 52 }), { nil: undefined });
const idList = fc
  .uint8Array({ maxLength: 5 })
  .map((bytes) => new Uint8Array(Buffer.concat([...bytes].map((b) => Buffer.alloc(16, b)))));
const part = fc.oneof(
  fc.constant({ mode: "skip" as const }),
  fc.record({
    mode: fc.constant("fingerprint" as const),
    fingerprint: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  }),
  fc.record({ mode: fc.constant("ids" as const), ids: idList }),
  fc.record({ mode: fc.constant("difference" as const), lacking: fc.uint8Array({ maxLength: 3 }), ids: idList }),
);
const ranges = fc.array(fc.tuple(bound, part), { maxLength: 20 }).map((list): SyncRange[] => {
  const sorted = list
    .map(([upper, rest]): SyncRange => ({ ...rest, upper }))
    .sort((a, b) => (a.upper === undefined ? 1 : b.upper === undefined ? -1 : compareBytes(a.upper, b.upper)));
  return sorted.filter((range, i) => {
    const before = sorted[i - 1];
    if (before === undefined) return true;
    if (range.upper === undefined || before.upper === undefined) return before.upper !== undefined;
    return compareBytes(before.upper, range.upper) < 0;
  });
});

describe("frames of reconciliation", () => {
  it("decode to what was encoded", () => {
    fc.assert(fc.property(ranges, (list) => assert.deepEqual(decodeSyncFrame(encodeSyncFrame(list)), list)));
  });

  it("fuzz: any bytes decode to ranges with these very bytes, or are refused with a code", () => {
    const any = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Uint8Array.of(1, ...bytes)),
      fc.tuple(ranges, fc.nat(), fc.nat(255)).map(([list, where, value]) => {
        const copy = encodeSyncFrame(list);
        copy[where % copy.length] = value;
        return copy;
      }),
    );
    let taken = 0;
    let turnedDown = 0;
    const property = fc.property(any, (bytes) => {
      let decoded: SyncRange[];
      try {
        decoded = decodeSyncFrame(bytes);
      } catch (error) {
        turnedDown++;
        assert.ok(badFrame(error), String(error));
        return;
      }
      taken++;
      assert.deepEqual(encodeSyncFrame(decoded), bytes);
    });
    fc.assert(property, { numRuns: 2_000 });
    // The inputs reach both ends; a decoder that refuses or takes everything fails here.
    assert.ok(taken >= 100 && turnedDown >= 100, `${taken} decoded, ${turnedDown} refused`);
    assert.throws(() => decodeSyncFrame(new Uint8Array(SYNC_FRAME_LIMIT + 1)), badFrame);
  });
});

describe("a hostile peer in reconciliation", () => {
  const victim = setOf(pool);

  it("that answers anything decodable ends within the limits, whatever it says", () => {
    const property = fc.property(fc.array(ranges, { minLength: 1, maxLength: 5 }), (answers) => {
      const limits = { frames: 20, ids: 50, ranges: 500 };
      const initiator = new SyncInitiator(victim, limits);
      let round = 0;
      for (let frame = initiator.next(); frame !== undefined; frame = initiator.next()) {
        try {
          initiator.receive(encodeSyncFrame(answers[round++ % answers.length] ?? []));
        } catch (error) {
          assert.ok(badFrame(error), String(error));
          break;
        }
      }
      assert.ok(round <= limits.frames && initiator.need.length <= 50 && initiator.have.length <= 50);
    });
    fc.assert(property, { numRuns: 300 });
  });

  it("that loops (says that all differs, for ever) is left after so many frames, with so many ids", () => {
    const began = process.cpuUsage();
    const lying = (frame: Uint8Array): Uint8Array =>
      encodeSyncFrame(
        decodeSyncFrame(frame).map((range): SyncRange => {
          if (range.mode === "skip") return range;
          return { mode: "fingerprint", upper: range.upper, fingerprint: Buffer.alloc(16, 1) };
        }),
      );
    const outcome = run(victim, lying);
    assert.ok(outcome.frames <= syncLimits.frames);
    assert.deepEqual([outcome.need.length, outcome.have.length], [0, 0]);
    const { user } = process.cpuUsage(began);
    assert.ok(user < 3_000_000, `${user} us`);
  });

  it("that invents ids is heard up to the limit", () => {
    let next = 0;
    const inventing = (frame: Uint8Array): Uint8Array => {
      const first = decodeSyncFrame(frame).find(({ mode }) => mode !== "skip");
      const list = Buffer.alloc(2_000 * 16);
      for (let i = 0; i < 2_000; i++) list.writeUInt32BE(next++, i * 16);
      const lower = decodeSyncFrame(frame)[0];
      const skip: SyncRange[] = lower?.mode === "skip" ? [lower] : [];
      return encodeSyncFrame([...skip, { mode: "ids", upper: first?.upper, ids: new Uint8Array(list) }]);
    };
    const outcome = run(victim, inventing);
    assert.ok(outcome.need.length <= syncLimits.ids && outcome.frames <= syncLimits.frames);
  });

  it("that deals with nothing, or with what nobody asked, is refused", () => {
    const ask = () => {
      const initiator = new SyncInitiator(victim);
      initiator.next();
      return initiator;
    };
    assert.throws(() => ask().receive(encodeSyncFrame([])), badFrame);
    assert.throws(() => ask().receive(Uint8Array.of(2)), badFrame);
    const all = { upper: undefined, lacking: new Uint8Array(), ids: new Uint8Array() };
    assert.throws(() => ask().receive(encodeSyncFrame([{ mode: "difference", ...all }])), badFrame);
    // The first question ends before the end of the key space.
    const wide: SyncRange = { mode: "fingerprint", upper: undefined, fingerprint: new Uint8Array(16) };
    assert.throws(() => ask().receive(encodeSyncFrame([wide])), badFrame);
    const initiator = ask();
    initiator.receive(answerSync(victim, encodeSyncFrame([])));
    assert.throws(() => initiator.receive(encodeSyncFrame([])), badFrame);
  });

  it("that asks gets one frame for one frame, and costs one pass over the set", () => {
    const everything: SyncRange[] = [];
    for (let i = 0; i < 3_000; i++) {
      const upper = Buffer.alloc(3);
      upper.writeUIntBE((i + 1) * 5_000, 0, 3);
      everything.push({ mode: "fingerprint", upper: new Uint8Array(upper), fingerprint: new Uint8Array(16) });
    }
    const began = process.cpuUsage();
    for (let i = 0; i < 10; i++) assert.ok(answerSync(victim, encodeSyncFrame(everything)).length <= SYNC_FRAME_LIMIT);
    assert.ok(process.cpuUsage(began).user < 2_000_000);
    // A list of nothing for everything: cut, not listed.
    const answer = answerSync(victim, encodeSyncFrame([{ mode: "ids", upper: undefined, ids: new Uint8Array() }]));
    assert.ok(
      answer.length < 2_000 && decodeSyncFrame(answer).every(({ mode }) => mode === "fingerprint" || mode === "skip"),
    );
    const asked: SyncRange = { mode: "difference", upper: undefined, lacking: new Uint8Array(), ids: new Uint8Array() };
    assert.throws(() => answerSync(victim, encodeSyncFrame([asked])), badFrame);
  });
});
