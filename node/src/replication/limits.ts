import type { Limit } from "@lucid/p2p";

const MIB = 1 << 20;

function limit(value: number, unit: Limit["unit"], reason: string): Limit {
  return { value, unit, reason };
}

/** Bounds of what strangers may make a node keep, take or tell, beside those of each protocol; docs/limits.md prints them. */
export const replicationLimits = {
  receiving: limit(
    64 * MIB,
    "bytes",
    "Memory for chunks that are on their way to this node, all peers together; one that is larger comes alone.",
  ),
  forwarding: limit(
    32 * MIB,
    "bytes",
    "Memory for chunks of this node's clients that are passed on to others; one that is larger goes alone.",
  ),
  uploads: limit(
    65_536,
    "entries",
    "Sessions without an anchor that are remembered, 150 bytes each. One without a chunk leaves first.",
  ),
  uploadTime: limit(
    86_400_000,
    "ms",
    "What nobody has anchored by then is dropped; an owner's consent holds no longer.",
  ),
  rootsPerPart: limit(16_384, "entries", "Roots of a session are told in parts of so many."),
  sessionChunks: limit(
    64 * 16_384,
    "entries",
    "Chunks of a session whose list of roots is kept: 8 TiB of the usual size, 256 GiB of 256 KiB.",
  ),
  listed: limit(1_024, "entries", "Chunks in one answer to what is here under a session's id."),
  asked: limit(1_024, "entries", "Roots in one question of who holds them."),
  receiptTime: limit(60_000, "ms", "For fsync and signature of a node whose disk is busy."),
  othersAsked: limit(8, "entries", "Connected peers that are asked for a chunk beyond those that should have it."),
  listers: limit(12, "entries", "Connected peers that are asked for the chunks of a session."),
} as const satisfies Record<string, Limit>;

/** Shares of the chunk store that sessions without an anchor may take: of one account, and of all. */
export const uploadShares = { account: 1 / 8, all: 1 / 2 } as const;
