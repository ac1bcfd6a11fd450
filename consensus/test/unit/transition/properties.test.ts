import assert from "node:assert/strict";
import { BitArray } from "@chainsafe/ssz";
import fc from "fast-check";
import { compareBytes, toHex, u32be } from "../../../src/base/bytes.js";
import { sha256 } from "../../../src/base/hash.js";
import { StandInSigner, StandInVerifier } from "../../../src/crypto/standIn.js";
import { LIVE_SCORE_FLOOR, LIVE_SCORE_FULL } from "../../../src/params.js";
import { tieBreaker } from "../../../src/schedule/voterSet.js";
import { ChainBuilder, Random, simNetwork } from "../../../src/sim/index.js";
import { draftOf } from "../../../src/transition/draft.js";
import { crossBoundary } from "../../../src/transition/epochBoundary.js";
import { appendNode } from "../../../src/transition/registry.js";
import { bookReward, sharePool, takeWithdrawals } from "../../../src/transition/rewards.js";
import { rankKeyOf, windowCredits } from "../../../src/transition/votersOf.js";
import { workTally } from "../../../src/transition/workTally.js";
import type { ConsensusState } from "../../../src/types/index.js";

const verifier = new StandInVerifier();
const network = simNetwork(1, "devnet", verifier, (seed) => new StandInSigner(seed));
const { params } = network.config;

/** Largest credits that a node can have in an epoch: everything that 256 voters share, ten a slot. */
const EPOCH_CREDITS = 10 * 256 * 1_000 * 30;
/** All LUCID there can ever be, in gwei. */
const SUPPLY = 4_204_800_000_000_000;

const sum = (column: readonly number[]): number => column.reduce((total, value) => total + value, 0);
const credits = fc.integer({ min: 0, max: EPOCH_CREDITS });

interface Standing {
  readonly credits: readonly number[];
  readonly liveScore: number;
  readonly pool: number;
  readonly creditsFrom: number;
}

const standing: fc.Arbitrary<Standing> = fc.record({
  credits: fc.array(credits, { minLength: 24, maxLength: 24 }),
  liveScore: fc.integer({ min: LIVE_SCORE_FLOOR, max: LIVE_SCORE_FULL }),
  pool: fc.integer({ min: 0, max: 3 }),
  creditsFrom: fc.constantFrom(0, 0, 0, 12, 99),
});

/** A state whose closed window and open epoch are these; pool 0 is none. */
function stateOf(standings: readonly Standing[]): ConsensusState {
  const draft = draftOf(network.genesis.state);
  const [pattern] = draft.nodes;
  assert.ok(pattern !== undefined);
  draft.nodes = [];
  for (const column of [draft.liveScore, draft.silence, draft.unpaid, draft.earned]) column.length = 0;
  const { epoch } = draft;
  for (const column of [epoch.credits, epoch.storage, epoch.relay, epoch.uptime, epoch.beacons, epoch.commits])
    column.length = 0;
  draft.eligible = BitArray.fromBitLen(0);
  standings.forEach(({ pool, creditsFrom }, index) => {
    const nodeId = sha256(u32be(index));
    const poolId = pool === 0 ? new Uint8Array(32) : sha256(u32be(1_000 + pool));
    appendNode(draft, { ...pattern, nodeId, poolId, creditsFrom });
  });
  draft.liveScore = standings.map((each) => each.liveScore);
  draft.window = draft.window.map((bucket, epochIndex) => ({
    ...bucket,
    credits: standings.map((each) => each.credits[epochIndex] ?? 0),
  }));
  draft.epoch.credits = standings.map((each) => each.credits[0] ?? 0);
  return draft;
}

