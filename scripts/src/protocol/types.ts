import * as consensus from "@lucid/consensus";

interface SszType {
  readonly typeName: string;
  readonly fields?: Readonly<Record<string, SszType>>;
}

/** In the order in which a reader meets them. */
const groups: readonly (readonly [string, readonly string[]])[] = [
  ["Genesis", ["GenesisValidator", "Genesis"]],
  ["Blocks", ["Header", "Withdrawal", "Body", "Block", "BodyMessage"]],
  ["Votes and certificates", ["Vote", "SignedVote", "CommitCertificate", "PrevoteCertificate", "SkipCertificate"]],
  ["Proposals", ["Proposal", "ProposalSummary", "SignedProposal"]],
  ["Evidence", ["VoteStatement", "ProposalStatement", "Evidence"]],
  [
    "Tasks",
    [
      "Beacon",
      "SignedBeacon",
      "BeaconTask",
      "StorageAnswer",
      "StorageProof",
      "StorageTask",
      "RelayReceipt",
      "RelayTask",
      "Tasks",
      "ChunkReceipt",
    ],
  ],
  [
    "Questions and answers",
    ["Status", "HeightVotesRequest", "HeightVotesResponse", "BlocksRequest", "CertifiedBlock", "BlocksResponse"],
  ],
  [
    "Consensus state",
    [
      "NodeEntry",
      "Voter",
      "VoterSet",
      "RelayedBytes",
      "EpochTally",
      "EpochBucket",
      "UptimeDay",
      "RecentBlock",
      "AcceptedBeacons",
      "CountedSkip",
      "PresentNodes",
      "PlacementMix",
      "Challenge",
      "ChallengeSet",
      "ConsensusState",
    ],
  ],
  [
    "Recovery after the loss of a third (docs/network-recovery.md)",
    ["RecoveryVoter", "RecoveryPlan", "RecoveryStatement", "RecoveryConsent", "Recovery"],
  ],
  [
    "Snapshots of the state (docs/sync.md)",
    ["SnapshotInfo", "SnapshotList", "ChunkRequest", "SnapshotHead", "StateNode", "StateChunk", "HeadersResponse"],
  ],
  ["Voter's record (local)", ["VoterRecord"]],
];

/** Rebuilt from blocks, never sent: no part of the protocol. */
export const derivedTypes = ["LeaderRecord", "TallyRecord", "TaskRecord"] as const;

