import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ExitCode } from "@lucid/consensus/base";
import { DEVNET_ENV, startTestDevnet } from "./devnet.js";
import { type CliOptions, finished, lucid, startLucid, temporaryFolder } from "./harness.js";
import { type StartedNode, startNode as startAnyNode } from "./startedNode.js";

/** A node of the devnet's folder. */
const startNode = (data: string, extra: readonly string[] = [], options: CliOptions = {}): Promise<StartedNode> =>
  startAnyNode(data, extra, { ...options, env: { ...DEVNET_ENV, ...options.env } });

async function height(rpc: string): Promise<number> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_blockNumber", params: [] });
  const answer = await fetch(rpc, { method: "POST", headers: { "content-type": "application/json" }, body });
  return Number(((await answer.json()) as { result: string }).result);
}

async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Code that a node process runs before ours: its clock is off by so many milliseconds. */
function shiftedClock(milliseconds: number): readonly string[] {
  const code =
    `const now=Date.now;const off=${milliseconds};Date.now=()=>now()+off;` +
    "globalThis.Date=class extends Date{constructor(...a){a.length===0?super(Date.now()):super(...a)}};globalThis.Date.now=()=>now()+off;";
  return ["--import", `data:text/javascript,${encodeURIComponent(code)}`];
}

describe("a node by the command line", function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  const devnetFolder = join(folder.path, "devnet");
  const data = join(devnetFolder, "node1");

  before(async () => {
    const devnet = await startTestDevnet(devnetFolder);
    await devnet.stop();
  });

  after(() => folder.remove());

  it("a devnet that is kept goes on where it was, and refuses other parameters", async () => {
    const again = await startTestDevnet(devnetFolder);
    const { pid = 0 } = again.line.validators[0] ?? {};
    assert.equal((await again.stop()).code, 0);
    await gone(pid);
    const other = await lucid(["devnet", "--data", devnetFolder, "--slot-seconds", "3", "--rpc-port", "0"]);
    assert.equal(other.code, ExitCode.Environment);
    assert.match(other.stderr, /holds a devnet made with --slot-seconds 2; give the same, or another folder/);
  });

  it("a devnet without --data leaves nothing behind", async () => {
    const child = startLucid(["devnet", "--rpc-port", "0", "--slot-seconds", "2", "--json"]);
    const end = finished(child);
    const [text] = (await once(createInterface({ input: child.stdout ?? process.stdin }), "line")) as [string];
    const { validators } = JSON.parse(text) as { validators: { data: string; pid: number }[] };
    const [node] = validators;
    assert.ok(node !== undefined && existsSync(node.data));
    child.kill("SIGINT");
    const result = await end;
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.stdout.trim().split("\n").length, 1);
    assert.ok(!existsSync(node.data));
  });

  it("a node whose supervisor was killed ends by itself", async () => {
    const devnet = await startTestDevnet(devnetFolder);
    const { pid = 0 } = devnet.line.validators[0] ?? {};
    devnet.process.kill("SIGKILL");
    await gone(pid);
    const check = await lucid(["db", "check", "--data", data]);
    assert.equal(check.code, 0, check.stdout);
  });

  it("a devnet whose node dies says so", async () => {
    const devnet = await startTestDevnet(devnetFolder);
    const end = finished(devnet.process);
    process.kill(devnet.line.validators[0]?.pid ?? 0, "SIGKILL");
    const { code, stderr } = await end;
    assert.equal(code, ExitCode.Internal);
    assert.match(stderr, /"code":"DEVNET_FAILED"/);
  });

  it("start answers RPC, health and metrics, and ends in order at the first signal", async () => {
    const { child, line, end } = await startNode(data, ["--validator"]);
    assert.ok((await height(line.rpc)) >= 0);
    const health = await lucid(["health", "--url", line.metrics, "--json"]);
    assert.equal(health.code, 0, health.stderr);
    assert.match(health.stdout, /"ok":true/);
    const metrics = await (await fetch(`${line.metrics}/metrics`)).text();
    assert.match(metrics, /^process_resident_memory_bytes /m);
    child.kill("SIGTERM");
    const result = await end;
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.stdout.trim().split("\n").length, 1);
  });

  it("20 real kills: it starts again each time, no block is lost, and the database is sound", async () => {
    let head = 0;
    for (let round = 0; round < 20; round++) {
      const { child, line, end } = await startNode(data, ["--validator"]);
      const now = await height(line.rpc);
      assert.ok(now >= head, `round ${round}: ${now} after ${head}`);
      // Another moment of the slot in each round.
      await new Promise((resolve) => setTimeout(resolve, 37 * round));
      head = await height(line.rpc);
      child.kill("SIGKILL");
      await end;
    }
    const check = await lucid(["db", "check", "--data", data, "--json"]);
    assert.equal(check.code, 0, check.stdout);
    const compact = await lucid(["db", "compact", "--data", data]);
    assert.equal(compact.code, 0, compact.stderr);
  }).timeout(400_000);

  it("a wrong passphrase opens nothing and damages nothing", async () => {
    const wrong = await lucid(["start", "--validator", "--data", data], {
      env: { LUCID_PASSPHRASE: "something else" },
    });
    assert.equal(wrong.code, ExitCode.Secret);
    assert.match(wrong.stderr, /^error: [^\n]*\[KEYSTORE_PASSPHRASE\]\n$/);
  });

  it("a port in use is one sentence, and the lock is free again", async () => {
    const first = await startNode(data, ["--validator"]);
    const other = join(folder.path, "other");
    const init = await lucid(["init", "--data", other, "--yes", "--json"]);
    assert.equal(init.code, 0, init.stderr);
    const port = new URL(first.line.rpc).port;
    const args = ["start", "--data", other, "--rpc-port", port, "--metrics-port", "0", "--log-level", "silent"];
    const taken = await lucid(args);
    assert.equal(taken.code, ExitCode.Environment, taken.stderr);
    assert.match(taken.stderr, new RegExp(`^error: [^\\n]*${port}[^\\n]*in use[^\\n]*\\n$`));
    first.child.kill("SIGTERM");
    await first.end;
    const free = await startNode(other, [], { env: { LUCID_PASSPHRASE: "correct horse battery" } });
    free.child.kill("SIGTERM");
    assert.equal((await free.end).code, 0);
  });

  it("a data directory whose genesis file is of another network is refused", async () => {
    const other = join(folder.path, "other");
    const mixed = join(folder.path, "mixed");
    const init = await lucid(["init", "--data", mixed, "--yes", "--json"]);
    assert.equal(init.code, 0, init.stderr);
    const before = readFileSync(join(mixed, "VERSION"), "utf8");
    writeFileSync(join(mixed, "genesis.json"), readFileSync(join(other, "genesis.json")));
    const result = await lucid(["start", "--data", mixed, "--rpc-port", "0", "--metrics-port", "0"]);
    assert.equal(result.code, ExitCode.Environment);
    assert.match(result.stderr, /\[DATA_NETWORK\]\n$/);
    assert.equal(readFileSync(join(mixed, "VERSION"), "utf8"), before);
  });

  it("a changed genesis file is refused at init", async () => {
    const changed = join(folder.path, "changed.json");
    const text = readFileSync(join(devnetFolder, "genesis.json"), "utf8");
    writeFileSync(changed, text.replace('"10000000000000000000000"', '"90000000000000000000000"'));
    const result = await lucid(["init", "--yes", "--genesis", changed, "--data", join(folder.path, "never")]);
    assert.equal(result.code, ExitCode.BadInput);
    assert.match(result.stderr, /was changed: its accounts do not make its state root/);
    assert.ok(!existsSync(join(folder.path, "never", "VERSION")));
  });

  it("a clock that was never set is refused", async () => {
    const nodeArgs = shiftedClock(-Date.now());
    const result = await lucid(["start", "--validator", "--data", data], { env: DEVNET_ENV, nodeArgs });
    assert.equal(result.code, ExitCode.Environment);
    assert.match(result.stderr, /the clock of this machine says 1970-01-01; synchronise it .*\[CLOCK_OFF\]\n$/);
  });

  it("a clock behind the head of the chain is refused", async () => {
    const nodeArgs = shiftedClock(-30 * 86_400_000);
    const result = await lucid(["start", "--validator", "--data", data, "--rpc-port", "0", "--metrics-port", "0"], {
      env: DEVNET_ENV,
      nodeArgs,
    });
    assert.equal(result.code, ExitCode.Environment, result.stderr);
    assert.match(result.stderr, /\[CLOCK_OFF\]\n$/);
  });

  it("doctor judges this machine, and the keys of a data directory", async () => {
    const result = await lucid(["doctor", "--data", data, "--ntp", "127.0.0.1", "--rpc-port", "0", "--json"], {
      env: { LUCID_RPC_PROT: "1" },
    });
    const { checks } = JSON.parse(result.stdout) as { checks: { name: string; state: string; found: string }[] };
    const found = Object.fromEntries(checks.map(({ name, state }) => [name, state]));
    assert.equal(found["keys"], "ok");
    assert.equal(found["settings"], "warning");
    assert.notEqual(found["memory"], undefined);
  });

  it("a full disk is said, and what was there before stays", async function () {
    const mount = join(folder.path, "small");
    mkdirSync(mount);
    const { spawnSync } = await import("node:child_process");
    if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", mount]).status !== 0) this.skip();
    try {
      const result = await lucid(["init", "--data", join(mount, "data"), "--yes"]);
      assert.equal(result.code, ExitCode.NoSpace, result.stderr);
      assert.match(result.stderr, /^error: [^\n]*\[DISK_FULL\]\n$/);
      assert.ok(!existsSync(join(mount, "data", "VERSION")));
    } finally {
      spawnSync("umount", [mount]);
      rmSync(mount, { recursive: true, force: true });
    }
  });
});