describe("credit window", () => {
  it("is the sum of the last WINDOW_EPOCHS epochs since the node's last jailing, exactly", () => {
    fc.assert(
      fc.property(fc.array(standing, { minLength: 1, maxLength: 20 }), (standings) => {
        const found = windowCredits(stateOf(standings));
        standings.forEach((each, index) => {
          const expected = each.credits.reduce(
            (total, value, epoch) => total + (epoch >= each.creditsFrom ? BigInt(value) : 0n),
            0n,
          );
          assert.equal(BigInt(found[index] ?? -1), expected);
        });
      }),
      { numRuns: 100 },
    );
  });

  it("of a chain equals what its blocks credited in its epochs, whatever was lost on the way", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 1, max: 7 }), (seed, size) => {
        const random = new Random(seed);
        const chain = new ChainBuilder(
          simNetwork(size, "devnet", verifier, (bytes) => new StandInSigner(bytes)),
          verifier,
        );
        const all = Array.from({ length: size }, (_, index) => index);
        const quorum = Math.floor((2 * size) / 3) + 1;
        const expected = new Map<number, number[]>();
        // Who votes on the open height, and who voted on its parent.
        let open = chain.tip.state.voters.members;
        let certifiers = open;
        for (let slot = 1; slot < 40; slot++) {
          if (random.chance(0.2)) continue;
          const commitBy = random.shuffle(all).slice(0, random.between(quorum, size));
          const block = chain.next({ slot, commitBy, beaconsBy: random.shuffle(all).slice(0, random.below(size + 1)) });
          const { epoch, voters } = chain.tip.state;
          const column = expected.get(epoch.epoch) ?? all.map(() => 0);
          expected.set(epoch.epoch, column);
          for (const bit of block.body.parentCommit.signers.getTrueBitIndexes()) {
            const node = certifiers[bit]?.node ?? -1;
            column[node] = (column[node] ?? 0) + 3_000;
          }
          for (const { nodes } of block.body.tasks.beacons) {
            for (const node of nodes.getTrueBitIndexes()) {
              // Without storage, beacons outside the voters earn nothing.
              if (voters.members.some((member) => member.node === node)) column[node] = (column[node] ?? 0) + 1_000;
            }
          }
          certifiers = open;
          open = voters.members;
        }
        const { state } = chain.tip;
        assert.deepEqual(state.epoch.credits, expected.get(state.epoch.epoch) ?? all.map(() => 0));
        for (const bucket of state.window.filter(({ firstHeight }) => firstHeight > 0)) {
          assert.deepEqual(bucket.credits, expected.get(bucket.epoch));
        }
      }),
      { numRuns: 40 },
    );
  });

  it("never holds more than WINDOW_EPOCHS epochs; what falls out is the oldest", () => {
    fc.assert(
      fc.property(fc.array(standing, { minLength: 1, maxLength: 6 }), (standings) => {
        const draft = stateOf(standings);
        const closing = [...draft.epoch.credits];
        const kept = draft.window.slice(1);
        crossBoundary(draft, draft.height + 1, params);
        assert.equal(draft.window.length, params.windowEpochs);
        assert.deepEqual(draft.window.slice(0, -1), kept);
        assert.deepEqual(draft.window.at(-1)?.credits, closing);
        assert.ok(draft.epoch.credits.every((value) => value === 0));
      }),
      { numRuns: 50 },
    );
  });
});

describe("ranking", () => {
  it("rankKey = floor(credits * liveScore / 10000), exact where a double would round, never above the credits", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 24 * EPOCH_CREDITS }),
        fc.integer({ min: LIVE_SCORE_FLOOR, max: LIVE_SCORE_FULL }),
        (value, liveScore) => {
          const rankKey = rankKeyOf(value, liveScore);
          assert.equal(BigInt(rankKey), (BigInt(value) * BigInt(liveScore)) / 10_000n);
          assert.ok(rankKey >= 0 && rankKey <= value);
          assert.ok(rankKeyOf(value + 1, liveScore) >= rankKey);
        },
      ),
    );
  });

  it("is a strict order of the entities that keeps all sums", () => {
    fc.assert(
      fc.property(fc.array(standing, { minLength: 1, maxLength: 20 }), (standings) => {
        const state = stateOf(standings);
        const rows = workTally(state, params);
        assert.equal(sum(rows.map((row) => row.credits)), sum(state.epoch.credits));
        assert.equal(sum(rows.map((row) => row.nodes)), standings.length);
        for (const row of rows) {
          assert.equal(row.storage + row.relay + row.uptime + row.validation, row.credits);
          assert.ok(row.rankKey <= row.windowCredits && Number.isSafeInteger(row.windowCredits));
        }
        assert.deepEqual(
          rows.map((row) => row.rank),
          rows.map((_, index) => index + 1),
        );
        rows.slice(1).forEach((row, index) => {
          const above = rows[index];
          assert.ok(above !== undefined && above.rankKey >= row.rankKey);
          if (above.rankKey > row.rankKey) return;
          assert.ok(compareBytes(tieBreaker(state.mix, above.entity), tieBreaker(state.mix, row.entity)) < 0);
        });
      }),
      { numRuns: 100 },
    );
  });

  it("does not depend on the order in which nodes registered", () => {
    fc.assert(
      fc.property(fc.array(standing, { minLength: 2, maxLength: 12 }), fc.nat(), (standings, seed) => {
        const state = stateOf(standings);
        const order = new Random(seed).shuffle(standings.map((_, index) => index));
        const pick = <T>(column: readonly T[]): T[] => order.map((index) => column[index] as T);
        const shuffled: ConsensusState = {
          ...state,
          nodes: pick(state.nodes),
          liveScore: pick(state.liveScore),
          window: state.window.map((bucket) => ({ ...bucket, credits: pick(bucket.credits) })),
          epoch: { ...state.epoch, credits: pick(state.epoch.credits) },
        };
        // Of members with equal rank either live score may be shown; it decides nothing.
        const shown = (of: ConsensusState) => workTally(of, params).map(({ liveScore: _, ...row }) => row);
        assert.deepEqual(shown(shuffled), shown(state));
      }),
      { numRuns: 60 },
    );
  });
});

