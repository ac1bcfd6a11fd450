import assert from "node:assert/strict";
import { hasCode, VirtualClock } from "@lucid/consensus/base";
import { DEFAULT_CHUNK_SIZE, policyHashOf } from "@lucid/storage";
import { chunkSizeWithin } from "../../../src/cli/session/chunkSize.js";
import { awaitPolicy } from "../../../src/cli/session/policy.js";

const MIB = 1024 * 1024;
const rules = { maxChunkSize: 16 * MIB, policyTimeoutMs: 1_000 };

describe("what governance says about sessions", () => {
  it("lowers the usual chunk size to the bound, and refuses what was asked for above it", () => {
    assert.equal(chunkSizeWithin(undefined, rules), DEFAULT_CHUNK_SIZE);
    assert.equal(chunkSizeWithin(undefined, { ...rules, maxChunkSize: MIB }), MIB);
    assert.equal(chunkSizeWithin(16 * MIB, rules), 16 * MIB);
    assert.throws(
      () => chunkSizeWithin(16 * MIB + 1, rules),
      (error) => hasCode(error, "CHUNK_SIZE"),
    );
  });

  /** Files by the moment at which they appear; runs the wait to its end on a virtual clock. */
  async function wait(texts: readonly (readonly [at: number, text: string])[], abortAt = Number.POSITIVE_INFINITY) {
    const clock = new VirtualClock(0);
    const abort = new AbortController();
    const read = async (): Promise<string> => {
      const text = texts.filter(([at]) => at <= clock.now()).at(-1)?.[1];
      if (text === undefined) throw Object.assign(new RangeError("none"), { code: "ENOENT" });
      return text;
    };
    let settled = false;
    const waiting = awaitPolicy({ path: "policy.json", timeoutMs: 1_000, signal: abort.signal }, { clock, read });
    const done = waiting.then(
      () => {
        settled = true;
      },
      () => {
        settled = true;
      },
    );
    while (!settled) {
      await new Promise((resolve) => setImmediate(resolve));
      const next = clock.nextTimer();
      if (next !== undefined) clock.advanceTo(next);
      if (clock.now() >= abortAt) abort.abort();
    }
    await done;
    return { at: clock.now(), hash: await waiting };
  }
  const denied = (error: unknown): boolean => hasCode(error, "SESSION_DENIED");

  it("takes a policy that is there, comes in time, or is being written", async () => {
    const policy = { clipboard: false, files: false };
    const text = JSON.stringify(policy);
    assert.deepEqual(await wait([[0, text]]), { at: 0, hash: policyHashOf(policy) });
    assert.deepEqual(await wait([[600, text]]), { at: 750, hash: policyHashOf(policy) });
    const half = [0, text.slice(0, 9)] as const;
    assert.deepEqual((await wait([half, [300, text]])).hash, policyHashOf(policy));
    assert.equal((await wait([[1_000, text]])).at, 1_000);
  });

  it("denies after the time that governance gives: without a policy, or with what is none", async () => {
    await assert.rejects(wait([]), denied);
    await assert.rejects(wait([[1_001, "{}"]]), denied);
    for (const text of ["", "[]", "null", '"x"', "{", JSON.stringify({ x: "y".repeat(70_000) })]) {
      await assert.rejects(wait([[0, text]]), denied);
    }
  });

  it("ends with the signal", async () => {
    await assert.rejects(wait([], 500), { name: "AbortError" });
  });
});
