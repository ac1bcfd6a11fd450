import {
  answerCredits,
  CREDIT_BEACON,
  CREDIT_STORAGE,
  CREDIT_VALIDATION,
  FULL_BLOB,
  INCLUDER_SHARE,
  type Params,
  presets,
  RELAY_PAIR_BYTES,
  RELAY_STORAGE_SHARE,
  RELAY_UNIT,
  storageRate,
} from "@lucid/consensus";

const { mainnet } = presets;

function credits(thousandths: number): string {
  return (thousandths / 1000).toFixed(3);
}

/** Credits of a block by the number of voters: for an answer of 8 MiB, for all of them, and for signing and uptime. */
export function answersText(): string {
  const { challengesPerBlock, replicas } = mainnet;
  const rows = [4, 16, 64, 100, 256].map((voters) => {
    const rate = storageRate(voters, challengesPerBlock, replicas);
    const { own, included } = answerCredits(rate, FULL_BLOB);
    const small = answerCredits(rate, 256 * 1024).own;
    const all = rate * challengesPerBlock * replicas;
    const work = voters * (CREDIT_VALIDATION + CREDIT_BEACON);
    const cells = [own, included, small, all, work].map(credits);
    return `| ${voters} | ${cells.join(" | ")} |`;
  });
  return [
    "| voters | answer for 8 MiB | to who includes it | answer for 256 KiB | all answers of a block | all signing and uptime |",
    "|---|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

/** Challenges of a block that are one of n equal nodes' to answer, on average. */
export function challengesOfNode(nodes: number, { challengesPerBlock, replicas }: Params): number {
  return (challengesPerBlock * Math.min(replicas, nodes)) / nodes;
}

/** Blocks until a node that lacks a share of its chunks misses its first challenge, on average. */
export function blocksToSee(nodes: number, lacking: number, params: Params): number {
  const { challengesPerBlock } = params;
  const share = Math.min(params.replicas, nodes) / nodes;
  // Each challenge of the block is the node's with this probability, and about a chunk that it lacks with that one.
  return 1 / (1 - (1 - share * lacking) ** challengesPerBlock);
}

export function seenText(): string {
  const shown = (nodes: number, lacking: number): string => {
    const blocks = blocksToSee(nodes, lacking, mainnet);
    return `${blocks < 10 ? blocks.toFixed(1) : blocks.toFixed(0)}`;
  };
  const rows = [4, 10, 16, 64, 256].map((nodes) => {
    const own = challengesOfNode(nodes, mainnet).toFixed(1);
    return `| ${nodes} | ${own} | ${shown(nodes, 0.01)} | ${shown(nodes, 0.05)} | ${shown(nodes, 0.2)} | ${shown(nodes, 1)} |`;
  });
  return [
    "| nodes of equal points | challenges of one in a block | lacks 1 % | lacks 5 % | lacks 20 % | has nothing |",
    "|---|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

export function rulesText(): string {
  const mib = (bytes: number): string => (bytes / 2 ** 20).toLocaleString("en-US");
  return [
    "| rule | value |",
    "|---|---|",
    `| most for an answer | ${credits(CREDIT_STORAGE)} credits |`,
    `| an answer pays in full from | ${mib(FULL_BLOB)} MiB |`,
    `| part of an answer's credits that goes to who includes it | 1/${INCLUDER_SHARE} |`,
    `| relayed bytes for ${credits(1_000)} credits | ${mib(RELAY_UNIT)} MiB |`,
    `| of one pair of nodes in an epoch | ${mib(RELAY_PAIR_BYTES)} MiB |`,
    `| relay credits, of the storage credits of the epoch | 1/${RELAY_STORAGE_SHARE} |`,
  ].join("\n");
}
