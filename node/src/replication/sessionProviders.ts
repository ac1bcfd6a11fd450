import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { type Clock, concatBytes, sha256, toHex } from "@lucid/consensus/base";
import { networkLimits, type PeerId, type ProviderNetwork } from "@lucid/p2p";
import type { ChunkStore } from "@lucid/storage";
import type { Logger } from "../node/logging.js";
import { BoundedCache } from "../rpc/boundedCache.js";
import type { AnchoredSession } from "./replicationStore.js";
import { isEnded, type SessionLedger } from "./sessionLedger.js";

export interface SessionProvidersOptions {
  readonly genesisRoot: Uint8Array;
  /** Undefined for a follower. */
  readonly nodeId: Uint8Array | undefined;
}

export interface SessionProvidersModules {
  readonly network: ProviderNetwork;
  readonly ledger: SessionLedger;
  readonly chunks: ChunkStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Sessions that a node announces: others keep no more records of one peer. */
export const MAX_ANNOUNCED = networkLimits.providerRecordsPerPeer.value;
/** Announced again after this, milliseconds; records live 48 h. */
const AGAIN = 22 * 3_600_000;
/** Between two announcements: each is a look through the DHT and twenty messages. Milliseconds. */
const PAUSE = 100;
/** Who was found is not looked for again so soon, milliseconds. */
const KEPT = 60_000;
const KEPT_SESSIONS = 64;

interface Announced {
  readonly key: Uint8Array;
  readonly at: number;
}

/**
 * Tells the DHT of which sessions this node holds chunks, and finds other nodes that do: beyond those that should, which every node
 * computes from the chain. A session is named by SHA-256(genesisRoot || manifestHash); chunks are not announced, they are too many.
 */
export class SessionProviders {
  private readonly options: SessionProvidersOptions;
  private readonly modules: SessionProvidersModules;
  private readonly abort = new AbortController();
  /** Decides which sessions are announced when there are too many: each node tells of others. */
  private readonly salt: Uint8Array;
  /** By the session's number on chain. */
  private readonly announced = new Map<number, Announced>();
  private readonly found = new BoundedCache<string, { readonly until: number; readonly peers: Promise<PeerId[]> }>(
    KEPT_SESSIONS,
  );
  private round: Promise<void> | undefined;
  private again = false;

  constructor(options: SessionProvidersOptions, modules: SessionProvidersModules) {
    this.options = options;
    this.salt = options.nodeId ?? new Uint8Array(randomBytes(32));
    this.modules = modules;
  }

  /** Sessions that are announced now. */
  get size(): number {
    return this.announced.size;
  }

  /** Something was stored or removed: brings the announcements in line. Resolves when they are. */
  async refresh(): Promise<void> {
    if (this.round !== undefined) {
      this.again = true;
      return await this.round;
    }
    this.round = this.rounds();
    await this.round;
  }

  /** Peers that announced a session, other than this node; from the last minute's look, if there was one. */
  find(sessionId: Uint8Array): Promise<PeerId[]> {
    const name = toHex(sessionId);
    const now = this.modules.clock.now();
    const known = this.found.get(name);
    if (known !== undefined && known.until > now) return known.peers;
    const peers = this.look(sessionId);
    this.found.set(name, { until: now + KEPT, peers });
    return peers;
  }

  /** Ends what is under way. Idempotent. */
  async stop(): Promise<void> {
    this.abort.abort();
    await this.round;
  }

  private async rounds(): Promise<void> {
    try {
      do {
        this.again = false;
        await this.announceAll();
      } while (this.again && !this.abort.signal.aborted);
    } catch (error) {
      // The next walk tries again.
      if (!this.abort.signal.aborted) this.modules.logger.debug({ error }, "sessions could not be announced");
    } finally {
      this.round = undefined;
    }
  }

  private async announceAll(): Promise<void> {
    const { network, clock } = this.modules;
    const wanted = await this.wanted();
    for (const [number, { key }] of this.announced) {
      if (wanted.has(number)) continue;
      this.announced.delete(number);
      await network.withdraw(key);
    }
    for (const [number, key] of wanted) {
      this.abort.signal.throwIfAborted();
      if (clock.now() < (this.announced.get(number)?.at ?? Number.NEGATIVE_INFINITY) + AGAIN) continue;
      if (!(await network.announce(key, this.abort.signal))) return;
      this.announced.set(number, { key, at: clock.now() });
      await delay(PAUSE, undefined, { signal: this.abort.signal });
    }
  }

  /** Sessions of which this node holds some chunk, with their keys; of too many some. */
  private async wanted(): Promise<Map<number, Uint8Array>> {
    const { ledger, clock } = this.modules;
    const held: { readonly number: number; readonly key: Uint8Array }[] = [];
    for await (const [number, session] of ledger.entries()) {
      this.abort.signal.throwIfAborted();
      if (isEnded(session, clock.now() / 1000) || !(await this.holdsSome(session))) continue;
      const key = this.announced.get(number)?.key ?? (await this.keyOf(number));
      if (key !== undefined) held.push({ number, key });
    }
    const order = (key: Uint8Array) => sha256(concatBytes(this.salt, key));
    const ordered = held.map((each) => ({ ...each, order: order(each.key) }));
    ordered.sort((a, b) => Buffer.compare(a.order, b.order));
    return new Map(ordered.slice(0, MAX_ANNOUNCED).map(({ number, key }) => [number, key]));
  }

  private async holdsSome({ sessionId }: AnchoredSession): Promise<boolean> {
    for await (const _ of this.modules.chunks.session(sessionId)) return true;
    return false;
  }

  private async keyOf(number: number): Promise<Uint8Array | undefined> {
    const hash = await this.modules.ledger.manifestHash(number);
    return hash === undefined ? undefined : sha256(concatBytes(this.options.genesisRoot, hash));
  }

  private async look(sessionId: Uint8Array): Promise<PeerId[]> {
    const { ledger, network } = this.modules;
    const peers = new Set<PeerId>();
    for (const number of ledger.numbersOf(sessionId)) {
      const key = await this.keyOf(number);
      if (key === undefined) continue;
      for await (const peer of network.providers(key, this.abort.signal)) peers.add(peer);
    }
    return [...peers];
  }
}