/** What a name and a type do not say. */
const notes: Readonly<Record<string, string>> = {
  "GenesisValidator.peerId": "Ed25519 public key",
  "GenesisValidator.operator": "account for rewards and governance",
  "Genesis.network": "UTF-8",
  "Genesis.preset": "mainnet, testnet or devnet",
  "Genesis.genesisTime": "Unix seconds: start of slot 0",
  "Genesis.slotDuration": "seconds",
  "Genesis.stateRoot": "Merkle Patricia root of the genesis accounts",
  "Header.slot": "for which it was first proposed",
  "Header.round": "of that slot",
  "Header.timestamp": "start of the slot, Unix seconds",
  "Header.proposer": "nodeId",
  "Header.parentRoot": "genesisRoot in genesis",
  "Header.stateRoot": "Merkle Patricia root of the EVM state after it",
  "Header.consensusRoot": "root of ConsensusState after it",
  "Header.activeSetRoot": "root of voters.members after it",
  "Header.transactionsRoot": "Merkle Patricia, as in Ethereum; so are the next two",
  "Header.bodyRoot": "root of Body",
  "Header.baseFeePerGas": "wei",
  "Header.vrfProof": "section 6",
  "Withdrawal.index": "counts all withdrawals",
  "Withdrawal.validatorIndex": "registry index",
  "Withdrawal.amount": "gwei",
  "Body.transactions": "RLP of type 0, or type byte and RLP",
  "Body.parentCommit": "all zero at height 1",
  "BodyMessage.blockRoot": "of the header it belongs to",
  "Vote.kind": "1 prevote, 2 prevote nil, 3 precommit, 4 precommit nil, 5 precommit absent",
  "Vote.blockRoot": "zero in the nil kinds 2, 4, 5",
  "SignedVote.voter": "index in the voters of the height; not signed",
  "CommitCertificate.signers": "by index in the voters",
  "CommitCertificate.signature": "aggregate over the one Vote of kind 3",
  "PrevoteCertificate.signature": "aggregate over the one Vote of kind 1",
  "SkipCertificate.signature": "aggregate over the Vote of kind 5, round 0, zero root",
  "Proposal.validSlot": "view of the certificate that backs a block proposed before; 0, 0 for a new block",
  "ProposalSummary.header": "root of the header: the same root as Proposal",
  "SignedProposal.validCertificate": "one if validSlot > 0; not signed, it proves itself",
  "Evidence.votes": "two, or none",
  "Evidence.proposals": "two, or none",
  "Beacon.blockRoot": "of the last block with a lower slot",
  "SignedBeacon.node": "registry index; not signed",
  "BeaconTask.nodes": "by registry index",
  "StorageAnswer.node": "registry index",
  "StorageAnswer.height": "of the block that made the challenge",
  "StorageAnswer.challenge": "its number in that block",
  "StorageAnswer.blobLength": "bytes of the whole blob",
  "StorageAnswer.proofRoot": "root of StorageProof",
  "StorageProof.leaf": "4 KiB, fewer for a blob's last one",
  "StorageProof.leafPath": "to the root of the blob's tree, from the leaf's sibling upwards",
  "StorageProof.chunkPath": "from the chunk root to the session's root",
  "StorageTask.signature": "over StorageAnswer",
  "StorageTask.proof": "one, or none once it is pruned; the root of this type leaves it out",
  "RelayReceipt.downloader": "registry index, as the next one",
  "RelayReceipt.epoch": "ordinal among epochs that hold a block",
  "RelayReceipt.bytes": "of the pair in the epoch, in all",
  "RelayTask.signature": "the downloader's, over RelayReceipt",
  "EpochTally.relayed": "by pair; begins anew with each epoch",
  "PresentNodes.nodes": "by registry index: beacons in at least half the blocks of the epoch",
  "PlacementMix.epoch": "by the clock",
  "PlacementMix.mix": "SHA-256 of the vrfProof of the first block of a later epoch",
  "Challenge.session": "its number in LucidAnchors; then what stands there",
  "Challenge.chunk": "index in the session",
  "Challenge.mix": "draws the last replica; zero: not known yet",
  "Challenge.answered": "registry indices of those whose answers were accepted",
  "ChallengeSet.epoch": "whose placement holds",
  "ChallengeSet.total": "chunks that it was drawn from",
  "ChallengeSet.rate": "credits / 1000 of an answer for 8 MiB",
  "ConsensusState.presences": "of the last four closed epochs, oldest first",
  "ConsensusState.sessions": "that LucidAnchors had numbered when the open epoch began",
  "ConsensusState.placementMixes": "of the epochs in which sessions were registered, ascending",
  "ConsensusState.challenges": "that the next block may answer",
  "ChunkReceipt.epoch": "by the clock",
  "SnapshotInfo.root": "of the block",
  "SnapshotInfo.headPieces": "SnapshotHead in pieces of CHUNK_TARGET: the first chunks",
  "SnapshotInfo.chunks": "pieces of the head included",
  "SnapshotList.snapshots": "newest first",
  "SnapshotHead.receipts": "as nodes store them (docs/storage-format.md)",
  "SnapshotHead.ancestors": "headers before the block, ascending; all there are, up to the limit",
  "SnapshotHead.consensusState": "SSZ of ConsensusState",
  "StateNode.rlp": "of the account trie or a storage trie",
  "StateNode.preimages": "addresses or slots of the leaves in it, in order",
  "StateNode.code": "of the account in it",
  "StateChunk.nodes": "in preorder; a storage trie stands behind its account",
  "HeadersResponse.headers": "in a row",
  "Status.slot": "by the sender's clock",
  "Status.earliest": "lowest height that it serves, genesis apart",
  "Status.time": "the sender's clock, Unix ms",
  "Status.nodeId": "zero for a follower",
  "Status.forkVersion": "highest that it knows",
  "BlocksRequest.count": "at most RANGE_BLOCKS are served",
  "BlocksResponse.blocks": "in a row; fewer only where RANGE_BYTES or the chain ends",
  "HeightVotesRequest.slot": "the asker's view",
  "HeightVotesRequest.validSlot": "of its valid block",
  "HeightVotesResponse.proposals": "of the asker's view, then of the answerer's if later",
  "HeightVotesResponse.commits": "of the height, once decided",
  "NodeEntry.nodeId": "SHA-256 of the BLS key",
  "NodeEntry.poolId": "zero: none",
  "NodeEntry.joinedEpoch": "epoch of registration; 0 for genesis nodes",
  "NodeEntry.joinedDay": "of uptime",
  "NodeEntry.joinedDayBlocks": "that the day had held before",
  "NodeEntry.jailedUntil": "first free epoch; 0: never jailed",
  "NodeEntry.creditsFrom": "credits of earlier epochs do not count",
  "NodeEntry.settledEpoch": "offences up to then are settled",
  "NodeEntry.retiredEpoch": "0: not retired",
  "Voter.node": "registry index",
  "Voter.entity": "poolId, or nodeId without a pool",
  "VoterSet.seed": "mix when it was computed",
  "VoterSet.members": "ascending by node",
  "VoterSet.primaries": "by slot modulo epochSlots: index in members, or NOBODY",
  "VoterSet.fallbacks": "the first fallback, likewise",
  "EpochTally.epoch": "ordinal among epochs that hold a block",
  "EpochTally.firstHeight": "block that opened it",
  "EpochTally.credits": "thousandths; all of it",
  "EpochTally.storage": "part of it; so are relay and uptime",
  "EpochTally.held": "KiB by the answers, summed over the blocks",
  "EpochTally.beacons": "accepted",
  "EpochTally.commits": "bits in certificates",
  "EpochTally.pool": "gwei to share when it closes",
  "EpochTally.jailedWeight": "of voters jailed in it",
  "EpochBucket.voters": "who voted on the heights after firstHeight",
  "ConsensusState.mix": "section 6",
  "ConsensusState.voters": "of the next height",
  "ConsensusState.votersSince": "first height that they vote on",
  "ConsensusState.silence": "epochs of voting without a bit, up to 2",
  "ConsensusState.unpaid": "gwei",
  "ConsensusState.earned": "gwei, paid or not",
  "ConsensusState.eligible": "votes in governance",
  "ConsensusState.proven": "KiB, moving average over closed epochs",
  "ConsensusState.window": "closed epochs, oldest first, at most windowEpochs",
  "ConsensusState.uptime": "oldest first",
  "ConsensusState.jailQueue": "registry indices, oldest first",
  "ConsensusState.recentBlocks": "before the head, oldest first",
  "RecoveryPlan.forkVersion": "the one after the last",
  "RecoveryPlan.height": "last block that stays final",
  "RecoveryPlan.slot": "first slot under the new fork version",
  "RecoveryPlan.voters": "ascending by the registry",
  "RecoveryStatement.plan": "root of RecoveryPlan",
  "RecoveryStatement.lock": "the signer's at height + 1, if it has one",
  "RecoveryConsent.signature": "over RecoveryStatement",
  "Recovery.consents": "ascending by nodeId",
  "Recovery.block": "of the highest lock",
  "VoterRecord.height": "the open height, to which what follows belongs",
  "VoterRecord.markHeight": "highest position ever signed",
  "VoterRecord.silentThrough": "section 10",
  "VoterRecord.closedAt": "Unix ms of a clean stop, 0 while running",
};