describe("rewards", () => {
  it("a block mints its reward, no gwei more or less: what the proposer does not get waits in the pool", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 10 ** 10 }), { minLength: 1, maxLength: 256 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        (weights, commitPart, beaconPart, slot) => {
          const draft = stateOf([{ credits: [], liveScore: LIVE_SCORE_FULL, pool: 0, creditsFrom: 0 }]);
          const [pattern] = network.genesis.state.voters.members;
          assert.ok(pattern !== undefined);
          const members = weights.map((weight) => ({ ...pattern, weight }));
          const voters = { ...network.genesis.state.voters, members };
          const total = sum(weights);
          const [commit, beacon] = [Math.floor(total * commitPart), Math.floor(total * beaconPart)];
          bookReward(draft, 0, slot, voters, commit, beacon, params);
          const reward = 2_000_000_000n >> BigInt(Math.floor(slot / params.halvingSlots));
          const paid = ((reward / 4n) * (BigInt(commit) + BigInt(beacon))) / (2n * BigInt(total));
          assert.deepEqual([draft.unpaid[0], draft.earned[0]], [Number(paid), Number(paid)]);
          assert.equal(BigInt(draft.epoch.pool), reward - paid);
          assert.ok(paid <= reward / 4n);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("a pool is shared by credits in whole gwei; the rest, less than a gwei a node, is carried over", () => {
    fc.assert(
      fc.property(
        fc.array(standing, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 0, max: SUPPLY }),
        (standings, pool) => {
          const draft = stateOf(standings);
          draft.epoch.pool = pool;
          const left = sharePool(draft);
          const counted = standings.map((each) =>
            each.creditsFrom > draft.epoch.epoch ? 0n : BigInt(each.credits[0] ?? 0),
          );
          const total = counted.reduce((all, value) => all + value, 0n);
          assert.equal(sum(draft.unpaid) + left, pool);
          assert.ok(left >= 0 && (total === 0n ? left === pool : left < standings.length));
          if (total === 0n) return;
          counted.forEach((credit, index) => {
            assert.equal(BigInt(draft.unpaid[index] ?? -1), (BigInt(pool) * credit) / total);
          });
          assert.deepEqual(draft.earned, draft.unpaid);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("every claim is paid once and in full, within EPOCH_SLOTS blocks when no more than 256 a turn are due", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: SUPPLY / 100 }), { minLength: 1, maxLength: 100 }), (claims) => {
        const draft = stateOf(claims.map(() => ({ credits: [], liveScore: 10_000, pool: 0, creditsFrom: 0 })));
        draft.unpaid = [...claims];
        const paid = claims.map(() => 0n);
        const indexes: bigint[] = [];
        for (let height = 1; height <= params.epochSlots; height++) {
          for (const { index, validatorIndex, amount, address } of takeWithdrawals(draft, height, params)) {
            paid[Number(validatorIndex)] = (paid[Number(validatorIndex)] ?? 0n) + amount;
            indexes.push(index);
            assert.equal(Number(validatorIndex) % params.epochSlots, height % params.epochSlots);
            assert.equal(toHex(address), toHex(draft.nodes[Number(validatorIndex)]?.operator ?? new Uint8Array()));
          }
        }
        assert.deepEqual(paid, claims.map(BigInt));
        assert.deepEqual(
          draft.unpaid,
          claims.map(() => 0),
        );
        assert.deepEqual(
          indexes,
          indexes.map((_, position) => BigInt(position)),
        );
      }),
      { numRuns: 50 },
    );
  });

  it("more than 256 claims a turn: the largest first, the rest keeps its claim", () => {
    const claims = Array.from({ length: 300 * params.epochSlots }, (_, index) => index + 1);
    const draft = stateOf(claims.map(() => ({ credits: [], liveScore: 10_000, pool: 0, creditsFrom: 0 })));
    draft.unpaid = [...claims];
    const first = takeWithdrawals(draft, params.epochSlots, params);
    assert.equal(first.length, 256);
    const smallest = Math.min(...first.map(({ amount }) => Number(amount)));
    assert.equal(sum(draft.unpaid) + sum(first.map(({ amount }) => Number(amount))), sum(claims));
    const waiting = draft.unpaid.filter((claim, index) => index % params.epochSlots === 0 && claim > 0);
    assert.equal(waiting.length, 44);
    assert.ok(waiting.every((claim) => claim < smallest));
    assert.equal(takeWithdrawals(draft, 2 * params.epochSlots, params).length, 44);
  });
});
