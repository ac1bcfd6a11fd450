import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import {
  act,
  governedChain,
  open,
  propose,
  rotateAction,
  type SignerSet,
  simpleProposal,
  support,
  timing,
  tronSigner,
  vote,
} from "./support/governance.js";
import { encodeSet, MIB, PARAMS, TIMELOCK } from "./support/params.js";
import { deployPayouts, disburser, kycArguments, kycPayout, payee, signKyc, USDT } from "./support/payouts.js";
import { hashOf } from "./support/sessions.js";
import { type Outcome, TestChain, users } from "./support/testChain.js";

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
  return { ...gas, ...(await measureGovernor()), ...(await measurePayouts()) };
}

async function measureGovernor(): Promise<Record<string, number>> {
  const chain = await governedChain();
  const [alice = "0x", bob = "0x"] = users;
  const gas: Record<string, number> = {};
  const note = (name: string, outcome: Outcome): void => {
    assert.equal(outcome.reason, undefined, name);
    gas[`LucidGovernor.${name}`] = Number(outcome.gasUsed);
  };
  const signers: SignerSet = [tronSigner("a"), tronSigner("b"), tronSigner("c")];
  const rotation = { actions: [rotateAction(1n, signers)], description: "rotate" };
  note("propose, the first", await propose(chain, simpleProposal));
  note("propose of a rotation", await propose(chain, rotation));
  open(chain);
  note("castVote, the first", await vote(chain, simpleProposal, alice, support.for));
  note("castVote", await vote(chain, simpleProposal, bob, support.for));
  await vote(chain, rotation, alice, support.for);
  chain.time += timing.period;
  note("queue", await act(chain, "queue", simpleProposal));
  await act(chain, "queue", rotation);
  chain.time += timing.timelock;
  note("execute of a set", await act(chain, "execute", simpleProposal));
  note("execute of a rotation", await act(chain, "execute", rotation));
  return gas;
}

/** EVM gas, which is not TRON's energy but rises and falls with it. */
async function measurePayouts(): Promise<Record<string, number>> {
  const { chain, v0, kyc } = await deployPayouts();
  const first = await chain.send(disburser, v0, "disburse", [hashOf("first"), payee, USDT]);
  const again = await chain.send(disburser, v0, "disburse", [hashOf("again"), payee, USDT]);
  const consent = kycPayout("kyc");
  const args = kycArguments(consent, await signKyc(consent, kyc));
  const checked = await chain.send(disburser, kyc, "disburseKYC", args);
  assert.deepEqual([first.error, again.error, checked.error], [undefined, undefined, undefined]);
  return {
    "PayoutRouterV0.disburse to a new holder": Number(first.gasUsed),
    "PayoutRouterV0.disburse": Number(again.gasUsed),
    "PayoutRouterKYC.disburseKYC": Number(checked.gasUsed),
  };
}

describe("gas of governance and payouts", () => {
  it("is that of the snapshot (UPDATE_SNAPSHOTS=1 writes it anew)", async () => {
    const measured = await measure();
    if (process.env["UPDATE_SNAPSHOTS"] === "1") {
      writeFileSync(snapshotFile, `${JSON.stringify(measured, undefined, 2)}\n`);
    }
    assert.deepEqual(measured, JSON.parse(readFileSync(snapshotFile, "utf8")));
  });
});
