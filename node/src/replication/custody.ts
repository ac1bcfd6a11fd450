import { setMaxListeners } from "node:events";
import { setImmediate } from "node:timers/promises";
import { type Clock, equalBytes, hasCode, type Timer, toHex } from "@lucid/consensus/base";
import type { ConsensusNetwork, PeerId } from "@lucid/p2p";
import type { ChunkStore } from "@lucid/storage";
import { Slots } from "../localApi/slots.js";
import type { Logger } from "../node/logging.js";
import type { ChunkFetcher } from "./chunkFetcher.js";
import type { Forwarder } from "./forwarder.js";
import type { PlacementView } from "./placementView.js";
import type { AnchoredSession, ReplicationStore } from "./replicationStore.js";
import { isEnded, type SessionLedger } from "./sessionLedger.js";
import type { SessionProviders } from "./sessionProviders.js";
import { UPLOAD_SECONDS } from "./uploadConsent.js";
import type { Uploads } from "./uploads.js";
import { MAX_ASKED, replicationProtocols, type SessionRef } from "./wire.js";

export interface CustodyOptions {
  /** None for a follower, which owes nothing. */
  readonly nodeId: Uint8Array | undefined;
  /** Wait before what could not be had is looked for again, milliseconds. */
  readonly retryMilliseconds: number;
}

export interface CustodyModules {
  readonly chunks: ChunkStore;
  readonly ledger: SessionLedger;
  readonly placement: PlacementView;
  readonly fetcher: ChunkFetcher;
  readonly forwarder: Forwarder;
  readonly uploads: Uploads;
  readonly providers: Pick<SessionProviders, "refresh">;
  readonly store: ReplicationStore;
  readonly network: ConsensusNetwork;
  /** The chain here is behind that of the peers: what this node owes follows from a head that it does not have yet. */
  readonly isBehind: () => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What one walk over all sessions found and did. */
export interface WalkReport {
  /** Unix milliseconds. */
  readonly at: number;
  readonly milliseconds: number;
  readonly epoch: number;
  readonly sessions: number;
  /** Sessions whose list of roots nobody told yet. */
  readonly sessionsWithoutRoots: number;
  /** Chunks that this node owes; of them those that it has after the walk. */
  readonly owed: number;
  readonly held: number;
  /** Fetched from others in this walk. */
  readonly fetched: number;
  readonly fetchedBytes: number;
  /** Held without being owed. */
  readonly released: number;
  /** Removed: no longer owed, ended, or never anchored. */
  readonly removed: number;
}

type Counts = { -readonly [K in keyof WalkReport]: WalkReport[K] };

/** Chunks that are fetched at a time; each is in memory meanwhile, and takes a round trip or two. */
const WIDTH = 8;
/** Epochs for which a chunk is kept after it is no longer owed: who owes it now has that long to fetch it. */
const KEPT_EPOCHS = 2;
/**
 * Sessions whose roots nobody had, of new ones and of older ones, after which a walk asks for no more: each costs a question to
 * every peer, and anybody can anchor sessions that do not exist.
 */
const VAIN_QUESTIONS = 64;
/** Roots between two turns of the event loop. */
const TURN = 32;

/**
 * Keeps what this node owes: walks all sessions at every epoch, fetches what it is assigned and lacks, and removes what it
 * has owed to nobody for two epochs, what has ended, and what was never anchored. Nothing is remembered between two walks
 * but what the database holds, so that one that was interrupted simply goes on with the next. While the chain is catching up
 * a walk is put off: thousands of sessions cost more than the blocks do, and at the head all of it is asked anew.
 */
export class Custody {
  private readonly options: CustodyOptions;
  private readonly modules: CustodyModules;
  private readonly abort = new AbortController();
  private readonly slots = new Slots(WIDTH, Number.MAX_SAFE_INTEGER);
  private walking: Promise<WalkReport> | undefined;
  private again = false;
  private timer: Timer | undefined;
  private last: WalkReport | undefined;
  private vain = { fresh: 0, older: 0 };
  /** Sessions up to this number are not new any more. */
  private seen = 0;
  /** The last older session whose roots were asked for in vain: the next walk goes on behind it. */
  private askedTo = 0;

