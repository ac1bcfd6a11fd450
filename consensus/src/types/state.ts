import { BitListType, ContainerType, ListBasicType, ListCompositeType, type ValueOf } from "@chainsafe/ssz";
import { keepsRoot } from "./keepsRoot.js";
import { blsPublicKey, bytes20, bytes32, REGISTRY_LIMIT, safeU64, u8, u16, u32, VOTER_LIMIT } from "./ssz.js";
import { NodeBits } from "./task.js";

/*
 * The consensus state is a plain value and is never changed in place: a transition makes a new one that shares what
 * stayed the same. Types that `keepsRoot` know the root of a value they have seen, which is what makes the state's root
 * cheap: a block of a network of 10,000 nodes hashes some columns of the open epoch and nothing else.
 *
 * Counters of nodes are columns (one list over all nodes, by registry index) instead of records, since a closed epoch's
 * column never changes again.
 */
/** One number for each node, by registry index. */
const Column = keepsRoot(new ListBasicType(u32, REGISTRY_LIMIT));
const ByteColumn = keepsRoot(new ListBasicType(u8, REGISTRY_LIMIT));
/** Amounts in gwei. */
const AmountColumn = keepsRoot(new ListBasicType(safeU64, REGISTRY_LIMIT));

/** What registration fixes, and penalties. An epoch here is the ordinal of an epoch that held a block. */
export const NodeEntry = keepsRoot(
  new ContainerType(
    {
      nodeId: bytes32,
      blsPublicKey,
      peerId: bytes32,
      operator: bytes20,
      /** Zero when the node is in no pool. */
      poolId: bytes32,
      capacityMiB: u32,
      /** Epoch from which the node counts; 0 for genesis nodes, which also count as full-aged. */
      joinedEpoch: u32,
      /** Day of `uptime` in which it joined, and the blocks which that day had held before. */
      joinedDay: u32,
      joinedDayBlocks: u32,
      /** First epoch in which the node is free again; 0 when it was never jailed. */
      jailedUntil: u32,
      /** Credits of earlier epochs do not count: jailing takes them all. */
      creditsFrom: u32,
      /** Epoch of the block that held the last evidence against it; offences up to then are settled. */
      settledEpoch: u32,
      /** First epoch in which it no longer takes part; 0 while it does. */
      retiredEpoch: u32,
    },
    { typeName: "NodeEntry" },
  ),
);
export type NodeEntry = ValueOf<typeof NodeEntry>;

export const Voter = keepsRoot(
  new ContainerType(
    {
      /** Index in the registry. */
      node: u32,
      nodeId: bytes32,
      blsPublicKey,
      weight: safeU64,
      /** poolId, or nodeId of a node without a pool. */
      entity: bytes32,
    },
    { typeName: "Voter" },
  ),
);
export type Voter = ValueOf<typeof Voter>;

/** In ascending order of `node`. A vote's `voter` and the bits of certificates are indices in this list. */
export const Voters = keepsRoot(new ListCompositeType(Voter, VOTER_LIMIT));
export type Voters = ValueOf<typeof Voters>;

/** Stands for "nobody" in a schedule. */
export const NOBODY = 0xffff;

/** Voters of an epoch with their schedule, fixed when the epoch before it begins. */
export const VoterSet = keepsRoot(
  new ContainerType(
    {
      /** The mix at that time: breaks ties, draws the fallbacks from the second on. */
      seed: bytes32,
      members: Voters,
      /** By slot modulo EPOCH_SLOTS: index in `members` of the primary and the first fallback, or NOBODY. */
      primaries: new ListBasicType(u16, 256),
      fallbacks: new ListBasicType(u16, 256),
    },
    { typeName: "VoterSet" },
  ),
);
export type VoterSet = ValueOf<typeof VoterSet>;

/** Receipts that an epoch can count: 256 in each of at most 256 blocks. */
const RELAY_LIMIT = 65_536;

export const RelayedBytes = keepsRoot(
  new ContainerType({ downloader: u32, server: u32, bytes: safeU64 }, { typeName: "RelayedBytes" }),
);
export type RelayedBytes = ValueOf<typeof RelayedBytes>;

/** Counters of the open epoch. */
export const EpochTally = new ContainerType(
  {
    /** Ordinal among the epochs that hold a block; genesis is in epoch 0. */
    epoch: u32,
    firstHeight: u32,
    blocks: u32,
    /** All credits, in thousandths; then the parts of it from storage, relay and beacons. */
    credits: Column,
    storage: Column,
    relay: Column,
    uptime: Column,
    /** Bytes by pair of nodes, as the last receipts say. */
    relayed: keepsRoot(new ListCompositeType(RelayedBytes, RELAY_LIMIT)),
    /** KiB that a node's answers make likely that it holds, summed over the blocks. */
    held: AmountColumn,
    /** Accepted beacons. */
    beacons: Column,
    /** Bits in commit certificates. */
    commits: Column,
    /** Gwei to share among the nodes by the credits of this epoch. */
    pool: safeU64,
    /** Weight of the voters that were jailed in this epoch. */
    jailedWeight: safeU64,
  },
  { typeName: "EpochTally" },
);
export type EpochTally = ValueOf<typeof EpochTally>;

/** A closed epoch of the credit window. */
export const EpochBucket = keepsRoot(
  new ContainerType(
    {
      epoch: u32,
      firstHeight: u32,
      credits: Column,
      /** Who voted on the heights after `firstHeight`, up to the next epoch's first: evidence needs it. */
      voters: NodeBits,
    },
    { typeName: "EpochBucket" },
  ),
);
export type EpochBucket = ValueOf<typeof EpochBucket>;

