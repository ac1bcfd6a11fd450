import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { DEVNET_PASSPHRASE } from "../../../src/cli/devnet/network.js";
import { ProcessNetwork, until } from "../../support/processNetwork.js";
import { finished, lucid, startLucid, temporaryFolder } from "../cli/harness.js";

const CHUNKS = 96;
const CHUNK_SIZE = 64 * 1024;
/** Copies that there are when the kill comes: some, and not nearly all. */
const SOME = 6;

interface Stored {
  readonly sessionId: string;
  readonly chunks: number;
  readonly resumed: boolean;
}

interface StorageStatus {
  readonly lastWalk?: { readonly owed: number; readonly held: number; readonly sessionsWithoutRoots: number };
}

describe("kill -9 in the middle of copies", function () {
  this.timeout(300_000);
  // A minute of four processes; `npm run crash` kills a node in uploads in every run.
  before("a long test: LUCID_LONG_TESTS=1 runs it", function () {
    if (process.env["LUCID_LONG_TESTS"] !== "1") this.skip();
  });
  const folder = temporaryFolder();
  const content = randomBytes(CHUNKS * CHUNK_SIZE - 100);
  const file = join(folder.path, "recording");
  const env = { LUCID_PASSPHRASE: DEVNET_PASSPHRASE };
  let net: ProcessNetwork;

  before(async () => {
    writeFileSync(file, content);
    net = await ProcessNetwork.start(folder.path, 4, 2);
    await until("a block", async () => (await net.node(0).height()) >= 1);
  });

  after(async () => {
    await net?.stop();
    folder.remove();
  });

  /** Whole blobs on a node's disk. */
  async function blobs(index: number): Promise<number> {
    const names = await readdir(join(net.node(index).data, "chunks"), { recursive: true }).catch(() => []);
    return names.filter((name) => /(^|\/)[0-9a-f]{64}$/.test(name)).length;
  }

  it("of an upload, command and node: the same command goes on, and the session comes back from another node", async () => {
    const words = ["session", "put", file, "--chunk-size", "64KiB", "--json"];
    const command = startLucid(words, { env: { ...env, LUCID_DATA: net.node(0).data } });
    const end = finished(command);
    const copies = async () => (await Promise.all([1, 2, 3].map(blobs))).reduce((sum, count) => sum + count);
    await until("some copies", async () => (await copies()) >= SOME);
    command.kill("SIGKILL");
    await net.node(0).kill();
    assert.equal((await end).code, null);
    assert.ok((await copies()) < CHUNKS, "the upload was over before it was killed");
    await net.spawn(0).ready;
    const again = await net.lucid(0, words);
    assert.equal(again.code, 0, again.stderr);
    const stored = JSON.parse(again.stdout) as Stored;
    assert.equal(stored.chunks, CHUNKS);
    assert.equal(stored.resumed, true);
    const out = join(folder.path, "out");
    const got = await lucid(["session", "get", stored.sessionId, "-o", out], {
      env: { ...env, LUCID_DATA: net.node(0).data, LUCID_NODE: net.node(1).data },
    });
    assert.equal(got.code, 0, got.stderr);
    assert.ok(readFileSync(out).equals(content));
  });

  it("of a repair: it goes on at the next start, and no record is left that does not fit", async () => {
    const status = async (): Promise<StorageStatus> =>
      JSON.parse((await net.lucid(3, ["storage", "status", "--json"])).stdout) as StorageStatus;
    const whole = () =>
      until("all that is owed is held", async () => {
        const { lastWalk } = await status();
        return lastWalk !== undefined && lastWalk.owed > SOME && lastWalk.held === lastWalk.owed && lastWalk.owed;
      });
    await whole();
    await net.node(3).stop();
    // The disk of its blobs is lost, its database is not.
    rmSync(join(net.node(3).data, "chunks"), { recursive: true });
    await net.spawn(3).ready;
    await until("some came back", async () => (await blobs(3)) > 0);
    await net.node(3).kill();
    const atKill = await blobs(3);
    await net.spawn(3).ready;
    const owed = await whole();
    assert.ok(atKill < owed, `the repair was over before it was killed: ${atKill} of ${owed}`);
    assert.ok((await blobs(3)) >= owed);
    await net.node(3).stop();
    const check = await net.lucid(3, ["db", "check"]);
    assert.equal(check.code, 0, check.stdout + check.stderr);
  });
});
