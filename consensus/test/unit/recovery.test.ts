import assert from "node:assert/strict";
import fc from "fast-check";
import { fromHex, toHex } from "../../src/base/bytes.js";
import { hasCode } from "../../src/base/errors.js";
import { prevoteVote } from "../../src/certificates.js";
import { forkVersionAt, latestFork } from "../../src/config.js";
import { BlsSigner, BlsVerifier } from "../../src/crypto/blst.js";
import { nodeIdOf, recoverySigningRoot } from "../../src/crypto/signing.js";
import { StandInSigner, StandInVerifier } from "../../src/crypto/standIn.js";
import {
  baseOf,
  checkAdopted,
  checkRecovery,
  highestLock,
  mergeRecoveries,
  planRecovery,
  recoverTip,
  signRecovery,
  withRecovery,
} from "../../src/recovery/index.js";
import { totalWeight } from "../../src/schedule/quorum.js";
import { ChainBuilder, simNetwork } from "../../src/sim/index.js";
import { heightContext } from "../../src/transition/heightContext.js";
import {
  BitArray,
  type PrevoteCertificate,
  Recovery,
  type RecoveryConsent,
  type RecoveryPlan,
  RecoveryPlan as RecoveryPlanType,
} from "../../src/types/index.js";
import { golden } from "../support/golden.js";

const verifier = new StandInVerifier();
const COUNT = 7;

/** Seven nodes after five blocks, of which four sign; `locked` of them hold a lock on the block that nobody saw decided. */
function halted() {
  const network = simNetwork(COUNT, "mainnet", verifier, (seed) => new StandInSigner(seed));
  const chain = new ChainBuilder(network, verifier);
  for (let n = 0; n < 5; n++) chain.next();
  const { tip, certificate } = chain;
  const block = new ChainBuilder(network, verifier);
  for (let n = 0; n < 6; n++) block.next();
  const undecided = block.blocks.at(-1)?.block ?? assert.fail();
  const { config } = network;
  const left = tip.state.voters.members.slice(0, 4).map(({ nodeId }) => nodeId);
  const plan = planRecovery(config, tip, { slot: 12, voters: left });
  const lockIn = (slot: number): PrevoteCertificate => {
    const vote = { height: 6, slot, round: 0, blockRoot: block.tip.root };
    const unsigned = { ...vote, signers: BitArray.fromBitLen(COUNT), signature: new Uint8Array(96) };
    return { ...unsigned, ...chain.keys.sign(tip, prevoteVote(unsigned)) };
  };
  const consent = (index: number, lock?: PrevoteCertificate): RecoveryConsent =>
    signRecovery(chain.keys.signerOf(left[index] ?? assert.fail()), plan, lock);
  return { config, tip, certificate, plan, left, undecided, lockIn, consent };
}

