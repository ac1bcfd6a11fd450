import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type RunningDevnet, startDevnet } from "../../src/lucid.js";
import { repositoryRoot } from "../../src/suites.js";

const payoutCli = join(repositoryRoot, "payment-isolated/dist/src/cli/main.js");
const emulatorMain = join(repositoryRoot, "payment-isolated/dist/test/emulator/main.js");
/** Of the payout service. Its tokens and its key are added below. */
const secrets: Record<string, string> = {
  apiKey: "planted-api-key-83f0aa",
  passphrase: "planted passphrase 1d9be2",
};

interface Emulator {
  readonly url: string;
  readonly genesisId: string;
  readonly operator: string;
  readonly contracts: Readonly<Record<string, string>>;
}

function targetsOf(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
    } catch {
      return [];
    }
  });
}

const inodesOf = (pid: number): Set<string> =>
  new Set(targetsOf(pid).flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []));

interface TcpSocket {
  readonly inode: string;
  readonly listening: boolean;
  readonly local: number;
  readonly remote: number;
}

function tcpOf(pid: number): TcpSocket[] {
  const own = inodesOf(pid);
  const port = (text = "") => Number.parseInt(text.split(":")[1] ?? "0", 16);
  return ["tcp", "tcp6"]
    .flatMap((table) => readFileSync(`/proc/${pid}/net/${table}`, "utf8").trim().split("\n").slice(1))
    .map((line) => line.trim().split(/\s+/))
    .map((c) => ({ inode: c[9] ?? "", listening: c[3] === "0A", local: port(c[1]), remote: port(c[2]) }))
    .filter(({ inode }) => own.has(inode));
}

/** Paths of unix sockets that the process listens on or holds by name. */
function unixOf(pid: number): string[] {
  const own = inodesOf(pid);
  return readFileSync(`/proc/${pid}/net/unix`, "utf8")
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => own.has(columns[6] ?? "") && columns[7] !== undefined)
    .map((columns) => columns[7] ?? "");
}

function* filesUnder(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesUnder(path);
    else if (entry.isFile()) yield path;
  }
}

