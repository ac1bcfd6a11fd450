import {
  blockReward,
  CREDIT_BEACON,
  CREDIT_VALIDATION,
  isBlocking,
  isQuorum,
  presets,
  weightsOf,
} from "@lucid/consensus";

const { mainnet } = presets;
const EPOCH_CREDITS = (CREDIT_VALIDATION + CREDIT_BEACON) * mainnet.epochSlots;
const FULL = EPOCH_CREDITS * mainnet.windowEpochs;
const GWEI = 1_000_000_000;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** How many of n equal voters may be silent with a quorum left, and how many silent or lying ones are a third or more. */
export function equalVoters(n: number): { readonly canLose: number; readonly stops: number; readonly forges: number } {
  const some = (holds: (count: number) => boolean): number => {
    for (let count = 0; count <= n; count++) if (holds(count)) return count;
    return n + 1;
  };
  const stops = some((count) => !isQuorum(n - count, n));
  return { canLose: stops - 1, stops, forges: some((count) => isQuorum(count, n)) };
}

/** Share of the weight that the k richest of n hold, with a thousand times the credits of the others, who work in full. */
export function richShare(n: number, k: number): number {
  const credits = Array.from({ length: n }, (_, index) => (index < k ? 1_000 * FULL : FULL));
  const weights = weightsOf(credits, FULL);
  return sum(weights.slice(0, k)) / sum(weights);
}

/** Fewest that hold a third of n, when they have a thousand times what the others have. */
export function fewestForThird(n: number): number {
  for (let k = 1; k <= n; k++) if (richShare(n, k) >= 1 / 3) return k;
  return n;
}

export interface Takeover {
  /** Epochs (hours on mainnet) and Sybils at that time. */
  readonly third: { readonly epochs: number; readonly sybils: number } | undefined;
  readonly twoThirds: { readonly epochs: number; readonly sybils: number } | undefined;
}

/**
 * One operator registers without end beside `honest` full validators, works as well as they do, and votes as soon as the
 * rules let it: max(1, n / 16) newcomers an epoch, at most maxActive in all.
 * @param aged whether it registered a whole window before, so that age is no brake
 */
export function sybilTakeover(honest: number, aged: boolean): Takeover {
  const joined: number[] = [];
  let third: Takeover["third"];
  for (let epoch = 1; epoch <= 4 * mainnet.windowEpochs; epoch++) {
    const n = honest + joined.length;
    for (let i = Math.max(1, Math.floor(n / 16)); i > 0 && honest + joined.length < mainnet.maxActive; i--)
      joined.push(epoch);
    const credits = joined.map((since) => {
      const epochs = Math.min(epoch - since, mainnet.windowEpochs);
      return Math.floor((EPOCH_CREDITS * epochs * (aged ? mainnet.windowEpochs : epochs)) / mainnet.windowEpochs);
    });
    const weights = weightsOf([...new Array<number>(honest).fill(FULL), ...credits], FULL);
    const [own, total] = [sum(weights.slice(honest)), sum(weights)];
    const now = { epochs: epoch, sybils: joined.length };
    if (third === undefined && isBlocking(own, total)) third = now;
    if (isQuorum(own, total)) return { third, twoThirds: now };
  }
  return { third, twoThirds: undefined };
}

/** Gwei that all blocks together mint at most: one in every slot. */
export function mostMinted(): bigint {
  let minted = 0n;
  for (let halving = 0; ; halving++) {
    const reward = blockReward(halving * mainnet.halvingSlots, mainnet);
    if (reward === 0) return minted;
    minted += BigInt(reward) * BigInt(mainnet.halvingSlots);
  }
}

export function lossesText(): string {
  const rows = [1, 2, 3, 4, 5, 7, 10, 16, 31, 64, 100, 256].map((n) => {
    const { canLose, stops, forges } = equalVoters(n);
    return `| ${n} | ${canLose} | ${stops} | ${forges} |`;
  });
  return [
    "| voters of equal weight | may be silent | stop the chain | decide alone |",
    "|---|---|---|---|",
    ...rows,
  ].join("\n");
}

export function capText(): string {
  const rows = [4, 7, 16, 24, 48, 100, 256].map((n) => {
    const k = fewestForThird(n);
    return `| ${n} | ${(100 * richShare(n, 1)).toFixed(1)} % | ${k} | ${(100 * richShare(n, k)).toFixed(1)} % |`;
  });
  return ["| voters | one richest holds | fewest that hold a third | and hold |", "|---|---|---|---|", ...rows].join(
    "\n",
  );
}

function moment(at: Takeover["third"]): readonly [string, string, string] {
  if (at === undefined) return ["never", "", ""];
  const bond = (at.sybils * Number(mainnet.registrationBond)) / GWEI;
  return [`${at.epochs} h`, String(at.sybils), bond.toLocaleString("en-US")];
}

export function sybilsText(): string {
  const rows = [4, 16, 64, 128, 200].flatMap((honest) =>
    [false, true].map((aged) => {
      const { third, twoThirds } = sybilTakeover(honest, aged);
      const cells = [...moment(third), ...moment(twoThirds)].join(" | ");
      return `| ${honest} | ${aged ? "a week before" : "as they come"} | ${cells} |`;
    }),
  );
  return [
    "| honest voters | Sybils registered | a third after | nodes | bonds, LUCID | two thirds after | nodes | bonds, LUCID |",
    "|---|---|---|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

export function figuresText(): string {
  const { windowEpochs, epochSlots, slotDuration, proposeTimeout, voteTimeout } = mainnet;
  const hours = (windowEpochs * epochSlots * slotDuration) / 3600;
  const lucid = (gwei: bigint | number): string => (Number(gwei) / GWEI).toLocaleString("en-US");
  return [
    "| figure | mainnet |",
    "|---|---|",
    `| a credit window, and how long evidence counts | ${hours} h of epochs with blocks |`,
    `| youngest checkpoint that a newcomer should trust | ${hours / 2} h |`,
    `| LUCID that blocks mint, at most, for ever | ${lucid(mostMinted())} |`,
    `| LUCID that a proposer loses by withholding its block, at least | ${lucid(blockReward(0, mainnet) / 4)} |`,
    `| share of the weight that jailing takes in an epoch, at most | 1/3 |`,
    `| silent proposers in a row before a slot's end | ${silentRounds(slotDuration * 1000, proposeTimeout, voteTimeout)} |`,
  ].join("\n");
}

/** Rounds without a proposal that fit in a slot: proposal's time-out, and votes that come at once. */
function silentRounds(
  slot: number,
  propose: { readonly base: number; readonly perRound: number },
  vote: { readonly base: number },
): number {
  let left = slot;
  let rounds = 0;
  while (left >= propose.base + propose.perRound * rounds + vote.base) {
    left -= propose.base + propose.perRound * rounds;
    rounds++;
  }
  return rounds;
}
