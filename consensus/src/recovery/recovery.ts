import { compareBytes, equalBytes, toHex } from "../base/bytes.js";
import { prevoteVote, verifyQuorum } from "../certificates.js";
import { type ChainConfig, forkVersionAt, latestFork } from "../config.js";
import { nodeIdOf, recoverySigningRoot } from "../crypto/signing.js";
import type { Signer, Verifier } from "../crypto/types.js";
import { totalWeight } from "../schedule/quorum.js";
import { demand } from "../transition/checks.js";
import { isJailed, isRetired, nodeIndex } from "../transition/registry.js";
import type { Tip } from "../transition/types.js";
import { type Block, Body } from "../types/body.js";
import type { PrevoteCertificate } from "../types/certificate.js";
import { headerRoot } from "../types/header.js";
import type { Recovery, RecoveryConsent, RecoveryPlan } from "../types/recovery.js";
import { RecoveryPlan as RecoveryPlanType } from "../types/recovery.js";
import { ZERO_ROOT } from "../types/ssz.js";
import { compareViews, MAX_ROUND } from "../types/view.js";

/*
 * Why more than 1/2: it crosses the quorum of any earlier commit in more than 1/6 of the weight. Whatever was decided at
 * height + 1 unknown to the signers, one of them is locked on it, unless 1/6 lie (consensus-attacks H11).
 */

/** Weight that a voter of a recovery has: what it had in the last set, or 1. */
function weightOf(tip: Tip, nodeId: Uint8Array): number {
  return tip.state.voters.members.find((member) => equalBytes(member.nodeId, nodeId))?.weight ?? 1;
}

/**
 * The plan to go on from the tip with these voters. @param slot first slot under the new fork version
 * @throws ConsensusError RECOVERY_VOTERS, RECOVERY_FORK
 */
export function planRecovery(
  config: ChainConfig,
  tip: Tip,
  wish: { readonly slot: number; readonly voters: readonly Uint8Array[] },
): RecoveryPlan {
  const places = new Map(wish.voters.map((nodeId) => [nodeId, nodeIndex(tip.state, nodeId) ?? -1]));
  const voters = [...wish.voters].sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
  const plan: RecoveryPlan = {
    genesisRoot: config.genesisRoot,
    forkVersion: latestFork(config) + 1,
    height: tip.state.height,
    root: tip.root,
    slot: wish.slot,
    voters: voters.map((nodeId) => ({ nodeId, weight: weightOf(tip, nodeId) })),
  };
  checkPlan(config, tip, plan);
  return plan;
}

/**
 * Whether a plan fits this network and this chain, whose head is the tip.
 * @throws ConsensusError RECOVERY_OTHER, RECOVERY_FORK, RECOVERY_HEAD, RECOVERY_VOTERS
 */
export function checkPlan(config: ChainConfig, tip: Tip, plan: RecoveryPlan): void {
  const { height, root, slot, forkVersion } = plan;
  demand(
    equalBytes(plan.genesisRoot, config.genesisRoot),
    "RECOVERY_OTHER",
    `the recovery is of the network with genesis root ${toHex(plan.genesisRoot)}`,
  );
  const next = latestFork(config) + 1;
  demand(forkVersion === next, "RECOVERY_FORK", `the recovery is fork ${forkVersion}, the next one here is ${next}`);
  const own = tip.state.height;
  demand(height <= own, "RECOVERY_HEAD", `the recovery starts from block ${height}, this node is at block ${own}`);
  demand(
    height >= own,
    "RECOVERY_HEAD",
    `the recovery starts from block ${height}, this node has block ${own} already`,
  );
  demand(
    equalBytes(root, tip.root),
    "RECOVERY_HEAD",
    `the recovery starts from block ${toHex(root)}, this node's is ${toHex(tip.root)}`,
  );
  demand(height > 0, "RECOVERY_HEAD", "a network without a block is founded anew, not recovered");
  demand(slot > tip.state.slot, "RECOVERY_FORK", `slot ${slot} is not after that of block ${height}`);
  checkVoters(tip, plan);
}

function checkVoters(tip: Tip, plan: RecoveryPlan): void {
  demand(plan.voters.length > 0, "RECOVERY_VOTERS", "the recovery names no voters");
  let last = -1;
  for (const { nodeId, weight } of plan.voters) {
    const name = toHex(nodeId);
    const index = nodeIndex(tip.state, nodeId);
    const node = index === undefined ? undefined : tip.state.nodes[index];
    demand(index !== undefined && node !== undefined, "RECOVERY_VOTERS", `node ${name} is not in the registry`);
    demand(index > last, "RECOVERY_VOTERS", `node ${name} is named twice or out of order`);
    demand(!isJailed(node, tip.state.epoch.epoch), "RECOVERY_VOTERS", `node ${name} is jailed`);
    demand(!isRetired(node), "RECOVERY_VOTERS", `node ${name} is retired`);
    demand(weight === weightOf(tip, nodeId), "RECOVERY_VOTERS", `node ${name} does not weigh ${weight}`);
    last = index;
  }
}

/** Signs a plan that was checked. The caller has put on disk that this key signs no lower fork again. */
export function signRecovery(
  signer: Signer,
  plan: RecoveryPlan,
  lock: PrevoteCertificate | undefined,
): RecoveryConsent {
  const kept = lock === undefined ? [] : [lock];
  const signature = signer.sign(recoverySigningRoot(plan, kept));
  return { nodeId: nodeIdOf(signer.publicKey), lock: kept, signature };
}

