import assert from "node:assert/strict";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BlsVerifier, type HeadersResponse } from "@lucid/consensus";
import { hasCode, VirtualClock } from "@lucid/consensus/base";
import { MemoryHub, type MemoryNetwork } from "@lucid/p2p";
import { protocols } from "../../src/driver/topics.js";
import type { Logger } from "../../src/node/logging.js";
import { fetchSnapshot, incomingPath } from "../../src/snapshot/checkpointSync.js";
import { createSnapshot } from "../../src/snapshot/createSnapshot.js";
import { SnapshotReader } from "../../src/snapshot/snapshotFile.js";
import { SnapshotShelf, snapshotPath } from "../../src/snapshot/snapshotShelf.js";
import { serveHeaders } from "../../src/sync/blockRange.js";
import { BuiltChain, type BuiltNetwork, builtNetwork, richWallets } from "../support/builtChain.js";
import { sessionAnchor } from "../support/sessionAnchors.js";

/** Of the snapshot; some blocks lie between it and the checkpoint. */
const HEIGHT = 30;
const HEAD = 36;
const silent: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

describe("starting from a checkpoint", function () {
  this.timeout(60_000);
  let folder = "";
  let network: BuiltNetwork;
  let source: BuiltChain;
  let original: Buffer;
  const shelves: SnapshotShelf[] = [];
  let folders = 0;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "lucid-checkpoint-"));
    network = await builtNetwork({ validators: 4, slotDuration: 2, accounts: 6_000 });
    source = await BuiltChain.open(network);
    const [owner] = richWallets;
    assert.ok(owner !== undefined);
    await source.extend(HEIGHT, (height) => [sessionAnchor(owner, height - 1, String(height))]);
    const path = join(folder, "original.snapshot");
    await createSnapshot(source.store, { genesisRoot: source.config.genesisRoot, path });
    original = await readFile(path);
    await source.extend(HEAD - HEIGHT);
  });
  after(async () => {
    await source.stop();
    await rm(folder, { recursive: true, force: true });
  });
  afterEach(async () => {
    await Promise.all(shelves.splice(0).map((shelf) => shelf.stop()));
  });

  interface World {
    readonly hub: MemoryHub;
    readonly clock: VirtualClock;
    readonly own: MemoryNetwork;
    /** Of the newcomer. */
    readonly folder: string;
  }

  async function world(): Promise<World> {
    const hub = new MemoryHub();
    const own = hub.join("newcomer");
    await own.start();
    const mine = join(folder, `own${folders++}`);
    await mkdir(mine);
    return { hub, clock: new VirtualClock(source.now), own, folder: mine };
  }

  /** A peer that serves the snapshot from its shelf, as a node does. */
  async function peer({ hub }: World, name: string): Promise<MemoryNetwork> {
    const place = join(folder, `peer${folders++}`);
    await mkdir(place);
    await copyFile(join(folder, "original.snapshot"), snapshotPath(place, HEIGHT));
    const node = hub.join(name);
    const { config, store, chain } = source;
    const shelf = new SnapshotShelf(
      { config, folder: place, make: false },
      { store, chain, network: node, logger: silent, isBehind: () => false },
    );
    shelves.push(shelf);
    await shelf.start();
    node.handle(protocols.headersByRange, (request) => serveHeaders(chain, request));
    return node;
  }

  /** Moves the clock whenever nothing else happens. */
  async function fetched(
    at: World,
    height = HEAD,
    signal = new AbortController().signal,
    root = source.served(height).root,
  ): Promise<string | undefined> {
    let done = false;
    const fetching = fetchSnapshot(
      { config: source.config, checkpoint: { height, root }, folder: at.folder },
      { network: at.own, clock: at.clock, verifier: new BlsVerifier(), logger: silent, signal },
    ).finally(() => {
      done = true;
    });
    fetching.catch(() => undefined);
    while (!done) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      const next = at.clock.nextTimer();
      if (!done && at.hub.busy === 0 && next !== undefined) at.clock.advanceTo(next);
    }
    return fetching;
  }

  const names = (at: World): string[] => at.own.peers().map(({ id }) => id);

  async function isOriginal(path: string | undefined): Promise<void> {
    assert.ok(path !== undefined);
    assert.ok(original.equals(await readFile(path)), "another file than the one that was served");
  }

  it("takes the chunks from several peers, and the file is the one that every node makes", async () => {
    const at = await world();
    const counts = new Map<string, number>();
    for (const name of ["a", "b"]) {
      const node = await peer(at, name);
      const shelf = shelves.at(-1) ?? assert.fail("no shelf");
      node.handle(protocols.stateChunk, (request) => {
        counts.set(name, (counts.get(name) ?? 0) + 1);
        return shelf.chunk(request);
      });
      await node.start();
    }
    await isOriginal(await fetched(at));
    assert.ok((counts.get("a") ?? 0) > 0 && (counts.get("b") ?? 0) > 0, JSON.stringify([...counts]));
    const reader = await SnapshotReader.open(snapshotPath(at.folder, HEIGHT));
    assert.ok(reader.facts.chunks >= 4, `${reader.facts.chunks} chunks`);
    await reader.close();
  });

  const lies: Readonly<Record<string, (node: MemoryNetwork, shelf: SnapshotShelf) => void>> = {
    "a wrong state chunk": (node, shelf) =>
      node.handle(protocols.stateChunk, async (request) => {
        const bytes = (await shelf.chunk(request)).slice();
        if (request.index > 1) bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
        return bytes;
      }),
    "another chunk than the one asked for": (node, shelf) =>
      node.handle(protocols.stateChunk, ({ root, index }) => shelf.chunk({ root, index: index > 1 ? 2 : index })),
    "a wrong head": (node, shelf) =>
      node.handle(protocols.stateChunk, async (request) => {
        const bytes = (await shelf.chunk(request)).slice();
        if (request.index === 0) bytes[1_000] = (bytes[1_000] ?? 0) ^ 1;
        return bytes;
      }),
  };
  for (const [what, lie] of Object.entries(lies)) {
    it(`bans a peer that serves ${what}, and ends right with another`, async () => {
      const at = await world();
      const liar = await peer(at, "liar");
      const shelf = shelves.at(-1) ?? assert.fail("no shelf");
      lie(liar, shelf);
      await liar.start();
      const honest = await peer(at, "honest");
      await honest.start();
      await isOriginal(await fetched(at));
      assert.deepEqual(names(at), ["honest"]);
    });
  }

  it("is not held up by a peer that serves nothing of what it offers", async () => {
    const at = await world();
    const empty = await peer(at, "empty");
    empty.handle(protocols.stateChunk, () => new Uint8Array());
    await empty.start();
    const honest = await peer(at, "honest");
    await honest.start();
    await isOriginal(await fetched(at));
  });

  it("bans a peer whose snapshot does not lead to the trusted block, and takes nothing of it", async () => {
    const at = await world();
    const liar = await peer(at, "liar");
    liar.handle(protocols.snapshots, () => ({
      snapshots: [{ height: HEIGHT + 1, root: new Uint8Array(32).fill(7), headPieces: 1, chunks: 9 }],
    }));
    let served = 0;
    liar.handle(protocols.stateChunk, () => {
      served++;
      return new Uint8Array(100);
    });
    await liar.start();
    const honest = await peer(at, "honest");
    await honest.start();
    await isOriginal(await fetched(at));
    assert.deepEqual(names(at), ["honest"]);
    assert.equal(served, 0);
  });

  it("refuses a chain that does not have the trusted block, with all its headers in order", async () => {
    const at = await world();
    const other = await BuiltChain.open(network);
    for (let height = 1; height <= HEIGHT; height++) await other.import(source.served(height));
    await other.extend(HEAD - HEIGHT, () => []);
    await other.next({ slot: other.tip.header.slot + 3 });
    const node = await peer(at, "other");
    node.handle(protocols.headersByRange, (request): HeadersResponse => {
      const { headers } = serveHeaders(other.chain, request);
      return { headers: headers.map((header) => (header.height < HEAD ? header : { ...header, gasUsed: 7n })) };
    });
    await node.start();
    await assert.rejects(fetched(at), (error) => hasCode(error, "CHECKPOINT_UNKNOWN"));
    assert.deepEqual(names(at), []);
    await other.stop();
  });

  it("does not begin elsewhere when the trusted block is of no chain, and takes nothing of the one that there is", async () => {
    for (const height of [HEIGHT, HEAD]) {
      const at = await world();
      let served = 0;
      for (const name of ["a", "b"]) {
        const node = await peer(at, name);
        node.handle(protocols.stateChunk, () => {
          served++;
          return new Uint8Array();
        });
        await node.start();
      }
      const wrong = fetched(at, height, new AbortController().signal, new Uint8Array(32).fill(7));
      await assert.rejects(wrong, (error) => hasCode(error, "CHECKPOINT_UNKNOWN"));
      assert.deepEqual([served, await readdir(at.folder)], [0, []]);
    }
  });

  it("is not stopped by one peer of another chain: another peer has no snapshot, and the node begins at genesis", async () => {
    const at = await world();
    const stranger = await peer(at, "stranger");
    stranger.handle(protocols.snapshots, () => ({
      snapshots: [{ height: HEAD, root: new Uint8Array(32).fill(7), headPieces: 1, chunks: 9 }],
    }));
    await stranger.start();
    await at.hub.join("young").start();
    assert.equal(await fetched(at), undefined);
  });

  it("goes on with what it has when it was stopped, and asks for that no more", async () => {
    const at = await world();
    const node = await peer(at, "node");
    const shelf = shelves.at(-1) ?? assert.fail("no shelf");
    const stop = new AbortController();
    node.handle(protocols.stateChunk, (request) => {
      if (request.index === 3) stop.abort(new Error("killed"));
      return shelf.chunk(request);
    });
    await node.start();
    await assert.rejects(fetched(at, HEAD, stop.signal));
    const partial = await SnapshotReader.open(incomingPath(at.folder), { partial: true });
    const kept = partial.chunks;
    await partial.close();
    assert.ok(kept >= 1);
    const asked: number[] = [];
    node.handle(protocols.stateChunk, (request) => {
      asked.push(request.index);
      return shelf.chunk(request);
    });
    await isOriginal(await fetched(at));
    assert.ok(Math.min(...asked) >= kept, `${asked} after ${kept}`);
  });

  it("gives up when nobody has a snapshot at or below the checkpoint", async () => {
    const at = await world();
    const node = await peer(at, "node");
    await node.start();
    assert.equal(await fetched(at, HEIGHT - 1), undefined);
  });

  it("refuses a checkpoint that is older than half of the credit window", async () => {
    const at = await world();
    const node = await peer(at, "node");
    await node.start();
    const { params, genesis } = source.config;
    at.clock.advanceTo(
      at.clock.now() + (params.windowEpochs / 2 + 1) * params.epochSlots * genesis.slotDuration * 1000,
    );
    await assert.rejects(fetched(at), (error) => hasCode(error, "CHECKPOINT_OLD"));
  });
});
