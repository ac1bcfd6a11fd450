import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { equalBytes, sha256 } from "@lucid/consensus/base";
import { type LevelStore, openDatabase } from "@lucid/storage";
import { ReplicaNetwork, type ReplicaNode, sealedChunk } from "./replicaNetwork.js";

const NODES = 10;
const COPIES = 3;
/** Followers: one through which the session comes, which then leaves, and one that reads and keeps nothing. */
const CLIENT = NODES;
const READER = NODES + 1;
/** Chunks that are read at a time. */
const WIDTH = 8;

export interface BurnOptions {
  readonly chunks: number;
  /** Of plaintext in a chunk. */
  readonly chunkBytes: number;
  /** Of each node's chunk store. */
  readonly quotaBytes: number;
}

interface Kept {
  readonly root: Uint8Array;
  readonly size: number;
  /** SHA-256 of the blob. */
  readonly digest: Uint8Array;
}

/** How every chunk got all of its copies again. */
export interface BurnRepair {
  readonly seconds: number;
  /** Bytes that were fetched, and the fewest that had to be. */
  readonly moved: number;
  readonly least: number;
}

export interface BurnReport {
  /** Seconds until three copies of all stood. */
  readonly storing: number;
  /** Chunks of which two losses left one copy. */
  readonly single: number;
  /** Seconds for reading all of it with two nodes gone. */
  readonly reading: number;
  /** After two nodes were lost, and after a third. */
  readonly repairs: readonly [BurnRepair, BurnRepair];
}

/**
 * Ten nodes keep a session in three copies, over real sockets, files and databases; the chain is played. Two of them burn with their disks, and
 * when the chain has seen it and every chunk has its copies again, a third. Whatever does not hold, copies, bytes, what a reader
 * gets, fails an assertion.
 */
export class BurnedNodes {
  private readonly options: BurnOptions;
  private readonly net: ReplicaNetwork;
  private readonly folder: string;
  private readonly databases = new Map<number, LevelStore>();

  private constructor(options: BurnOptions, net: ReplicaNetwork, folder: string) {
    this.options = options;
    this.net = net;
    this.folder = folder;
  }

  static async make(options: BurnOptions): Promise<BurnedNodes> {
    const net = await ReplicaNetwork.make(NODES);
    return new BurnedNodes(options, net, await mkdtemp(join(tmpdir(), "lucid-burn-")));
  }

