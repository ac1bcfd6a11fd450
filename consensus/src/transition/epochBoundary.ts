import { BitArray } from "@chainsafe/ssz";
import { provenMiB, updateProven } from "../challenges/held.js";
import { LIVE_SCORE_FULL, LIVE_SCORE_REGAIN, type Params, UPTIME_DAYS } from "../params.js";
import type { ConsensusState } from "../types/state.js";
import { addTo, emptyTally } from "./draft.js";
import { type EligibilityChange, updateEligibility } from "./eligibility.js";
import { serveJailQueue } from "./evidence.js";
import { computeNextVoters } from "./nextVoters.js";
import { sharePool } from "./rewards.js";

/**
 * Closes the epoch of the head's slot and opens the next, as the first thing that the block `height` of a later epoch
 * does. The head's state decides everything; epochs without blocks do not exist.
 */
export function crossBoundary(draft: ConsensusState, height: number, params: Params): readonly EligibilityChange[] {
  const left = sharePool(draft);
  updateSilence(draft);
  draft.liveScore = draft.liveScore.map((score) => Math.min(LIVE_SCORE_FULL, score + LIVE_SCORE_REGAIN));
  const { epoch, firstHeight, credits } = draft.epoch;
  const voted = BitArray.fromBitLen(draft.nodes.length);
  for (const { node } of draft.voters.members) voted.set(node, true);
  draft.window = [...draft.window, { epoch, firstHeight, credits, voters: voted }].slice(-params.windowEpochs);
  updateProven(draft, params.windowEpochs);
  notePresence(draft);
  closeDay(draft, params);
  const eligibility = updateEligibility(draft, params);

  const voters = draft.nextVoters;
  const nextVoters = computeNextVoters(draft, voters, epoch + 1, params);
  draft.previousVoters = draft.voters;
  draft.previousSince = draft.votersSince;
  draft.voters = voters;
  // This block itself is still voted by the old set.
  draft.votersSince = height + 1;
  draft.nextVoters = nextVoters;
  draft.epoch = emptyTally(epoch + 1, height, draft.nodes.length, left);
  serveJailQueue(draft, params.windowEpochs);
  return eligibility;
}

/** Two whole epochs of voting without a bit mute a voter's weight, until one epoch of beacons. */
function updateSilence(draft: ConsensusState): void {
  const { commits, beacons, blocks } = draft.epoch;
  const voting = new Set(draft.voters.members.map((member) => member.node));
  draft.silence = draft.silence.map((silence, index) => {
    if (silence === 2) return 2 * (beacons[index] ?? 0) >= blocks && (beacons[index] ?? 0) > 0 ? 0 : 2;
    if ((commits[index] ?? 0) > 0 || !voting.has(index)) return 0;
    return silence + 1;
  });
}

/** Epochs that the state remembers: answers in the block after two boundaries go by the one two before the challenge's. */
const KEPT_PRESENCES = 4;

/** Who was there in the closing epoch. */
function notePresence(draft: ConsensusState): void {
  const { epoch, beacons, blocks } = draft.epoch;
  const nodes = BitArray.fromBitLen(draft.nodes.length);
  beacons.forEach((count, index) => {
    if (count > 0 && 2 * count >= blocks) nodes.set(index, true);
  });
  draft.presences = [...draft.presences, { epoch, nodes, provenMiB: provenMiB(draft) }].slice(-KEPT_PRESENCES);
}

/** Adds the closing epoch to its day of uptime. */
function closeDay(draft: ConsensusState, params: Params): void {
  const { epoch, beacons, blocks } = draft.epoch;
  const day = Math.floor(epoch / params.uptimeDayEpochs);
  const open = draft.uptime.at(-1);
  if (open?.day !== day) {
    draft.uptime = [...draft.uptime, { day, blocks, beacons: [...beacons] }].slice(-UPTIME_DAYS);
    return;
  }
  const sums = [...open.beacons];
  beacons.forEach((count, index) => {
    addTo(sums, index, count);
  });
  draft.uptime = [...draft.uptime.slice(0, -1), { day, blocks: open.blocks + blocks, beacons: sums }];
}
