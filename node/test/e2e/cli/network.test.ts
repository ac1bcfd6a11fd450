import assert from "node:assert/strict";
import { once } from "node:events";
import { statSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { finished, lucid, startLucid, temporaryFolder } from "./harness.js";

const ENV = { LUCID_PASSPHRASE: "correct horse battery" } as const;

interface Peers {
  readonly peerId: string;
  readonly addresses: readonly string[];
  readonly peers: readonly { readonly id: string; readonly address: string }[];
}

describe("nodes that meet through a bootstrap node, by the command line", function () {
  this.timeout(240_000);
  const folder = temporaryFolder();
  const ends: (() => Promise<unknown>)[] = [];

  after(async () => {
    await Promise.all(ends.map((end) => end()));
    folder.remove();
  });

  /** Starts a command and resolves with its line of JSON. */
  async function up<T>(args: readonly string[]): Promise<T> {
    const child = startLucid([...args, "--json"], { env: ENV });
    const end = finished(child);
    ends.push(async () => {
      child.kill("SIGTERM");
      assert.equal((await end).code, 0);
    });
    assert.ok(child.stdout !== null);
    const lines = createInterface({ input: child.stdout });
    const first = await Promise.race([once(lines, "line"), end]);
    assert.ok(Array.isArray(first), `ended early: ${JSON.stringify(first)}`);
    return JSON.parse(String(first[0])) as T;
  }

  const path = (name: string) => join(folder.path, name);
  const quiet = ["--rpc-port", "0", "--metrics-port", "0", "--log-level", "silent"];
  const listen = ["--p2p-listen", "/ip4/127.0.0.1/tcp/0"];

  it("a follower that knows one bootstrap address finds the validator and takes its blocks", async () => {
    const init = await lucid(["init", "--data", path("one"), "--yes", "--json", "--slot-seconds", "2"], { env: ENV });
    assert.equal(init.code, 0, init.stderr);
    const genesis = path("one/genesis.json");
    const other = await lucid(["init", "--data", path("two"), "--yes", "--genesis", genesis], { env: ENV });
    assert.equal(other.code, 0, other.stderr);

    const boot = await up<{ readonly addresses: readonly string[]; readonly peerId: string }>([
      ...["bootnode", "--data", path("boot"), "--genesis", genesis],
      ...listen,
    ]);
    assert.equal(statSync(path("boot/keys/peer.key")).mode & 0o777, 0o600);
    const [address] = boot.addresses;
    assert.ok(address !== undefined);
    const bootnodes = ["--bootnodes", address];
    const validator = await up<{ readonly p2p: string }>([
      "start",
      "--data",
      path("one"),
      "--validator",
      ...quiet,
      ...listen,
      ...bootnodes,
    ]);
    await up(["start", "--data", path("two"), ...quiet, ...listen, ...bootnodes]);

    for (;;) {
      const { stdout } = await lucid(["peers", "--data", path("two"), "--json"]);
      const { peers, addresses } = JSON.parse(stdout) as Peers;
      assert.equal(addresses.length, 1);
      if (peers.length === 0) continue;
      assert.equal(peers[0]?.id, validator.p2p.split("/p2p/")[1]);
      assert.ok(peers.every(({ id }) => id !== boot.peerId));
      break;
    }
    const shown = await lucid(["peers", "--data", path("two")]);
    assert.match(shown.stdout, /^peer id\s+12D3KooW\w+\nreachable at\s+\/ip4\/127\.0\.0\.1\/tcp\/\d+\/p2p\/12D3KooW/);
    for (;;) {
      const { stdout } = await lucid(["status", "--data", path("two"), "--json"]);
      if (/"height":\s*[2-9]/.test(stdout)) break;
    }
  });

  it("an address that is none and a missing genesis are one sentence each", async () => {
    for (const args of [
      ["start", "--data", path("one"), "--peers", "127.0.0.1:30120"],
      ["start", "--data", path("one"), "--max-peers", "3"],
    ]) {
      const { code, stderr } = await lucid(args, { env: ENV });
      assert.equal(code, 3, stderr);
      assert.match(stderr, /^error: [^\n]*\[CONFIG_INVALID\]\n$/);
    }
    const { code, stderr } = await lucid(["bootnode", "--data", path("nothing")]);
    assert.notEqual(code, 0);
    assert.match(stderr, /^error: [^\n]*\n$/);
  });
});
