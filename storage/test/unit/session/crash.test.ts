import assert from "node:assert/strict";
import { hasCode, toHex, VirtualClock } from "@lucid/consensus/base";
import { chunkRoot } from "@lucid/consensus/proofs";
import { enumerateCrashes, FaultDisk } from "../../../src/faults/index.js";
import type { FileSystem } from "../../../src/files/index.js";
import {
  closeRecording,
  createInlineEngine,
  putSession,
  recordSession,
  restoreSession,
  SessionJournal,
  type SessionModules,
  SessionReader,
  type SessionResult,
  type StagedChunk,
  StagingStore,
} from "../../../src/session/index.js";
import { noise, prose } from "../chunk/chunkFixtures.js";
import { CHUNK, collect, description, keyOf, MemoryNetwork } from "./sessionFixtures.js";

/** What a run has promised: it must hold whatever happens next. */
interface Promised {
  readonly network: MemoryNetwork;
  readonly acknowledged: Map<string, StagedChunk>;
  sessionId: Uint8Array | undefined;
  result: SessionResult | undefined;
}

class WatchedJournal extends SessionJournal {
  private readonly promised: Promised;

  constructor(disk: FaultDisk, promised: Promised) {
    super(disk.store("client"));
    this.promised = promised;
  }

  override async append(sessionId: Uint8Array, chunks: readonly StagedChunk[]): Promise<void> {
    await super.append(sessionId, chunks);
    for (const chunk of chunks) this.promised.acknowledged.set(toHex(chunk.root), chunk);
    this.promised.sessionId = sessionId;
  }
}

function modulesOf(disk: FaultDisk, promised: Promised, slots: number, files: FileSystem = disk.files): SessionModules {
  return {
    journal: new WatchedJournal(disk, promised),
    staging: new StagingStore("/staging", files),
    clock: new VirtualClock(1_800_000_000_000),
    sink: promised.network,
    createEngine: (chunkSize) => createInlineEngine({ chunkSize, slots, files }),
  };
}

function begin(): Promised {
  return { network: new MemoryNetwork(), acknowledged: new Map(), sessionId: undefined, result: undefined };
}

const content = Buffer.concat([prose(CHUNK), noise(CHUNK), prose(CHUNK), noise(100)]);
const common = { chunkSize: CHUNK, description, keyOf };

async function writeFile(disk: FaultDisk, content: Uint8Array): Promise<void> {
  const file = await disk.files.open("/source", "create");
  await file.write(content);
  await file.sync();
  await disk.files.syncDirectory("/");
}

/** Everything acknowledged is staged, whole, and in the journal, on what a power cut leaves. */
async function checkAcknowledged(disk: FaultDisk, promised: Promised): Promise<void> {
  const { journal, staging } = modulesOf(disk, begin(), 1);
  const { sessionId } = promised;
  if (sessionId === undefined) return;
  const known = new Map<string, StagedChunk>();
  for await (const chunk of journal.chunks(sessionId)) {
    assert.equal(known.size, chunk.position, "the journal has no holes");
    known.set(toHex(chunk.root), chunk);
    assert.deepEqual(chunkRoot(await staging.read(sessionId, chunk.root)), chunk.root);
  }
  for (const [root, chunk] of promised.acknowledged) {
    assert.equal(known.get(root)?.position, chunk.position, `acknowledged chunk ${chunk.position} is lost`);
  }
}

