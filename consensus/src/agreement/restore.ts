import type { Block } from "../types/body.js";
import { headerRoot } from "../types/header.js";
import { compareViews, NO_VIEW, viewKey } from "../types/view.js";
import type { Height } from "./height.js";
import type { Host } from "./host.js";

/** Takes up what the voter file holds of a height that has just been opened: lock, valid block, and own messages to be sent again. */
export function restore(height: Height, host: Host, blocks: readonly Block[]): void {
  const { guard, emit } = host;
  if (guard === undefined) {
    takeRecovery(height);
    return;
  }
  const { context, candidates, firstSlot } = height;
  const { lock, valid } = guard.open(context.height);
  for (const block of blocks) {
    if (block.header.height !== context.height) continue;
    const root = headerRoot(block.header);
    candidates.addHeader(root, block.header);
    candidates.addBody(root, block.body);
  }
  height.locked = lock;
  height.valid = valid;
  takeRecovery(height);
  for (const certificate of [lock, valid]) if (certificate !== undefined) height.addCertificate(certificate);
  const { mark } = guard;
  if (guard.openHeight !== context.height) return;
  // Those of before a recovery are of other voters.
  for (const signed of guard.proposals) {
    if (signed.proposal.slot >= firstSlot) height.addProposal(signed, headerRoot(signed.proposal.header));
  }
  for (const signed of guard.votes) {
    if (signed.voter === height.own && signed.vote.slot >= firstSlot) height.addVote(signed);
  }
  if (mark.height !== context.height || mark.slot < firstSlot) return;
  height.enter({ slot: mark.slot, round: mark.round });
  const key = viewKey(height.view);
  for (const signed of guard.proposals) {
    if (viewKey(signed.proposal) === key) emit({ type: "broadcast", gossip: { topic: "proposal", message: signed } });
  }
  for (const signed of guard.votes) {
    if (viewKey(signed.vote) === key) emit({ type: "broadcast", gossip: { topic: "vote", message: signed } });
  }
}

/** A recovery goes on with the highest lock of its signers: what may have been decided before is decided again. */
function takeRecovery(height: Height): void {
  const { lock, block } = height.context.recovery ?? {};
  if (lock === undefined || block === undefined) return;
  height.candidates.addHeader(lock.blockRoot, block.header);
  height.candidates.addBody(lock.blockRoot, block.body);
  if (compareViews(lock, height.locked ?? NO_VIEW) > 0) height.locked = lock;
  if (compareViews(lock, height.valid ?? NO_VIEW) > 0) height.valid = lock;
  height.addCertificate(lock);
}