  constructor(options: CustodyOptions, modules: CustodyModules) {
    this.options = options;
    // Each stream that is opened listens to it, a dozen at a time.
    setMaxListeners(0, this.abort.signal);
    this.modules = modules;
  }

  get lastWalk(): WalkReport | undefined {
    return this.last;
  }

  /** Walks soon: once more if it is walking now. */
  trigger(): void {
    if (this.abort.signal.aborted) return;
    if (this.walking !== undefined) {
      this.again = true;
      return;
    }
    this.timer?.cancel();
    this.timer = undefined;
    void this.walk().catch((error: unknown) => {
      if (this.abort.signal.aborted) return;
      this.modules.logger.warn({ error }, "the walk over the sessions failed and is tried again");
      this.retry();
    });
  }

  /** A walk from beginning to end; the one that is under way, if there is one. */
  walk(): Promise<WalkReport> {
    this.walking ??= this.walkAll().finally(() => {
      this.walking = undefined;
      if (this.again) {
        this.again = false;
        this.trigger();
      }
    });
    return this.walking;
  }

  /** A damaged or lost chunk that this node has a record of is fetched anew. */
  repair(root: Uint8Array): void {
    void this.obtain(root, this.modules.chunks.get(root)?.sessionId).then(
      (size) => {
        if (size !== undefined) this.modules.logger.info({ root: toHex(root) }, "a damaged chunk was replaced");
      },
      (error: unknown) => this.modules.logger.warn({ error, root: toHex(root) }, "a damaged chunk is still damaged"),
    );
  }

  /** Idempotent; waits for what is being written. */
  async stop(): Promise<void> {
    this.abort.abort();
    this.timer?.cancel();
    await this.walking?.catch(() => undefined);
  }

  private retry(): void {
    this.timer ??= this.modules.clock.setTimer(this.options.retryMilliseconds, () => {
      this.timer = undefined;
      this.trigger();
    });
  }

  private async walkAll(): Promise<WalkReport> {
    const { ledger, clock, placement, logger, isBehind } = this.modules;
    const started = clock.now();
    const counts: Counts = {
      ...{ at: started, milliseconds: 0, epoch: placement.currentEpoch, sessions: 0, sessionsWithoutRoots: 0 },
      ...{ owed: 0, held: 0, fetched: 0, fetchedBytes: 0, released: 0, removed: 0 },
    };
    await ledger.update(started / 1000, isBehind);
    this.vain = { fresh: 0, older: 0 };
    const total = ledger.size;
    for await (const [number, session] of ledger.entries()) {
      this.abort.signal.throwIfAborted();
      // A node that was off learns only after its start how far it is behind.
      if (isBehind()) break;
      counts.sessions++;
      if (isEnded(session, started / 1000)) await this.collect(session, counts);
      else await this.walkSession(number, session, counts);
    }
    if (isBehind()) {
      this.retry();
      return counts;
    }
    this.seen = total;
    if (this.vain.older < VAIN_QUESTIONS) this.askedTo = 0;
    await this.dropUnanchored(started, counts);
    await this.dropForeignRoots();
    counts.milliseconds = clock.now() - started;
    this.last = counts;
    if (counts.fetched > 0 || counts.removed > 0) logger.info({ ...counts }, "chunks were brought in line");
    void this.modules.providers.refresh();
    if (counts.held < counts.owed || counts.sessionsWithoutRoots > 0) this.retry();
    return counts;
  }

  private async walkSession(number: number, session: AnchoredSession, counts: Counts): Promise<void> {
    const { store, placement, chunks } = this.modules;
    const roots = session.rootsKnown ? store.roots(session) : await this.learn(number, session);
    if (roots === undefined) {
      counts.sessionsWithoutRoots++;
      return;
    }
    await this.settleUpload(session);
    const expired: Uint8Array[] = [];
    const fetching: Promise<void>[] = [];
    for (const [index, root] of roots.entries()) {
      if (index % TURN === 0) await setImmediate();
      this.abort.signal.throwIfAborted();
      const owed = this.owes(root, session);
      const record = chunks.get(root);
      if (!owed) {
        if (record === undefined) continue;
        counts.released++;
        if (await this.isReleased(root, placement.currentEpoch)) expired.push(root);
        continue;
      }
      counts.owed++;
      if (store.released.has(root)) await store.write([store.released.delOp(root)], false);
      if (record?.state === "stored") {
        counts.held++;
        continue;
      }
      const free = await this.slots.acquire();
      fetching.push(this.fetchOwed(root, session.sessionId, counts).finally(free));
    }
    await Promise.all(fetching);
    await this.removeExpired(session, expired, counts);
    await this.dropForeign(session, roots, counts);
  }

