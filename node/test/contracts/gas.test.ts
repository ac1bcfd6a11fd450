import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { toHex } from "@lucid/consensus/base";
import { buildChunkProof, buildLeafProof, chunkRoot, sessionRoot } from "@lucid/consensus/proofs";
import { contractAddresses, type GenesisContractName, type Hex } from "@lucid/contracts";
import { privateKeyToAccount } from "viem/accounts";
import {
  anchorChunks,
  DAY,
  price,
  register,
  rootsOf,
  sendAnchors,
  sessionArguments,
  sessionInput,
} from "./support/sessions.js";
import { CHAIN_ID, encodeCall, GAS_LIMIT, type Outcome, TestChain, users } from "./support/testChain.js";

/** In the source tree, so that a change of a price shows in the diff that makes it. */
const snapshotFile = join(dirname(fileURLToPath(import.meta.url)), "../../../test/vectors/gasSnapshot.json");
const [alice = "0x", bob = "0x", carol = "0x"] = users;

/** What each operation costs: a transaction with everything that it pays, a view without the transaction. */
async function measure(): Promise<Record<string, number>> {
  const chain = await TestChain.create();
  const gas: Record<string, number> = {};
  const note = (name: string, outcome: Outcome): void => {
    assert.equal(outcome.error, undefined, name);
    assert.equal(outcome.reason, undefined, name);
    gas[name] = Number(outcome.gasUsed);
  };
  note("registerSession, the chain's first", await register(chain, sessionInput("first", 128)));
  note("registerSession, an owner's first", await register(chain, sessionInput("bob", 128, bob)));
  note("registerSession", await register(chain, sessionInput("second", 128)));

  const signer = privateKeyToAccount(`0x${"33".repeat(32)}`);
  const sponsored = sessionInput("sponsored", 128, signer.address.toLowerCase() as Hex);
  const deadline = chain.time + 60n;
  const signature = await signer.signTypedData({
    domain: {
      name: "LucidAnchors",
      version: "1",
      chainId: CHAIN_ID,
      verifyingContract: contractAddresses.LucidAnchors,
    },
    types: {
      RegisterSession: [
        { name: "sessionId", type: "bytes32" },
        { name: "manifestHash", type: "bytes32" },
        { name: "startedAt", type: "uint64" },
        { name: "owner", type: "address" },
        { name: "merkleRoot", type: "bytes32" },
        { name: "chunkCount", type: "uint32" },
        { name: "deadline", type: "uint64" },
      ],
    },
    primaryType: "RegisterSession",
    message: { ...sponsored, deadline },
  });
  const value = price(128, 30);
  const args = [...sessionArguments(sponsored), deadline, signature];
  note("registerSessionFor, an owner's first", await sendAnchors(chain, "registerSessionFor", args, { value }));

  const renewal = { from: carol, value };
  note("renew", await sendAnchors(chain, "renew", [alice, sessionInput("second", 1).sessionId], renewal));

  let count = 0;
  const { sessionId } = sessionInput("recorded", 1023);
  const roots = rootsOf("recorded", 1023);
  for (const size of [1, 1, 10, 100, 256, 256, 256, 143]) {
    const outcome = await anchorChunks(chain, alice, sessionId, count, roots.slice(count, count + size));
    note(`anchorChunks of ${size} after ${count}`, outcome);
    count += size;
  }
  note("registerSession with 1023 anchored chunks", await register(chain, sessionInput("recorded", 1023)));

  chain.time += 60n * DAY;
  note("registerSession that sweeps two", await register(chain, sessionInput("sweeper", 128)));
  note("sweep of one", await sendAnchors(chain, "sweep", [1n]));

  // A blob of 8 MiB (2,048 leaves) in a session of 1,000 chunks.
  const blob = new Uint8Array(8 * 2 ** 20).fill(7);
  const chunks = [chunkRoot(blob), ...rootsOf("rest", 999)];
  const input = { ...sessionInput("proven", 1), chunkCount: 1000, merkleRoot: toHex(sessionRoot(chunks)) };
  note("registerSession of 1000 chunks", await register(chain, input));
  const sessionPath = buildChunkProof(chunks, 0).path.map(toHex);
  const { leaf, leafIndex, path } = buildLeafProof(blob, 1000);
  const view = async (name: string, contract: GenesisContractName, call: string, given: readonly unknown[]) => {
    const result = await chain.call(contractAddresses[contract], encodeCall(contract, call, given));
    assert.equal(result.error, undefined, name);
    gas[name] = Number(result.gas);
  };
  const place = [alice, input.sessionId, 0] as const;
  const chunkName = toHex(chunks[0] ?? new Uint8Array());
  await view("view verifyChunk, 1000 chunks", "LucidAnchors", "verifyChunk", [...place, chunkName, sessionPath]);
  await view("view verifyLeaf, 4 KiB, 2048 leaves, 1000 chunks", "LucidAnchors", "verifyLeaf", [
    ...place,
    blob.length,
    leafIndex,
    toHex(leaf),
    path.map(toHex),
    sessionPath,
  ]);
  await view("view rootOf, 1023 chunks", "LucidChunkStore", "rootOf", [alice, sessionId]);
  return gas;
}

describe("gas of the contracts", () => {
  it("is that of the snapshot (UPDATE_SNAPSHOTS=1 writes it anew)", async () => {
    const measured = await measure();
    if (process.env["UPDATE_SNAPSHOTS"] === "1") {
      writeFileSync(snapshotFile, `${JSON.stringify(measured, undefined, 2)}\n`);
    }
    assert.deepEqual(measured, JSON.parse(readFileSync(snapshotFile, "utf8")));
  });

  it("lets at least 150 registrations into a block", async () => {
    const { registerSession } = await measure();
    assert.ok(GAS_LIMIT / BigInt(registerSession ?? 0) >= 150n, `${registerSession} gas each`);
  });
});
