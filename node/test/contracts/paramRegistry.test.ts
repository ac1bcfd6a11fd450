import assert from "node:assert/strict";

import fc from "fast-check";
import { encodeSet, keyOf, MIB, PARAMS, paramNames, readParams, specified, TIMELOCK } from "./support/params.js";
import { SYSTEM, TestChain, users } from "./support/testChain.js";

const [alice = "0x"] = users;

describe("ParamRegistry", () => {
  it("starts with the specified values and bounds", async () => {
    const chain = await TestChain.create();
    assert.deepEqual(
      await readParams(chain, "all", []),
      paramNames.map((name) => ({ key: keyOf(name), ...specified[name] })),
    );
    for (const name of paramNames) {
      const { value, min, max } = specified[name];
      assert.equal(await readParams(chain, "get", [keyOf(name)]), value);
      assert.deepEqual(await readParams(chain, "boundsOf", [keyOf(name)]), [min, max]);
    }
    assert.equal(await readParams(chain, "TIMELOCK", []), TIMELOCK);
    assert.deepEqual(
      [
        await readParams(chain, "PAYOUT_EPOCH_LENGTH", []),
        await readParams(chain, "MAX_CHUNK_SIZE", []),
        await readParams(chain, "POLICY_TIMEOUT_MS", []),
      ],
      paramNames.map(keyOf),
    );
  });

  it("is set by the timelock alone", async () => {
    const chain = await TestChain.create();
    const data = encodeSet("maxChunkSize", MIB);
    const done = await chain.sendAs({ from: TIMELOCK, to: PARAMS, data });
    assert.deepEqual(done.events, [
      {
        contract: "ParamRegistry",
        name: "ParamChanged",
        args: { key: keyOf("maxChunkSize"), before: 16n * MIB, value: MIB },
        topics: 2,
      },
    ]);
    for (const from of [alice, PARAMS, SYSTEM]) {
      const { error } = await chain.sendAs({ from, to: PARAMS, data: encodeSet("maxChunkSize", 2n * MIB) });
      assert.equal(error?.name, "NotTimelock");
      assert.equal(String(error.args[0]).toLowerCase(), from);
    }
    assert.equal(await readParams(chain, "get", [keyOf("maxChunkSize")]), MIB);
  });

  it("refuses what is out of bounds, at each edge, and names that do not exist", async () => {
    const chain = await TestChain.create();
    const set = (name: string, value: bigint) =>
      chain.sendAs({ from: TIMELOCK, to: PARAMS, data: encodeSet(name, value) });
    for (const name of paramNames) {
      const { min, max } = specified[name];
      for (const value of [0n, min - 1n, max + 1n, 2n ** 256n - 1n]) {
        assert.deepEqual((await set(name, value)).error, { name: "OutOfBounds", args: [keyOf(name), value, min, max] });
        await assert.rejects(readParams(chain, "requireValid", [keyOf(name), value]), { code: "OutOfBounds" });
      }
      for (const value of [min, max]) {
        assert.equal((await set(name, value)).error, undefined);
        await readParams(chain, "requireValid", [keyOf(name), value]);
        assert.equal(await readParams(chain, "get", [keyOf(name)]), value);
      }
    }
    for (const name of ["", "maxchunksize", "maxChunkSize ", "owner"]) {
      assert.deepEqual((await set(name, MIB)).error, { name: "UnknownKey", args: [keyOf(name)] });
      await assert.rejects(readParams(chain, "get", [keyOf(name)]), { code: "UnknownKey" });
    }
  });

  it("takes no value and knows no other call", async () => {
    const chain = await TestChain.create();
    const data = encodeSet("maxChunkSize", MIB);
    const paid = await chain.send({ to: PARAMS, data, value: 1n });
    assert.deepEqual([paid.reason, paid.error?.name], ["revert", ""]);
    assert.equal((await chain.send({ to: PARAMS, data: "0x", value: 1n })).reason, "revert");
    assert.equal((await chain.send({ to: PARAMS, data: "0x12345678" })).reason, "revert");
    assert.equal(await chain.balance(PARAMS), 0n);
  });

  it("agrees with a plain map over random sequences, never leaves the bounds", async function () {
    this.timeout(60_000);
    const value = fc.oneof(
      fc.constantFrom(...paramNames.flatMap((name) => [specified[name].min, specified[name].max])),
      fc.constantFrom(...paramNames.flatMap((name) => [specified[name].min - 1n, specified[name].max + 1n])),
      fc.bigInt({ min: 1_000n, max: 70_000_000n }),
      fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }),
    );
    const call = fc.record({
      from: fc.constantFrom(TIMELOCK, TIMELOCK, TIMELOCK, alice),
      name: fc.constantFrom(...paramNames, "another"),
      value,
    });
    const reached = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 20, maxLength: 40 }), async (calls) => {
        const chain = await TestChain.create();
        const model = new Map<string, bigint>(paramNames.map((name) => [name, specified[name].value]));
        for (const { from, name, value } of calls) {
          const bounds = paramNames.find((known) => known === name);
          let expected: string | undefined;
          if (from !== TIMELOCK) expected = "NotTimelock";
          else if (bounds === undefined) expected = "UnknownKey";
          else if (value < specified[bounds].min || value > specified[bounds].max) expected = "OutOfBounds";
          else model.set(name, value);
          const outcome = await chain.sendAs({ from, to: PARAMS, data: encodeSet(name, value) });
          assert.equal(outcome.error?.name, expected);
          reached.add(expected ?? "set");
          const now = bounds === undefined ? undefined : await readParams(chain, "get", [keyOf(bounds)]);
          if (bounds !== undefined) assert.equal(now, model.get(bounds));
        }
        for (const { key, value, min, max } of await readParams(chain, "all", [])) {
          assert.equal(value, model.get(paramNames.find((name) => keyOf(name) === key) ?? ""));
          assert.ok(value >= min && value <= max);
        }
      }),
      { numRuns: 30, seed: 20261127 },
    );
    assert.deepEqual([...reached].sort(), ["NotTimelock", "OutOfBounds", "UnknownKey", "set"]);
  });
});
