import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  CHUNK_TARGET,
  type ChainConfig,
  type Header,
  headerRoot,
  RANGE_HEADERS,
  type SnapshotInfo,
  type Verifier,
} from "@lucid/consensus";
import { type Clock, concatBytes, equalBytes, hasCode, toHex } from "@lucid/consensus/base";
import { type ConsensusNetwork, P2pError, type PeerId } from "@lucid/p2p";
import { protocols } from "../driver/topics.js";
import { NodeError } from "../errors.js";
import type { Logger } from "../node/logging.js";
import { type Checkpoint, staleAt } from "../sync/checkpoint.js";
import { ChunkFetcher } from "./chunkFetcher.js";
import { SnapshotReader, SnapshotWriter } from "./snapshotFile.js";
import { type CheckedHead, checkHead } from "./snapshotHead.js";
import { snapshotPath } from "./snapshotShelf.js";
import { StateCheck } from "./stateCheck.js";

export interface CheckpointSyncOptions {
  readonly config: ChainConfig;
  readonly checkpoint: Checkpoint;
  /** Folder of the snapshots in the data directory. */
  readonly folder: string;
  /** Milliseconds without a peer that offers a snapshot of the checkpoint's chain, after which it is given up. */
  readonly patience?: number;
}

export interface CheckpointSyncModules {
  readonly network: ConsensusNetwork;
  readonly clock: Clock;
  readonly verifier: Verifier;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Name of a download under way. */
const INCOMING = "incoming.part";
const PATIENCE = 60_000;
const LOOK_INTERVAL = 1_000;
/** Chunks asked for ahead: 2 MiB in memory. */
const WINDOW = 8;
/** Headers between a snapshot and the checkpoint, 700 bytes each: a quarter of a year of 120 s slots. */
const MAX_LINK = 65_536;
const REPORT_INTERVAL = 10_000;

export function incomingPath(folder: string): string {
  return join(folder, INCOMING);
}

interface Offer {
  readonly peer: PeerId;
  readonly info: SnapshotInfo;
}

/**
 * Fetches the newest snapshot at or below a trusted block from all peers that have it, each chunk checked as it comes; a
 * download that was interrupted goes on. Trust comes from the checkpoint alone: headers link the snapshot's block to it.
 * @returns its file; undefined when nobody offers one
 * @throws NodeError CHECKPOINT_UNKNOWN when all peers have another block in its place, CHECKPOINT_OLD; the signal's reason; errors
 * of the file system
 */
export async function fetchSnapshot(
  options: CheckpointSyncOptions,
  modules: CheckpointSyncModules,
): Promise<string | undefined> {
  const search = new OfferSearch(options, modules);
  const refused = new Set<string>();
  const strangers = new Set<PeerId>();
  for (;;) {
    const offers = await search.best(refused);
    const [first] = offers;
    if (first === undefined) {
      checkKnown(options.checkpoint, strangers, modules.network);
      return undefined;
    }
    const link = await linkOf(first.info, offers, { ...options, strangers }, modules);
    if (link !== undefined) return download(first.info, link.top, search, options, modules);
    refused.add(toHex(first.info.root));
  }
}

/**
 * Peers that have another block in the checkpoint's place, and nobody else: then not the peers are wrong, or all of them are, and
 * neither is a reason to follow them from genesis on.
 * @throws NodeError CHECKPOINT_UNKNOWN
 */
function checkKnown({ height, root }: Checkpoint, strangers: ReadonlySet<PeerId>, network: ConsensusNetwork): void {
  if (strangers.size === 0 || network.peers().some(({ id }) => !strangers.has(id))) return;
  throw new NodeError({
    code: "CHECKPOINT_UNKNOWN",
    message: `all ${strangers.size} peers that have block ${height} have another one than the trusted ${toHex(root)}`,
    meta: { height, root: toHex(root) },
  });
}

/** Who offers which snapshots. */
class OfferSearch {
  private readonly options: CheckpointSyncOptions;
  private readonly modules: CheckpointSyncModules;
  private readonly asked = new Map<PeerId, number>();
  private offers: Offer[] = [];

  constructor(options: CheckpointSyncOptions, modules: CheckpointSyncModules) {
    this.options = options;
    this.modules = modules;
  }

  /** Offers of the highest block; none when the patience is over. */
  async best(refused: ReadonlySet<string>): Promise<readonly Offer[]> {
    const { clock, signal } = this.modules;
    const end = clock.now() + (this.options.patience ?? PATIENCE);
    for (;;) {
      signal.throwIfAborted();
      await this.look();
      const usable = this.offers.filter(({ info }) => !refused.has(toHex(info.root)));
      const highest = Math.max(...usable.map(({ info }) => info.height));
      const [first] = usable.filter(({ info }) => info.height === highest);
      if (first !== undefined) return usable.filter(({ info }) => equalBytes(info.root, first.info.root));
      if (clock.now() >= end) return [];
      await pause(clock, LOOK_INTERVAL, signal);
    }
  }

