import assert from "node:assert/strict";
import { AnswerPace } from "../../../src/libp2p/answerPace.js";
import { limitsWith } from "../../../src/libp2p/networkLimits.js";

const MIB = 2 ** 20;
const limits = limitsWith({ answerRate: 32 * MIB, answerBurst: 128 * MIB });

/** Who asks for `bytes` at a time, every `every` milliseconds (1: as often as it can). */
interface Asker {
  readonly name: string;
  readonly bytes: number;
  readonly every: number;
}

/** Bytes a second that each has had from the tenth second to the fortieth, and how often it was refused. */
function shares(askers: readonly Asker[]): Map<string, { readonly rate: number; readonly refused: number }> {
  const pace = new AnswerPace(limits, 0);
  const had = new Map(askers.map(({ name }) => [name, { rate: 0, refused: 0 }]));
  for (let now = 0; now < 40_000; now++) {
    for (const { name, bytes, every } of askers) {
      if (now % every !== 0) continue;
      const entry = had.get(name) ?? { rate: 0, refused: 0 };
      if (!pace.allows(name, now)) entry.refused++;
      else {
        pace.spend(name, bytes, now);
        if (now >= 10_000) entry.rate += bytes / 30;
      }
      had.set(name, entry);
    }
  }
  return had;
}

const greedy = (count: number): Asker[] =>
  Array.from({ length: count }, (_, i) => ({ name: `greedy ${i}`, bytes: MIB / 4, every: 1 }));

describe("the pace of answers", () => {
  it("gives one that is alone all of it, however long it asks", () => {
    const [only] = shares(greedy(1)).values();
    assert.ok((only?.rate ?? 0) > 31 * MIB && (only?.rate ?? 0) < 33 * MIB, `${only?.rate}`);
  });

  it("gives each of many an even share, and no more together", () => {
    const rates = [...shares(greedy(16)).values()].map(({ rate }) => rate / MIB);
    assert.ok(Math.min(...rates) > 1.8 && Math.max(...rates) < 2.2, rates.join());
  });

  it("answers whoever asks for less than a share at once, and the greedy have what it leaves", () => {
    const modest = { name: "modest", bytes: MIB / 4, every: 400 };
    const had = shares([...greedy(8), modest]);
    assert.deepEqual(had.get("modest")?.refused, 0);
    const rates = [...had.values()].map(({ rate }) => rate);
    const sum = rates.reduce((a, b) => a + b, 0);
    assert.ok(sum > 31 * MIB && sum < 33 * MIB, `${sum}`);
  });

  it("takes back what was set aside and not used", () => {
    const pace = new AnswerPace(limits, 0);
    pace.spend("a", 128 * MIB, 0);
    assert.equal(pace.allows("a", 0), false);
    pace.spend("a", -100 * MIB, 0);
    assert.equal(pace.allows("a", 0), true);
  });
});
