import {
  type ConsensusState,
  entityOf,
  isJailed,
  isRetired,
  nodeIndex,
  type Params,
  totalWeight,
  uptimeOf,
} from "@lucid/consensus";

/** What the state after the head says of a node; amounts in gwei. */
export interface NodeStanding {
  readonly nodeId: Uint8Array;
  readonly entityId: Uint8Array;
  readonly operator: Uint8Array;
  /** 0 for a node outside the voters. */
  readonly weight: number;
  readonly totalWeight: number;
  readonly nextVoter: boolean;
  readonly jailed: boolean;
  /** Epochs with blocks until it is free again; 0 when it is free. */
  readonly jailedFor: number;
  readonly retired: boolean;
  readonly liveScore: number;
  readonly earned: number;
  readonly unpaid: number;
  readonly eligible: boolean;
  readonly age: number;
  readonly requiredAge: number;
  readonly beacons: number;
  readonly blocks: number;
  readonly payHeight: number;
}

export function nodeStanding(state: ConsensusState, nodeId: Uint8Array, params: Params): NodeStanding | undefined {
  const index = nodeIndex(state, nodeId);
  const node = index === undefined ? undefined : state.nodes[index];
  if (index === undefined || node === undefined) return undefined;
  const { epoch } = state.epoch;
  const next = state.height + 1;
  const turn = (((index - next) % params.epochSlots) + params.epochSlots) % params.epochSlots;
  return {
    nodeId: node.nodeId,
    entityId: entityOf(node),
    operator: node.operator,
    weight: state.voters.members.find((member) => member.node === index)?.weight ?? 0,
    totalWeight: totalWeight(state.voters),
    nextVoter: state.nextVoters.members.some((member) => member.node === index),
    jailed: isJailed(node, epoch),
    jailedFor: Math.max(0, node.jailedUntil - epoch),
    retired: isRetired(node),
    liveScore: state.liveScore[index] ?? 0,
    earned: state.earned[index] ?? 0,
    unpaid: state.unpaid[index] ?? 0,
    eligible: index < state.eligible.bitLen && state.eligible.get(index),
    age: Math.max(0, epoch - Math.max(node.joinedEpoch, params.windowEpochs)),
    requiredAge: params.eligibilityAge,
    ...uptimeOf(state, index),
    payHeight: next + turn,
  };
}
