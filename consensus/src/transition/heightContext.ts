import type { HeightContext } from "../agreement/types.js";
import type { ChainConfig } from "../config.js";
import { recoverTip, recoveryFrom } from "../recovery/recoveredState.js";
import { highestLock } from "../recovery/recovery.js";
import type { CommitCertificate } from "../types/certificate.js";
import type { Recovery } from "../types/recovery.js";
import { barredNodes } from "./evidence.js";
import type { Tip } from "./types.js";

/** What the agreement needs to decide the height after the tip (as it was before any recovery). */
export function heightContext(config: ChainConfig, tip: Tip, parentCommit: CommitCertificate): HeightContext {
  const { state } = recoverTip(config, tip);
  const recovery = recoveryFrom(config, tip.state.height);
  return {
    height: tip.state.height + 1,
    parent: tip.header,
    parentRoot: tip.root,
    parentCommit,
    voters: state.voters,
    nextVoters: state.nextVoters,
    barred: barredNodes(state),
    ...(recovery === undefined ? {} : { recovery: recoveryContext(recovery, tip) }),
  };
}

function recoveryContext({ plan, consents, block }: Recovery, tip: Tip): NonNullable<HeightContext["recovery"]> {
  const lock = highestLock(consents);
  return { slot: plan.slot, voters: tip.state.voters, lock, block: block[0] };
}
