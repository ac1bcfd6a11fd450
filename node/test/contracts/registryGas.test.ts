import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { fromHex, sha256, toHex, u32be } from "@lucid/consensus/base";
import { privateKeyToAccount } from "viem/accounts";
import { SYSTEM_CALL_GAS } from "../../src/execution/evmHost.js";
import {
  burnBonds,
  NO_POOL,
  nodeIdOf,
  nodeInput,
  poolOf,
  readRegistry,
  registerNode,
  sendRegistry,
  setEligible,
  signJoin,
} from "./support/registry.js";
import { BOND_LOCK, type Outcome, TestChain, users } from "./support/testChain.js";

/** In the source tree, so that a change of a price shows in the diff that makes it. */
const snapshotFile = join(dirname(fileURLToPath(import.meta.url)), "../../../test/vectors/registryGasSnapshot.json");
/** Consensus puts no more into one system call (consensus/src/transition/eligibility.ts). */
const MAX_CHANGES = 256;
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

/** As many changes as one system call carries, each of another operator: what an epoch boundary costs at worst. */
async function measureBoundary(): Promise<Record<string, number>> {
  const nodes = Array.from({ length: MAX_CHANGES }, (_, i) => ({
    nodeId: sha256(u32be(i)),
    peerId: new Uint8Array(32).fill(1),
    operator: sha256(u32be(i)).slice(0, 20),
  }));
  const chain = await TestChain.create(nodes);
  const changes = (eligible: boolean) =>
    nodes.map(({ nodeId, operator }) => ({ nodeId: toHex(nodeId), operator: toHex(operator), eligible }));
  const gas: Record<string, number> = {};
  for (const [name, eligible] of [
    ["recordEligibility of 256 operators' first votes", true],
    ["recordEligibility that takes 256 votes", false],
    ["recordEligibility that gives 256 votes back", true],
  ] as const) {
    chain.time += 20n;
    gas[name] = Number((await setEligible(chain, changes(eligible))).gasUsed);
    const total = await readRegistry(chain, "getVotes", [toHex(nodes[MAX_CHANGES - 1]?.operator ?? fromHex("0x"))]);
    assert.equal(total, eligible ? 1n : 0n);
  }
  return gas;
}

describe("gas of NodeRegistry", () => {
  it("is that of the snapshot (UPDATE_SNAPSHOTS=1 writes it anew)", async () => {
    const measured = { ...(await measure()), ...(await measureBoundary()) };
    if (process.env["UPDATE_SNAPSHOTS"] === "1") {
      writeFileSync(snapshotFile, `${JSON.stringify(measured, undefined, 2)}\n`);
    }
    assert.deepEqual(measured, JSON.parse(readFileSync(snapshotFile, "utf8")));
    // A system call that ran out of gas would halt the chain.
    for (const [name, gas] of Object.entries(measured)) assert.ok(gas * 2 < Number(SYSTEM_CALL_GAS), name);
  });
});