describe("a crash at every write and fsync point", () => {
  interface Put {
    readonly content: Uint8Array;
    readonly slots: number;
    /** The disk as the code under test sees it. */
    readonly seen?: (disk: FaultDisk) => FileSystem;
  }
  const scenario = ({ content, slots, seen }: Put) => {
    const put = async (disk: FaultDisk, promised: Promised) => {
      const modules = modulesOf(disk, promised, slots, seen?.(disk));
      promised.result = await putSession({ ...common, path: "/source" }, modules);
    };
    return {
      begin,
      run: async (disk: FaultDisk, promised: Promised) => {
        await writeFile(disk, content);
        await put(disk, promised);
      },
      recover: async (disk: FaultDisk, promised: Promised) => {
        // The crash may have come before there was a file to store.
        if ((await disk.files.stat("/source"))?.size !== content.length) return;
        await checkAcknowledged(disk, promised);
        await put(disk, promised);
      },
      check: async (disk: FaultDisk, promised: Promised) => {
        const { result, network } = promised;
        if (result === undefined) return;
        await checkAcknowledged(disk, promised);
        assert.equal(modulesOf(disk, promised, 1).journal.get(result.sessionId)?.state, "sealed");
        const source = { anchor: result.anchor, key: keyOf(result.sessionId) };
        const createEngine = (chunkSize: number) => createInlineEngine({ chunkSize, slots: 2 });
        const restored = await collect(restoreSession(source, { source: network, createEngine }));
        assert.ok(restored.equals(content));
      },
    };
  };

  it("of put: nothing acknowledged is lost, and put goes on to the same bytes", async function () {
    this.timeout(120_000);
    const { points, runs } = await enumerateCrashes(scenario({ content, slots: 1 }));
    assert.ok(points > 90, `${points} points`);
    assert.equal(runs, points * 6);
  });

  it("of put with chunks in parallel", async function () {
    this.timeout(120_000);
    await enumerateCrashes({ ...scenario({ content, slots: 4 }), survivals: ["none", { seed: 9 }] });
  });

  it("of put, and at every point of the start after it", async function () {
    this.timeout(120_000);
    const small = prose(1000);
    await enumerateCrashes({ ...scenario({ content: small, slots: 1 }), survivals: ["all"], nested: true });
  });

  it("would be noticed if a folder were not synced, or a file", async function () {
    this.timeout(120_000);
    const careless = (disk: FaultDisk): FileSystem =>
      Object.assign(Object.create(disk.files) as FileSystem, { syncDirectory: async () => undefined });
    const noFileSync = (disk: FaultDisk): FileSystem =>
      Object.assign(Object.create(disk.files) as FileSystem, {
        open: async (path: string, intent: "read" | "create") =>
          Object.assign(await disk.files.open(path, intent), { sync: async () => undefined }),
      });
    const small = prose(1000);
    for (const seen of [careless, noFileSync]) {
      const survivals = ["none" as const];
      await assert.rejects(enumerateCrashes({ ...scenario({ content: small, slots: 1, seen }), survivals }));
    }
  });

  it("and a full disk: DISK_FULL, nothing acknowledged is lost, and put goes on when there is space", async function () {
    this.timeout(60_000);
    for (let spare = 0; spare < 5 * CHUNK; spare += 20_000) {
      const promised = begin();
      const full = FaultDisk.create({ capacity: content.length + spare });
      await writeFile(full, content);
      const put = async (disk: FaultDisk) => {
        promised.result = await putSession({ ...common, path: "/source" }, modulesOf(disk, promised, 3));
      };
      try {
        await put(full);
      } catch (error) {
        assert.ok(hasCode(error, "DISK_FULL"));
      }
      const next = full.restart("none");
      await checkAcknowledged(next, promised);
      await put(next);
      await checkAcknowledged(next.restart("none"), promised);
      assert.equal(promised.result?.bytes, content.length);
    }
  });

  it("of record: it closes with a gap marker and with every acknowledged chunk", async function () {
    this.timeout(120_000);
    async function* stream() {
      for (let at = 0; at < content.length; at += 10_000) yield content.subarray(at, at + 10_000);
    }
    const { points } = await enumerateCrashes<Promised>({
      begin,
      run: async (disk, promised) => {
        const modules = modulesOf(disk, promised, 3);
        const stop = new AbortController().signal;
        const onStart = (sessionId: Uint8Array) => {
          promised.sessionId = sessionId;
        };
        await recordSession({ ...common, source: stream(), stop, onStart }, modules);
      },
      recover: async (disk, promised) => {
        const modules = modulesOf(disk, promised, 3);
        const { sessionId } = promised;
        await checkAcknowledged(disk, promised);
        if (sessionId === undefined || modules.journal.get(sessionId)?.state !== "writing") return;
        promised.result = await closeRecording(sessionId, { keyOf }, modules);
      },
      check: async (disk, promised) => {
        await checkAcknowledged(disk, promised);
        const { result, network } = promised;
        if (result === undefined) return;
        assert.deepEqual(
          result.gaps.map(({ reason, offset }) => [reason, offset]),
          [["recorderCrashed", result.bytes]],
        );
        const createEngine = (chunkSize: number) => createInlineEngine({ chunkSize, slots: 2 });
        const options = { anchor: result.anchor, key: keyOf(result.sessionId) };
        const reader = await SessionReader.open(options, { source: network, createEngine });
        assert.equal(reader.manifest.gaps.length, 1);
        assert.ok((await collect(reader.read())).equals(content.subarray(0, result.bytes)));
      },
      survivals: ["none", "all", { seed: 5 }],
    });
    assert.ok(points > 80, `${points} points`);
  });
});