  private owes(root: Uint8Array, session: AnchoredSession): boolean {
    const { nodeId } = this.options;
    if (nodeId === undefined) return false;
    return this.modules.placement.assigned(root, session.registeredAt).some((node) => equalBytes(node.nodeId, nodeId));
  }

  private async fetchOwed(root: Uint8Array, sessionId: Uint8Array, counts: Counts): Promise<void> {
    try {
      const size = await this.obtain(root, sessionId);
      if (size === undefined) return;
      counts.held++;
      counts.fetched++;
      counts.fetchedBytes += size;
    } catch (error) {
      if (this.abort.signal.aborted) return;
      if (hasCode(error, "LOCAL_NOT_FOUND")) return;
      this.modules.logger.warn({ error, root: toHex(root) }, "a chunk that is owed could not be stored");
    }
  }

  /** Fetches a chunk and stores it; returns its size, or undefined when this node is stopping. */
  private async obtain(root: Uint8Array, sessionId: Uint8Array | undefined): Promise<number | undefined> {
    const { signal } = this.abort;
    if (signal.aborted) return undefined;
    const found = await this.modules.fetcher.fetch(root, { signal, sessionId });
    try {
      await this.modules.chunks.put(root, found.blob, { verified: true, purpose: "duty" });
      return found.blob.length;
    } finally {
      found.release();
    }
  }

  /** The roots of a session: from the upload that brought its chunks here, else from peers, if it is its turn to be asked for. */
  private async learn(number: number, session: AnchoredSession): Promise<Uint8Array[] | undefined> {
    const { store, ledger, fetcher, network } = this.modules;
    const offered = store.roots(session);
    if (offered !== undefined && (await ledger.learnRoots(number, session, offered))) return offered;
    if (network.peers().length === 0) return undefined;
    const kind = number > this.seen ? "fresh" : "older";
    if (this.vain[kind] >= VAIN_QUESTIONS || (kind === "older" && number <= this.askedTo)) return undefined;
    for await (const roots of fetcher.rootLists(session, session.chunkCount)) {
      if (await ledger.learnRoots(number, session, roots)) return roots;
    }
    this.vain[kind]++;
    if (kind === "older") this.askedTo = number;
    return undefined;
  }

  /** Its chunks are paid for now and no longer count as an upload; a client's session is passed on until it is everywhere. */
  private async settleUpload({ owner, sessionId }: AnchoredSession): Promise<void> {
    const { uploads, forwarder } = this.modules;
    const upload = uploads.find(sessionId);
    if (upload === undefined || !equalBytes(upload.consent.account, owner)) return;
    // The upload last: after a crash in between it is here, and all of it is done again.
    await forwarder.end(sessionId);
    await uploads.forget(upload);
  }

  /** Notes the first epoch in which a chunk is not owed; true when that is long enough ago. */
  private async isReleased(root: Uint8Array, epoch: number): Promise<boolean> {
    const { store } = this.modules;
    const since = store.released.get(root);
    if (since === undefined) await store.write([store.released.putOp(root, epoch)], false);
    return since !== undefined && epoch >= since + KEPT_EPOCHS;
  }

  /** Removes chunks that others owe, where enough of those say that they have them: the last copy is never removed. */
  private async removeExpired(session: AnchoredSession, roots: readonly Uint8Array[], counts: Counts): Promise<void> {
    const { placement, network } = this.modules;
    for (let at = 0; at < roots.length; at += MAX_ASKED) {
      const batch = roots.slice(at, at + MAX_ASKED);
      const asked = new Map<PeerId, Uint8Array[]>();
      const holders = batch.map((root) => placement.assigned(root, session.registeredAt));
      holders.forEach((nodes, i) => {
        for (const node of nodes) {
          const peer = placement.peerOf(node);
          const root = batch[i];
          if (peer !== undefined && root !== undefined) asked.set(peer, [...(asked.get(peer) ?? []), root]);
        }
      });
      const confirmed = new Map<string, number>();
      for (const [peer, wanted] of asked) {
        const held = await network.request(peer, replicationProtocols.chunksHeld, wanted).catch(() => []);
        wanted.forEach((root, i) => {
          if (held[i] === true) confirmed.set(toHex(root), (confirmed.get(toHex(root)) ?? 0) + 1);
        });
      }
      for (const [i, root] of batch.entries()) {
        const enough = Math.min(placement.copiesToAnchor, holders[i]?.length ?? 0);
        if (enough > 0 && (confirmed.get(toHex(root)) ?? 0) >= enough) await this.remove(root, counts);
      }
    }
  }

