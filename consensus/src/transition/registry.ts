import { BitArray } from "@chainsafe/ssz";
import { equalBytes, latin1Of } from "../base/bytes.js";
import type { ChainConfig } from "../config.js";
import { nodeIdOf, possessionMessage } from "../crypto/signing.js";
import type { Verifier } from "../crypto/types.js";
import { LIVE_SCORE_FULL } from "../params.js";
import { REGISTRY_LIMIT, ZERO_ROOT } from "../types/ssz.js";
import type { ConsensusState, NodeEntry } from "../types/state.js";
import type { RegistryEvent } from "./types.js";

const indexes = new WeakMap<readonly NodeEntry[], Map<string, number>>();

/** Registry index of a node; undefined for a stranger. A memo over the state's list of nodes. */
export function nodeIndex(state: ConsensusState, nodeId: Uint8Array): number | undefined {
  let index = indexes.get(state.nodes);
  if (index === undefined || index.size !== state.nodes.length) {
    index = new Map(state.nodes.map((node, i) => [latin1Of(node.nodeId), i]));
    indexes.set(state.nodes, index);
  }
  return index.get(latin1Of(nodeId));
}

/** A node in no pool is an entity of its own. */
export function entityOf(node: NodeEntry): Uint8Array {
  return equalBytes(node.poolId, ZERO_ROOT) ? node.nodeId : node.poolId;
}

export function isJailed(node: NodeEntry, epoch: number): boolean {
  return node.jailedUntil > epoch;
}

export function isRetired(node: NodeEntry): boolean {
  return node.retiredEpoch !== 0;
}

/** Appends a node with empty columns. */
export function appendNode(draft: ConsensusState, node: NodeEntry): void {
  draft.nodes.push(node);
  draft.liveScore.push(LIVE_SCORE_FULL);
  for (const column of [draft.silence, draft.unpaid, draft.earned, draft.proven]) column.push(0);
  const { credits, storage, relay, held, uptime, beacons, commits } = draft.epoch;
  for (const column of [credits, storage, relay, held, uptime, beacons, commits]) column.push(0);
  const eligible = BitArray.fromBitLen(draft.nodes.length);
  for (const index of draft.eligible.getTrueBitIndexes()) eligible.set(index, true);
  draft.eligible = eligible;
}

/** Applies what the executed block logged. What the rules do not allow is ignored: the contract cannot check BLS. */
export function applyRegistry(
  draft: ConsensusState,
  events: readonly RegistryEvent[],
  config: ChainConfig,
  verifier: Verifier,
): void {
  for (const event of events) {
    if (event.type === "register") {
      register(draft, event, config, verifier);
      continue;
    }
    const index = nodeIndex(draft, event.nodeId);
    const node = index === undefined ? undefined : draft.nodes[index];
    if (index === undefined || node === undefined || isRetired(node)) continue;
    if (!equalBytes(node.operator, event.operator)) continue;
    const { epoch } = draft.epoch;
    if (event.type === "retire") {
      draft.nodes[index] = { ...node, retiredEpoch: epoch };
    } else {
      const { peerId, poolId, capacityMiB } = event;
      draft.nodes[index] = { ...node, peerId, poolId, capacityMiB };
    }
  }
}

function register(
  draft: ConsensusState,
  event: RegistryEvent & { type: "register" },
  config: ChainConfig,
  verifier: Verifier,
): void {
  const { blsPublicKey, proofOfPossession, operator, peerId, poolId, capacityMiB } = event;
  const nodeId = nodeIdOf(blsPublicKey);
  // A key registers once, ever: a second life would shed its history.
  if (nodeIndex(draft, nodeId) !== undefined || draft.nodes.length >= REGISTRY_LIMIT) return;
  const live = draft.nodes.reduce((count, node) => count + (isRetired(node) ? 0 : 1), 0);
  if (live >= config.params.maxRegistered) return;
  const message = possessionMessage(config.params.chainId, blsPublicKey, operator);
  if (!verifier.verify(blsPublicKey, message, proofOfPossession)) return;
  const { epoch, blocks } = draft.epoch;
  const day = Math.floor(epoch / config.params.uptimeDayEpochs);
  const closed = draft.uptime.at(-1);
  appendNode(draft, {
    nodeId,
    blsPublicKey,
    peerId,
    operator,
    poolId,
    capacityMiB,
    joinedEpoch: epoch,
    joinedDay: day,
    joinedDayBlocks: (closed?.day === day ? closed.blocks : 0) + blocks,
    jailedUntil: 0,
    creditsFrom: 0,
    settledEpoch: 0,
    retiredEpoch: 0,
  });
}
