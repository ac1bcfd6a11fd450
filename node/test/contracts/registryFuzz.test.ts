import assert from "node:assert/strict";
import type { Hex } from "@lucid/contracts";
import fc from "fast-check";
import { privateKeyToAccount } from "viem/accounts";
import type { ModelOutcome } from "./support/anchorsModel.js";
import {
  burnBonds,
  NO_POOL,
  nodeIdOf,
  nodeInput,
  poolOf,
  REGISTRY,
  readRegistry,
  registerNode,
  sendRegistry,
  setEligible,
  signJoin,
} from "./support/registry.js";
import { RegistryModel } from "./support/registryModel.js";
import { BOND, BOND_LOCK, TestChain, users } from "./support/testChain.js";

const poolOwner = privateKeyToAccount(`0x${"44".repeat(32)}`);
const pool = poolOf(poolOwner.address);
const START = 1_800_000_000n;

/** Few keys and operators, so that they collide. */
const who = { key: fc.nat(2), operator: fc.nat(2) };
const joining = {
  pooled: fc.boolean(),
  consent: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
};
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("register" as const),
      ...who,
      ...joining,
      extra: fc.oneof({ weight: 9, arbitrary: fc.constant(0n) }, { weight: 1, arbitrary: fc.constantFrom(-1n, 1n) }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("update" as const), ...who, ...joining, peer: fc.nat(3) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("retire" as const), ...who }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("withdraw" as const), ...who }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("eligible" as const),
      changes: fc.array(fc.record({ ...who, eligible: fc.boolean() }), { maxLength: 6 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("burn" as const), names: fc.array(fc.record(who), { maxLength: 3 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("wait" as const), seconds: fc.constantFrom(6n, BOND_LOCK) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const operatorOf = (n: number): Hex => users[n] ?? "0x";
const idOf = (key: number): Hex => nodeIdOf(nodeInput(`fuzz ${key}`));
const nameOf = (one: { readonly key: number; readonly operator: number }) => ({
  nodeId: idOf(one.key),
  operator: operatorOf(one.operator),
});

interface Real {
  readonly error?: string | undefined;
  readonly events: readonly string[];
}

async function apply(chain: TestChain, model: RegistryModel, one: Step): Promise<[Real, ModelOutcome] | undefined> {
  const { time } = chain;
  const consentFor = (nodeId: Hex, operator: Hex, good: boolean): Promise<Hex> =>
    signJoin(poolOwner, nodeId, operator, model.joinsOf(nodeId, operator) + (good ? 0 : 1));
  const sent = async (outcome: ReturnType<typeof sendRegistry>): Promise<Real> => {
    const { error, events } = await outcome;
    return { error: error?.name, events: events.map(({ name }) => name) };
  };
  switch (one.kind) {
    case "wait":
      chain.time += one.seconds;
      return undefined;
    case "register": {
      const from = operatorOf(one.operator);
      const poolSignature = one.pooled ? await consentFor(idOf(one.key), from, one.consent) : "0x";
      const input = nodeInput(`fuzz ${one.key}`, { poolId: one.pooled ? pool : NO_POOL, poolSignature });
      const value = BOND + one.extra;
      return [
        await sent(registerNode(chain, input, { from, value })),
        model.register(input, from, value, time, one.consent),
      ];
    }
    case "update": {
      const { nodeId, operator: from } = nameOf(one);
      const poolId = one.pooled ? pool : NO_POOL;
      const { peerId } = nodeInput(`fuzz peer ${one.peer}`);
      const capacityMiB = model.find(nodeId, from)?.capacityMiB ?? 0;
      const args = [nodeId, peerId, poolId, await consentFor(nodeId, from, one.consent), capacityMiB];
      return [
        await sent(sendRegistry(chain, "update", args, { from })),
        model.update(nodeId, from, { peerId, poolId }, one.consent),
      ];
    }
    case "retire": {
      const { nodeId, operator: from } = nameOf(one);
      return [await sent(sendRegistry(chain, "retire", [nodeId], { from })), model.retire(nodeId, from, time)];
    }
    case "withdraw": {
      const { nodeId, operator } = nameOf(one);
      const outcome = sendRegistry(chain, "withdrawBond", [nodeId, operator], { from: users[3] ?? "0x" });
      return [await sent(outcome), model.withdraw(nodeId, operator, time)];
    }
    case "eligible": {
      const changes = one.changes.map((change) => ({ ...nameOf(change), eligible: change.eligible }));
      const { events } = await setEligible(chain, changes);
      const expected = changes.flatMap((each) => model.setEligible(each.nodeId, each.operator, each.eligible, time));
      return [{ events: events.map(({ name }) => name) }, { events: expected }];
    }
    case "burn": {
      const names = one.names.map(nameOf);
      const { events } = await burnBonds(chain, names);
      return [
        { events: events.map(({ name }) => name) },
        { events: names.flatMap((name) => model.burn(name.nodeId, name.operator)) },
      ];
    }
  }
}

async function compare(chain: TestChain, model: RegistryModel): Promise<void> {
  assert.equal(await chain.balance(REGISTRY), model.held);
  assert.equal(await readRegistry(chain, "burntBonds", []), model.burnt);
  const active = model.nodes.filter((node) => node.retiredAt === 0n).length;
  assert.equal(await readRegistry(chain, "activeCount", []), BigInt(active));
  for (const user of users.slice(0, 3)) {
    const expected = model.nodes.filter((node) => node.operator === user);
    assert.deepEqual(await readRegistry(chain, "nodesOf", [user, 0n, 100n]), expected);
    assert.equal(await readRegistry(chain, "getVotes", [user]), BigInt(expected.filter((n) => n.eligible).length));
  }
  chain.time += 1n;
  for (let time = START - 1n; time < chain.time; time += (chain.time - START) / 7n + 1n) {
    for (const user of users.slice(0, 3)) {
      assert.equal(await readRegistry(chain, "getPastVotes", [user, time]), model.votesAt(time, user));
    }
    assert.equal(await readRegistry(chain, "getPastTotalSupply", [time]), model.votesAt(time));
  }
}

describe("NodeRegistry: random sequences against a model", () => {
  it("agree in every result, event, revert, view and past vote", async function () {
    this.timeout(120_000);
    const reached = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
        const chain = await TestChain.create();
        chain.time = START;
        const model = new RegistryModel();
        for (const one of steps) {
          const outcomes = await apply(chain, model, one);
          if (outcomes === undefined) continue;
          const [real, expected] = outcomes;
          assert.equal(real.error, expected.error, `${one.kind} at ${chain.time}`);
          assert.deepEqual(real.events, expected.events, one.kind);
          for (const branch of expected.error === undefined ? expected.events : [expected.error]) reached.add(branch);
        }
        await compare(chain, model);
      }),
      { numRuns: 60, seed: 20261123 },
    );
    // The sequences are worth something only if they reach every branch.
    for (const branch of [
      "NodeRegistered",
      "NodeUpdated",
      "NodeRetired",
      "BondWithdrawn",
      "BondBurnt",
      "EligibilityChanged",
      "WrongBond",
      "KeyUsed",
      "BadPoolSignature",
      "UnknownNode",
      "AlreadyRetired",
      "NoBond",
      "BondLocked",
    ]) {
      assert.ok(reached.has(branch), `no sequence reached ${branch}`);
    }
  });
});
