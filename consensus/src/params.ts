/*
 * Constants that the protocol fixes (consensus.md section 1). docs/protocol.md is checked against this file. Times are
 * milliseconds, credits thousandths, amounts gwei.
 */

/** Times grow with the round: a fixed time-out halts the chain when blocks are slow (consensus-attacks C7). */
export interface TimeoutRule {
  readonly base: number;
  readonly perRound: number;
}

export interface Params {
  readonly preset: "mainnet" | "testnet" | "devnet";
  readonly chainId: bigint;
  /** Seconds; the genesis file of a devnet may say another within the range. */
  readonly slotDuration: number;
  readonly slotDurationRange: readonly [number, number];
  /** For the signed header, from entering the view. */
  readonly proposeTimeout: TimeoutRule;
  /** For the body and its execution, from the header's arrival. */
  readonly bodyTimeout: TimeoutRule;
  /** From the moment when more than 2/3 of any votes of the step are held. */
  readonly voteTimeout: TimeoutRule;
  /** A block is built this long before its slot opens. */
  readonly buildLead: number;
  /** Listening after a start without a clean stop lasts to the end of the slot, and at least this. */
  readonly minimumListening: number;
  readonly epochSlots: number;
  readonly windowEpochs: number;
  readonly cooldownSlots: number;
  readonly maxActive: number;
  readonly maxRegistered: number;
  readonly maxPerPool: number;
  readonly challengesPerBlock: number;
  readonly replicas: number;
  /** Gwei per block before the first halving. */
  readonly slotReward: number;
  /** Slots. */
  readonly halvingSlots: number;
  /** Gwei. */
  readonly registrationBond: bigint;
  readonly gasLimit: bigint;
  readonly bodyLimit: number;
  /** Epochs in one of the 90 buckets of uptime. */
  readonly uptimeDayEpochs: number;
  /** Youngest age in epochs at which a node can vote in governance. */
  readonly eligibilityAge: number;
  /** Slots, as the next three: from a proposal until its vote opens. */
  readonly votingDelay: number;
  readonly votingPeriod: number;
  /** What passed a vote waits so long before it can run. */
  readonly timelockDelay: number;
  /** In which what passed must be queued, and what waited must run. */
  readonly proposalGrace: number;
}

const common = {
  cooldownSlots: 16,
  maxActive: 256,
  maxRegistered: 10_000,
  maxPerPool: 16,
  replicas: 3,
  slotReward: 2_000_000_000,
  halvingSlots: 1_051_200,
  gasLimit: 30_000_000n,
  bodyLimit: 2 * 1024 * 1024,
  uptimeDayEpochs: 24,
} as const;

const publicNetwork = {
  ...common,
  slotDuration: 120,
  // 30 blocks an hour at most is a rule of the specification: neither a file nor an option moves it.
  slotDurationRange: [120, 120],
  proposeTimeout: { base: 5_000, perRound: 5_000 },
  bodyTimeout: { base: 20_000, perRound: 5_000 },
  voteTimeout: { base: 5_000, perRound: 1_000 },
  buildLead: 5_000,
  minimumListening: 30_000,
  epochSlots: 30,
  windowEpochs: 168,
  challengesPerBlock: 32,
  registrationBond: 100_000_000_000n,
  eligibilityAge: 14 * 24,
  votingDelay: 720,
  votingPeriod: 5_040,
  timelockDelay: 1_440,
  proposalGrace: 10_080,
} as const;

export const presets: Readonly<Record<Params["preset"], Params>> = {
  mainnet: { ...publicNetwork, preset: "mainnet", chainId: 120_120n },
  testnet: { ...publicNetwork, preset: "testnet", chainId: 120_121n },
  devnet: {
    ...common,
    preset: "devnet",
    chainId: 120_122n,
    slotDuration: 6,
    slotDurationRange: [2, 120],
    proposeTimeout: { base: 500, perRound: 500 },
    bodyTimeout: { base: 1_000, perRound: 500 },
    voteTimeout: { base: 500, perRound: 100 },
    buildLead: 500,
    minimumListening: 2_000,
    epochSlots: 10,
    windowEpochs: 24,
    challengesPerBlock: 8,
    registrationBond: 1_000_000_000n,
    eligibilityAge: 2,
    votingDelay: 2,
    votingPeriod: 10,
    timelockDelay: 5,
    proposalGrace: 60,
  },
};

/** The fork version that this build speaks. */
export const FORK_VERSION = 1;

/** EIP-1559: the base fee moves by at most 1/8 a block, towards half of the gas limit. */
export const BASE_FEE_CHANGE_DENOMINATOR = 8n;
export const ELASTICITY = 2n;
/** Wei: 1 gwei. */
export const BASE_FEE_FLOOR = 1_000_000_000n;

/** Credits, in thousandths. */
export const CREDIT_VALIDATION = 3_000;
export const CREDIT_BEACON = 1_000;
/** Most for one answer; and what all answers to a block's challenges pay together, for each voter. */
export const CREDIT_STORAGE = 8_000;
export const CREDIT_STORAGE_SHARE = 4_000;
/** Bytes of a blob from which on an answer pays in full; a smaller one pays in proportion. */
export const FULL_BLOB = 8 * 1024 * 1024;
/** One in so many of an answer's credits goes to the node that includes it. */
export const INCLUDER_SHARE = 16;
/** Blocks after a challenge's in which answers to it count. */
export const ANSWER_BLOCKS = 2;
/** For each RELAY_UNIT bytes that a node sent to another. */
export const CREDIT_RELAY = 1_000;
export const RELAY_UNIT = 5 * 1024 * 1024;
/** Bytes of one pair of nodes that count in an epoch. */
export const RELAY_PAIR_BYTES = 1024 * 1024 * 1024;
/** Relay pays a node one in so many of its storage credits of the epoch at most. */
export const RELAY_STORAGE_SHARE = 4;
/** Epochs for which blocks keep the proofs of storage answers. */
export const PROOF_EPOCHS = 2;
/** Each genesis node is given this for each slot of each epoch of the window: a full validator's work. */
export const CREDIT_GENESIS_SLOT = 4_000;

export const LIVE_SCORE_FULL = 10_000;
export const LIVE_SCORE_FLOOR = 1_000;
export const LIVE_SCORE_MISS = 1_000;
export const LIVE_SCORE_REGAIN = 100;

/** A skip certificate counts in blocks up to this many slots later. */
export const SKIP_SLOTS = 8;
/** Messages of views that open within this are held, and a clock this far from the median is not trusted. Milliseconds. */
export const EARLY_TOLERANCE = 10_000;
/** A voter asks another one for votes this often while a height is open. Milliseconds. */
export const EXCHANGE_INTERVAL = 4_000;

export const WITHDRAWALS_PER_BLOCK = 256;
/** Gwei: 1 LUCID. */
export const ELIGIBILITY_EARNED = 1_000_000_000;
/** Percent of uptime. */
export const ELIGIBILITY_UPTIME = 80;
export const UPTIME_DAYS = 90;

/** Milliseconds. */
export function timeoutOf(rule: TimeoutRule, round: number): number {
  return rule.base + rule.perRound * round;
}
