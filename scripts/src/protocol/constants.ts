import * as consensus from "@lucid/consensus";
import { type Params, presets, type TimeoutRule } from "@lucid/consensus";

interface Row {
  readonly unit: string;
  /** What it is for, and where the figure comes from. */
  readonly about: string;
}

/** A row for each parameter: the compiler asks for one that is missing. */
const parameterRows: Readonly<Record<Exclude<keyof Params, "preset">, Row>> = {
  chainId: { unit: "", about: "EIP-155" },
  slotDuration: { unit: "s", about: "30 blocks an hour at most, on a public network fixed" },
  slotDurationRange: { unit: "s", about: "what a genesis file of the preset may say" },
  proposeTimeout: { unit: "ms", about: "for the signed header, from entering the view; grows with the round r" },
  bodyTimeout: { unit: "ms", about: "for body and execution, from the header's arrival" },
  voteTimeout: { unit: "ms", about: "from when more than 2/3 of any votes of the step are held" },
  buildLead: { unit: "ms", about: "a block is built this long before its slot; local, no rule" },
  minimumListening: { unit: "ms", about: "least silence after a start without a clean stop" },
  epochSlots: { unit: "slots", about: "an epoch by the clock: an hour, on a devnet a minute of 6 s slots" },
  windowEpochs: { unit: "epochs", about: "credit window; 7 days" },
  cooldownSlots: { unit: "slots", about: "between two grants of one entity, at most entities - 1" },
  maxActive: { unit: "nodes", about: "voters of an epoch" },
  maxRegistered: { unit: "nodes", about: "registered and not retired" },
  maxPerPool: { unit: "nodes", about: "voters of one pool" },
  challengesPerBlock: { unit: "", about: "storage challenges, whole network" },
  replicas: { unit: "", about: "copies of a chunk, on nodes of different operators" },
  slotReward: { unit: "gwei", about: "minted by a block at most, before the first halving: 2 LUCID" },
  halvingSlots: { unit: "slots", about: "4 years of 120 s slots" },
  registrationBond: { unit: "gwei", about: "held by NodeRegistry" },
  gasLimit: { unit: "gas", about: "of every block" },
  bodyLimit: { unit: "bytes", about: "SSZ size of a body; 2 MiB" },
  uptimeDayEpochs: { unit: "epochs", about: "in one bucket of uptime" },
  eligibilityAge: { unit: "epochs", about: "youngest age that votes in governance; 14 days" },
  votingDelay: { unit: "slots", about: "from a proposal until its vote opens; 1 day" },
  votingPeriod: { unit: "slots", about: "in which a vote is open; 7 days" },
  timelockDelay: { unit: "slots", about: "in which what passed a vote waits before it can run; 48 hours" },
  proposalGrace: { unit: "slots", about: "in which what passed must be queued, and what waited must run; 14 days" },
};

