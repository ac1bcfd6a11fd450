import { BitArray } from "@chainsafe/ssz";
import { equalBytes } from "../base/bytes.js";
import { type ChainConfig, forkVersionAt } from "../config.js";
import { beaconSigningRoot } from "../crypto/signing.js";
import type { Verifier } from "../crypto/types.js";
import { CREDIT_BEACON, CREDIT_VALIDATION } from "../params.js";
import type { CommitCertificate } from "../types/certificate.js";
import { ZERO_ROOT } from "../types/ssz.js";
import type { ConsensusState, NodeEntry, RecentBlock, VoterSet } from "../types/state.js";
import { type BeaconTask, type Task, TaskType } from "../types/task.js";
import { demand } from "./checks.js";
import { addTo } from "./draft.js";
import { isJailed, isRetired } from "./registry.js";

/** Slots of beacons that the state remembers, to count each once. */
const KEPT_BEACON_SLOTS = 16;

/** Where credits are booked: the block's slot and time, and the list of what was credited. */
export interface Ledger {
  readonly slot: number;
  readonly timestamp: bigint;
  readonly tasks: Task[];
}

export function credit(
  draft: ConsensusState,
  ledger: Ledger,
  index: number,
  node: NodeEntry,
  task: { readonly type: TaskType; readonly slot: number; readonly value: number; readonly sig: Uint8Array },
): void {
  addTo(draft.epoch.credits, index, task.value);
  const pool = equalBytes(node.poolId, ZERO_ROOT) ? {} : { poolId: node.poolId };
  ledger.tasks.push({ nodeId: node.nodeId, ...pool, ...task, ts: ledger.timestamp });
}

/** 3.000 for each bit in the parent's certificate. `voters` are those of the parent's height. */
export function bookCommit(
  draft: ConsensusState,
  ledger: Ledger,
  voters: VoterSet,
  certificate: CommitCertificate,
): void {
  for (const bit of certificate.signers.getTrueBitIndexes()) {
    const index = voters.members[bit]?.node;
    const node = index === undefined ? undefined : draft.nodes[index];
    if (index === undefined || node === undefined) continue;
    addTo(draft.epoch.commits, index, 1);
    credit(draft, ledger, index, node, {
      type: TaskType.ValidationSignature,
      slot: certificate.slot,
      value: CREDIT_VALIDATION,
      sig: certificate.signature,
    });
  }
}

/**
 * The root that a beacon of `slot` signs: of the last block with a lower slot. Undefined when its time is over: only the
 * next two blocks accept it. `blocks` are the last ones up to the parent, oldest first.
 */
export function beaconRoot(blocks: readonly RecentBlock[], slot: number): Uint8Array | undefined {
  const before = blocks.findLastIndex((block) => block.slot < slot);
  // Blocks after it with a slot above the beacon's: a block of the slot itself came before the beacon.
  const later = blocks.filter((block) => block.slot > slot).length;
  return later > 1 ? undefined : blocks[before]?.root;
}

/** Verifies and books the beacons of one slot. @throws ConsensusError BAD_TASK */
export function bookBeacons(
  draft: ConsensusState,
  ledger: Ledger,
  task: BeaconTask,
  blocks: readonly RecentBlock[],
  config: ChainConfig,
  verifier: Verifier | undefined,
): void {
  demand(task.slot > 0 && task.slot < ledger.slot, "BAD_TASK", "a beacon is of the block's slot or later");
  const root = beaconRoot(blocks, task.slot);
  demand(root !== undefined, "BAD_TASK", `beacons of slot ${task.slot} are too old`);
  const { nodes } = draft;
  demand(task.nodes.bitLen <= nodes.length, "BAD_TASK", "a beacon names a node that does not exist");
  const accepted = draft.recentBeacons.find((entry) => entry.slot === task.slot)?.nodes;
  const bits = BitArray.fromBitLen(nodes.length);
  const keys: Uint8Array[] = [];
  const inVoters = new Set(draft.voters.members.map((member) => member.node));
  for (const index of accepted?.getTrueBitIndexes() ?? []) bits.set(index, true);
  for (const index of task.nodes.getTrueBitIndexes()) {
    const node = nodes[index];
    demand(node !== undefined && !isRetired(node), "BAD_TASK", "a beacon names a node that is not there");
    demand(!isJailed(node, draft.epoch.epoch), "BAD_TASK", "a beacon names a jailed node");
    demand(!bits.get(index), "BAD_TASK", `the beacon of node ${index} in slot ${task.slot} counts once`);
    bits.set(index, true);
    keys.push(node.blsPublicKey);
    addTo(draft.epoch.beacons, index, 1);
    // Idle registrations must not live off beacons: outside the voters they pay no more than storage does.
    const { uptime, storage } = draft.epoch;
    if (!inVoters.has(index) && (uptime[index] ?? 0) + CREDIT_BEACON > (storage[index] ?? 0)) continue;
    addTo(uptime, index, CREDIT_BEACON);
    const booking = { type: TaskType.UptimeBeacon, slot: task.slot, value: CREDIT_BEACON, sig: task.signature };
    credit(draft, ledger, index, node, booking);
  }
  demand(keys.length > 0, "BAD_TASK", "an empty beacon");
  if (verifier !== undefined) {
    const context = { genesisRoot: config.genesisRoot, forkVersion: forkVersionAt(config, task.slot) };
    const message = beaconSigningRoot({ slot: task.slot, blockRoot: root }, context);
    demand(verifier.verifyAggregate(keys, message, task.signature), "BAD_TASK", "a beacon's signature is wrong");
  }
  draft.recentBeacons = [
    ...draft.recentBeacons.filter((entry) => entry.slot !== task.slot),
    { slot: task.slot, nodes: bits },
  ].slice(-KEPT_BEACON_SLOTS);
}
