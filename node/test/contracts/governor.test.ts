import assert from "node:assert/strict";
import { contractAddresses, type Hex } from "@lucid/contracts";
import { privateKeyToAccount } from "viem/accounts";
import {
  type Action,
  act,
  GOVERNOR,
  governedChain,
  idOf,
  open,
  type Proposal,
  passed,
  propose,
  readGovernor,
  ready,
  SLOT,
  setAction,
  simpleProposal,
  stateOf,
  support,
  TIMELOCK_ADDRESS,
  timing,
  vote,
} from "./support/governance.js";
import { keyOf, MIB, PARAMS, readParams } from "./support/params.js";
import { REGISTRY, sendRegistry, setEligible } from "./support/registry.js";
import { hashOf } from "./support/sessions.js";
import { CHAIN_ID, encodeCall, type Outcome, type TestChain, users } from "./support/testChain.js";

const [alice = "0x", bob = "0x", carol = "0x", dave = "0x"] = users;
const ZERO: Hex = `0x${"00".repeat(32)}`;
const chunkSize = (chain: TestChain): Promise<bigint> => readParams(chain, "get", [keyOf("maxChunkSize")]);
const withAction = (action: Action, description = "x"): Proposal => ({ actions: [action], description });
const names = ({ events }: Outcome): readonly string[] => events.map(({ name }) => name);

