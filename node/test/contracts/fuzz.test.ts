import assert from "node:assert/strict";
import { toHex } from "@lucid/consensus/base";
import { sessionRoot } from "@lucid/consensus/proofs";
import { contractAddresses } from "@lucid/contracts";
import fc from "fast-check";
import { AnchorsModel, type ModelOutcome } from "./support/anchorsModel.js";
import {
  anchorChunks,
  DAY,
  hashOf,
  price,
  readAnchors,
  readStore,
  register,
  rootsOf,
  type SessionInput,
  sendAnchors,
} from "./support/sessions.js";
import { type Outcome, TestChain, users } from "./support/testChain.js";

/** Few owners, ids and roots, so that they collide; days around the limits. */
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("register" as const),
      owner: fc.nat(2),
      caller: fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.nat(2) }),
      id: fc.nat(6),
      root: fc.nat(4),
      count: fc.nat(6),
      days: fc.constantFrom(0, 29, 30, 31, 90, 3650, 3651),
      extra: fc.constantFrom(-1n, 0n, 1n),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("renew" as const),
      owner: fc.nat(2),
      id: fc.nat(6),
      days: fc.constantFrom(0, 1, 2, 30, 60, 3600),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("anchor" as const),
      owner: fc.nat(2),
      id: fc.nat(6),
      skip: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(-1, 1) }),
      size: fc.nat(4),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("sweep" as const), most: fc.nat(3) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("wait" as const),
      seconds: fc.constantFrom(1n, DAY, 30n * DAY, 61n * DAY),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const owner = (n: number) => users[n] ?? "0x";
const sessionOf = (ownerNumber: number, id: number, root: number, count: number): SessionInput => ({
  sessionId: hashOf("fuzz id", id),
  manifestHash: hashOf("fuzz manifest", id),
  startedAt: BigInt(id),
  owner: owner(ownerNumber),
  // Roots of what the anchor steps append, so that a registration meets them now and then.
  merkleRoot: toHex(sessionRoot(rootsOf(`fuzz ${root}`, Math.max(count, 1)))),
  chunkCount: count,
});

async function apply(chain: TestChain, model: AnchorsModel, one: Step): Promise<[Outcome, ModelOutcome] | undefined> {
  switch (one.kind) {
    case "wait":
      chain.time += one.seconds;
      return undefined;
    case "register": {
      const input = sessionOf(one.owner, one.id, one.root, one.count);
      const value = price(one.count, one.days) + (one.days === 0 ? 0n : one.extra);
      const from = one.caller === undefined ? input.owner : owner(one.caller);
      const paid = value < 0n ? 0n : value;
      return [await register(chain, input, 0, { from, value: paid }), model.register(input, from, paid, chain.time)];
    }
    case "renew": {
      const id = hashOf("fuzz id", one.id);
      const paid = price(2, one.days);
      return [
        await sendAnchors(chain, "renew", [owner(one.owner), id], { value: paid }),
        model.renew(owner(one.owner), id, paid, chain.time),
      ];
    }
    case "anchor": {
      const id = hashOf("fuzz id", one.id);
      const count = model.anchoredCount(owner(one.owner), id);
      const first = Math.max(0, count + one.skip);
      const roots = rootsOf(`fuzz ${one.id % 5}`, count + one.size).slice(count);
      return [
        await anchorChunks(chain, owner(one.owner), id, first, roots),
        model.anchor(owner(one.owner), id, first, roots),
      ];
    }
    case "sweep":
      return [await sendAnchors(chain, "sweep", [BigInt(one.most)]), model.sweep(one.most, chain.time)];
  }
}

async function compare(chain: TestChain, model: AnchorsModel): Promise<void> {
  assert.deepEqual(await readAnchors(chain, "challengeRange", []), model.range());
  assert.equal(await chain.balance(contractAddresses.LucidAnchors), model.burnt);
  for (const user of users.slice(0, 3)) {
    assert.deepEqual(await readAnchors(chain, "sessionsOf", [user, 0n, 100n]), model.sessionsOf(user));
  }
  for (const [user, id, roots] of model.trees()) {
    assert.equal(await readStore(chain, "countOf", [user, id]), roots.length);
    assert.equal(await readStore(chain, "rootOf", [user, id]), toHex(sessionRoot(roots)));
  }
  const [, , first, end] = model.range();
  for (let chunk = first; chunk < end; chunk++) {
    assert.deepEqual(await readAnchors(chain, "chunkAt", [chunk]), model.chunkAt(chunk, chain.time));
  }
}

describe("LucidAnchors and LucidChunkStore: random sequences against a model", () => {
  it("agree in every result, event, revert and view", async function () {
    this.timeout(120_000);
    const reached = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
        const chain = await TestChain.create();
        const model = new AnchorsModel();
        for (const one of steps) {
          const outcomes = await apply(chain, model, one);
          if (outcomes === undefined) continue;
          const [real, expected] = outcomes;
          assert.equal(real.error?.name, expected.error, `${one.kind} at ${chain.time}`);
          assert.deepEqual(
            real.events.map((event) => event.name),
            expected.events,
            one.kind,
          );
          reached.add(expected.error ?? one.kind);
        }
        await compare(chain, model);
      }),
      { numRuns: 60, seed: 20261123 },
    );
    // The sequences are worth something only if they reach every branch.
    for (const branch of [
      "register",
      "renew",
      "anchor",
      "sweep",
      "NotOwner",
      "NoChunks",
      "SessionExists",
      "RootExists",
      "ChunkCountMismatch",
      "MerkleRootMismatch",
      "RetentionTooShort",
      "RetentionTooLong",
      "RetentionEnded",
      "UnknownSession",
      "BatchSize",
      "UnexpectedIndex",
    ]) {
      assert.ok(reached.has(branch), `no sequence reached ${branch}`);
    }
  });
});