describe("recovery of a network", () => {
  it("needs more than half of the weight, of the last set and not of the new one", () => {
    const { config, tip, plan, consent } = halted();
    const of = (indexes: readonly number[]): Recovery =>
      mergeRecoveries({ plan, consents: indexes.map((index) => consent(index)), block: [] });
    const { weight, totalWeight: total } = checkRecovery(config, tip, of([0, 1, 2, 3]), verifier);
    assert.equal(total, totalWeight(tip.state.voters));
    assert.ok(2 * weight > total);
    assert.throws(
      () => checkRecovery(config, tip, of([0, 1, 2]), verifier),
      (error: unknown) => hasCode(error, "RECOVERY_WEIGHT"),
    );
  });

  it("merges in any order to the same, and takes the highest lock with its block", () => {
    const { config, tip, plan, undecided, lockIn, consent } = halted();
    const parts: Recovery[] = [
      { plan, consents: [consent(0)], block: [] },
      { plan, consents: [consent(1, lockIn(7))], block: [] },
      { plan, consents: [consent(2, lockIn(8))], block: [undecided] },
      { plan, consents: [consent(3)], block: [] },
      { plan, consents: [consent(0), consent(3)], block: [] },
    ];
    const merged = (list: readonly Recovery[]): string => {
      const [first = assert.fail(), ...rest] = list;
      return toHex(Recovery.serialize(mergeRecoveries(first, ...rest)));
    };
    const expected = merged(parts);
    fc.assert(
      fc.property(fc.shuffledSubarray(parts, { minLength: 5 }), (order) => merged(order) === expected),
      { numRuns: 30 },
    );
    const all = Recovery.deserialize(fromHex(expected));
    assert.equal(highestLock(all.consents)?.slot, 8);
    checkRecovery(config, tip, all, verifier);
    assert.throws(
      () => mergeRecoveries(all, { ...all, plan: { ...plan, slot: 13 } }),
      (error: unknown) => hasCode(error, "RECOVERY_OTHER"),
    );
  });

  it("refuses locks that are not proven: of another height, of the new fork, of a slot that is over, of too few", () => {
    const { config, tip, plan, undecided, lockIn, consent } = halted();
    const good = lockIn(8);
    const few = { ...good, signers: BitArray.fromBoolArray([true, ...Array<boolean>(COUNT - 1).fill(false)]) };
    for (const lock of [
      { ...good, height: 7 },
      lockIn(plan.slot),
      lockIn(tip.state.slot),
      few,
      { ...good, round: 1 },
    ]) {
      const recovery = mergeRecoveries({
        plan,
        consents: [consent(0, lock), consent(1), consent(2), consent(3)],
        block: [undecided],
      });
      assert.throws(
        () => checkRecovery(config, tip, recovery, verifier),
        (error: unknown) => hasCode(error, "RECOVERY_CONSENT"),
      );
    }
  });

  it("gives the next height its voters, its first slot and the lock, and the state the silence of who was left out", () => {
    const { config, tip, certificate, plan, left, undecided, lockIn, consent } = halted();
    const recovery = mergeRecoveries({
      plan,
      consents: [consent(0, lockIn(8)), consent(1), consent(2), consent(3)],
      block: [undecided],
    });
    const adopted = withRecovery(config, recovery);
    assert.deepEqual([latestFork(adopted), forkVersionAt(adopted, 11), forkVersionAt(adopted, 12)], [2, 1, 2]);
    assert.throws(
      () => withRecovery(adopted, recovery),
      (error: unknown) => hasCode(error, "RECOVERY_FORK"),
    );
    checkAdopted(adopted, tip, verifier);
    const context = heightContext(adopted, tip, certificate);
    assert.deepEqual(
      context.voters.members.map(({ nodeId }) => toHex(nodeId)),
      left.map(toHex),
    );
    assert.deepEqual([context.recovery?.slot, context.recovery?.lock?.slot], [12, 8]);
    assert.equal(context.recovery?.voters, tip.state.voters);
    const { state } = recoverTip(adopted, tip);
    assert.deepEqual(state.silence, [0, 0, 0, 0, 2, 2, 2]);
    assert.ok(state.epoch.beacons.slice(4).every((count) => count === 0));
    // A block from before the new fork is carried over as it is; one of the new fork builds on the new voters.
    assert.equal(baseOf(adopted, tip, 11), tip);
    assert.equal(baseOf(adopted, tip, 12).state, state);
    // Without a recovery nothing changes.
    assert.equal(recoverTip(config, tip), tip);
    assert.equal(heightContext(config, tip, certificate).recovery, undefined);
  });

  it("has the form of the golden file", () => {
    const bls = new BlsVerifier();
    const make = () => {
      const signers = [1, 2].map((n) => new BlsSigner(fromHex(`0x${`0${n}`.repeat(32)}`)));
      const plan: RecoveryPlan = {
        genesisRoot: new Uint8Array(32).fill(0xaa),
        forkVersion: 2,
        height: 9,
        root: new Uint8Array(32).fill(0xbb),
        slot: 40,
        voters: signers.map(({ publicKey }, index) => ({ nodeId: nodeIdOf(publicKey), weight: 100 + index })),
      };
      const lock: PrevoteCertificate = {
        height: 10,
        slot: 11,
        round: 1,
        blockRoot: new Uint8Array(32).fill(0xcc),
        signers: BitArray.fromBoolArray([true, true, false]),
        signature: new Uint8Array(96).fill(0xdd),
      };
      const recovery = mergeRecoveries({
        plan,
        consents: signers.map((signer, index) => signRecovery(signer, plan, index === 0 ? lock : undefined)),
        block: [],
      });
      return {
        publicKeys: signers.map(({ publicKey }) => toHex(publicKey)),
        planRoot: toHex(RecoveryPlanType.hashTreeRoot(plan)),
        signingRoots: recovery.consents.map((consent) => toHex(recoverySigningRoot(plan, consent.lock))),
        signatures: recovery.consents.map(({ signature }) => toHex(signature)),
        ssz: toHex(Recovery.serialize(recovery)),
      };
    };
    const expected = golden("recovery.json", make);
    assert.deepEqual(make(), expected);
    const recovery = Recovery.deserialize(fromHex(expected.ssz));
    for (const [index, { nodeId, lock, signature }] of recovery.consents.entries()) {
      const key = expected.publicKeys
        .map((hex) => fromHex(hex))
        .find((each) => toHex(nodeIdOf(each)) === toHex(nodeId));
      assert.ok(key !== undefined && bls.verify(key, recoverySigningRoot(recovery.plan, lock), signature), `${index}`);
    }
  });
});