  private async remove(root: Uint8Array, counts: Counts): Promise<void> {
    const { chunks, store } = this.modules;
    // The note first: without it the chunk is noted anew, and the note alone would stay for ever.
    if (store.released.has(root)) await store.write([store.released.delOp(root)], false);
    if (await chunks.delete(root)) counts.removed++;
  }

  /** Everything of a session whose time is over. */
  private async collect(session: AnchoredSession, counts: Counts): Promise<void> {
    const { chunks, store, ledger } = this.modules;
    const others = ledger.byId(session.sessionId).filter((each) => !isEnded(each, this.modules.clock.now() / 1000));
    // Another owner's session under the same id keeps what it names.
    const kept = new Set(others.flatMap((each) => store.roots(each) ?? []).map(toHex));
    const old: Uint8Array[] = [];
    for await (const { root } of chunks.session(session.sessionId)) if (!kept.has(toHex(root))) old.push(root);
    for (const root of old) await this.remove(root, counts);
    await store.write(await store.forgetRootsOps(session), false);
  }

  /** Chunks under a session's id that are none of it: junk under somebody else's id, or parts of an upload that was begun anew. */
  private async dropForeign(session: AnchoredSession, roots: readonly Uint8Array[], counts: Counts): Promise<void> {
    const { chunks, ledger, store, clock } = this.modules;
    const own = new Set(roots.map(toHex));
    const others = ledger.byId(session.sessionId).filter(({ owner }) => !equalBytes(owner, session.owner));
    for (const other of others) for (const root of store.roots(other) ?? []) own.add(toHex(root));
    const foreign: Uint8Array[] = [];
    for await (const { root } of chunks.session(session.sessionId)) {
      const age = clock.now() - (chunks.get(root)?.storedAt ?? clock.now());
      if (!own.has(toHex(root)) && age > UPLOAD_SECONDS * 1000) foreign.push(root);
    }
    for (const root of foreign) await this.remove(root, counts);
  }

  /** Lists of roots whose upload was dropped to make room for others. */
  private async dropForeignRoots(): Promise<void> {
    const { ledger, uploads, store } = this.modules;
    const foreign: SessionRef[] = [];
    for await (const [owner, sessionId, part] of store.partIds()) {
      const anchored = ledger.byId(sessionId).some((session) => equalBytes(session.owner, owner));
      if (part === 0 && !anchored && !uploads.has(owner, sessionId)) foreign.push({ owner, sessionId });
    }
    for (const ref of foreign) await store.write(await store.forgetRootsOps(ref), false);
  }

  /** Chunks of sessions that nobody has anchored in a day. */
  private async dropUnanchored(now: number, counts: Counts): Promise<void> {
    const { chunks, ledger, uploads, forwarder, store } = this.modules;
    const old: Uint8Array[] = [];
    let seen = 0;
    for await (const [root, { sessionId, storedAt }] of chunks.entries()) {
      if (++seen % TURN === 0) await setImmediate();
      this.abort.signal.throwIfAborted();
      if (now - storedAt <= UPLOAD_SECONDS * 1000 || ledger.byId(sessionId).length > 0) continue;
      const upload = uploads.find(sessionId);
      if (upload === undefined || uploads.isOver(upload)) old.push(root);
    }
    for (const root of old) await this.remove(root, counts);
    for (const upload of uploads.all()) {
      const { account, sessionId } = upload.consent;
      if (!uploads.isOver(upload) || ledger.byId(sessionId).length > 0) continue;
      await forwarder.end(sessionId);
      await store.write(await store.forgetRootsOps({ owner: account, sessionId }), false);
      await uploads.forget(upload);
    }
  }
}
