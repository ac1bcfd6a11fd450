import assert from "node:assert/strict";
import { lucid } from "./harness.js";

interface Line {
  readonly ok: boolean;
  readonly seeds: number;
  readonly broken: readonly { readonly seed: number; readonly nodes: number; readonly violations: readonly string[] }[];
  readonly seedsPerSecond: number;
}

function lastLine(stdout: string): Line {
  return JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as Line;
}

describe("lucid sim", () => {
  it("runs seeds and ends with one line of JSON", async () => {
    const { code, stdout } = await lucid(["sim", "--from", "3", "--seeds", "4", "--nodes", "4", "--json"]);
    assert.equal(code, 0);
    const { ok, seeds, broken, seedsPerSecond } = lastLine(stdout);
    assert.deepEqual({ ok, seeds, broken }, { ok: true, seeds: 4, broken: [] });
    assert.ok(seedsPerSecond > 0);
  }).timeout(60_000);

  it("ends with 1 when a planted bug is found, and the named seed replays with a timeline", async () => {
    const plant = ["--nodes", "4", "--bug", "nothingPersisted"];
    const found = await lucid(["sim", "--seeds", "40", ...plant, "--json"]);
    assert.equal(found.code, 1);
    const [first] = lastLine(found.stdout).broken;
    assert.ok(first);
    const replay = await lucid(["sim", "--seed", String(first.seed), ...plant]);
    assert.equal(replay.code, 1);
    assert.match(replay.stdout, /\d\+\d+\.\d\ds node \d proposes height 1 in \(\d+, \d+\)/);
    for (const violation of first.violations) assert.ok(replay.stdout.includes(`BROKEN ${violation}`));
  }).timeout(120_000);

  it("gives the same on several threads", async () => {
    const plan = ["sim", "--from", "1", "--seeds", "45", "--nodes", "4", "--bug", "nothingPersisted", "--json"];
    const [one, three] = await Promise.all([lucid(plan), lucid([...plan, "--workers", "3"])]);
    const { seedsPerSecond: _, ...expected } = lastLine(one.stdout);
    const { seedsPerSecond, ...result } = lastLine(three.stdout);
    assert.deepEqual(result, expected);
    assert.equal(result.seeds, 45);
    assert.ok(result.broken.length > 0 && seedsPerSecond > 0);
    assert.equal(three.code, 1);
  }).timeout(120_000);

  it("refuses what it does not know in one sentence", async () => {
    for (const args of [
      ["--faults", "rain"],
      ["--bug", "none"],
      ["--nodes", "129"],
      ["--seeds", "0"],
      ["--workers", "0"],
    ]) {
      const { code, stderr } = await lucid(["sim", ...args, "--json"]);
      assert.equal(code, 2, args.join(" "));
      assert.equal(stderr.trimEnd().split("\n").length, 1);
    }
  }).timeout(60_000);
});
