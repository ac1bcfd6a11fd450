import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { equalBytes, sha256 } from "@lucid/consensus/base";
import { type LevelStore, openDatabase } from "@lucid/storage";
import { ReplicaNetwork, type ReplicaNode, sealedChunk } from "../../support/replicaNetwork.js";

const NODES = 10;
const COPIES = 3;
const CHUNK = 256 * 1024;
const COUNT = 1_024;
const QUOTA = 2 ** 30;
/** Followers: one through which the session comes, which then leaves, and one that reads and keeps nothing. */
const CLIENT = NODES;
const READER = NODES + 1;
/** Chunks that are read at a time. */
const WIDTH = 8;

interface Kept {
  readonly root: Uint8Array;
  readonly size: number;
  /** SHA-256 of the blob. */
  readonly digest: Uint8Array;
}

interface Repair {
  readonly seconds: number;
  readonly moved: number;
  readonly least: number;
}

describe("ten nodes with 256 MiB in chunks of 256 KiB, over real sockets, files and databases", function () {
  this.timeout(300_000);
  let net: ReplicaNetwork;
  let folder: string;
  const databases = new Map<number, LevelStore>();

  before(async () => {
    net = await ReplicaNetwork.make(NODES);
    folder = await mkdtemp(join(tmpdir(), "lucid-burn-"));
  });

  after(async () => {
    await net.stop();
    for (const database of databases.values()) await database.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function start(index: number): Promise<ReplicaNode> {
    const store = await openDatabase({ location: join(folder, String(index)) });
    databases.set(index, store);
    return await net.start(index, { store, quotaBytes: QUOTA });
  }

  /** The node and its disk are gone. */
  async function lose(index: number): Promise<void> {
    await net.node(index).stop();
    await databases.get(index)?.close();
    databases.delete(index);
    await net.wipe(index);
  }

  const holders = (): ReplicaNode[] => net.nodes.filter(({ index }) => index < NODES);
  const copiesOf = (root: Uint8Array): number => holders().filter(({ chunks }) => chunks.has(root)).length;

  /** Resolves when every node has what it owes in the epoch of now; nobody tells them to. */
  async function settled(): Promise<void> {
    const { epoch } = net.view.state.epoch;
    const isDone = ({ replication }: ReplicaNode): boolean => {
      const walk = replication.status().lastWalk;
      return walk?.epoch === epoch && walk.sessions > 0 && walk.held === walk.owed;
    };
    while (!holders().every(isDone)) await delay(50);
  }

  async function stored(sessionId: Uint8Array): Promise<Kept[]> {
    const client = await start(CLIENT);
    await net.connected();
    await client.replication.beginUpload(await net.consent(sessionId));
    const kept: Kept[] = [];
    for (let index = 0; index < COUNT; index++) {
      const { root, blob } = await sealedChunk(sessionId, index, CHUNK);
      kept.push({ root, size: blob.length, digest: sha256(blob) });
      await client.chunks.put(root, blob, { verified: true });
      client.replication.chunkStored(sessionId, root, blob.length);
    }
    const roots = kept.map(({ root }) => root);
    await client.replication.takeRoots(sessionId, roots);
    while ((await client.replication.copies(sessionId, 1_000))?.complete !== true);
    net.view.register(net.ownerBytes, sessionId, roots);
    net.view.nextEpoch();
    await settled();
    await lose(CLIENT);
    // What was taken before the chain knew who owes it is removed after two more epochs.
    for (let epoch = 0; epoch < 3; epoch++) {
      net.view.nextEpoch();
      await settled();
    }
    return kept;
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

  /** Lets the chain see that nodes are gone, and waits until every chunk has all of its copies again. */
  async function repaired(kept: readonly Kept[], gone: readonly number[]): Promise<Repair> {
    const least = kept.reduce((sum, { root, size }) => sum + Math.max(0, COPIES - copiesOf(root)) * size, 0);
    const began = performance.now();
    const bytes = (): number => holders().reduce((sum, { replication }) => sum + replication.status().fetched.bytes, 0);
    const before = bytes();
    net.view.nextEpoch(gone);
    await settled();
    const seconds = (performance.now() - began) / 1000;
    assert.ok(kept.every(({ root }) => copiesOf(root) >= COPIES));
    return { seconds, moved: bytes() - before, least };
  }

  it("two burn, then a third: all of it stays readable, and three copies come back by themselves with the fewest bytes", async () => {
    for (let index = 0; index < NODES; index++) await start(index);
    await net.connected();
    const began = performance.now();
    const kept = await stored(new Uint8Array(randomBytes(32)));
    const storing = (performance.now() - began) / 1000;
    assert.ok(kept.every(({ root }) => copiesOf(root) === COPIES));

    const reader = await start(READER);
    await net.connected();
    await lose(3);
    await lose(7);
    const single = kept.filter(({ root }) => copiesOf(root) === 1).length;
    assert.ok(single > 0, "some chunks have one copy left");
    const reading = performance.now();
    await readsAll(reader, kept);
    const read = (performance.now() - reading) / 1000;
    const first = await repaired(kept, [3, 7]);
    assert.ok(
      first.least > 0 && first.moved === first.least,
      `${first.moved} bytes moved, ${first.least} at the least`,
    );

    await lose(5);
    await readsAll(reader, kept);
    const second = await repaired(kept, [5]);
    assert.ok(second.least > 0 && second.moved === second.least, `${second.moved} of ${second.least}`);
    assert.equal(reader.chunks.stats().chunks, 0, "the reader keeps nothing");
    for (const { chunks } of holders()) {
      assert.ok(chunks.stats().chunks > 0);
      assert.equal(
        chunks.stats().bytes,
        kept.filter(({ root }) => chunks.has(root)).reduce((sum, { size }) => sum + size, 0),
      );
    }
    const text = ({ seconds, moved, least }: Repair): string =>
      `${seconds.toFixed(1)} s, ${moved} bytes of ${least} at the least`;
    console.log(
      `      stored in ${storing.toFixed(1)} s, ${single} chunks with one copy left, read in ${read.toFixed(1)} s; ` +
        `restored: ${text(first)}; ${text(second)}`,
    );
  });
});
