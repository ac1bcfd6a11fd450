export { BitArray } from "@chainsafe/ssz";
export { BLOCK_BYTES, Block, Body, BodyMessage, EMPTY_BODY, Transaction, Withdrawal } from "./body.js";
export {
  CommitCertificate,
  NO_CERTIFICATE,
  PrevoteCertificate,
  SkipCertificate,
  VoterBits,
} from "./certificate.js";
export { ChunkReceipt } from "./chunkReceipt.js";
export { Evidence, ProposalStatement, VoteStatement } from "./evidence.js";
export {
  HEIGHT_VOTES_REQUEST_BYTES,
  HEIGHT_VOTES_RESPONSE_BYTES,
  HeightVotesRequest,
  HeightVotesResponse,
} from "./exchange.js";
export { Genesis, GenesisValidator } from "./genesis.js";
export { hasherName } from "./hasher.js";
export { Header, headerRoot } from "./header.js";
export { PROPOSAL_BYTES, Proposal, ProposalSummary, SignedProposal, summarise } from "./proposal.js";
export { LeaderRecord, TallyRecord, TaskRecord } from "./records.js";
export {
  RECOVERY_BYTES,
  Recovery,
  RecoveryConsent,
  RecoveryPlan,
  RecoveryStatement,
  RecoveryVoter,
} from "./recovery.js";
export {
  ANCESTOR_HEADERS,
  CHUNK_BYTES,
  CHUNK_TARGET,
  ChunkRequest,
  HEADERS_BYTES,
  HeadersResponse,
  RANGE_HEADERS,
  SNAPSHOT_HEAD_BYTES,
  SNAPSHOT_LIST_BYTES,
  SnapshotHead,
  SnapshotInfo,
  SnapshotList,
  StateChunk,
  StateNode,
} from "./snapshot.js";
export { BODY_BYTES, decodeExact, decodeSsz, REGISTRY_LIMIT, VOTER_LIMIT, ZERO_ROOT, ZERO_SIGNATURE } from "./ssz.js";
export {
  AcceptedBeacons,
  activeSetRoot,
  Challenge,
  ChallengeSet,
  ConsensusState,
  CountedSkip,
  EpochBucket,
  EpochTally,
  NOBODY,
  NodeEntry,
  PlacementMix,
  PresentNodes,
  RecentBlock,
  RelayedBytes,
  UptimeDay,
  Voter,
  VoterSet,
  Voters,
} from "./state.js";
export {
  BlocksRequest,
  BlocksResponse,
  CertifiedBlock,
  LONGEST_CERTIFIED_BLOCK,
  RANGE_BLOCKS,
  RANGE_BYTES,
  STATUS_BYTES,
  Status,
} from "./sync.js";
export {
  Beacon,
  BeaconTask,
  NodeBits,
  RelayReceipt,
  RelayTask,
  SignedBeacon,
  STORAGE_TASK_BYTES,
  StorageAnswer,
  StorageProof,
  StorageTask,
  type Task,
  Tasks,
  TaskType,
} from "./task.js";
export { compareViews, isNoView, MAX_ROUND, NO_VIEW, type View, viewKey } from "./view.js";
export { isNilKind, SignedVote, Step, sameVote, stepOfKind, Vote, VoteKind } from "./vote.js";
export { VOTER_RECORD_BYTES, VoterRecord } from "./voterRecord.js";
