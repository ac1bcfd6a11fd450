import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  type ChainConfig,
  type ChunkRequest,
  epochOfSlot,
  type SnapshotInfo,
  type SnapshotList,
} from "@lucid/consensus";
import { equalBytes, hasCode } from "@lucid/consensus/base";
import type { ConsensusNetwork } from "@lucid/p2p";
import type { KeyValueStore } from "@lucid/storage";
import { protocols } from "../driver/topics.js";
import type { ChainReader, StoredBlock } from "../interfaces.js";
import type { Logger } from "../node/logging.js";
import { createSnapshot } from "./createSnapshot.js";
import { SnapshotReader } from "./snapshotFile.js";

export interface SnapshotShelfOptions {
  readonly config: ChainConfig;
  /** Folder of the snapshots in the data directory. */
  readonly folder: string;
  /** Make new ones; else those that are there are served. */
  readonly make: boolean;
}

export interface SnapshotShelfModules {
  readonly store: KeyValueStore;
  readonly chain: ChainReader;
  readonly network: ConsensusNetwork;
  readonly logger: Logger;
  /** The node is catching up: what it would make is old already. */
  readonly isBehind: () => boolean;
}

const KEPT = 2;
const NAME = /^(\d{1,10})\.snapshot$/;
const NOTHING = new Uint8Array(0);

export function snapshotPath(folder: string, height: number): string {
  return join(folder, `${height}.snapshot`);
}

/** Makes a snapshot at the first epoch boundary of each day of the chain, keeps the last two, and serves them to peers. */
export class SnapshotShelf {
  private readonly options: SnapshotShelfOptions;
  private readonly modules: SnapshotShelfModules;
  private readonly ends: (() => void)[] = [];
  private readonly abort = new AbortController();
  /** Newest first. */
  private readers: SnapshotReader[] = [];
  private making: Promise<void> | undefined;
  private reading: Promise<unknown> = Promise.resolve();

  constructor(options: SnapshotShelfOptions, modules: SnapshotShelfModules) {
    this.options = options;
    this.modules = modules;
  }

  async start(): Promise<void> {
    const { folder, make } = this.options;
    const { network, chain } = this.modules;
    await mkdir(folder, { recursive: true });
    for (const name of await readdir(folder)) {
      if (name.endsWith(".tmp")) await rm(join(folder, name), { force: true });
      else if (NAME.test(name)) await this.open(join(folder, name));
    }
    await this.keepNewest();
    this.ends.push(
      network.handle(protocols.snapshots, () => this.list()),
      network.handle(protocols.stateChunk, (request) => this.chunk(request)),
    );
    if (make) this.ends.push(chain.onBlock((block) => this.consider(block)));
  }

  async stop(): Promise<void> {
    for (const end of this.ends.splice(0)) end();
    this.abort.abort();
    await this.making;
    await this.reading;
    for (const reader of this.readers.splice(0)) await reader.close();
  }

  list(): SnapshotList {
    return { snapshots: this.readers.slice(0, KEPT).map(infoOf) };
  }

  /** One after the other: a crowd that asks must not fill the queue that the database's own reads wait in. */
  async chunk({ root, index }: ChunkRequest): Promise<Uint8Array> {
    const read = this.reading.then(async () => {
      const reader = this.readers.find(({ facts }) => equalBytes(facts.root, root));
      return (await reader?.chunk(index)) ?? NOTHING;
    });
    this.reading = read.catch(() => undefined);
    return read;
  }

  private consider(block: StoredBlock): void {
    if (this.making !== undefined || this.modules.isBehind() || !this.isDue(block)) return;
    this.making = this.make(block.header.height).finally(() => {
      this.making = undefined;
    });
  }

  private isDue({ header }: StoredBlock): boolean {
    const { epochSlots, uptimeDayEpochs } = this.options.config.params;
    const { chain } = this.modules;
    const before = chain.blockByHeight(header.height - 1)?.header.slot;
    if (before === undefined || epochOfSlot(before, epochSlots) === epochOfSlot(header.slot, epochSlots)) return false;
    const [newest] = this.readers;
    const last = newest === undefined ? undefined : chain.blockByHeight(newest.facts.height)?.header.slot;
    return last === undefined || header.slot >= last + epochSlots * uptimeDayEpochs;
  }

  private async make(height: number): Promise<void> {
    const { config, folder } = this.options;
    const { store, logger } = this.modules;
    const started = performance.now();
    try {
      const path = snapshotPath(folder, height);
      const { bytes, chunks } = await createSnapshot(store, {
        genesisRoot: config.genesisRoot,
        path,
        signal: this.abort.signal,
      });
      await this.open(path);
      await this.keepNewest();
      const milliseconds = Math.round(performance.now() - started);
      logger.info({ height, bytes, chunks, milliseconds }, "snapshot of the state made");
    } catch (error) {
      // The next day brings another one; the node does not need it.
      if (!this.abort.signal.aborted) logger.warn({ error, height }, "no snapshot could be made");
    }
  }

  private async open(path: string): Promise<void> {
    try {
      const reader = await SnapshotReader.open(path);
      if (equalBytes(reader.facts.genesisRoot, this.options.config.genesisRoot)) this.readers.push(reader);
      else await reader.close();
    } catch (error) {
      if (!hasCode(error, "SNAPSHOT_DAMAGED")) throw error;
      this.modules.logger.warn({ error, path }, "a damaged snapshot is removed");
      await rm(path, { force: true });
    }
  }

  private async keepNewest(): Promise<void> {
    this.readers.sort((a, b) => b.facts.height - a.facts.height);
    for (const reader of this.readers.splice(KEPT)) {
      await reader.close();
      await rm(snapshotPath(this.options.folder, reader.facts.height), { force: true });
    }
  }
}

function infoOf({ facts: { height, root, headPieces, chunks } }: SnapshotReader): SnapshotInfo {
  return { height, root, headPieces, chunks };
}