describe("LucidGovernor", () => {
  let chain: TestChain;
  beforeEach(async () => {
    chain = await governedChain();
  });

  it("sets a parameter by proposal, vote, timelock and execution, each in its time", async () => {
    const proposal = simpleProposal;
    const start = chain.time;
    assert.deepEqual(names(await propose(chain, proposal)), ["ProposalCreated"]);
    const id = await idOf(chain, proposal);
    assert.equal(await readGovernor(chain, "proposalSnapshot", [id]), start + timing.delay);
    assert.equal(await readGovernor(chain, "proposalDeadline", [id]), start + timing.delay + timing.period);
    assert.equal(await stateOf(chain, proposal), "Pending");
    chain.time = start + timing.delay;
    assert.equal(await stateOf(chain, proposal), "Pending");
    chain.time += SLOT;
    assert.equal(await stateOf(chain, proposal), "Active");
    const cast = await vote(chain, proposal, alice, support.for);
    assert.equal(cast.events[0]?.args["weight"], 2n, "one vote a node");
    assert.deepEqual(await readGovernor(chain, "proposalVotes", [id]), [0n, 2n, 0n]);
    chain.time = start + timing.delay + timing.period;
    assert.equal(await stateOf(chain, proposal), "Active", "to the last second");
    chain.time += SLOT;
    assert.equal(await stateOf(chain, proposal), "Succeeded");
    assert.deepEqual(names(await act(chain, "queue", proposal)), ["CallScheduled", "CallSalt", "ProposalQueued"]);
    assert.equal(await readGovernor(chain, "proposalEta", [id]), chain.time + timing.timelock);
    chain.time += timing.timelock;
    assert.equal(await chunkSize(chain), 16n * MIB);
    assert.deepEqual(names(await act(chain, "execute", proposal)), [
      "ParamChanged",
      "CallExecuted",
      "ProposalExecuted",
    ]);
    assert.equal(await chunkSize(chain), 2n * MIB);
    assert.equal(await stateOf(chain, proposal), "Executed");
  });

  it("can do nothing but set parameters and rotate signers", async () => {
    const set = setAction("maxChunkSize", 2n * MIB);
    const selector = set.data.slice(0, 10);
    const refused: readonly (readonly [Action, string])[] = [
      [{ ...set, target: REGISTRY }, "ActionNotAllowed"],
      [{ ...set, target: GOVERNOR }, "ActionNotAllowed"],
      [{ ...set, target: TIMELOCK_ADDRESS }, "ActionNotAllowed"],
      [{ ...set, target: contractAddresses.SignerRegistry }, "ActionNotAllowed"],
      [{ ...set, target: alice }, "ActionNotAllowed"],
      [{ ...set, data: "0x" }, "ActionNotAllowed"],
      [{ ...set, data: `0x${selector.slice(2, 8)}` }, "ActionNotAllowed"],
      [{ ...set, data: encodeCall("ParamRegistry", "get", [keyOf("maxChunkSize")]) }, "ActionNotAllowed"],
      [
        { target: GOVERNOR, value: 0n, data: encodeCall("LucidGovernor", "relay", [alice, 1n, "0x"]) },
        "ActionNotAllowed",
      ],
      [
        { target: GOVERNOR, value: 0n, data: encodeCall("LucidGovernor", "updateTimelock", [alice]) },
        "ActionNotAllowed",
      ],
      [
        { target: TIMELOCK_ADDRESS, value: 0n, data: encodeCall("LucidTimelock", "grantRole", [ZERO, alice]) },
        "ActionNotAllowed",
      ],
      [{ ...set, value: 1n }, "ValueNotAllowed"],
      [setAction("maxChunkSize", MIB - 1n), "OutOfBounds"],
      [setAction("maxChunkSize", 64n * MIB + 1n), "OutOfBounds"],
      [setAction("slotDuration", 6n), "UnknownKey"],
      // Cut or empty arguments: the registry's own decoder refuses them.
      [{ ...set, data: `0x${set.data.slice(2, -2)}` }, "FailedCall"],
      [{ ...set, data: selector as Hex }, "FailedCall"],
    ];
    for (const [action, expected] of refused) {
      const { error } = await propose(chain, withAction(action));
      assert.equal(error?.name, expected, `${action.target} ${action.data.slice(0, 18)}`);
      const second: Proposal = { actions: [set, action], description: "hidden behind a good one" };
      assert.equal((await propose(chain, second)).error?.name, expected);
    }
    assert.equal(
      (await propose(chain, { actions: [], description: "x" })).error?.name,
      "GovernorInvalidProposalLength",
    );
    assert.equal(await readGovernor(chain, "proposalCount", []), 0n);
  });

  it("takes proposals of whoever has an eligible node, once, under their own name", async () => {
    assert.equal((await propose(chain, simpleProposal, dave)).error?.name, "GovernorInsufficientProposerVotes");
    assert.equal((await propose(chain, simpleProposal, bob)).error, undefined);
    assert.equal((await propose(chain, simpleProposal, bob)).error?.name, "GovernorUnexpectedProposalState");
    const signed = { ...simpleProposal, description: `mine #proposer=${carol}` };
    assert.equal((await propose(chain, signed, bob)).error?.name, "GovernorRestrictedProposer");
    assert.equal((await propose(chain, signed, carol)).error, undefined);
    // In the second in which the vote is won nobody can use it yet.
    await setEligible(chain, [{ nodeId: hashOf("voter", 1, 0), operator: bob, eligible: false }]);
    chain.time += SLOT;
    const later = { ...simpleProposal, description: "later" };
    assert.equal((await propose(chain, later, bob)).error?.name, "GovernorInsufficientProposerVotes");
  });

  it("counts each node once: no second vote, no vote without a node, none outside the time", async () => {
    const proposal = simpleProposal;
    await propose(chain, proposal);
    assert.equal((await vote(chain, proposal, alice, support.for)).error?.name, "GovernorUnexpectedProposalState");
    open(chain);
    assert.equal((await vote(chain, proposal, alice, support.for)).error, undefined);
    for (const choice of [support.for, support.against]) {
      assert.equal((await vote(chain, proposal, alice, choice)).error?.name, "GovernorAlreadyCastVote");
    }
    assert.deepEqual((await vote(chain, proposal, dave, support.for)).error?.name, "NoVotes");
    assert.equal((await vote(chain, proposal, bob, 3)).error?.name, "GovernorInvalidVoteType");
    assert.equal(
      (await vote(chain, { ...proposal, description: "no such" }, bob, 1)).error?.name,
      "GovernorNonexistentProposal",
    );
    chain.time += timing.period;
    assert.equal((await vote(chain, proposal, bob, support.for)).error?.name, "GovernorUnexpectedProposalState");
    assert.deepEqual(await readGovernor(chain, "proposalVotes", [await idOf(chain, proposal)]), [0n, 2n, 0n]);
  });

  it("counts the nodes that were eligible when the vote opened, whatever happens after", async () => {
    const proposal = simpleProposal;
    await propose(chain, proposal);
    open(chain);
    await setEligible(chain, [{ nodeId: hashOf("voter", 1, 0), operator: bob, eligible: false }]);
    await sendRegistry(chain, "retire", [hashOf("voter", 0, 0)], { from: alice });
    chain.time += SLOT;
    assert.equal((await vote(chain, proposal, bob, support.for)).events[0]?.args["weight"], 1n);
    assert.equal((await vote(chain, proposal, alice, support.for)).events[0]?.args["weight"], 2n);
  });

  it("asks for a third of all nodes, exactly, and for more than half of those for or against", async function () {
    this.timeout(60_000);
    for (let all = 1; all <= 10; all++) {
      const needed = Math.ceil(all / 3);
      for (const turnout of [needed - 1, needed]) {
        if (turnout < 1) continue;
        const local = await governedChain([turnout, all - turnout]);
        await propose(local, simpleProposal);
        open(local);
        await vote(local, simpleProposal, alice, support.for);
        local.time += timing.period;
        assert.equal(
          await stateOf(local, simpleProposal),
          turnout === needed ? "Succeeded" : "Defeated",
          `${turnout}/${all}`,
        );
      }
    }
    const cases: readonly (readonly [readonly number[], string])[] = [
      [[support.for, support.against, support.against], "Defeated"],
      [[support.for, support.against, support.abstain], "Succeeded"],
      [[support.abstain, support.for, support.against], "Defeated"],
      [[support.abstain, support.for, support.for], "Succeeded"],
      [[support.abstain, support.abstain, support.abstain], "Defeated"],
    ];
    for (const [choices, expected] of cases) {
      const local = await governedChain();
      await propose(local, simpleProposal);
      open(local);
      for (const [i, choice] of choices.entries()) await vote(local, simpleProposal, users[i] ?? "0x", choice);
      local.time += timing.period;
      assert.equal(await stateOf(local, simpleProposal), expected, choices.join());
      const { error } = await act(local, "queue", simpleProposal);
      assert.equal(error?.name, expected === "Succeeded" ? undefined : "GovernorUnexpectedProposalState");
    }
  });

  it("runs nothing early, unqueued or twice", async () => {
    const proposal = await passed(chain);
    const unexpected = "GovernorUnexpectedProposalState";
    assert.equal((await act(chain, "execute", proposal)).error?.name, "TimelockUnexpectedOperationState");
    assert.equal((await act(chain, "queue", proposal)).error, undefined);
    assert.equal((await act(chain, "queue", proposal)).error?.name, unexpected);
    chain.time += timing.timelock - 1n;
    assert.equal((await act(chain, "execute", proposal)).error?.name, "TimelockUnexpectedOperationState");
    chain.time += 1n;
    assert.equal((await act(chain, "execute", proposal)).error, undefined);
    for (const again of ["execute", "queue", "cancel"] as const) {
      assert.ok((await act(chain, again, proposal)).error !== undefined, again);
    }
    assert.equal((await act(chain, "execute", proposal)).error?.name, unexpected);
    assert.equal((await propose(chain, proposal)).error?.name, unexpected, "nor proposed again under the same words");
  });

  it("lets expire what nobody queues or runs in time", async () => {
    const unqueued = await passed(chain);
    const deadline = await readGovernor(chain, "proposalDeadline", [await idOf(chain, unqueued)]);
    chain.time = deadline + timing.grace;
    assert.equal(await stateOf(chain, unqueued), "Succeeded");
    chain.time += 1n;
    assert.equal(await stateOf(chain, unqueued), "Expired");
    assert.equal((await act(chain, "queue", unqueued)).error?.name, "GovernorUnexpectedProposalState");

    const queued = await ready(chain, { ...simpleProposal, description: "second" });
    chain.time += timing.grace;
    assert.equal(await stateOf(chain, queued), "Queued");
    chain.time += 1n;
    assert.equal(await stateOf(chain, queued), "Expired");
    assert.equal((await act(chain, "execute", queued)).error?.name, "GovernorUnexpectedProposalState");
    assert.equal(await chunkSize(chain), 16n * MIB);
  });

  it("lets a proposer take a proposal back while it is pending", async () => {
    await propose(chain, simpleProposal);
    assert.equal((await act(chain, "cancel", simpleProposal, bob)).error?.name, "GovernorOnlyProposer");
    assert.equal((await act(chain, "cancel", simpleProposal, alice)).error, undefined);
    assert.equal(await stateOf(chain, simpleProposal), "Canceled");
    const other = { ...simpleProposal, description: "other" };
    await propose(chain, other);
    open(chain);
    assert.equal((await act(chain, "cancel", other, alice)).error?.name, "GovernorUnexpectedProposalState");
  });

  it("takes a vote by signature, once", async () => {
    const voter = privateKeyToAccount(`0x${"77".repeat(32)}`);
    const local = await governedChain([1, 1], [alice, voter.address.toLowerCase() as Hex]);
    await propose(local, simpleProposal);
    open(local);
    const proposalId = await idOf(local, simpleProposal);
    const sign = (who: Hex, choice: number, nonce: bigint): Promise<Hex> =>
      voter.signTypedData({
        domain: { name: "LucidGovernor", version: "1", chainId: CHAIN_ID, verifyingContract: GOVERNOR },
        types: {
          Ballot: [
            { name: "proposalId", type: "uint256" },
            { name: "support", type: "uint8" },
            { name: "voter", type: "address" },
            { name: "nonce", type: "uint256" },
          ],
        },
        primaryType: "Ballot",
        message: { proposalId, support: choice, voter: who, nonce },
      });
    const send = async (who: Hex, choice: number, signature: Hex): Promise<string | undefined> => {
      const data = encodeCall("LucidGovernor", "castVoteBySig", [proposalId, choice, who, signature]);
      return (await local.send({ to: GOVERNOR, data })).error?.name;
    };
    const good = await sign(voter.address, support.for, 0n);
    const invalid = "GovernorInvalidSignature";
    assert.equal(await send(alice, support.for, await sign(alice, support.for, 0n)), invalid, "for somebody else");
    assert.equal(await send(voter.address, support.against, good), invalid, "another choice");
    assert.equal(await send(voter.address, support.for, await sign(voter.address, support.for, 1n)), invalid);
    assert.equal(await send(voter.address, support.for, good), undefined);
    assert.deepEqual(await readGovernor(local, "proposalVotes", [proposalId]), [0n, 1n, 0n]);
    assert.equal(await send(voter.address, support.for, good), invalid, "the same again");
    const again = await sign(voter.address, support.against, 1n);
    assert.equal(await send(voter.address, support.against, again), "GovernorAlreadyCastVote");
  });

  it("has no other door: not its own settings, not the timelock's, no money", async () => {
    const calls: readonly (readonly [Hex, Hex, string])[] = [
      [GOVERNOR, encodeCall("LucidGovernor", "relay", [PARAMS, 0n, "0x"]), "GovernorOnlyExecutor"],
      [GOVERNOR, encodeCall("LucidGovernor", "updateTimelock", [alice]), "GovernorOnlyExecutor"],
      [
        TIMELOCK_ADDRESS,
        encodeCall("LucidTimelock", "schedule", [
          PARAMS,
          0n,
          simpleProposal.actions[0]?.data,
          ZERO,
          ZERO,
          timing.timelock,
        ]),
        "AccessControlUnauthorizedAccount",
      ],
      [
        TIMELOCK_ADDRESS,
        encodeCall("LucidTimelock", "execute", [PARAMS, 0n, simpleProposal.actions[0]?.data, ZERO, ZERO]),
        "AccessControlUnauthorizedAccount",
      ],
      [TIMELOCK_ADDRESS, encodeCall("LucidTimelock", "cancel", [ZERO]), "AccessControlUnauthorizedAccount"],
      [TIMELOCK_ADDRESS, encodeCall("LucidTimelock", "grantRole", [ZERO, alice]), "AccessControlUnauthorizedAccount"],
      [TIMELOCK_ADDRESS, encodeCall("LucidTimelock", "updateDelay", [0n]), "TimelockUnauthorizedCaller"],
    ];
    for (const from of [alice, dave, GOVERNOR, TIMELOCK_ADDRESS, REGISTRY]) {
      for (const [to, data, expected] of calls) {
        // The governor has its roles, and the timelock is the governor's executor; neither can be made to call these.
        if (from === GOVERNOR && to === TIMELOCK_ADDRESS) continue;
        if (from === TIMELOCK_ADDRESS && (to === GOVERNOR || expected === "TimelockUnauthorizedCaller")) continue;
        assert.equal((await chain.sendAs({ from, to, data })).error?.name, expected);
      }
    }
    const role = async (name: "DEFAULT_ADMIN_ROLE" | "EXECUTOR_ROLE", who: Hex) => {
      const { data } = await chain.call(TIMELOCK_ADDRESS, encodeCall("LucidTimelock", name, []));
      const held = await chain.call(TIMELOCK_ADDRESS, encodeCall("LucidTimelock", "hasRole", [data, who]));
      return BigInt(held.data) === 1n;
    };
    assert.equal(await role("DEFAULT_ADMIN_ROLE", TIMELOCK_ADDRESS), false, "no admin, not even itself");
    assert.equal(await role("DEFAULT_ADMIN_ROLE", GOVERNOR), false);
    assert.equal(await role("EXECUTOR_ROLE", GOVERNOR), true);
    assert.equal(await role("EXECUTOR_ROLE", `0x${"00".repeat(20)}`), false, "not open to all");
    const deposit = await chain.send({ to: GOVERNOR, data: "0x", value: 1n });
    assert.equal(deposit.error?.name, "GovernorDisabledDeposit");
  });
});
