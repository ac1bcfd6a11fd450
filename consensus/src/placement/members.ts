import type { Params } from "../params.js";
import { isJailed, isRetired } from "../transition/registry.js";
import type { ConsensusState, PresentNodes } from "../types/state.js";
import { pointsOf } from "./points.js";

/** A node that chunks are placed on. */
export interface PlacementNode {
  /** Registry index. */
  readonly node: number;
  readonly nodeId: Uint8Array;
  /** Account, 20 bytes: copies of a chunk are on nodes of different operators. */
  readonly operator: Uint8Array;
  readonly points: number;
}

/** An epoch is judged by the one two before it: that one is complete when the epoch before begins. */
export const PRESENCE_LAG = 2;

/** Who was there in the epoch by which the placement of `epoch` judges; undefined when the state does not know that epoch. */
export function presenceOf({ presences }: ConsensusState, epoch: number): PresentNodes | undefined {
  return presences.find((each) => each.epoch === epoch - PRESENCE_LAG);
}

/**
 * The placement set of an epoch (storage.md section 5): registered, not retired, not jailed, and accepted beacons in at
 * least half of the blocks' slots of the epoch two before. A node that died leaves by itself, and repair starts. In the two
 * first epochs of a chain the genesis nodes count as having been there.
 * @param state after the last block of the epoch before, or a later one up to two epochs on
 * @param epoch ordinal among the epochs that hold a block
 */
export function placementNodes(
  state: ConsensusState,
  epoch: number,
  { windowEpochs }: Pick<Params, "windowEpochs">,
): PlacementNode[] {
  const presence = presenceOf(state, epoch);
  const present = presence?.nodes;
  const first = epoch - PRESENCE_LAG < windowEpochs;
  const members = state.nodes.flatMap((node, index) => {
    if (isRetired(node) || isJailed(node, epoch)) return [];
    const wasThere = first
      ? node.joinedEpoch === 0
      : present === undefined || (index < present.bitLen && present.get(index));
    return wasThere ? [{ node, index }] : [];
  });
  const points = pointsOf(
    members.map(({ node, index }) => ({ declaredMiB: node.capacityMiB, provenMiB: presence?.provenMiB[index] ?? 0 })),
  );
  return members.map(({ node, index }, i) => ({
    node: index,
    nodeId: node.nodeId,
    operator: node.operator,
    points: points[i] ?? 1,
  }));
}