  /** Asks the peers that have not been asked lately. */
  async look(): Promise<void> {
    const { network, clock } = this.modules;
    const { checkpoint } = this.options;
    const now = clock.now();
    const connected = new Set(network.peers().map(({ id }) => id));
    this.offers = this.offers.filter(({ peer }) => connected.has(peer));
    await Promise.all(
      [...connected].map(async (peer) => {
        if (now - (this.asked.get(peer) ?? 0) < PATIENCE / 4) return;
        this.asked.set(peer, now);
        try {
          const { snapshots } = await network.request(peer, protocols.snapshots, undefined);
          this.offers = this.offers.filter((offer) => offer.peer !== peer);
          for (const info of snapshots) {
            if (info.height > 0 && info.height <= checkpoint.height) this.offers.push({ peer, info });
          }
        } catch {
          // It may come to know the protocol, or to have time, when it is asked again.
        }
      }),
    );
  }

  of(root: Uint8Array): readonly Offer[] {
    return this.offers.filter(({ info }) => equalBytes(info.root, root));
  }
}

/** The snapshot's block is the checkpoint, or a chain of headers that each name the one before leads from there down to it. */
async function linkOf(
  info: SnapshotInfo,
  offers: readonly Offer[],
  { checkpoint, strangers }: CheckpointSyncOptions & { readonly strangers: Set<PeerId> },
  modules: CheckpointSyncModules,
): Promise<{ readonly top: Header | undefined } | undefined> {
  if (info.height === checkpoint.height) {
    if (equalBytes(info.root, checkpoint.root)) return { top: undefined };
    for (const { peer } of offers) strangers.add(peer);
    return undefined;
  }
  if (checkpoint.height - info.height > MAX_LINK) return undefined;
  for (const { peer } of offers) {
    try {
      const found = await followHeaders(peer, info, checkpoint, modules);
      if (typeof found !== "string") return { top: found };
      const fault = found;
      if (fault === OTHER_CHAIN) strangers.add(peer);
      modules.logger.warn({ peer, fault }, "a snapshot does not lead to the trusted checkpoint");
      const reason = new P2pError({ code: "P2P_BAD_FRAME", message: `${peer} offers ${fault}` });
      if (fault !== SHORT) modules.network.drop(peer, reason, { ban: true });
    } catch (error) {
      modules.signal.throwIfAborted();
      modules.logger.debug({ error, peer }, "a peer did not bring headers");
    }
  }
  return undefined;
}

const SHORT = "too few headers";
const OTHER_CHAIN = "a chain without the trusted block";

/** The checkpoint's header at the end of the chain from the snapshot's block, or what is wrong. */
async function followHeaders(
  peer: PeerId,
  info: SnapshotInfo,
  checkpoint: Checkpoint,
  { network, signal }: CheckpointSyncModules,
): Promise<Header | string> {
  let expected: Header | undefined;
  for (let next = info.height; next <= checkpoint.height; ) {
    signal.throwIfAborted();
    const count = Math.min(RANGE_HEADERS, checkpoint.height - next + 1);
    const { headers } = await network.request(peer, protocols.headersByRange, { start: next, count });
    if (headers.length === 0) return SHORT;
    for (const header of headers) {
      const follows = expected === undefined || equalBytes(header.parentRoot, headerRoot(expected));
      if (header.height !== next || !follows) return "headers that do not follow";
      if (expected === undefined && !equalBytes(headerRoot(header), info.root)) return "a snapshot of another chain";
      expected = header;
      next++;
    }
  }
  if (expected === undefined) return SHORT;
  return equalBytes(headerRoot(expected), checkpoint.root) ? expected : OTHER_CHAIN;
}

async function download(
  info: SnapshotInfo,
  top: Header | undefined,
  search: OfferSearch,
  options: CheckpointSyncOptions,
  modules: CheckpointSyncModules,
): Promise<string> {
  const { folder, config } = options;
  const { clock, logger, signal } = modules;
  await mkdir(folder, { recursive: true });
  const fetcher = new ChunkFetcher(info, modules);
  const greet = () => {
    for (const offer of search.of(info.root)) fetcher.add(offer.peer, offer.info);
  };
  greet();
  const name = { genesisRoot: config.genesisRoot, height: info.height, root: info.root };
  const path = incomingPath(folder);
  const { writer, head, check, pieces } = await begin(path, name, fetcher, options, modules);
  try {
    checkAge(config, top ?? head.final.block.header, clock.now());
  } catch (error) {
    await writer.close();
    throw error;
  }
  const inner = new AbortController();
  const both = AbortSignal.any([signal, inner.signal]);
  const ahead = new Map<number, ReturnType<ChunkFetcher["get"]>>();
  let reportedAt = clock.now();
  try {
    while (!check.done) {
      const index = writer.chunks;
      for (let next = index; next < index + WINDOW; next++) {
        if (ahead.has(next)) continue;
        const asking = fetcher.get(next, both);
        asking.catch(() => undefined);
        ahead.set(next, asking);
      }
      const found = await ahead.get(index);
      ahead.delete(index);
      if (found === undefined) continue;
      try {
        check.take(found.bytes);
      } catch (error) {
        if (!hasCode(error, "SNAPSHOT_DAMAGED")) throw error;
        fetcher.wrong(found.peer, "a wrong chunk of the state");
        continue;
      }
      await writer.add(found.bytes);
      if (clock.now() - reportedAt < REPORT_INTERVAL) continue;
      reportedAt = clock.now();
      // New peers may have come that have it too.
      await search.look();
      greet();
      logger.info({ chunks: writer.chunks, of: info.chunks, bytes: writer.bytes }, "fetching the state");
    }
    await writer.finish(pieces);
  } catch (error) {
    await writer.close().catch(() => undefined);
    throw error;
  } finally {
    inner.abort(new NodeError({ code: "NODE_FAILED", message: "the download has ended" }));
  }
  const target = snapshotPath(folder, head.final.block.header.height);
  await rename(path, target);
  logger.info({ height: info.height, bytes: writer.bytes }, "the state has been fetched");
  return target;
}

/** @throws NodeError CHECKPOINT_OLD */
function checkAge(config: ChainConfig, header: Header, now: number): void {
  if (now < staleAt(config, header)) return;
  const since = new Date(Number(header.timestamp) * 1000).toISOString().slice(0, 10);
  throw new NodeError({
    code: "CHECKPOINT_OLD",
    message: `the trusted checkpoint, block ${header.height}, is of ${since}`,
    meta: { height: header.height },
  });
}

interface Begun {
  readonly writer: SnapshotWriter;
  readonly head: CheckedHead;
  readonly check: StateCheck;
  /** Of the head. */
  readonly pieces: number;
}

/** Goes on with an interrupted download as far as it holds, or begins with the head. */
async function begin(
  path: string,
  name: { readonly genesisRoot: Uint8Array; readonly height: number; readonly root: Uint8Array },
  fetcher: ChunkFetcher,
  { config }: CheckpointSyncOptions,
  modules: CheckpointSyncModules,
): Promise<Begun> {
  const resumed = await resume(path, name, config, modules);
  if (resumed !== undefined) return resumed;
  for (;;) {
    const { pieces, peer } = await fetcher.head();
    try {
      const even = pieces.every((piece, index) => index === pieces.length - 1 || piece.length === CHUNK_TARGET);
      if (!even) throw new NodeError({ code: "SNAPSHOT_DAMAGED", message: "pieces of another length" });
      const head = checkHead(concatBytes(...pieces), name.root, config, modules.verifier);
      const writer = await SnapshotWriter.create(path, name);
      for (const piece of pieces) await writer.add(piece);
      return { writer, head, check: new StateCheck(head.final.block.header.stateRoot), pieces: pieces.length };
    } catch (error) {
      if (!hasCode(error, "SNAPSHOT_DAMAGED")) throw error;
      fetcher.wrong(peer, "a wrong head of a snapshot");
    }
  }
}

async function resume(
  path: string,
  name: { readonly genesisRoot: Uint8Array; readonly height: number; readonly root: Uint8Array },
  config: ChainConfig,
  { verifier, logger }: CheckpointSyncModules,
): Promise<Begun | undefined> {
  let reader: SnapshotReader;
  try {
    reader = await SnapshotReader.open(path, { partial: true });
  } catch {
    return undefined;
  }
  try {
    if (!equalBytes(reader.facts.root, name.root)) return undefined;
    const pieces: Uint8Array[] = [];
    for (let index = 0; ; index++) {
      const piece = await reader.chunk(index);
      if (piece === undefined) return undefined;
      pieces.push(piece);
      if (piece.length !== CHUNK_TARGET) break;
    }
    const head = checkHead(concatBytes(...pieces), name.root, config, verifier);
    const check = new StateCheck(head.final.block.header.stateRoot);
    let index = pieces.length;
    for (; index < reader.chunks; index++) {
      try {
        check.take((await reader.chunk(index)) ?? new Uint8Array());
      } catch {
        break;
      }
    }
    const bytes = reader.endOf(index);
    logger.info({ chunks: index, bytes }, "an interrupted download goes on");
    return {
      writer: await SnapshotWriter.resume(path, name, { chunks: index, bytes }),
      head,
      check,
      pieces: pieces.length,
    };
  } catch (error) {
    if (!hasCode(error, "SNAPSHOT_DAMAGED")) throw error;
    await rm(path, { force: true });
    return undefined;
  } finally {
    await reader.close();
  }
}

function pause(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.setTimer(milliseconds, done);
    function done(): void {
      timer.cancel();
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done, { once: true });
  });
}