function typeText({ typeName }: SszType): string {
  return typeName.replaceAll("uintBigint", "uint").replaceAll(/ByteVector\[(\d+)\]/g, "Bytes$1");
}

/** Containers of the consensus package by name. */
export function containers(): Readonly<Record<string, SszType>> {
  const all = Object.entries(consensus) as [string, unknown][];
  return Object.fromEntries(
    all.filter(
      (entry): entry is [string, SszType] =>
        typeof entry[1] === "object" && entry[1] !== null && "hashTreeRoot" in entry[1] && "fields" in entry[1],
    ),
  );
}

export function documentedTypes(): string[] {
  return groups.flatMap(([, names]) => names);
}

/** Notes that stand at no field: a field was renamed or is gone. */
export function strayNotes(): string[] {
  const known = containers();
  return Object.keys(notes).filter((note) => {
    const [name = "", field = ""] = note.split(".");
    return known[name]?.fields?.[field] === undefined;
  });
}

export function typesText(): string {
  const known = containers();
  const lines: string[] = [];
  for (const [title, names] of groups) {
    lines.push(`**${title}**`, "", "```");
    for (const [position, name] of names.entries()) {
      if (position > 0) lines.push("");
      lines.push(name);
      const fields = Object.entries(known[name]?.fields ?? {});
      const width = Math.max(...fields.map(([field, type]) => `${field}: ${typeText(type)}`.length));
      for (const [field, type] of fields) {
        const note = notes[`${name}.${field}`];
        const text = `${field}: ${typeText(type)}`;
        lines.push(`  ${note === undefined ? text : `${text.padEnd(width)}  ${note}`}`);
      }
    }
    lines.push("```", "");
  }
  return lines.join("\n").trimEnd();
}
