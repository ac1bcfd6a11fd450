import { isJailed, isRetired } from "../transition/registry.js";
import type { Block } from "../types/body.js";
import type { ConsensusState } from "../types/state.js";
import { pointsOf } from "./points.js";

/** Who was there in one epoch. */
export interface Presence {
  /** Blocks of the epoch. */
  readonly blocks: number;
  /** Accepted beacons by registry index. */
  readonly beacons: readonly number[];
}

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

/**
 * Presence in an epoch, counted from its blocks. The state has these figures for the open epoch only; the blocks hold them
 * for good, and a block is valid only if each of its beacons counts, so that counting bits is exact.
 * @param blocks all blocks of the epoch @param nodes entries of the registry
 */
export function presenceIn(blocks: Iterable<Pick<Block, "body">>, nodes: number): Presence {
  const beacons = new Array<number>(nodes).fill(0);
  let count = 0;
  for (const { body } of blocks) {
    count++;
    for (const task of body.tasks.beacons) {
      for (const index of task.nodes.getTrueBitIndexes()) beacons[index] = (beacons[index] ?? 0) + 1;
    }
  }
  return { blocks: count, beacons };
}

/**
 * The placement set of an epoch (storage.md section 5): registered, not retired, not jailed, and accepted beacons in at
 * least half of the blocks' slots of the epoch two before. A node that died leaves by itself, and repair starts.
 * @param state after the last block of the epoch before, or a later one of the epoch itself
 * @param epoch ordinal among the epochs that hold a block
 * @param presence in the epoch PRESENCE_LAG before; undefined when that is before genesis, where only genesis nodes were
 * @param provenMiB by registry index, what a node proved to hold in the credit window
 */
export function placementNodes(
  state: ConsensusState,
  epoch: number,
  presence: Presence | undefined,
  provenMiB: readonly number[] = [],
): PlacementNode[] {
  const members = state.nodes.flatMap((node, index) => {
    if (isRetired(node) || isJailed(node, epoch)) return [];
    const beacons = presence?.beacons[index] ?? 0;
    const wasThere = presence === undefined ? node.joinedEpoch === 0 : beacons > 0 && 2 * beacons >= presence.blocks;
    return wasThere ? [{ node, index }] : [];
  });
  const points = pointsOf(
    members.map(({ node, index }) => ({ declaredMiB: node.capacityMiB, provenMiB: provenMiB[index] ?? 0 })),
  );
  return members.map(({ node, index }, i) => ({
    node: index,
    nodeId: node.nodeId,
    operator: node.operator,
    points: points[i] ?? 1,
  }));
}
