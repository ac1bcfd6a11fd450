/** One node of the network that the benchmark of replicas plays: a process of its own, with real sockets, files and database. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { serveBench } from "@lucid/p2p/bench";
import { type LevelStore, openDatabase } from "@lucid/storage";
import { ReplicaNetwork, type ReplicaNode, sealedChunk, until } from "../../test/support/replicaNetwork.js";

export interface ReplicaStart {
  readonly index: number;
  /** Of the peer keys of all holders. */
  readonly seeds: readonly Uint8Array[];
  readonly peers: readonly string[];
}

export interface SealedSession {
  readonly sessionId: Uint8Array;
  readonly roots: readonly Uint8Array[];
  readonly bytes: number;
}

let net: ReplicaNetwork | undefined;
let node: ReplicaNode | undefined;
let database: LevelStore | undefined;
let folder: string | undefined;

function started(): { readonly net: ReplicaNetwork; readonly node: ReplicaNode } {
  assert.ok(net !== undefined && node !== undefined, "the node was not started");
  return { net, node };
}

serveBench(
  {
    /** Answers with the address. */
    async start({ index, seeds, peers }: ReplicaStart): Promise<string> {
      folder = await mkdtemp(join(tmpdir(), "lucid-bench-"));
      database = await openDatabase({ location: join(folder, "db") });
      net = await ReplicaNetwork.make(seeds.length, seeds);
      const quotaBytes = 64 * 2 ** 30;
      node = await net.start(index, { quotaBytes, store: database, copies: seeds.length, network: { peers } });
      return node.network.address() ?? "";
    },
    async connected(count: number): Promise<void> {
      await until(() => started().node.network.peers().length >= count);
    },
    /** Random chunks into the node's own store, where its client has put them. One at a time: memory is measured later. */
    async seal({ count, size }: { readonly count: number; readonly size: number }): Promise<SealedSession> {
      const sessionId = new Uint8Array(randomBytes(32));
      const roots: Uint8Array[] = [];
      let bytes = 0;
      for (let index = 0; index < count; index++) {
        const { root, blob } = await sealedChunk(sessionId, index, size);
        await started().node.chunks.put(root, blob, { verified: true });
        roots.push(root);
        bytes += blob.length;
      }
      return { sessionId, roots, bytes };
    },
    /** Seconds until each chunk has all its receipts and the roots are told. */
    async upload({ sessionId, roots }: SealedSession): Promise<number> {
      const { replication } = started().node;
      const begin = performance.now();
      await replication.beginUpload(await started().net.consent(sessionId));
      await replication.takeRoots(sessionId, roots);
      while ((await replication.copies(sessionId, 1_000))?.complete !== true);
      return (performance.now() - begin) / 1000;
    },
    /** Seconds until each chunk has come and been verified, so many at a time; and how many peers gave them. */
    async download({ roots, width }: { readonly roots: readonly Uint8Array[]; readonly width: number }) {
      const { replication } = started().node;
      const peers = new Set<string>();
      const left = [...roots];
      const begin = performance.now();
      const next = async (): Promise<void> => {
        for (let root = left.pop(); root !== undefined; root = left.pop()) {
          const { from, release } = await replication.fetch(root);
          peers.add(from);
          release();
        }
      };
      await Promise.all(Array.from({ length: width }, next));
      return { seconds: (performance.now() - begin) / 1000, peers: peers.size };
    },
    held: () => started().node.chunks.stats().chunks,
  },
  async () => {
    await net?.stop();
    await database?.close();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  },
);
