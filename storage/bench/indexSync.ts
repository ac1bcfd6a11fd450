import { compareBytes, sha256, u32be } from "@lucid/consensus/base";
import { type Bench, median, numberOption, round } from "@lucid/consensus/bench";
import { answerSync, EntrySet, SyncInitiator } from "../src/index.js";

class BenchFailure extends Error {}

/** Entry i as reconciliation sees it: 10,000 entries an owner. */
function record(i: number, version: number) {
  const sortKey = Buffer.concat([sha256(u32be(Math.floor(i / 10_000))).subarray(0, 20), sha256(u32be(i), u32be(0))]);
  return { sortKey: new Uint8Array(sortKey), id: sha256(u32be(i), u32be(version)).slice(0, 16), clock: 1n, size: 600 };
}

/** Two replicas with a few differences: what finding them costs, beside telling each other all ids. */
export const bench: Bench = {
  name: "indexSync",
  summary: "reconciliation of two replicas of the index: [--entries 100000] [--differences 100] [--rounds 5]",
  async run({ args, log }) {
    const entries = numberOption(args, "entries", 100_000);
    const differences = numberOption(args, "differences", 100);
    const rounds = numberOption(args, "rounds", 5);
    const results = { bytes: [] as number[], trips: [] as number[], asking: [] as number[], answering: [] as number[] };
    for (let run = 0; run < rounds; run++) {
      // A third only here, a third only there, a third newer there: spread over all.
      const step = Math.floor(entries / differences);
      const kind = (i: number) => ((i + run) % step === 0 ? Math.floor((i + run) / step) % 3 : -1);
      const all = Array.from({ length: entries }, (_, i) => i);
      const sorted = (numbers: readonly number[], version: (i: number) => number) =>
        EntrySet.fromSorted(
          numbers.map((i) => record(i, version(i))).sort((a, b) => compareBytes(a.sortKey, b.sortKey)),
        );
      const a = sorted(
        all.filter((i) => kind(i) !== 0),
        () => 0,
      );
      const b = sorted(
        all.filter((i) => kind(i) !== 1),
        (i) => (kind(i) === 2 ? 1 : 0),
      );
      const changed = all.filter((i) => kind(i) >= 0).length;
      const initiator = new SyncInitiator(a);
      let [bytes, asking, answering] = [0, 0, 0];
      const timed = <T>(action: () => T): [T, number] => {
        const began = performance.now();
        const value = action();
        return [value, performance.now() - began];
      };
      for (;;) {
        const [frame, took] = timed(() => initiator.next());
        asking += took;
        if (frame === undefined) break;
        const [answer, answerTook] = timed(() => answerSync(b, frame));
        answering += answerTook;
        bytes += frame.length + answer.length;
        asking += timed(() => initiator.receive(answer))[1];
      }
      const onlyOne = all.filter((i) => kind(i) === 0 || kind(i) === 1).length;
      const found = initiator.need.length + initiator.have.length;
      if (found !== onlyOne + 2 * (changed - onlyOne)) throw new BenchFailure(`${found} found of ${changed}`);
      log(`${changed} differences: ${initiator.frames} round trips, ${bytes} bytes`);
      results.bytes.push(bytes);
      results.trips.push(initiator.frames);
      results.asking.push(asking);
      results.answering.push(answering);
    }
    const bytes = median(results.bytes);
    return {
      entries,
      differences,
      roundTrips: median(results.trips),
      bytes,
      allIdsBytes: 16 * entries,
      timesLess: round((16 * entries) / bytes, 1),
      askingMs: round(median(results.asking), 1),
      answeringMs: round(median(results.answering), 1),
    };
  },
};