/** The highest lock that a consent tells. */
export function highestLock(consents: readonly RecoveryConsent[]): PrevoteCertificate | undefined {
  let best: PrevoteCertificate | undefined;
  for (const { lock } of consents) {
    const [own] = lock;
    if (own !== undefined && (best === undefined || compareViews(own, best) > 0)) best = own;
  }
  return best;
}

/**
 * Consents of several files for one plan, and the block of the highest lock if any of them holds it.
 * @throws ConsensusError RECOVERY_OTHER when the plans differ
 */
export function mergeRecoveries(first: Recovery, ...others: readonly Recovery[]): Recovery {
  const consents = new Map<string, RecoveryConsent>();
  const blocks: Block[] = [];
  for (const { plan, consents: given, block } of [first, ...others]) {
    demand(RecoveryPlanType.equals(plan, first.plan), "RECOVERY_OTHER", "the files are of different recoveries");
    for (const consent of given) {
      const name = toHex(consent.nodeId);
      const known = consents.get(name);
      if (known === undefined || highestLock([known, consent]) === consent.lock[0]) consents.set(name, consent);
    }
    blocks.push(...block);
  }
  const sorted = [...consents.values()].sort((a, b) => compareBytes(a.nodeId, b.nodeId));
  const lock = highestLock(sorted);
  const block = lock && blocks.find(({ header }) => equalBytes(headerRoot(header), lock.blockRoot));
  return { plan: first.plan, consents: sorted, block: block === undefined ? [] : [block] };
}

export interface RecoveryWeight {
  /** Of the last set that has signed. */
  readonly weight: number;
  readonly totalWeight: number;
}

/**
 * Checks a plan and the consents that there are, on the chain whose head is the tip (as it was before any recovery).
 * @throws ConsensusError as `checkPlan`, RECOVERY_CONSENT, RECOVERY_LOCK
 */
export function checkConsents(config: ChainConfig, tip: Tip, recovery: Recovery, verifier: Verifier): RecoveryWeight {
  const { plan, consents } = recovery;
  checkPlan(config, tip, plan);
  const set = tip.state.voters;
  const seen = new Set<string>();
  let weight = 0;
  for (const consent of consents) {
    const name = toHex(consent.nodeId);
    const voter = set.members.find((member) => equalBytes(member.nodeId, consent.nodeId));
    demand(voter !== undefined, "RECOVERY_CONSENT", `node ${name} is no voter of the last set`);
    demand(!seen.has(name), "RECOVERY_CONSENT", `node ${name} signed twice`);
    seen.add(name);
    const genuine = verifier.verify(voter.blsPublicKey, recoverySigningRoot(plan, consent.lock), consent.signature);
    demand(genuine, "RECOVERY_CONSENT", `the signature of node ${name} is wrong`);
    const [lock] = consent.lock;
    if (lock !== undefined) {
      demand(isLock(config, tip, plan, lock, verifier), "RECOVERY_CONSENT", `the lock of node ${name} is not proven`);
    }
    weight += voter.weight;
  }
  checkLockedBlock(tip, recovery);
  return { weight, totalWeight: totalWeight(set) };
}

function isLock(
  config: ChainConfig,
  tip: Tip,
  plan: RecoveryPlan,
  lock: PrevoteCertificate,
  verifier: Verifier,
): boolean {
  const { height, slot, round, blockRoot } = lock;
  const inPlace = height === plan.height + 1 && slot > tip.state.slot && slot < plan.slot && round <= MAX_ROUND;
  if (!inPlace || equalBytes(blockRoot, ZERO_ROOT)) return false;
  const context = { genesisRoot: config.genesisRoot, forkVersion: forkVersionAt(config, slot) };
  return verifyQuorum(prevoteVote(lock), lock, tip.state.voters, context, verifier);
}

function checkLockedBlock(tip: Tip, { consents, block }: Recovery): void {
  const lock = highestLock(consents);
  const [given] = block;
  if (lock === undefined) {
    demand(given === undefined, "RECOVERY_LOCK", "the recovery holds a block that nobody is locked on");
    return;
  }
  demand(given !== undefined, "RECOVERY_LOCK", `block ${toHex(lock.blockRoot)} of the highest lock is missing`);
  const { header, body } = given;
  const right =
    equalBytes(headerRoot(header), lock.blockRoot) &&
    equalBytes(Body.hashTreeRoot(body), header.bodyRoot) &&
    equalBytes(header.parentRoot, tip.root);
  demand(right, "RECOVERY_LOCK", "the block in the recovery is not that of the highest lock");
}

/** Checks the adopted recovery that starts from this tip, if one does. @throws ConsensusError as `checkRecovery` */
export function checkAdopted(config: ChainConfig, tip: Tip, verifier: Verifier): void {
  const recovery = config.recoveries.find(({ plan }) => plan.height === tip.state.height);
  if (recovery === undefined) return;
  const before = ({ version }: { readonly version: number }) => version < recovery.plan.forkVersion;
  const recoveries = config.recoveries.filter(({ plan }) => plan.forkVersion < recovery.plan.forkVersion);
  checkRecovery({ ...config, forks: config.forks.filter(before), recoveries }, tip, recovery, verifier);
}

/**
 * Whether the network may go on by this recovery. @throws ConsensusError as `checkConsents`, RECOVERY_WEIGHT
 */
export function checkRecovery(config: ChainConfig, tip: Tip, recovery: Recovery, verifier: Verifier): RecoveryWeight {
  const found = checkConsents(config, tip, recovery, verifier);
  demand(
    2 * found.weight > found.totalWeight,
    "RECOVERY_WEIGHT",
    `voters with ${((100 * found.weight) / found.totalWeight).toFixed(1)} % of the weight have signed; more than 50 % must`,
  );
  return found;
}
