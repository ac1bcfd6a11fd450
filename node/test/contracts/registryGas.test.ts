import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { privateKeyToAccount } from "viem/accounts";
import {
  burnBonds,
  NO_POOL,
  nodeIdOf,
  nodeInput,
  poolOf,
  registerNode,
  sendRegistry,
  setEligible,
  signJoin,
} from "./support/registry.js";
import { BOND_LOCK, type Outcome, TestChain, users } from "./support/testChain.js";

/** In the source tree, so that a change of a price shows in the diff that makes it. */
const snapshotFile = join(dirname(fileURLToPath(import.meta.url)), "../../../test/vectors/registryGasSnapshot.json");
const [alice = "0x", bob = "0x"] = users;

async function measure(): Promise<Record<string, number>> {
  const chain = await TestChain.create();
  const gas: Record<string, number> = {};
  const note = (name: string, outcome: Pick<Outcome, "gasUsed"> & Partial<Outcome>): void => {
    assert.equal(outcome.reason, undefined, name);
    gas[name] = Number(outcome.gasUsed);
  };
  const first = nodeInput("first");
  const second = nodeInput("second");
  note("register, an operator's first", await registerNode(chain, first));
  note("register", await registerNode(chain, second));
  const owner = privateKeyToAccount(`0x${"44".repeat(32)}`);
  const pooled = nodeInput("pooled", {
    poolId: poolOf(owner.address),
    poolSignature: await signJoin(owner, nodeIdOf(nodeInput("pooled")), alice, 0),
  });
  note("register in a pool", await registerNode(chain, pooled));
  note(
    "update of address and capacity",
    await sendRegistry(chain, "update", [nodeIdOf(first), second.peerId, NO_POOL, "0x", 5]),
  );
  const changes = [first, second].map((input) => ({ nodeId: nodeIdOf(input), operator: alice, eligible: true }));
  note("recordEligibility of two of one operator", await setEligible(chain, changes));
  chain.time += 1n;
  note("retire with a vote", await sendRegistry(chain, "retire", [nodeIdOf(first)]));
  note("burnBonds of one", await burnBonds(chain, [{ nodeId: nodeIdOf(second), operator: alice }]));
  chain.time += BOND_LOCK;
  note("withdrawBond", await sendRegistry(chain, "withdrawBond", [nodeIdOf(first), alice], { from: bob }));
  return gas;
}

describe("gas of NodeRegistry", () => {
  it("is that of the snapshot (UPDATE_SNAPSHOTS=1 writes it anew)", async () => {
    const measured = await measure();
    if (process.env["UPDATE_SNAPSHOTS"] === "1") {
      writeFileSync(snapshotFile, `${JSON.stringify(measured, undefined, 2)}\n`);
    }
    assert.deepEqual(measured, JSON.parse(readFileSync(snapshotFile, "utf8")));
  });
});