/** UPTIME_DAY_EPOCHS epochs of beacons. */
export const UptimeDay = keepsRoot(
  new ContainerType({ day: u32, blocks: u32, beacons: Column }, { typeName: "UptimeDay" }),
);
export type UptimeDay = ValueOf<typeof UptimeDay>;

export const RecentBlock = keepsRoot(
  new ContainerType({ height: u32, slot: u32, root: bytes32 }, { typeName: "RecentBlock" }),
);
export type RecentBlock = ValueOf<typeof RecentBlock>;

export const AcceptedBeacons = keepsRoot(
  new ContainerType({ slot: u32, nodes: NodeBits }, { typeName: "AcceptedBeacons" }),
);
export type AcceptedBeacons = ValueOf<typeof AcceptedBeacons>;

export const CountedSkip = keepsRoot(new ContainerType({ height: u32, slot: u32 }, { typeName: "CountedSkip" }));
export type CountedSkip = ValueOf<typeof CountedSkip>;

/** Who sent beacons in at least half the slots with blocks of a closed epoch, and what nodes had proven at its end. Placement judges by it two epochs later. */
export const PresentNodes = keepsRoot(
  new ContainerType({ epoch: u32, nodes: NodeBits, provenMiB: Column }, { typeName: "PresentNodes" }),
);
export type PresentNodes = ValueOf<typeof PresentNodes>;

/** Draws the last replica of the chunks of all sessions that were registered in an epoch. */
export const PlacementMix = keepsRoot(
  new ContainerType(
    {
      /** By the clock. */
      epoch: u32,
      /** VRF output of the first block of a later epoch, which nobody knew before. */
      mix: bytes32,
    },
    { typeName: "PlacementMix" },
  ),
);
export type PlacementMix = ValueOf<typeof PlacementMix>;

/** A chunk that its holders have to show a leaf of. */
export const Challenge = new ContainerType(
  {
    /** Number of the session in LucidAnchors; then what stands there. */
    session: u32,
    merkleRoot: bytes32,
    chunkCount: u32,
    /** Index of the chunk in the session. */
    chunk: u32,
    /** Draws the chunk's last replica; zero while the session has none. */
    mix: bytes32,
    /** Registry indices of the nodes whose answers were accepted. */
    answered: new ListBasicType(u32, 16),
  },
  { typeName: "Challenge" },
);
export type Challenge = ValueOf<typeof Challenge>;

/** Challenges of one block. */
export const ChallengeSet = keepsRoot(
  new ContainerType(
    {
      height: u32,
      slot: u32,
      /** Ordinal of the epoch whose placement holds. */
      epoch: u32,
      seed: bytes32,
      /** Chunks that it was drawn from. */
      total: safeU64,
      /** Credits of an answer for a blob of 8 MiB or more, thousandths. */
      rate: u32,
      items: new ListCompositeType(Challenge, 64),
    },
    { typeName: "ChallengeSet" },
  ),
);
export type ChallengeSet = ValueOf<typeof ChallengeSet>;

/** Sessions are registered in fewer epochs than this: 119 years of hours. */
const MIX_LIMIT = 1_048_576;

/** The state after one block; `header.consensusRoot` is its root. */
export const ConsensusState = new ContainerType(
  {
    height: u32,
    slot: u32,
    mix: bytes32,
    /** Who votes on the next height. */
    voters: VoterSet,
    /** First height that `voters` vote on; heights from `previousSince` on were voted by `previousVoters`. */
    votersSince: u32,
    nextVoters: VoterSet,
    previousVoters: VoterSet,
    previousSince: u32,
    nodes: keepsRoot(new ListCompositeType(NodeEntry, REGISTRY_LIMIT)),
    /** 1,000 to 10,000. */
    liveScore: Column,
    /** Whole epochs of voting without a bit in a certificate, up to 2, which means weight 1 until an epoch of beacons. */
    silence: ByteColumn,
    unpaid: AmountColumn,
    /** Paid and unpaid since joining; opens the vote in governance. */
    earned: AmountColumn,
    eligible: keepsRoot(new BitListType(REGISTRY_LIMIT)),
    /** KiB that a node has shown to hold: a moving average over closed epochs. */
    proven: AmountColumn,
    epoch: EpochTally,
    /** The credit window: closed epochs, oldest first, at most WINDOW_EPOCHS. */
    window: keepsRoot(new ListCompositeType(EpochBucket, 256)),
    /** The last 90, the open one last. */
    uptime: keepsRoot(new ListCompositeType(UptimeDay, 90)),
    /** Registry indices that wait to be jailed, oldest first. */
    jailQueue: keepsRoot(new ListBasicType(u32, REGISTRY_LIMIT)),
    withdrawalIndex: safeU64,
    /** The last blocks before the head, oldest first. (The head's own root cannot be in its own state.) */
    recentBlocks: new ListCompositeType(RecentBlock, 16),
    recentBeacons: new ListCompositeType(AcceptedBeacons, 16),
    countedSkips: keepsRoot(new ListCompositeType(CountedSkip, 256)),
    /** Of the last four closed epochs, oldest first. */
    presences: new ListCompositeType(PresentNodes, 4),
    /** Sessions that LucidAnchors had numbered when the open epoch began. */
    sessions: u32,
    /** Of the epochs in which sessions were registered, ascending. */
    placementMixes: keepsRoot(new ListCompositeType(PlacementMix, MIX_LIMIT)),
    /** Those that the next block may answer: of the last two blocks. */
    challenges: new ListCompositeType(ChallengeSet, 2),
  },
  { typeName: "ConsensusState" },
);
export type ConsensusState = ValueOf<typeof ConsensusState>;

/** hash_tree_root of the voters alone: `header.activeSetRoot`. */
export function activeSetRoot(set: VoterSet): Uint8Array {
  return Voters.hashTreeRoot(set.members);
}
