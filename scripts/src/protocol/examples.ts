import {
  makeVoterSet,
  proposerOrder,
  type RankedVoter,
  shareCap,
  signingDomain,
  weightsOf,
  workersAmong,
} from "@lucid/consensus";
import { sha256, toHex, u32be } from "@lucid/consensus/base";

/** Seven nodes of which two form a pool, with the cooldown's first turns. */
export const exampleNodes = [
  { name: "A", credits: 5_000_000, liveScore: 10_000 },
  { name: "B", credits: 700_000, liveScore: 10_000, pool: "P" },
  { name: "C", credits: 600_000, liveScore: 9_000 },
  { name: "D", credits: 540_000, liveScore: 10_000 },
  { name: "E", credits: 400_000, liveScore: 10_000, pool: "P" },
  { name: "F", credits: 100_000, liveScore: 10_000 },
  { name: "G", credits: 0, liveScore: 10_000 },
] as const;

export const EXAMPLE_SLOTS = 10;
/** Credits of a validator that missed nothing: D and all above it did at least half of that. */
export const EXAMPLE_FULL_WORK = 1_000_000;

/** nodeId of a name: SHA-256 of the letter, in place of a key. Entities likewise. */
export function exampleId(name: string): Uint8Array {
  return sha256(new TextEncoder().encode(name));
}

export const exampleSeed: Uint8Array = sha256(u32be(42));

function shortHex(bytes: Uint8Array): string {
  return toHex(bytes).slice(0, 10);
}

export function weightsText(): string {
  const credits = exampleNodes.map((node) => node.credits);
  const weights = weightsOf(credits, EXAMPLE_FULL_WORK);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const workers = workersAmong(credits, EXAMPLE_FULL_WORK);
  return [
    "| node | credits c | weight | share |",
    "|---|---|---|---|",
    ...exampleNodes.map(
      ({ name, credits: own }, index) =>
        `| ${name} | ${own} | ${weights[index]} | ${((100 * (weights[index] ?? 0)) / total).toFixed(2)} % |`,
    ),
    "",
    `${workers} workers: share = ${shareCap(workers)}; total ${total}; quorum from ${Math.floor((2 * total) / 3) + 1} on.`,
  ].join("\n");
}

export function scheduleText(): string {
  const weights = weightsOf(
    exampleNodes.map((node) => node.credits),
    EXAMPLE_FULL_WORK,
  );
  const ranked = exampleNodes.map((node, index): RankedVoter => {
    const nodeId = exampleId(node.name);
    const entity = "pool" in node ? exampleId(node.pool) : nodeId;
    const voter = { node: index, nodeId, blsPublicKey: new Uint8Array(48), weight: weights[index] ?? 1, entity };
    return { voter, rankKey: Math.floor((node.credits * node.liveScore) / 10_000) };
  });
  const set = makeVoterSet(ranked, exampleSeed, [], { epochSlots: EXAMPLE_SLOTS, cooldownSlots: 16 });
  const order = (slot: number): string =>
    proposerOrder(set, slot, EXAMPLE_SLOTS)
      .map((index) => exampleNodes[index]?.name)
      .join(" ");
  return [
    "| node | entity | rankKey | tie, first 4 bytes |",
    "|---|---|---|---|",
    ...exampleNodes.map((node, index) => {
      const entity = "pool" in node ? node.pool : node.name;
      const tie = sha256(exampleSeed, exampleId(entity));
      return `| ${node.name} | ${entity} | ${ranked[index]?.rankKey} | ${shortHex(tie)} |`;
    }),
    "",
    "| slot | order of proposers: primary, first fallback, then drawn |",
    "|---|---|",
    ...Array.from({ length: EXAMPLE_SLOTS }, (_, slot) => `| ${slot} | ${order(slot)} |`),
  ].join("\n");
}

/** The domains of the golden vectors' network. */
export function domainsText(): string {
  const context = { genesisRoot: Uint8Array.from({ length: 32 }, (_, index) => index), forkVersion: 1 };
  const rows = [
    ["lucid-proposal", "proposal", "Proposal"],
    ["lucid-vote", "vote", "Vote"],
    ["lucid-beacon", "beacon", "Beacon"],
    ["lucid-storage", "storage", "StorageAnswer"],
    ["lucid-relay", "relay", "RelayReceipt"],
    ["lucid-chunk-receipt", "chunkReceipt", "ChunkReceipt"],
  ] as const;
  return [
    "| message type | signs the root of | domain for genesisRoot 00 01 .. 1f, forkVersion 1 |",
    "|---|---|---|",
    ...rows.map(([text, type, what]) => `| \`${text}\` | ${what} | \`${toHex(signingDomain(type, context))}\` |`),
  ].join("\n");
}
