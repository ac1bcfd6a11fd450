import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { fromHex, toHex } from "@lucid/consensus/base";
import { chunkRoot } from "@lucid/consensus/proofs";
import { deriveSessionKey, LevelStore, openChunk, SessionJournal, StagingStore } from "../../src/index.js";
import { noise } from "../unit/chunk/chunkFixtures.js";

const child = fileURLToPath(new URL("./sessionChild.js", import.meta.url));

interface Ended {
  readonly acknowledged: readonly string[];
  /** Last line, when the process was left to end by itself. */
  readonly result: { sessionId: string; bytes: number; chunks: number; gaps: string[] } | undefined;
}

/** Runs the client and kills it with SIGKILL once it has acknowledged so many chunks. */
async function runAndKill(args: readonly string[], after: number): Promise<Ended> {
  const running = spawn(process.execPath, [child, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const closed = new Promise<void>((resolve) => running.once("close", () => resolve()));
  const acknowledged: string[] = [];
  let result: Ended["result"];
  for await (const line of createInterface({ input: running.stdout })) {
    if (line.startsWith("{")) result = JSON.parse(line) as Ended["result"];
    else acknowledged.push(line.slice(4));
    if (acknowledged.length >= after) running.kill("SIGKILL");
  }
  await closed;
  return { acknowledged, result };
}

describe("a session client that is killed", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "lucid-killed-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** Plaintext of the session as it is staged, and its roots; fails when anything is missing. */
  async function stagedSession(home: string, id: string): Promise<{ plaintext: Buffer; roots: Set<string> }> {
    const store = await LevelStore.open({ location: join(home, "db") });
    try {
      const journal = new SessionJournal(store);
      const staging = new StagingStore(join(home, "staging"));
      const sessionId = fromHex(id, 32);
      const sessionKey = deriveSessionKey(new Uint8Array(32).fill(1), sessionId);
      const pieces: Uint8Array[] = [];
      const roots = new Set<string>();
      for await (const { root, position, manifest } of journal.chunks(sessionId)) {
        const blob = await staging.read(sessionId, root);
        assert.deepEqual(chunkRoot(blob), root);
        roots.add(toHex(root));
        if (!manifest) pieces.push((await openChunk(blob, { sessionKey, root, index: position, sessionId })).plaintext);
      }
      return { plaintext: Buffer.concat(pieces), roots };
    } finally {
      await store.close();
    }
  }

  it("twenty times during a put: it goes on, keeps every acknowledged chunk, and ends with the same bytes", async function () {
    this.timeout(180_000);
    const content = noise(150 * 64 * 1024 + 77);
    const path = join(folder, "source");
    await writeFile(path, content);
    const acknowledged = new Set<string>();
    let last: Ended | undefined;
    for (let kill = 0; last?.result === undefined; kill++) {
      // 1, 4, 7, 2, 5, 8, 3 ... chunks later; after twenty kills it may end.
      const next = await runAndKill(["put", path, folder], kill < 20 ? 1 + ((kill * 3) % 8) : Number.POSITIVE_INFINITY);
      for (const root of next.acknowledged) acknowledged.add(root);
      last = next;
      assert.ok(kill <= 20);
    }
    const { plaintext, roots } = await stagedSession(folder, last.result.sessionId);
    assert.ok(plaintext.equals(content));
    assert.equal(last.result.bytes, content.length);
    for (const root of acknowledged) assert.ok(roots.has(root), `acknowledged chunk ${root} is lost`);
    assert.equal(roots.size, last.result.chunks + 1);
  });

  it("during a recording: it is closed with a gap marker and every acknowledged chunk", async function () {
    this.timeout(60_000);
    for (const after of [1, 5]) {
      const home = join(folder, `record${after}`);
      await mkdir(home);
      const { acknowledged } = await runAndKill(["record", home], after);
      const { result } = await runAndKill(["close", home], Number.POSITIVE_INFINITY);
      assert.ok(result !== undefined);
      assert.deepEqual(result.gaps, ["recorderCrashed"]);
      const { plaintext, roots } = await stagedSession(home, result.sessionId);
      for (const root of acknowledged) assert.ok(roots.has(root), `acknowledged chunk ${root} is lost`);
      assert.equal(plaintext.length, result.bytes);
      // What the command wrote, in order, from its first number on.
      for (let at = 0, i = 0; at + 16 <= plaintext.length; at += 16, i++) {
        assert.equal(Number(plaintext.toString("latin1", at, at + 16)), i);
      }
    }
  });
});
