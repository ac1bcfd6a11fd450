import { type ChainConfig, latestFork } from "../config.js";
import type { Params } from "../params.js";
import { grantsOf, makeVoterSet, type RankedVoter } from "../schedule/voterSet.js";
import { demand } from "../transition/checks.js";
import { draftOf } from "../transition/draft.js";
import { nodeIndex } from "../transition/registry.js";
import type { Tip } from "../transition/types.js";
import { votersOfHeight } from "../transition/votersOf.js";
import { type Recovery, type RecoveryPlan, RecoveryPlan as RecoveryPlanType } from "../types/recovery.js";
import type { ConsensusState } from "../types/state.js";

/** The rules of a network that was recovered. The recovery has been checked, or will be when its head is reached. */
export function withRecovery(config: ChainConfig, recovery: Recovery): ChainConfig {
  const { forkVersion, slot } = recovery.plan;
  demand(
    forkVersion > latestFork(config),
    "RECOVERY_FORK",
    `fork ${forkVersion} is not above fork ${latestFork(config)}, which is known already`,
  );
  return {
    ...config,
    forks: [...config.forks, { version: forkVersion, slot }],
    recoveries: [...config.recoveries, recovery],
  };
}

/** The adopted recovery that starts from this block. */
export function recoveryFrom({ recoveries }: ChainConfig, height: number): Recovery | undefined {
  return recoveries.find(({ plan }) => plan.height === height);
}

/**
 * The voters of a plan with their schedule: a function of the plan and of the keys in the registry, so that it is the same
 * before and after a block that was carried over.
 */
function recoveredSet(state: ConsensusState, plan: RecoveryPlan, params: Params) {
  const ranked = plan.voters.map(({ nodeId, weight }): RankedVoter => {
    const node = nodeIndex(state, nodeId) ?? -1;
    const entry = state.nodes[node];
    demand(entry !== undefined, "RECOVERY_VOTERS", "a voter of the recovery is not in the registry");
    const { blsPublicKey } = entry;
    return { voter: { node, nodeId, blsPublicKey, weight, entity: nodeId }, rankKey: weight };
  });
  const seed = RecoveryPlanType.hashTreeRoot(plan);
  const rules = { epochSlots: params.epochSlots, cooldownSlots: params.cooldownSlots };
  const voters = makeVoterSet(ranked, seed, [], rules);
  return { voters, nextVoters: makeVoterSet(ranked, seed, grantsOf(voters), rules) };
}

/**
 * The state that the next block builds on: who was left out counts as silent, so that the sets to come do without it until
 * it is back; who votes counts as present in the epoch that was cut short.
 */
function recoveredState(state: ConsensusState, plan: RecoveryPlan, params: Params): ConsensusState {
  const certifiers = votersOfHeight(state, plan.height);
  const draft = draftOf(state);
  const { voters, nextVoters } = recoveredSet(state, plan, params);
  draft.previousVoters = certifiers ?? voters;
  draft.previousSince = plan.height >= state.votersSince ? state.votersSince : state.previousSince;
  draft.voters = voters;
  draft.votersSince = plan.height + 1;
  draft.nextVoters = nextVoters;
  const chosen = new Set(voters.members.map((member) => member.node));
  const last = new Set([...state.voters.members, ...state.nextVoters.members].map((member) => member.node));
  const half = Math.ceil(state.epoch.blocks / 2);
  draft.silence = state.silence.map((silence, node) => (chosen.has(node) ? 0 : last.has(node) ? 2 : silence));
  draft.epoch.beacons = state.epoch.beacons.map((count, node) => (chosen.has(node) ? Math.max(count, half) : 0));
  draft.epoch.commits = state.epoch.commits.map((count, node) => (chosen.has(node) ? count : 0));
  return draft;
}

const recovered = new WeakMap<ConsensusState, { readonly plan: RecoveryPlan; readonly state: ConsensusState }>();

/**
 * The tip as the rules see it: with the voters of a recovery, if one starts from it, or if it is the block of the lock that
 * a recovery has carried over. @throws ConsensusError RECOVERY_VOTERS
 */
export function recoverTip(config: ChainConfig, tip: Tip): Tip {
  const found = config.recoveries.find(
    ({ plan }) =>
      tip.state.height === plan.height || (tip.state.height === plan.height + 1 && tip.header.slot < plan.slot),
  );
  if (found === undefined) return tip;
  const { plan } = found;
  // A pure memo: roots are kept with objects.
  let known = recovered.get(tip.state);
  if (known?.plan !== plan) {
    known = { plan, state: recoveredState(tip.state, plan, config.params) };
    recovered.set(tip.state, known);
  }
  return { ...tip, state: known.state };
}

/** What a block of this slot builds on: one from before the recovery, carried over by a lock, knows nothing of it. */
export function baseOf(config: ChainConfig, tip: Tip, slot: number): Tip {
  const found = recoveryFrom(config, tip.state.height);
  return found !== undefined && slot < found.plan.slot ? tip : recoverTip(config, tip);
}
