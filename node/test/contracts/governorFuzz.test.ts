import assert from "node:assert/strict";
import type { Hex } from "@lucid/contracts";
import fc from "fast-check";
import {
  act,
  currentSigners,
  governedChain,
  idOf,
  type Proposal,
  propose,
  readGovernor,
  rotateAction,
  SLOT,
  setAction,
  stateOf,
  timing,
  tronSigner,
  vote,
} from "./support/governance.js";
import { type Effect, GovernanceModel } from "./support/governanceModel.js";
import { keyOf, MIB, paramNames, readParams, specified } from "./support/params.js";
import { setEligible } from "./support/registry.js";
import { hashOf } from "./support/sessions.js";
import { type TestChain, users } from "./support/testChain.js";

const effects: readonly Effect[] = [
  { kind: "set", name: "maxChunkSize", value: 2n * MIB },
  { kind: "set", name: "maxChunkSize", value: 3n * MIB },
  { kind: "set", name: "policyTimeoutMs", value: 1_000n },
  { kind: "rotate", epoch: 1n },
  { kind: "rotate", epoch: 1n },
  { kind: "rotate", epoch: 2n },
];

const proposals: readonly Proposal[] = effects.map((effect, i) => ({
  description: `fuzz ${i}`,
  actions: [
    effect.kind === "set"
      ? setAction(effect.name, effect.value)
      : rotateAction(effect.epoch, [tronSigner(`${i}a`), tronSigner(`${i}b`), tronSigner(`${i}c`)]),
  ],
}));

const which = { number: fc.nat(effects.length - 1) };
const user = fc.nat(3);
const wait = fc.constantFrom(SLOT, timing.delay + SLOT, timing.period, timing.timelock, timing.timelock, timing.grace);
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("propose" as const), ...which, user }) },
  {
    weight: 9,
    arbitrary: fc.record({
      kind: fc.constant("vote" as const),
      ...which,
      user,
      choice: fc.constantFrom(1, 1, 1, 1, 0, 2, 3),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("queue" as const), ...which }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("execute" as const), ...which }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("wait" as const), seconds: wait }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("node" as const), user: fc.nat(2), eligible: fc.boolean() }) },
);
/** A life from end to end, so that the random steps around it meet every state. */
const life = fc.record({ number: fc.nat(effects.length - 1), late: fc.boolean() });

const NODES = [2, 1, 1];

async function walk(
  chain: TestChain,
  model: GovernanceModel,
  one: typeof step extends fc.Arbitrary<infer T> ? T : never,
) {
  const now = chain.time;
  const account = (n: number): Hex => users[n] ?? "0x";
  const proposalOf = (number: number): Proposal => proposals[number] ?? { actions: [], description: "" };
  switch (one.kind) {
    case "wait":
      chain.time += one.seconds;
      return undefined;
    case "propose":
      return [
        await propose(chain, proposalOf(one.number), account(one.user)),
        model.propose(one.number, one.user, now),
      ] as const;
    case "vote":
      return [
        await vote(chain, proposalOf(one.number), account(one.user), one.choice),
        model.vote(one.number, one.user, one.choice, now),
      ] as const;
    case "queue":
      return [await act(chain, "queue", proposalOf(one.number)), model.queue(one.number, now)] as const;
    case "execute":
      return [await act(chain, "execute", proposalOf(one.number)), model.execute(one.number, now)] as const;
    default:
      return undefined;
  }
}

describe("governance: random sequences against a model", () => {
  it("agree in every result; nothing runs that did not pass, and bounds are never left", async function () {
    this.timeout(400_000);
    const reached = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 30, maxLength: 60 }),
        fc.array(life, { minLength: 1, maxLength: 3 }),
        async (steps, lives) => {
          const chain = await governedChain(NODES);
          const model = new GovernanceModel(effects);
          for (const name of paramNames) model.values.set(name, specified[name].value);
          const votes = [2n, 1n, 1n, 0n];
          model.setVotes(0n, [...votes]);
          const planned = lives.flatMap(({ number, late }) => [
            { kind: "propose", number, user: 0 } as const,
            { kind: "wait", seconds: timing.delay + SLOT } as const,
            { kind: "vote", number, user: 0, choice: 1 } as const,
            { kind: "vote", number, user: 1, choice: 1 } as const,
            { kind: "wait", seconds: timing.period } as const,
            { kind: "queue", number } as const,
            { kind: "execute", number } as const,
            { kind: "wait", seconds: late ? timing.grace * 2n : timing.timelock } as const,
            { kind: "execute", number } as const,
          ]);
          // Random steps between those of the lives.
          const all = steps.flatMap((one, i) => [one, ...planned.slice(i, i + 1)]);
          for (const one of all) {
            if (one.kind === "node") {
              const eligible = one.eligible ? BigInt(NODES[one.user] ?? 0) : 0n;
              const changes = Array.from({ length: NODES[one.user] ?? 0 }, (_, i) => ({
                nodeId: hashOf("voter", one.user, i),
                operator: users[one.user] ?? ("0x" as const),
                eligible: one.eligible,
              }));
              await setEligible(chain, changes);
              votes[one.user] = eligible;
              model.setVotes(chain.time, [...votes]);
              continue;
            }
            const outcomes = await walk(chain, model, one);
            if (outcomes === undefined) continue;
            const [real, expected] = outcomes;
            assert.equal(real.error?.name, expected, `${one.kind} at ${chain.time}`);
            reached.add(expected ?? one.kind);
            if ("number" in one) reached.add(model.state(one.number, chain.time) ?? "none");
          }
          let known = 0n;
          for (const [number, proposal] of proposals.entries()) {
            const state = model.state(number, chain.time);
            if (state === undefined) continue;
            known++;
            assert.equal(await stateOf(chain, proposal), state);
            const counts = await readGovernor(chain, "proposalVotes", [await idOf(chain, proposal)]);
            assert.deepEqual(counts, model.proposals.get(number)?.counts);
          }
          assert.equal(await readGovernor(chain, "proposalCount", []), known);
          for (const name of paramNames) {
            const value = await readParams(chain, "get", [keyOf(name)]);
            assert.equal(value, model.values.get(name));
            assert.ok(value >= specified[name].min && value <= specified[name].max);
          }
          assert.equal((await currentSigners(chain)).epoch, model.epoch);
        },
      ),
      { numRuns: 20, seed: 20261127, endOnFailure: true },
    );
    for (const branch of [
      ...["propose", "vote", "queue", "execute", "Pending", "Active", "Defeated", "Executed", "Expired"],
      ...["GovernorInsufficientProposerVotes", "GovernorUnexpectedProposalState", "GovernorNonexistentProposal"],
      ...["NoVotes", "GovernorAlreadyCastVote", "GovernorInvalidVoteType", "TimelockUnexpectedOperationState"],
      "WrongEpoch",
    ]) {
      assert.ok(reached.has(branch), `no sequence reached ${branch}`);
    }
  });
});
