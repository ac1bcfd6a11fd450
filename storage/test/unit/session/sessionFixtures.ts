import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toHex, VirtualClock } from "@lucid/consensus/base";
import { MANIFEST_FIRST_INDEX, parseChunkHeader } from "../../../src/chunk/index.js";
import { MemoryStore } from "../../../src/db/index.js";
import { deriveSessionKey } from "../../../src/keys/sessionKeys.js";
import {
  type BlobSource,
  type BlobToDeliver,
  type ChunkSink,
  createInlineEngine,
  createWorkerEngine,
  type ManifestCandidate,
  SessionJournal,
  type SessionKey,
  type SessionModules,
  StagingStore,
} from "../../../src/session/index.js";

export const CHUNK = 64 * 1024;
export const ownerKey = new Uint8Array(32).fill(7);
export const owner = new Uint8Array(20).fill(0xaa);
export const description = {
  owner,
  participants: ["alice", "bob"],
  recorder: { name: "test", version: "1" },
  deviceFingerprint: new Uint8Array(32).fill(1),
};

export function keyOf(sessionId: Uint8Array): SessionKey {
  return { sessionKey: deriveSessionKey(ownerKey, sessionId) };
}

/** The network of a test: takes blobs, gives them back. */
export class MemoryNetwork implements ChunkSink, BlobSource {
  readonly blobs = new Map<string, Uint8Array>();
  readonly candidates: ManifestCandidate[] = [];
  fetches = 0;
  deliveries = 0;

  async deliver({ root, manifest, blob }: BlobToDeliver): Promise<void> {
    this.deliveries++;
    this.blobs.set(toHex(root), blob.slice());
    if (manifest) this.candidates.push({ root, index: parseChunkHeader(blob).index });
  }

  async fetchChunk(root: Uint8Array): Promise<Uint8Array | undefined> {
    this.fetches++;
    return this.blobs.get(toHex(root));
  }

  async manifestCandidates(): Promise<readonly ManifestCandidate[]> {
    return this.candidates;
  }

  get firstPart(): ManifestCandidate | undefined {
    return this.candidates.find(({ index }) => index === MANIFEST_FIRST_INDEX);
  }
}

export interface TestClient extends SessionModules {
  readonly folder: string;
  readonly clock: VirtualClock;
  readonly store: MemoryStore;
  readonly network: MemoryNetwork;
}

const folders: string[] = [];

/** A client with a journal in memory, a staging folder on disk and a network in memory. */
export async function createClient(options: { readonly workers?: number } = {}): Promise<TestClient> {
  const folder = await temporaryFolder();
  const store = new MemoryStore();
  const network = new MemoryNetwork();
  return {
    folder,
    store,
    network,
    sink: network,
    journal: new SessionJournal(store),
    staging: new StagingStore(join(folder, "staging")),
    clock: new VirtualClock(1_800_000_000_000),
    createEngine: (chunkSize) =>
      options.workers === undefined
        ? createInlineEngine({ chunkSize, slots: 3 })
        : createWorkerEngine({ chunkSize, workers: options.workers }),
  };
}

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "lucid-session-"));
  folders.push(folder);
  return folder;
}

export async function removeTemporaryFolders(): Promise<void> {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
}

export async function writeSource(folder: string, content: Uint8Array, name = "source.bin"): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

export async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

/** A sink that lets everything else move as far as it can before it takes a chunk, and counts how many wait for it. */
export class SlowSink implements ChunkSink {
  delivered = 0;
  /** Most chunks that were acknowledged and not delivered. */
  most = 0;
  private acknowledged = 0;

  onProgress({ chunksAcknowledged }: { readonly chunksAcknowledged: number }): void {
    this.acknowledged = chunksAcknowledged;
  }

  async deliver(): Promise<void> {
    // Sealing a small chunk takes a few turns of the event loop; this waits until none has been sealed for many.
    let seen = -1;
    while (seen !== this.acknowledged) {
      seen = this.acknowledged;
      for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
    this.most = Math.max(this.most, this.acknowledged - this.delivered);
    this.delivered++;
  }
}
