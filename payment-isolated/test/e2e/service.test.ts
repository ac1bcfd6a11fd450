import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { addToken } from "../../src/api/tokens.js";
import { callApi } from "../../src/cli/apiClient.js";
import { runCli } from "../../src/cli/program.js";
import { hasCode } from "../../src/errors.js";
import { sealKeystore } from "../../src/signers/keystore.js";
import { SignerDaemon, signerPolicySchema } from "../../src/signers/signerDaemon.js";
import { SignerJournal } from "../../src/signers/signerJournal.js";
import { VaultSigner } from "../../src/signers/vaultSigner.js";
import { MemoryMedium } from "../../src/store/journalMedium.js";
import { EmulatorServer } from "../emulator/index.js";
import { addressOf, sha } from "../support/fixtures.js";
import { operator, signerKeys, World } from "../support/world.js";

const main = fileURLToPath(new URL("../../src/cli/main.js", import.meta.url));

/** Planted where a leak would hurt; none may show in a log, an error, the environment or the command line. */
const secrets = {
  apiKey: "planted-api-key-6f1c0d",
  passphrase: "planted passphrase 9b2e77",
  privateKey: Buffer.from(signerKeys[0].privateKey).toString("hex"),
};

describe("service as a process", function () {
  this.timeout(120_000);
  let folder: string;
  let world: World;
  let server: EmulatorServer;
  let daemon: SignerDaemon;
  let service: ChildProcess;
  let log = "";
  let blocks: NodeJS.Timeout;
  let url: string;
  const tokens = { requester: "", approver: "", auditor: "" };

  const path = (name: string) => join(folder, name);
  const api = (role: keyof typeof tokens, method: string, route: string, body?: unknown) =>
    callApi({ socket: path("api.sock"), token: tokens[role] }, method, route, body);

  function run(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
    return new Promise((resolve) => {
      const child = spawn(process.execPath, [main, "--data", folder, ...args], { stdio: ["ignore", "pipe", "pipe"] });
      let [out, err] = ["", ""];
      child.stdout.on("data", (part) => (out += part));
      child.stderr.on("data", (part) => (err += part));
      child.once("close", (code) => resolve({ code, out, err }));
    });
  }

  /** The same command line in this process: starting one costs a second each time. */
  async function command(...args: string[]): Promise<{ code: number; out: string }> {
    let out = "";
    const code = await runCli(["--data", folder, ...args], {
      out: (text) => (out += text),
      err: (text) => (out += text),
    });
    return { code, out };
  }

  async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
    for (let tries = 0; tries < 600; tries++) {
      if (await condition()) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.fail(`${what} did not come; log:\n${log.slice(-3000)}`);
  }

  function startService(): Promise<void> {
    service = spawn(process.execPath, [main, "--data", folder, "serve"], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env["PATH"] ?? "" },
    });
    service.stderr?.on("data", (part) => (log += part));
    return new Promise((resolve, reject) => {
      service.stdout?.once("data", () => resolve());
      service.once("exit", (code) => reject(new assert.AssertionError({ message: `ended with ${code}: ${log}` })));
    });
  }

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "payout-service-"));
    world = await new World().start();
    await world.chain.produceAt(Date.now() - 10_000);
    await world.chain.produce(1);
    const [view] = world.views;
    assert.ok(view !== undefined);
    server = new EmulatorServer(view);
    url = await server.start();
    blocks = setInterval(() => void world.chain.produceAt(Date.now()), 100);
    Object.assign(world.chain, { blockMs: 100 });
    writeFileSync(path("api.key"), `${secrets.apiKey}\n`);
    writeFileSync(path("pass"), `${secrets.passphrase}\n`);
    writeFileSync(path("key.json"), await sealKeystore(signerKeys[0].privateKey, secrets.passphrase, true));
    const { contracts } = world.config;
    const config = {
      network: { name: "test", genesisId: world.chain.genesisId },
      nodes: [{ url, apiKeyFile: "api.key", timeoutMs: 5000 }],
      engine: { contracts, operator: world.config.operator, pollMs: 200, watchMs: 200, leaseMs: 2000 },
      signers: [
        { kind: "vault", name: "first", keystore: "key.json", passphraseFile: "pass" },
        { kind: "remote", name: "second", address: signerKeys[1].address, socket: "second.sock" },
      ],
      logLevel: "debug",
    };
    writeFileSync(path("config.yaml"), stringify(config));
    for (const role of Object.keys(tokens) as (keyof typeof tokens)[])
      tokens[role] = addToken(path("tokens.json"), role, [role]);
    writeFileSync(path("cli.token"), addToken(path("tokens.json"), "cli", ["requester", "approver", "auditor"]));
    const policy = signerPolicySchema.parse({
      operator,
      routerV0: contracts.routerV0,
      routerKyc: contracts.routerKyc,
      prompt: false,
    });
    const journal = new SignerJournal(new MemoryMedium());
    await journal.start();
    daemon = new SignerDaemon({
      key: new VaultSigner("second", Buffer.from(signerKeys[1].privateKey)),
      policy,
      journal,
      clock: { now: () => Date.now(), sleep: async () => {} },
      socket: path("second.sock"),
      confirm: async () => true,
    });
    await daemon.start();
    await startService();
  });

  after(async () => {
    clearInterval(blocks);
    if (service?.exitCode === null) {
      const ended = new Promise((resolve) => service.once("exit", resolve));
      service.kill("SIGTERM");
      await ended;
    }
    await daemon?.stop();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("takes a request over HTTP, pays it, and explains it by the command line", async () => {
    const body = { period: "2026-11", node: "node-1", route: "V0", to: addressOf("payee"), amount: "12.5" };
    const first = (await api("requester", "POST", "/v1/payouts", body)) as {
      created: boolean;
      payout: { payoutId: string };
    };
    const again = (await api("requester", "POST", "/v1/payouts", body)) as {
      created: boolean;
      payout: { payoutId: string };
    };
    assert.deepEqual([first.created, again.created], [true, false]);
    assert.equal(first.payout.payoutId, again.payout.payoutId);
    const id = first.payout.payoutId;
    const waiting = await command("why", id);
    assert.match(waiting.out, /0 of 1 approvals/);
    await api("approver", "POST", `/v1/payouts/${id}/approve`);
    const state = async () => ((await api("auditor", "GET", `/v1/payouts/${id}`)) as { state: string }).state;
    await until(async () => (await state()) === "confirmed", "the payment");
    assert.equal(world.transfers(id), 1);
    const shown = await command("--json", "show", id);
    assert.equal(JSON.parse(shown.out).result.net, "12.50");
    assert.equal((await command("health")).code, 0);
  });

  it("gives every wrong call a coded answer", async () => {
    const rejects = (promise: Promise<unknown>, code: string) =>
      assert.rejects(promise, (error: unknown) => hasCode(error, code));
    await rejects(
      callApi({ socket: path("api.sock"), token: "lp_unknown-token-of-nobody-at-all" }, "GET", "/v1/status"),
      "UNAUTHENTICATED",
    );
    await rejects(callApi({ socket: path("api.sock"), token: "" }, "GET", "/v1/status"), "UNAUTHENTICATED");
    await rejects(api("requester", "POST", `/v1/payouts/${sha("x")}/approve`), "ROLE_MISSING");
    await rejects(api("auditor", "GET", `/v1/payouts/${sha("nobody")}`), "NOT_FOUND");
    await rejects(api("auditor", "GET", "/v1/payouts/zz"), "BAD_ID");
    await rejects(api("auditor", "GET", "/v1/nothing"), "NOT_FOUND");
    const good = { period: "p", node: "n", route: "V0", to: addressOf("payee"), amount: "12.5" };
    for (const change of [
      { amount: "1e3" },
      { amount: 12 },
      { to: "T" },
      { route: "V2" },
      { extra: 1 },
      { node: "a\u0000b" },
    ]) {
      await assert.rejects(
        api("requester", "POST", "/v1/payouts", { ...good, ...change }),
        (error: unknown) => hasCode(error, "BAD_REQUEST") || hasCode(error, "BAD_AMOUNT"),
      );
    }
    for (const raw of ["{", "null", "[]", '{"__proto__":{"x":1}}', "x".repeat(21 << 20)])
      assert.ok((await post(raw)) >= 400, raw.slice(0, 20));
    assert.equal((await command("show", sha("nobody"))).code, 5);
    assert.equal((await command("nonsense")).code, 2);
    assert.equal((await command("stake", "freeze", "-5")).code, 2);
  });

  function post(raw: string): Promise<number> {
    return new Promise((resolve) => {
      const call = request(
        {
          socketPath: path("api.sock"),
          method: "POST",
          path: "/v1/payouts",
          headers: { authorization: `Bearer ${tokens.requester}`, "content-type": "application/json" },
        },
        (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        },
      );
      call.on("error", () => resolve(499));
      call.end(raw);
    });
  }

  it("shows metrics, liveness, and an OpenAPI document with every call", async () => {
    const text = await get("/metrics");
    assert.match(text, /lucid_payout_payouts\{state="confirmed"\} 1/);
    assert.match(text, /lucid_payout_transitions_total\{to="confirmed"\} 1/);
    assert.equal(JSON.parse(await get("/livez")).ok, true);
    const document = JSON.parse(await get("/openapi.json"));
    assert.ok(document.paths["/v1/distributions/{period}/reconcile"].post !== undefined);
  });

  function get(route: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const call = request({ socketPath: path("api.sock"), path: route }, (response) => {
        let text = "";
        response.on("data", (part) => (text += part));
        response.on("end", () => resolve(text));
      });
      call.on("error", reject);
      call.end();
    });
  }

  it("holds open only its own: no listening port, no file outside its folder, no connection but the node's", function () {
    if (process.platform !== "linux") this.skip();
    const proc = `/proc/${service.pid}`;
    const targets = readdirSync(`${proc}/fd`).flatMap((fd) => {
      try {
        return [readlinkSync(`${proc}/fd/${fd}`)];
      } catch {
        return [];
      }
    });
    const files = targets.filter((target) => target.startsWith("/") && !target.startsWith("/dev/"));
    for (const file of files) assert.ok(file.startsWith(folder), `${file} is open`);
    const inodes = new Set(targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []));
    const nodePort = Number(new URL(url).port).toString(16).toUpperCase().padStart(4, "0");
    for (const table of ["tcp", "tcp6", "udp", "udp6"]) {
      for (const line of readFileSync(`${proc}/net/${table}`, "utf8").trim().split("\n").slice(1)) {
        const columns = line.trim().split(/\s+/);
        if (!inodes.has(columns[9] ?? "")) continue;
        assert.notEqual(columns[3], "0A", `it listens on ${columns[1]}`);
        assert.ok((columns[2] ?? "").endsWith(`:${nodePort}`), `it is connected to ${columns[2]}`);
      }
    }
    assert.equal(statSync(path("api.sock")).mode & 0o777, 0o600);
    const maps = readFileSync(`${proc}/maps`, "utf8");
    for (const native of ["classic-level", "blst", "zstd"]) assert.ok(!maps.includes(native), `${native} is loaded`);
  });

  it("tells no secret: not in the log, its errors, the environment or the command line, nor in the journal", async () => {
    const [view] = world.views;
    assert.ok(view !== undefined);
    view.script = (_path, _body, count) => (count % 3 === 0 ? "html" : count % 3 === 1 ? "http429" : "drop");
    const id = (
      (await api("requester", "POST", "/v1/payouts", {
        period: "2026-11",
        node: "node-2",
        route: "V0",
        to: addressOf("payee 2"),
        amount: "15",
      })) as { payout: { payoutId: string } }
    ).payout.payoutId;
    await api("approver", "POST", `/v1/payouts/${id}/approve`);
    await until(async () => log.includes("NODE_"), "trouble in the log");
    view.script = undefined;
    await until(
      async () => ((await api("auditor", "GET", `/v1/payouts/${id}`)) as { state: string }).state === "confirmed",
      "the payment",
    );
    const proc = `/proc/${service.pid}`;
    const places: Record<string, string> = {
      log,
      journal: readFileSync(path("journal/payouts.journal"), "latin1"),
      tokens: readFileSync(path("tokens.json"), "utf8"),
      metrics: await get("/metrics"),
    };
    if (process.platform === "linux")
      Object.assign(places, {
        environment: readFileSync(`${proc}/environ`, "utf8"),
        commandLine: readFileSync(`${proc}/cmdline`, "utf8"),
      });
    const planted = { ...secrets, ...tokens };
    assert.ok(log.length > 500);
    for (const [where, text] of Object.entries(places))
      for (const [name, secret] of Object.entries(planted))
        assert.ok(!text.includes(secret), `${name} is in the ${where}`);
  });

  it("survives kill -9 and a second start beside it is refused", async () => {
    const second = await run("serve");
    assert.equal(second.code, 3);
    assert.match(second.err, /STORE_LOCKED/);
    const ended = new Promise((resolve) => service.once("exit", resolve));
    service.kill("SIGKILL");
    await ended;
    await startService();
    const { states } = (await api("auditor", "GET", "/v1/status")) as { states: { confirmed: number } };
    assert.equal(states.confirmed, 2);
  });

  it("refuses another network, and mainnet without its flag", async () => {
    const text = readFileSync(path("config.yaml"), "utf8");
    const other = (genesisId: string) => {
      writeFileSync(
        path("other.yaml"),
        text.replace(world.chain.genesisId, genesisId).replace("logLevel", "api:\n  socket: other.sock\nlogLevel"),
      );
      return run("--data", path("other"), "--config", path("other.yaml"), "serve");
    };
    assert.match((await other("ab".repeat(32))).err, /WRONG_NETWORK/);
    assert.match(
      (await other("00000000000000001ebf88508a03865c71d452e25f4d51194196a1d22b6653dc")).err,
      /CONFIRMATION_MISSING/,
    );
  });
});
