import { randomInt } from "node:crypto";
import type { Clock } from "@lucid/consensus/base";
import { hasCode } from "@lucid/consensus/base";
import type { ChunkFetcher } from "./chunkFetcher.js";
import type { ReplicationStore } from "./replicationStore.js";
import { isEnded, type SessionLedger } from "./sessionLedger.js";

export interface DrillModules {
  readonly ledger: SessionLedger;
  readonly store: ReplicationStore;
  readonly fetcher: ChunkFetcher;
  readonly clock: Clock;
}

/** What a drill found: chunks drawn at random, fetched from other nodes and compared with their roots. */
export interface DrillReport {
  readonly sessions: number;
  /** Chunks that were drawn. */
  readonly asked: number;
  /** Of them those that other nodes gave, and their bytes. */
  readonly restorable: number;
  readonly bytes: number;
  /** Roots of those that nobody gave. */
  readonly missing: readonly Uint8Array[];
  readonly milliseconds: number;
}

const WIDTH = 4;

/**
 * Restores chunks from peers as if this node had lost them. Sessions are drawn with equal chance for each of their chunks,
 * chunks within them with equal chance, with repetition.
 */
export async function drill(count: number, modules: DrillModules, signal: AbortSignal): Promise<DrillReport> {
  const { ledger, store, fetcher, clock } = modules;
  const started = clock.now();
  const sessions: { readonly number: number; readonly end: number }[] = [];
  let total = 0;
  for await (const [number, session] of ledger.entries()) {
    if (!session.rootsKnown || isEnded(session, started / 1000)) continue;
    total += session.chunkCount;
    sessions.push({ number, end: total });
  }
  let [asked, restorable, bytes] = [0, 0, 0];
  const missing: Uint8Array[] = [];
  const next = async (): Promise<void> => {
    while (asked < count && total > 0) {
      signal.throwIfAborted();
      asked++;
      const ticket = randomInt(total);
      const drawn = sessions.find(({ end }) => ticket < end);
      const session = drawn && store.anchored.get(drawn.number);
      const roots = session && store.roots(session);
      const root = roots?.[(drawn?.end ?? 0) - ticket - 1];
      if (root === undefined) continue;
      try {
        const found = await fetcher.fetch(root, { signal, sessionId: session?.sessionId });
        restorable++;
        bytes += found.blob.length;
        found.release();
      } catch (error) {
        if (!hasCode(error, "LOCAL_NOT_FOUND")) throw error;
        missing.push(root);
      }
    }
  };
  await Promise.all(Array.from({ length: WIDTH }, next));
  return { sessions: sessions.length, asked, restorable, bytes, missing, milliseconds: clock.now() - started };
}