  async stop(): Promise<void> {
    await this.net.stop();
    for (const database of this.databases.values()) await database.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** @param log told of each step that is done */
  async run(log: (line: string) => void): Promise<BurnReport> {
    const { net } = this;
    for (let index = 0; index < NODES; index++) await this.start(index);
    await net.connected();
    const began = performance.now();
    const kept = await this.stored(new Uint8Array(randomBytes(32)));
    const storing = secondsSince(began);
    assert.ok(kept.every(({ root }) => this.copiesOf(root) === COPIES));
    log(`stored in ${storing.toFixed(1)} s`);

    const reader = await this.start(READER);
    await net.connected();
    await this.lose(3);
    await this.lose(7);
    const single = kept.filter(({ root }) => this.copiesOf(root) === 1).length;
    assert.ok(single > 0, "some chunks have one copy left");
    const readingBegan = performance.now();
    await readsAll(reader, kept);
    const reading = secondsSince(readingBegan);
    log(`${single} chunks with one copy left, all read in ${reading.toFixed(1)} s`);
    const first = await this.repaired(kept, [3, 7]);
    log(`restored: ${text(first)}`);

    await this.lose(5);
    await readsAll(reader, kept);
    const second = await this.repaired(kept, [5]);
    log(`a third is gone, all was read, restored: ${text(second)}`);
    assert.equal(reader.chunks.stats().chunks, 0, "the reader keeps nothing");
    for (const { chunks } of this.holders()) {
      assert.ok(chunks.stats().chunks > 0);
      assert.equal(
        chunks.stats().bytes,
        kept.filter(({ root }) => chunks.has(root)).reduce((sum, { size }) => sum + size, 0),
      );
    }
    return { storing, single, reading, repairs: [first, second] };
  }

  private async start(index: number): Promise<ReplicaNode> {
    const store = await openDatabase({ location: join(this.folder, String(index)) });
    this.databases.set(index, store);
    return await this.net.start(index, { store, quotaBytes: this.options.quotaBytes });
  }

  /** The node and its disk are gone. */
  private async lose(index: number): Promise<void> {
    await this.net.node(index).stop();
    await this.databases.get(index)?.close();
    this.databases.delete(index);
    await this.net.wipe(index);
  }

  private holders(): ReplicaNode[] {
    return this.net.nodes.filter(({ index }) => index < NODES);
  }

  private copiesOf(root: Uint8Array): number {
    return this.holders().filter(({ chunks }) => chunks.has(root)).length;
  }

  /** Resolves when every node has what it owes in the epoch of now; nobody tells them to. */
  private async settled(): Promise<void> {
    const { epoch } = this.net.view.state.epoch;
    const isDone = ({ replication }: ReplicaNode): boolean => {
      const walk = replication.status().lastWalk;
      return walk?.epoch === epoch && walk.sessions > 0 && walk.held === walk.owed;
    };
    while (!this.holders().every(isDone)) await delay(50);
  }

  private async stored(sessionId: Uint8Array): Promise<Kept[]> {
    const { net } = this;
    const client = await this.start(CLIENT);
    await net.connected();
    await client.replication.beginUpload(await net.consent(sessionId));
    const kept: Kept[] = [];
    for (let index = 0; index < this.options.chunks; index++) {
      const { root, blob } = await sealedChunk(sessionId, index, this.options.chunkBytes);
      kept.push({ root, size: blob.length, digest: sha256(blob) });
      await client.chunks.put(root, blob, { verified: true });
      client.replication.chunkStored(sessionId, root, blob.length);
    }
    const roots = kept.map(({ root }) => root);
    await client.replication.takeRoots(sessionId, roots);
    while ((await client.replication.copies(sessionId, 1_000))?.complete !== true);
    net.view.register(net.ownerBytes, sessionId, roots);
    net.view.nextEpoch();
    await this.settled();
    await this.lose(CLIENT);
    // What was taken before the chain knew who owes it is removed after two more epochs.
    for (let epoch = 0; epoch < 3; epoch++) {
      net.view.nextEpoch();
      await this.settled();
    }
    return kept;
  }

  /** Lets the chain see that nodes are gone, and waits until every chunk has all of its copies again. */
  private async repaired(kept: readonly Kept[], gone: readonly number[]): Promise<BurnRepair> {
    const least = kept.reduce((sum, { root, size }) => sum + Math.max(0, COPIES - this.copiesOf(root)) * size, 0);
    const began = performance.now();
    const before = this.fetchedBytes();
    this.net.view.nextEpoch(gone);
    await this.settled();
    const seconds = secondsSince(began);
    assert.ok(kept.every(({ root }) => this.copiesOf(root) >= COPIES));
    const moved = this.fetchedBytes() - before;
    assert.ok(least > 0 && moved === least, `${moved} bytes moved, ${least} at the least`);
    return { seconds, moved, least };
  }

  private fetchedBytes(): number {
    return this.holders().reduce((sum, { replication }) => sum + replication.status().fetched.bytes, 0);
  }
}

async function readsAll(reader: ReplicaNode, kept: readonly Kept[]): Promise<void> {
  const left = [...kept];
  const next = async (): Promise<void> => {
    for (let chunk = left.pop(); chunk !== undefined; chunk = left.pop()) {
      const { blob, release } = await reader.replication.fetch(chunk.root, { insist: true });
      assert.ok(blob.length === chunk.size && equalBytes(sha256(blob), chunk.digest));
      release();
    }
  };
  await Promise.all(Array.from({ length: WIDTH }, next));
}

function secondsSince(began: number): number {
  return (performance.now() - began) / 1000;
}

function text({ seconds, moved, least }: BurnRepair): string {
  return `${seconds.toFixed(1)} s, ${moved} bytes of ${least} at the least`;
}
