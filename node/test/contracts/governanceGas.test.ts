import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { TIMELOCK } from "@lucid/contracts";
import { encodeSet, MIB, PARAMS } from "./support/params.js";
import { type Outcome, TestChain } from "./support/testChain.js";

/** In the source tree, so that a change of a price shows in the diff that makes it. */
const snapshotFile = join(dirname(fileURLToPath(import.meta.url)), "../../../test/vectors/governanceGasSnapshot.json");

async function measure(): Promise<Record<string, number>> {
  const chain = await TestChain.create();
  const gas: Record<string, number> = {};
  const note = (name: string, outcome: Outcome): void => {
    assert.equal(outcome.reason, undefined, name);
    gas[name] = Number(outcome.gasUsed);
  };
  note(
    "ParamRegistry.set, called by the timelock",
    await chain.sendAs({ from: TIMELOCK, to: PARAMS, data: encodeSet("maxChunkSize", MIB) }),
  );
  return gas;
}

describe("gas of governance", () => {
  it("is that of the snapshot (UPDATE_SNAPSHOTS=1 writes it anew)", async () => {
    const measured = await measure();
    if (process.env["UPDATE_SNAPSHOTS"] === "1") {
      writeFileSync(snapshotFile, `${JSON.stringify(measured, undefined, 2)}\n`);
    }
    assert.deepEqual(measured, JSON.parse(readFileSync(snapshotFile, "utf8")));
  });
});
