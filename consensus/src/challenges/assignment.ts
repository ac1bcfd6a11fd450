import { equalBytes, latin1Of } from "../base/bytes.js";
import type { Params } from "../params.js";
import { type PlacementNode, placementNodes, presenceOf } from "../placement/members.js";
import { PlacementSet } from "../placement/placementSet.js";
import { ZERO_ROOT } from "../types/ssz.js";
import type { Challenge, ConsensusState, NodeEntry, PresentNodes } from "../types/state.js";

interface KnownSet {
  readonly presence: PresentNodes | undefined;
  readonly set: PlacementSet;
  /** By chunk root and mix. */
  readonly assigned: Map<string, readonly PlacementNode[]>;
}

/** A pure memo, by the registry and the epoch. */
const sets = new WeakMap<readonly NodeEntry[], Map<number, KnownSet>>();
const MAX_ASSIGNED = 1_024;

function knownSet(state: ConsensusState, epoch: number, params: Params): KnownSet {
  const ofNodes = sets.get(state.nodes) ?? new Map<number, KnownSet>();
  sets.set(state.nodes, ofNodes);
  const presence = presenceOf(state, epoch);
  const known = ofNodes.get(epoch);
  if (known !== undefined && known.presence === presence) return known;
  const set = new PlacementSet(placementNodes(state, epoch, params), params.replicas);
  const fresh = { presence, set, assigned: new Map<string, readonly PlacementNode[]>() };
  ofNodes.set(epoch, fresh);
  return fresh;
}

/** The placement set of an epoch as a state knows it. Made once for each registry and epoch. */
export function placementSetOf(state: ConsensusState, epoch: number, params: Params): PlacementSet {
  return knownSet(state, epoch, params).set;
}

/** The nodes whose answers to a challenge count, given the root of its chunk. */
export function assignedTo(
  state: ConsensusState,
  epoch: number,
  { mix }: Pick<Challenge, "mix">,
  chunkRoot: Uint8Array,
  params: Params,
): readonly PlacementNode[] {
  const { set, assigned } = knownSet(state, epoch, params);
  const name = latin1Of(chunkRoot) + latin1Of(mix);
  let nodes = assigned.get(name);
  if (nodes === undefined) {
    if (assigned.size >= MAX_ASSIGNED) assigned.clear();
    nodes = set.assign(chunkRoot, equalBytes(mix, ZERO_ROOT) ? undefined : mix);
    assigned.set(name, nodes);
  }
  return nodes;
}