/** The other numbers of the protocol, by their names in the code. */
const numberRows: Readonly<Record<string, Row>> = {
  FORK_VERSION: { unit: "", about: "that this build starts a chain with" },
  BASE_FEE_CHANGE_DENOMINATOR: { unit: "", about: "EIP-1559" },
  ELASTICITY: { unit: "", about: "EIP-1559: the target is half of the gas limit" },
  BASE_FEE_FLOOR: { unit: "wei", about: "1 gwei" },
  CREDIT_VALIDATION: { unit: "credits / 1000", about: "for a bit in a commit certificate" },
  CREDIT_BEACON: { unit: "credits / 1000", about: "for an accepted beacon" },
  CREDIT_GENESIS_SLOT: {
    unit: "credits / 1000",
    about: "for each slot of the window before genesis: a full validator's work",
  },
  CREDIT_STORAGE: { unit: "credits / 1000", about: "most for an answer to a storage challenge" },
  CREDIT_STORAGE_SHARE: {
    unit: "credits / 1000",
    about: "for each voter, what all answers to a block's challenges pay at most: as much as signing and uptime",
  },
  FULL_BLOB: { unit: "bytes", about: "a smaller blob pays in proportion to its length" },
  INCLUDER_SHARE: { unit: "", about: "one in so many credits of an answer goes to the node that includes it" },
  ANSWER_BLOCKS: { unit: "blocks", about: "after a challenge's, in which answers to it count" },
  CREDIT_RELAY: { unit: "credits / 1000", about: "for RELAY_UNIT bytes sent to another node" },
  RELAY_UNIT: { unit: "bytes", about: "5 MiB" },
  RELAY_PAIR_BYTES: { unit: "bytes", about: "of a pair of nodes that count in an epoch" },
  RELAY_STORAGE_SHARE: {
    unit: "",
    about: "relay pays one in so many of a node's storage credits of the epoch at most",
  },
  PROOF_EPOCHS: { unit: "epochs", about: "of blocks that keep the proofs of their storage answers; local" },
  LIVE_SCORE_FULL: { unit: "1/10000", about: "at the start, and the most" },
  LIVE_SCORE_FLOOR: { unit: "1/10000", about: "the least" },
  LIVE_SCORE_MISS: { unit: "1/10000", about: "taken by a skip certificate" },
  LIVE_SCORE_REGAIN: { unit: "1/10000", about: "given back by an epoch with blocks" },
  SKIP_SLOTS: { unit: "slots", about: "oldest skip certificate that a block may carry" },
  EARLY_TOLERANCE: { unit: "ms", about: "earliest message that is held; worst clock that is trusted" },
  EXCHANGE_INTERVAL: { unit: "ms", about: "between two questions for votes while a height is open" },
  WITHDRAWALS_PER_BLOCK: { unit: "", about: "the list's limit" },
  ELIGIBILITY_EARNED: { unit: "gwei", about: "1 LUCID" },
  ELIGIBILITY_UPTIME: { unit: "%", about: "accepted beacons to blocks" },
  UPTIME_DAYS: { unit: "days", about: "buckets of uptime that are kept" },
  MAX_POINTS: { unit: "", about: "of a node in the draw for a chunk" },
  UNPROVEN_MIB: { unit: "MiB", about: "capacity that a node without storage proofs is trusted with at most" },
  MEDIAN_FACTOR: { unit: "", about: "no node weighs more than so many median nodes" },
  PRESENCE_LAG: { unit: "epochs", about: "the placement set of an epoch is who was present in the one so many before" },
  MAX_ROUND: { unit: "", about: "highest round; no slot reaches ten" },
  NOBODY: { unit: "", about: "in a schedule: no entity is free" },
  VOTER_LIMIT: { unit: "", about: "of bitfields over voters" },
  REGISTRY_LIMIT: { unit: "", about: "entries that the registry ever holds" },
  BODY_BYTES: { unit: "bytes", about: "the same as bodyLimit" },
  STORAGE_TASK_BYTES: { unit: "bytes", about: "longest StorageTask" },
  BLOCK_BYTES: { unit: "bytes", about: "longest encoded block" },
  PROPOSAL_BYTES: { unit: "bytes", about: "longest signed proposal" },
  HEIGHT_VOTES_REQUEST_BYTES: { unit: "bytes", about: "longest question for votes" },
  HEIGHT_VOTES_RESPONSE_BYTES: { unit: "bytes", about: "longest answer" },
  STATUS_BYTES: { unit: "bytes", about: "a status" },
  RANGE_BLOCKS: { unit: "", about: "most blocks in one answer of blocks-by-range/1" },
  RANGE_BYTES: { unit: "bytes", about: "longest such answer" },
  LONGEST_CERTIFIED_BLOCK: { unit: "bytes", about: "in it; a shorter answer that could hold one more is refused" },
  ANCESTOR_HEADERS: { unit: "", about: "headers in a snapshot: as far as BLOCKHASH reaches" },
  CHUNK_TARGET: { unit: "bytes", about: "at which a chunk of a snapshot is full" },
  CHUNK_BYTES: { unit: "bytes", about: "longest chunk: its last node may bring a contract's code" },
  SNAPSHOT_HEAD_BYTES: { unit: "bytes", about: "longest SnapshotHead" },
  SNAPSHOT_LIST_BYTES: { unit: "bytes", about: "longest answer of snapshots/1" },
  RANGE_HEADERS: { unit: "", about: "most headers in one answer of headers-by-range/1" },
  HEADERS_BYTES: { unit: "bytes", about: "longest such answer" },
  RECOVERY_BYTES: { unit: "bytes", about: "longest recovery file" },
  VOTER_RECORD_BYTES: { unit: "bytes", about: "longest record of a voter; local" },
};

function shown(value: unknown): string {
  if (typeof value === "number" || typeof value === "bigint") return value.toLocaleString("en-US");
  if (Array.isArray(value)) return [...new Set(value)].map(shown).join(" to ");
  const { base, perRound } = value as TimeoutRule;
  return `${shown(base)} + ${shown(perRound)} r`;
}

/** Names of the numbers that the consensus package exports. */
export function exportedNumbers(): string[] {
  return Object.entries(consensus)
    .filter(([name, value]) => /^[A-Z][A-Z_]+$/.test(name) && (typeof value === "number" || typeof value === "bigint"))
    .map(([name]) => name);
}

export function constantNames(): string[] {
  return Object.keys(numberRows);
}

/** Both tables. Testnet has mainnet's figures, but for the chain id. */
export function constantsText(): string {
  const names = Object.keys(parameterRows) as (keyof typeof parameterRows)[];
  const publicValue = (name: keyof typeof parameterRows): string =>
    [...new Set([presets.mainnet, presets.testnet].map((params) => shown(params[name])))].join(" and ");
  const numbers: Readonly<Record<string, unknown>> = consensus;
  return [
    "| parameter | mainnet, testnet | devnet | unit | what, and why this figure |",
    "|---|---|---|---|---|",
    ...names.map((name) => {
      const { unit, about } = parameterRows[name];
      return `| \`${name}\` | ${publicValue(name)} | ${shown(presets.devnet[name])} | ${unit} | ${about} |`;
    }),
    "",
    "| constant | value | unit | what, and why this figure |",
    "|---|---|---|---|",
    ...Object.entries(numberRows).map(
      ([name, { unit, about }]) => `| \`${name}\` | ${shown(numbers[name])} | ${unit} | ${about} |`,
    ),
  ].join("\n");
}