describe("a node and the payout service side by side", function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), "lucid-isolation-"));
  const data = join(folder, "payout");
  const children: ChildProcess[] = [];
  let devnet: RunningDevnet;
  let nodePid: number;
  let payout: ChildProcess;
  let payoutPid: number;
  let emulator: Emulator;
  let log = "";

  const payoutCommand = (...words: string[]): string =>
    execFileSync(process.execPath, [payoutCli, "--data", data, "--json", ...words], { encoding: "utf8" });

  async function firstLine(child: ChildProcess): Promise<string> {
    children.push(child);
    assert.ok(child.stdout !== null);
    const ended = once(child, "exit").then(() => assert.fail(`it ended: ${log}`));
    const [line] = await Promise.race([once(createInterface({ input: child.stdout }), "line"), ended]);
    ended.catch(() => undefined);
    return String(line);
  }

  before(async function () {
    if (process.platform !== "linux") this.skip();
    const started = startDevnet([
      ...["--data", join(folder, "devnet"), "--validators", "1"],
      ...["--rpc-port", "0", "--slot-seconds", "2"],
    ]);
    started.catch(() => undefined);
    emulator = JSON.parse(
      await firstLine(spawn(process.execPath, [emulatorMain], { stdio: ["ignore", "pipe", "inherit"] })),
    ) as Emulator;
    mkdirSync(data, { mode: 0o700 });
    const put = (name: string, text: string) => writeFileSync(join(data, name), text, { mode: 0o600 });
    put("pass", `${secrets["passphrase"]}\n`);
    put("api.key", `${secrets["apiKey"]}\n`);
    payoutCommand("key", "new", join(data, "key.json"), "--light", "--passphrase-file", join(data, "pass"));
    payoutCommand("token", "add", "cli", "--role", "requester", "--role", "auditor", "--save", join(data, "cli.token"));
    secrets["token"] = readFileSync(join(data, "cli.token"), "utf8").trim();
    const { genesisId, url, contracts, operator } = emulator;
    const signers = { epoch: 0, threshold: 2, signers: Object.values(contracts).slice(0, 3) };
    put(
      "config.yaml",
      JSON.stringify({
        network: { name: "emulated", genesisId },
        nodes: [{ url, apiKeyFile: "api.key" }],
        engine: { contracts, operator: { address: operator, signers }, pollMs: 200 },
        signers: [{ kind: "vault", name: "first", keystore: "key.json", passphraseFile: "pass" }],
        logLevel: "debug",
      }),
    );
    const command = `ulimit -c 0; exec "$0" "$1" --data "$2" serve`;
    payout = spawn("sh", ["-c", command, process.execPath, payoutCli, data], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env["PATH"] ?? "" },
    });
    payout.stderr?.on("data", (part: Buffer) => {
      log += part.toString("utf8");
    });
    await firstLine(payout);
    payoutPid = payout.pid ?? 0;
    devnet = await started;
    nodePid = devnet.validators[0]?.pid ?? 0;
    // Both at work: a request that waits for an approver, a block.
    payoutCommand(
      ...["request", "--period", "2026-11", "--node", "n", "--to", operator, "--amount", "12", "--route", "V0"],
    );
  });

  after(async () => {
    for (const child of children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const gone = once(child, "exit");
      child.kill("SIGTERM");
      await gone;
    }
    await devnet?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("share no file, no socket and no connection", () => {
    const files = (pid: number) => targetsOf(pid).filter((one) => one.startsWith("/") && !one.startsWith("/dev/"));
    for (const file of files(payoutPid)) assert.ok(file.startsWith(data), `the service has ${file} open`);
    for (const file of files(nodePid)) assert.ok(!file.startsWith(data), `the node has ${file} open`);
    const [ofPayout, ofNode] = [inodesOf(payoutPid), inodesOf(nodePid)];
    assert.ok(ofPayout.size > 0 && ofNode.size > 0);
    for (const inode of ofPayout) assert.ok(!ofNode.has(inode), `socket ${inode} is in both`);
    const node = new Set(
      tcpOf(nodePid)
        .filter(({ listening }) => listening)
        .map(({ local }) => local),
    );
    assert.ok(node.size > 0, "the node listens");
    const tron = Number(new URL(emulator.url).port);
    for (const { listening, local, remote } of tcpOf(payoutPid)) {
      assert.ok(!listening, `the service listens on ${local}`);
      assert.equal(remote, tron, `the service is connected to port ${remote}`);
    }
    for (const { remote } of tcpOf(nodePid)) assert.notEqual(remote, tron, "the node talks to TRON");
    // The lock of its journal is a socket too, named through the folder that it has open.
    const named = unixOf(payoutPid).filter((path) => !/^\/proc\/self\/fd\/\d+\/lock\./.test(path));
    assert.deepEqual([...new Set(named)], [join(data, "api.sock")]);
    assert.ok(unixOf(nodePid).every((path) => !path.startsWith(data)));
    assert.equal(statSync(join(data, "api.sock")).mode & 0o777, 0o600);
  });

  it("load no native code of each other", () => {
    const native = (pid: number) =>
      [...new Set(readFileSync(`/proc/${pid}/maps`, "utf8").match(/\/\S+\.(node|so)\b\S*/g) ?? [])].filter((path) =>
        path.includes("node_modules"),
      );
    assert.deepEqual(native(payoutPid), []);
    assert.ok(native(nodePid).some((path) => path.includes("classic-level")));
    assert.ok(native(nodePid).every((path) => !/tron|payment/.test(path)));
  });

  it("tell no secret: not in a log, an environment, a command line, a core dump, nor in each other's folder", () => {
    const { privateKey } = JSON.parse(
      execFileSync(
        process.execPath,
        [
          "--input-type=module",
          "-e",
          `const { openKeystore } = await import(${JSON.stringify(join(repositoryRoot, "payment-isolated/dist/src/signers/keystore.js"))});
           const { readFileSync } = await import("node:fs");
           const { privateKey } = await openKeystore(readFileSync(process.argv[1], "utf8"), process.argv[2]);
           console.log(JSON.stringify({ privateKey: Buffer.from(privateKey).toString("hex") }));`,
          join(data, "key.json"),
          secrets["passphrase"] ?? "",
        ],
        { encoding: "utf8" },
      ),
    ) as { readonly privateKey: string };
    const planted = Object.entries({ ...secrets, privateKey });
    const absent = (where: string, text: string) => {
      for (const [name, secret] of planted) assert.ok(!text.includes(secret), `${name} is in ${where}`);
    };
    assert.ok(log.includes("started"));
    assert.ok(!log.includes("core dumps"), "it does not warn where there is nothing to warn of");
    absent("the service's log", log);
    for (const pid of [payoutPid, nodePid])
      for (const name of ["environ", "cmdline"])
        absent(`${name} of ${pid}`, readFileSync(`/proc/${pid}/${name}`, "utf8"));
    assert.match(readFileSync(`/proc/${payoutPid}/limits`, "utf8"), /^Max core file size\s+0\s/m);
    for (const file of filesUnder(join(folder, "devnet"))) absent(file, readFileSync(file, "latin1"));
    // Where a secret is meant to be: its own file, and nowhere else in the service's folder.
    const home: Readonly<Record<string, string>> = { passphrase: "pass", apiKey: "api.key", token: "cli.token" };
    for (const file of filesUnder(data))
      for (const [name, secret] of planted)
        if (join(data, home[name] ?? "") !== file)
          assert.ok(!readFileSync(file, "latin1").includes(secret), `${name} is in ${file}`);
  });
});
