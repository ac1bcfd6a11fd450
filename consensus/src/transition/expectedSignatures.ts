import { equalBytes } from "../base/bytes.js";
import { commitVote } from "../certificates.js";
import { type ChainConfig, forkVersionAt } from "../config.js";
import { beaconSigningRoot, nextMix, type SigningContext, voteSigningRoot, vrfMessage } from "../crypto/signing.js";
import type { AggregateItem } from "../crypto/types.js";
import { epochOfSlot } from "../slots.js";
import type { CommitCertificate } from "../types/certificate.js";
import { headerRoot } from "../types/header.js";
import type { RecentBlock, VoterSet } from "../types/state.js";
import type { CertifiedBlock } from "../types/sync.js";
import type { BeaconTask } from "../types/task.js";
import { beaconRoot } from "./bookings.js";
import { nodeIndex } from "./registry.js";
import type { Tip } from "./types.js";
import { votersOfHeight } from "./votersOf.js";

/**
 * The signatures that checking decided blocks will ask for, as far as they can be told before the first of them is executed:
 * certificates, VRF proofs and beacons, by block. For verifying them together, elsewhere, earlier. An expectation, no rule: it
 * takes the nodes and the two voter sets of the tip for those of all the blocks, so a signature may be missing, or stand
 * under keys that nobody will ask for.
 * @param blocks in order, the first one on the tip
 * @param from index of the first block whose signatures are wanted
 */
export function expectedSignatures(
  config: ChainConfig,
  tip: Tip,
  blocks: readonly CertifiedBlock[],
  from = 0,
): AggregateItem[][] {
  const { state } = tip;
  const { epochSlots } = config.params;
  const context = (slot: number): SigningContext => ({
    genesisRoot: config.genesisRoot,
    forkVersion: forkVersionAt(config, slot),
  });
  const recent: RecentBlock[] = [...state.recentBlocks, { height: state.height, slot: state.slot, root: tip.root }];
  const found: AggregateItem[][] = [];
  let { voters, mix, slot: parentSlot } = state;
  let parentVoters = votersOfHeight(state, state.height);
  let parentCertificate: CommitCertificate | undefined;
  for (const [index, { block, certificate }] of blocks.entries()) {
    const { header, body } = block;
    const { slot, vrfProof } = header;
    if (index >= from) {
      const isKnown =
        parentCertificate !== undefined && equalBytes(parentCertificate.signature, body.parentCommit.signature);
      const proposer = nodeIndex(state, header.proposer);
      const key = proposer === undefined ? undefined : state.nodes[proposer]?.blsPublicKey;
      found.push(
        [
          isKnown || parentVoters === undefined ? undefined : ofCertificate(parentVoters, body.parentCommit, context),
          ofCertificate(voters, certificate, context),
          key && { publicKeys: [key], message: vrfMessage(context(slot), mix, slot), signature: vrfProof },
          ...body.tasks.beacons.map((task) => ofBeacons(tip, recent, task, context)),
        ].filter((item) => item !== undefined),
      );
    }
    parentCertificate = certificate;
    parentVoters = voters;
    if (epochOfSlot(slot, epochSlots) !== epochOfSlot(parentSlot, epochSlots)) voters = state.nextVoters;
    parentSlot = slot;
    mix = nextMix(mix, vrfProof);
    recent.push({ height: header.height, slot, root: headerRoot(header) });
  }
  return found;
}

type ContextOf = (slot: number) => SigningContext;

function ofCertificate(
  { members }: VoterSet,
  certificate: CommitCertificate,
  context: ContextOf,
): AggregateItem | undefined {
  const { signers, slot, signature } = certificate;
  if (signers.bitLen !== members.length) return undefined;
  const publicKeys = signers.getTrueBitIndexes().flatMap((index) => members[index]?.blsPublicKey ?? []);
  return { publicKeys, message: voteSigningRoot(commitVote(certificate), context(slot)), signature };
}

function ofBeacons(
  { state }: Tip,
  recent: readonly RecentBlock[],
  { slot, nodes, signature }: BeaconTask,
  context: ContextOf,
): AggregateItem | undefined {
  const blockRoot = beaconRoot(recent, slot);
  const keys = nodes.getTrueBitIndexes().map((index) => state.nodes[index]?.blsPublicKey);
  const publicKeys = keys.filter((key) => key !== undefined);
  if (blockRoot === undefined || publicKeys.length < keys.length) return undefined;
  return { publicKeys, message: beaconSigningRoot({ slot, blockRoot }, context(slot)), signature };
}
