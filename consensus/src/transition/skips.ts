import { skipVote, verifyQuorum } from "../certificates.js";
import { type ChainConfig, forkVersionAt } from "../config.js";
import type { Verifier } from "../crypto/types.js";
import { LIVE_SCORE_FLOOR, LIVE_SCORE_MISS, SKIP_SLOTS } from "../params.js";
import { proposerAt } from "../schedule/leaders.js";
import type { SkipCertificate } from "../types/certificate.js";
import type { ConsensusState } from "../types/state.js";
import { demand } from "./checks.js";
import { scheduleOfHeight, votersOfHeight } from "./votersOf.js";

/**
 * Blames the primary that more than 2/3 say they heard nothing of. Counts once per (height, slot), in blocks up to 8 slots
 * later. `before` is the state after the parent. @throws ConsensusError BAD_CERTIFICATE
 */
export function bookSkip(
  draft: ConsensusState,
  before: ConsensusState,
  skip: SkipCertificate,
  slot: number,
  config: ChainConfig,
  verifier: Verifier | undefined,
): void {
  const timely = skip.slot <= slot && slot - skip.slot <= SKIP_SLOTS && skip.slot > 0;
  demand(timely, "BAD_CERTIFICATE", `a skip of slot ${skip.slot} does not count in slot ${slot}`);
  const counted = draft.countedSkips.some((other) => other.height === skip.height && other.slot === skip.slot);
  demand(!counted, "BAD_CERTIFICATE", `the skip of slot ${skip.slot} has been counted`);
  const voters = votersOfHeight(before, skip.height);
  const schedule = scheduleOfHeight(before, skip.height, config.params.epochSlots);
  demand(voters !== undefined && schedule !== undefined, "BAD_CERTIFICATE", "a skip of a height too long ago");
  demand(skip.slot > schedule.parentSlot, "BAD_CERTIFICATE", "a skip of a slot before its height began");
  if (verifier !== undefined) {
    const context = { genesisRoot: config.genesisRoot, forkVersion: forkVersionAt(config, skip.slot) };
    const proven = verifyQuorum(skipVote(skip), skip, voters, context, verifier);
    demand(proven, "BAD_CERTIFICATE", "a skip certificate is not signed by a quorum");
  }
  const primary = proposerAt(schedule, { slot: skip.slot, round: 0 });
  if (primary !== undefined) {
    const score = draft.liveScore[primary.node] ?? 0;
    draft.liveScore[primary.node] = Math.max(LIVE_SCORE_FLOOR, score - LIVE_SCORE_MISS);
  }
  draft.countedSkips = [
    ...draft.countedSkips.filter((other) => other.slot + SKIP_SLOTS >= slot),
    { height: skip.height, slot: skip.slot },
  ];
}
