import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { ExitCode } from "@lucid/consensus/base";
import { DEVNET_ENV, startTestDevnet, type TestDevnet } from "./devnet.js";
import { type CliResult, finished, JUNK_WORDS, lucid, temporaryFolder } from "./harness.js";

/** The recording that ships with the project. */
const recording = fileURLToPath(new URL("../../../../../scripts/data/terminal.cast", import.meta.url));

interface Stored {
  readonly sessionId: string;
  readonly bytes: number;
  readonly chunks: number;
  readonly txHash: string;
  readonly blockNumber: number;
  readonly gaps: readonly { readonly offset: number; readonly reason: string }[];
  readonly resumed: boolean;
  readonly settled: readonly { readonly sessionId: string; readonly what: string }[];
}

function stored(result: CliResult): Stored {
  assert.equal(result.code, 0, result.stderr);
  return JSON.parse(result.stdout) as Stored;
}

/** Bytes that neither compress nor repeat, the same in every run. */
function noise(length: number): Buffer {
  const out = Buffer.alloc(length);
  let state = 0x9e3779b9;
  for (let i = 0; i < length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    out[i] = state & 255;
  }
  return out;
}

describe("sessions on a devnet, by the command line", function () {
  this.timeout(180_000);
  const folder = temporaryFolder();
  let devnet: TestDevnet;

  before(async () => {
    devnet = await startTestDevnet(join(folder.path, "devnet"));
  });

  after(async () => {
    assert.equal((await devnet.stop()).code, 0);
    folder.remove();
  });

  const file = (name: string, content?: string | Uint8Array): string => {
    const path = join(folder.path, name);
    if (content !== undefined) writeFileSync(path, content);
    return path;
  };

  async function fetched(sessionId: string): Promise<Buffer> {
    const path = file(`out-${sessionId}`);
    const result = await devnet.lucid(["session", "get", sessionId, "-o", path, "--force"]);
    assert.equal(result.code, 0, result.stderr);
    return readFileSync(path);
  }

  it("the ready line names everything that a client needs", async () => {
    const { line } = devnet;
    assert.match(line.rpc, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.match(line.ws, /^ws:\/\/127\.0\.0\.1:\d+$/);
    assert.equal(line.chainId, 120122);
    assert.match(line.genesisRoot, /^0x[0-9a-f]{64}$/);
    assert.equal(line.validators.length, 1);
    assert.equal(line.accounts.length, 10);
    assert.deepEqual(line.accounts[0], {
      address: "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
      privateKey: "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
    });
    process.kill(line.validators[0]?.pid ?? 0, 0);
  });

  for (const [what, content] of [
    ["an empty file", new Uint8Array()],
    ["one byte", Uint8Array.of(7)],
    ["exactly one chunk", noise(65_536)],
    ["one byte more than two chunks", noise(131_073)],
  ] as const) {
    it(`${what} goes in and comes out`, async () => {
      const path = file(what.replaceAll(" ", "-"), content);
      const result = stored(await devnet.lucid(["session", "put", path, "--chunk-size", "64KiB", "--json"]));
      assert.equal(result.bytes, content.length);
      assert.equal(result.chunks, Math.ceil(content.length / 65_536));
      assert.deepEqual(await fetched(result.sessionId), Buffer.from(content));
    });
  }

  it("a session is played over HTTP: the range that a player asks for, and nothing without the address", async () => {
    const content = noise(10 * 65_536 + 5);
    const put = stored(
      await devnet.lucid(["session", "put", file("film", content), "--chunk-size", "64KiB", "--json"]),
    );
    const child = devnet.start(["session", "serve", put.sessionId, "--type", "video/webm", "--json"]);
    const end = finished(child);
    const line = new Promise<string>((resolve) =>
      createInterface({ input: child.stdout ?? process.stdin }).once("line", resolve),
    );
    const first = await Promise.race([line, end]);
    assert.ok(typeof first === "string", typeof first === "string" ? "" : first.stderr);
    const { url, page, bytes } = JSON.parse(first) as { url: string; page: string; bytes: number };
    assert.equal(bytes, content.length);
    for (const [from, to] of [
      [300_000, 300_100],
      [0, 1],
      [65_500, 200_000],
      [655_360, 655_365],
    ] as const) {
      const answer = await fetch(url, { headers: { range: `bytes=${from}-${to - 1}` } });
      assert.deepEqual([answer.status, answer.headers.get("content-type")], [206, "video/webm"]);
      assert.deepEqual(Buffer.from(await answer.arrayBuffer()), content.subarray(from, to));
    }
    assert.deepEqual(Buffer.from(await (await fetch(url)).arrayBuffer()), content);
    assert.equal((await fetch(new URL("/recording", page))).status, 404);
    // Other commands on the data directory go on meanwhile.
    assert.deepEqual(await fetched(put.sessionId), content);
    child.kill("SIGTERM");
    assert.equal((await end).code, 0);
  });

  it("a recording comes back in another folder from the words alone, whole and in part, and is proven offline", async () => {
    const put = stored(await devnet.lucid(["session", "put", recording, "--chunk-size", "64KiB", "--json"]));
    const words = file("words", JUNK_WORDS);
    const data = file("restored");
    const genesis = join(devnet.folder, "genesis.json");
    const env = { LUCID_DATA: data, LUCID_NODE: devnet.data };
    const init = await lucid(["init", "--mnemonic-file", words, "--genesis", genesis, "--json"], { env });
    assert.equal(init.code, 0, init.stderr);
    const list = await lucid(["session", "list", "--json"], { env });
    const { sessions } = JSON.parse(list.stdout) as { sessions: { sessionId: string }[] };
    assert.ok(sessions.some(({ sessionId }) => sessionId === put.sessionId));
    const out = file("back.cast");
    const got = await lucid(["session", "get", put.sessionId, "-o", out], { env });
    assert.equal(got.code, 0, got.stderr);
    const original = readFileSync(recording);
    assert.deepEqual(readFileSync(out), original);
    const again = await lucid(["session", "get", put.sessionId, "-o", out], { env });
    assert.equal(again.code, ExitCode.Environment);
    assert.match(again.stderr, /back\.cast exists already; give --force/);
    const part = file("part.cast");
    const range = await lucid(["session", "get", put.sessionId, "-o", part, "--range", "65530-65600"], { env });
    assert.equal(range.code, 0, range.stderr);
    assert.deepEqual(readFileSync(part), original.subarray(65_530, 65_600));
    assert.match(range.stdout, /: 70 B from 2 chunks, all verified/);
    const proof = file("proof.json");
    const proved = await lucid(["session", "prove", put.sessionId, "-o", proof], { env });
    assert.equal(proved.code, 0, proved.stderr);
    const verified = await lucid(["verify", proof, "--genesis", genesis]);
    assert.equal(verified.code, 0, verified.stderr);
    assert.match(verified.stdout, new RegExp(`^What: session ${put.sessionId}`, "m"));
    writeFileSync(proof, readFileSync(proof, "utf8").replace(/"chunkCount": \d+/, '"chunkCount": 9'));
    const forged = await lucid(["verify", proof, "--genesis", genesis]);
    assert.equal(forged.code, ExitCode.BadInput);
    assert.match(forged.stderr, /\[ANCHOR_PROOF_INVALID\]/);
    const drill = await lucid(["session", "verify", put.sessionId], { env });
    assert.equal(drill.code, 0, drill.stderr);
    assert.match(drill.stdout, /is whole/);
  });

  it("on any failure nothing is written", async () => {
    const target = file("targets");
    mkdirSync(target, { recursive: true });
    const unknown = ["session", "get", "1b4e28ba-2fa1-4d3b-883f-0016d3cca427", "-o", join(target, "x")];
    const missing = await devnet.lucid(unknown);
    assert.equal(missing.code, ExitCode.NotFound);
    assert.match(missing.stderr, /the chain knows no session .*\[SESSION_UNKNOWN\]/);
    const wrong = await lucid(unknown, { env: { LUCID_DATA: devnet.data, LUCID_PASSPHRASE: "not this one" } });
    assert.equal(wrong.code, ExitCode.Secret);
    assert.match(wrong.stderr, /\[KEYSTORE_PASSPHRASE\]/);
    assert.deepEqual(readdirSync(target), []);
  });

  it("a session of somebody else cannot be opened with other words", async () => {
    const put = stored(await devnet.lucid(["session", "put", file("mine", "secret"), "--json"]));
    const data = file("stranger");
    const env = { LUCID_DATA: data, LUCID_NODE: devnet.data };
    const genesis = join(devnet.folder, "genesis.json");
    const init = await lucid(["init", "--yes", "--genesis", genesis, "--json"], { env });
    assert.equal(init.code, 0, init.stderr);
    const { mnemonic } = JSON.parse(init.stdout) as { mnemonic: string };
    assert.equal(mnemonic.split(" ").length, 24);
    const owner = devnet.line.accounts[0]?.address ?? "";
    const out = file("stolen");
    const got = await lucid(["session", "get", put.sessionId, "--owner", owner, "-o", out], { env });
    assert.equal(got.code, ExitCode.Secret, got.stderr);
    assert.ok(!existsSync(out));
  });

  it("an account without LUCID is told so, and the session is anchored once it has some", async () => {
    const data = file("poor");
    const env = { LUCID_DATA: data, LUCID_NODE: devnet.data };
    const genesis = join(devnet.folder, "genesis.json");
    const init = await lucid(["init", "--yes", "--genesis", genesis, "--json"], { env });
    const { account } = JSON.parse(init.stdout) as { account: string };
    const path = file("poor.txt", "a poor man's recording");
    const refused = await lucid(["session", "put", path], { env });
    assert.equal(refused.code, ExitCode.Environment);
    assert.match(refused.stderr, new RegExp(`account ${account} holds 0 LUCID and needs .*\\[INSUFFICIENT_FUNDS\\]`));
    const sent = await devnet.lucid(["account", "send", account, "1.5"]);
    assert.equal(sent.code, 0, sent.stderr);
    const put = stored(await lucid(["session", "put", path, "--json"], { env }));
    assert.equal(put.resumed, true);
    const list = await lucid(["session", "list", "--json"], { env });
    const { sessions } = JSON.parse(list.stdout) as { sessions: { sessionId: string; state: string }[] };
    assert.deepEqual(
      sessions.map(({ sessionId, state }) => [sessionId, state]),
      [[put.sessionId, "anchored"]],
    );
    assert.deepEqual(await readSession(put.sessionId, env), Buffer.from("a poor man's recording"));
  });

  async function readSession(sessionId: string, env: Readonly<Record<string, string>>): Promise<Buffer> {
    const out = file(`poor-${sessionId}`);
    const got = await lucid(["session", "get", sessionId, "-o", out], { env });
    assert.equal(got.code, 0, got.stderr);
    return readFileSync(out);
  }

  it("records standard input", async () => {
    const content = noise(200_000);
    const result = stored(await devnet.lucid(["session", "record", "--chunk-size", "64KiB", "--json"], content));
    assert.equal(result.chunks, 4);
    assert.deepEqual(await fetched(result.sessionId), content);
    const dash = stored(await devnet.lucid(["session", "put", "-", "--json"], "by put"));
    assert.equal((await fetched(dash.sessionId)).toString(), "by put");
  });

  it("records a command that ends", async () => {
    const command = [process.execPath, "-e", "process.stdout.write('x'.repeat(100000))"];
    const result = stored(await devnet.lucid(["session", "record", "--json", "--", ...command]));
    assert.equal(result.bytes, 100_000);
    assert.deepEqual(result.gaps, []);
  });

  it("records a command that dies, with its gaps", async () => {
    // Dies after its first two lives, ends properly after the third.
    const counter = file("lives", "0");
    const script =
      `const fs=require('fs');const n=Number(fs.readFileSync(${JSON.stringify(counter)},'utf8'))+1;` +
      `fs.writeFileSync(${JSON.stringify(counter)},String(n));process.stdout.write('life '+n+'\\n',()=>process.exit(n<3?1:0))`;
    const result = stored(await devnet.lucid(["session", "record", "--json", "--", process.execPath, "-e", script]));
    assert.equal((await fetched(result.sessionId)).toString(), "life 1\nlife 2\nlife 3\n");
    assert.deepEqual(
      result.gaps.map(({ offset, reason }) => [offset, reason]),
      [
        [7, "commandDied"],
        [14, "commandDied"],
      ],
    );
  });

  it("says when a command cannot be run", async () => {
    const result = await devnet.lucid(["session", "record", "--", "/nowhere/ffmpeg"]);
    assert.equal(result.code, ExitCode.BadInput);
    assert.match(result.stderr, /\/nowhere\/ffmpeg cannot be started .*\[RECORD_COMMAND\]/);
  });

  /** A command that writes numbered lines for ever, and one more when it is asked to end. */
  const ticker =
    "let n=0;process.on('SIGINT',()=>{process.stdout.write('bye\\n',()=>process.exit(0))});" +
    "setInterval(()=>process.stdout.write(String(n++).padStart(2047,'0')+'\\n'),2)";

  /**
   * Resolves when so many chunks are staged. Up to 16 wait for their acknowledgement beside those in slots, so that 40 mean that
   * some are acknowledged, however slow the disk is.
   */
  async function stagedChunks(data: string, count: number): Promise<void> {
    const staging = join(data, "client", "staging");
    for (;;) {
      const chunks = existsSync(staging)
        ? readdirSync(staging, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".lck"))
        : [];
      if (chunks.length >= count) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async function startRecording(): Promise<{ child: ChildProcess; end: Promise<CliResult> }> {
    const options = ["--chunk-size", "64KiB", "--days", "60", "--json"];
    const args = ["session", "record", ...options, "--", process.execPath, "-e", ticker];
    const child = devnet.start(args);
    const end = finished(child);
    await stagedChunks(devnet.data, 40);
    return { child, end };
  }

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`${signal} ends a recording properly`, async () => {
      const { child, end } = await startRecording();
      child.kill(signal);
      const result = stored(await end);
      const bytes = await fetched(result.sessionId);
      assert.ok(bytes.length > 65_536);
      assert.ok(bytes.toString().endsWith("bye\n"));
      assert.deepEqual(result.gaps, []);
    });
  }

  it("a recording whose process was killed is closed with a gap marker by the next command", async () => {
    const { child, end } = await startRecording();
    child.kill("SIGKILL");
    await end;
    const next = stored(await devnet.lucid(["session", "put", file("next", "next"), "--json"]));
    assert.equal(next.settled.length, 1);
    const [closed] = next.settled;
    assert.equal(closed?.what, "recording closed");
    // The days that the recording was started with are paid for, not those of the command that closes it.
    const list = await devnet.lucid(["session", "list", "--json"]);
    const { sessions } = JSON.parse(list.stdout) as { sessions: { sessionId: string; paidUntil: number }[] };
    const until = sessions.find(({ sessionId }) => sessionId === closed?.sessionId)?.paidUntil ?? 0;
    assert.ok(until > Date.now() / 1000 + 59 * 86_400);
    const out = file("closed");
    const got = await devnet.lucid(["session", "get", closed?.sessionId ?? "", "-o", out, "--json"]);
    assert.equal(got.code, 0, got.stderr);
    const { gaps, bytes } = JSON.parse(got.stdout) as { gaps: { reason: string; offset: number }[]; bytes: number };
    assert.deepEqual(
      gaps.map(({ reason, offset }) => [reason, offset]),
      [["recorderCrashed", bytes]],
    );
    const lines = readFileSync(out, "utf8");
    assert.ok(lines.startsWith(`${"0".repeat(2047)}\n${"1".padStart(2047, "0")}\n`));
  });

  it("a put that was killed goes on when it is run again, and says so", async () => {
    const content = noise(48 * 1024 * 1024);
    const path = file("large", content);
    const args = ["session", "put", path, "--chunk-size", "64KiB"];
    const child = devnet.start(args);
    const end = finished(child);
    await stagedChunks(devnet.data, 40);
    child.kill("SIGKILL");
    await end;
    const again = await devnet.lucid(args);
    assert.equal(again.code, 0, again.stderr);
    assert.match(again.stderr, /Going on with session [0-9a-f-]{36} of an interrupted put\./);
    const id = /Going on with session ([0-9a-f-]{36})/.exec(again.stderr)?.[1] ?? "";
    assert.match(again.stdout, new RegExp(id));
    assert.ok((await fetched(id)).equals(content));
    const staging = join(devnet.data, "client", "staging");
    assert.deepEqual(readdirSync(staging, { recursive: true }), []);
  });

  it("memory stays under 400 MB however long the recording is", async function () {
    if (process.platform !== "linux") this.skip();
    const path = file("long", Buffer.alloc(0));
    for (let i = 0; i < 6; i++) appendFileSync(path, randomBytes(48 * 1024 * 1024));
    const peak = async (args: readonly string[]): Promise<{ result: CliResult; megabytes: number }> => {
      const child = devnet.start(args);
      const end = finished(child);
      let megabytes = 0;
      const watch = setInterval(() => {
        const status = existsSync(`/proc/${child.pid}/status`) ? readFileSync(`/proc/${child.pid}/status`, "utf8") : "";
        megabytes = Math.max(megabytes, (Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1024) / 1e6);
      }, 50);
      const result = await end;
      clearInterval(watch);
      return { result, megabytes };
    };
    const put = await peak(["session", "put", path, "--json"]);
    const { sessionId } = stored(put.result);
    const out = file("long.out");
    const get = await peak(["session", "get", sessionId, "-o", out]);
    assert.equal(get.result.code, 0, get.result.stderr);
    assert.ok(readFileSync(out).equals(readFileSync(path)));
    assert.ok(put.megabytes > 0 && put.megabytes < 400, `put took ${put.megabytes} MB`);
    assert.ok(get.megabytes > 0 && get.megabytes < 400, `get took ${get.megabytes} MB`);
  });

  it("Ctrl-C interrupts a put, which goes on later", async () => {
    const content = noise(32 * 1024 * 1024);
    const path = file("stopped", content);
    const child = devnet.start(["session", "put", path, "--chunk-size", "64KiB"]);
    const end = finished(child);
    await stagedChunks(devnet.data, 40);
    child.kill("SIGINT");
    const { code, stderr } = await end;
    assert.equal(code, ExitCode.Interrupted, stderr);
    assert.match(stderr, /\[(SESSION_ABORTED|INTERRUPTED)\]\n$/);
    const result = stored(await devnet.lucid(["session", "put", path, "--chunk-size", "64KiB", "--json"]));
    assert.equal(result.resumed, true);
    assert.ok((await fetched(result.sessionId)).equals(content));
  });

  it("two session commands on one data directory do not meet", async () => {
    const { child, end } = await startRecording();
    const second = await devnet.lucid(["session", "put", file("second", "x")]);
    assert.equal(second.code, ExitCode.Environment);
    assert.match(second.stderr, /another lucid session command is running .*\[DB_LOCKED\]/);
    child.kill("SIGINT");
    assert.equal((await end).code, 0);
  });

  it("a node of another network is refused", async () => {
    const data = file("elsewhere");
    const init = await lucid(["init", "--yes", "--json"], { env: { LUCID_DATA: data } });
    assert.equal(init.code, 0, init.stderr);
    const result = await lucid(["session", "list"], { env: { LUCID_DATA: data, LUCID_NODE: devnet.data } });
    assert.equal(result.code, ExitCode.Environment);
    assert.match(result.stderr, /\[NODE_OTHER_NETWORK\]/);
  });

  it("status, account and a data directory in use", async () => {
    const status = await devnet.lucid(["status", "--json"]);
    assert.equal(status.code, 0, status.stderr);
    const report = JSON.parse(status.stdout) as { network: string; head: { number: number } };
    assert.equal(report.network, "devnet");
    assert.ok(report.head.number > 0);
    const screen = await devnet.lucid(["status", "--rpc", devnet.line.rpc]);
    assert.match(screen.stdout, /^quorum +can lose 0 nodes$/m);
    const show = await devnet.lucid(["account", "show"]);
    assert.match(show.stdout, /0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266/);
    const balance = await devnet.lucid(["account", "balance", "0xa0Ee7A142d267C1f36714E4a8F75612F20a79720"]);
    assert.equal(balance.stdout, "10000 LUCID\n");
    const twice = await lucid(["start", "--validator", "--data", devnet.data], { env: DEVNET_ENV });
    assert.equal(twice.code, ExitCode.Environment);
    assert.match(twice.stderr, /in use by process \d+ .*\[DATA_LOCKED\]/);
  });
});
