import type { HeightContext } from "../agreement/types.js";
import type { ChainConfig } from "../config.js";
import type { CommitCertificate } from "../types/certificate.js";
import { barredNodes } from "./evidence.js";
import type { Tip } from "./types.js";

/** What the agreement needs to decide the height after the tip. */
export function heightContext(_config: ChainConfig, tip: Tip, parentCommit: CommitCertificate): HeightContext {
  return {
    height: tip.state.height + 1,
    parent: tip.header,
    parentRoot: tip.root,
    parentCommit,
    voters: tip.state.voters,
    nextVoters: tip.state.nextVoters,
    barred: barredNodes(tip.state),
  };
}
