import { toHex } from "@lucid/consensus/base";
import { sessionRoot } from "@lucid/consensus/proofs";
import type { Hex } from "@lucid/contracts";
import { DAY, FEE, type SessionInput } from "./sessions.js";

export interface ModelOutcome {
  readonly error?: string;
  readonly events: readonly string[];
}

interface ModelSession extends SessionInput {
  readonly number: number;
  readonly registeredAt: bigint;
  readonly firstChunk: bigint;
  paidUntil: bigint;
}

const MIN_DAYS = 30n;
const MAX_DAYS = 3650n;
const GRACE = 30n * DAY;
const MAX_ROOTS = 256;

/** LucidAnchors and LucidChunkStore as plain lists: what the contracts should do, by the simplest means. */
export class AnchorsModel {
  burnt = 0n;
  private readonly sessions: ModelSession[] = [];
  private readonly anchored = new Map<string, { owner: Hex; id: Hex; roots: Uint8Array[] }>();
  /** Sessions that have left the range. */
  private left = 0;

  register(input: SessionInput, from: Hex, paid: bigint, time: bigint): ModelOutcome {
    const own = this.sessions.filter((session) => session.owner === input.owner);
    if (from !== input.owner) return fail("NotOwner");
    if (input.chunkCount === 0) return fail("NoChunks");
    if (own.some((session) => session.sessionId === input.sessionId)) return fail("SessionExists");
    if (own.some((session) => session.merkleRoot === input.merkleRoot)) return fail("RootExists");
    const roots = this.anchored.get(`${input.owner}/${input.sessionId}`)?.roots ?? [];
    if (roots.length > 0) {
      if (roots.length !== input.chunkCount) return fail("ChunkCountMismatch");
      if (toHex(sessionRoot(roots)) !== input.merkleRoot) return fail("MerkleRootMismatch");
    }
    const days = paid / (BigInt(input.chunkCount) * FEE);
    if (days < MIN_DAYS) return fail("RetentionTooShort");
    if (days > MAX_DAYS) return fail("RetentionTooLong");
    const swept = this.sweep(2, time);
    this.burnt += paid;
    this.sessions.push({
      ...input,
      number: this.sessions.length + 1,
      registeredAt: time,
      firstChunk: this.total(),
      paidUntil: time + days * DAY,
    });
    return { events: [...swept.events, "SessionRegistered", "RetentionPaid"] };
  }

  renew(owner: Hex, id: Hex, paid: bigint, time: bigint): ModelOutcome {
    const session = this.sessions.find((one) => one.owner === owner && one.sessionId === id);
    if (session === undefined) return fail("UnknownSession");
    if (time >= session.paidUntil + GRACE) return fail("RetentionEnded");
    const days = paid / (BigInt(session.chunkCount) * FEE);
    const end = session.paidUntil + days * DAY;
    if (days < 1n || end <= time) return fail("RetentionTooShort");
    if (end > time + MAX_DAYS * DAY) return fail("RetentionTooLong");
    session.paidUntil = end;
    this.burnt += paid;
    return { events: ["RetentionPaid"] };
  }

  sweep(most: number, time: bigint): ModelOutcome {
    const before = this.left;
    for (let i = 0; i < most; i++) {
      const oldest = this.sessions[this.left];
      if (oldest === undefined || oldest.paidUntil + GRACE > time) break;
      this.left++;
    }
    return { events: this.left > before ? ["RangeAdvanced"] : [] };
  }

  anchor(owner: Hex, id: Hex, first: number, roots: readonly Uint8Array[]): ModelOutcome {
    if (roots.length === 0 || roots.length > MAX_ROOTS) return fail("BatchSize");
    const key = `${owner}/${id}`;
    const tree = this.anchored.get(key) ?? { owner, id, roots: [] };
    if (first !== tree.roots.length) return fail("UnexpectedIndex");
    tree.roots.push(...roots);
    this.anchored.set(key, tree);
    return { events: ["ChunksAnchored"] };
  }

  anchoredCount(owner: Hex, id: Hex): number {
    return this.anchored.get(`${owner}/${id}`)?.roots.length ?? 0;
  }

  trees(): readonly (readonly [Hex, Hex, readonly Uint8Array[]])[] {
    return [...this.anchored.values()].map(({ owner, id, roots }) => [owner, id, roots] as const);
  }

  range(): [number, number, bigint, bigint] {
    const oldest = this.sessions[this.left];
    return [this.left + 1, this.sessions.length, oldest?.firstChunk ?? this.total(), this.total()];
  }

  sessionsOf(owner: Hex): readonly ModelSession[] {
    return this.sessions.filter((session) => session.owner === owner);
  }

  chunkAt(chunk: bigint, time: bigint): [number, number, boolean] {
    const session = this.sessions.findLast((one) => one.firstChunk <= chunk);
    if (session === undefined) return [0, 0, false];
    return [session.number, Number(chunk - session.firstChunk), time < session.paidUntil];
  }

  private total(): bigint {
    return this.sessions.reduce((sum, session) => sum + BigInt(session.chunkCount), 0n);
  }
}

function fail(error: string): ModelOutcome {
  return { error, events: [] };
}
