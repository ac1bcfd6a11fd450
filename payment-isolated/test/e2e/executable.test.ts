import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { buildExecutable } from "../../src/build/executable.js";

describe("the single executable", function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), "payout-executable-"));
  const path = (name: string) => join(folder, name);
  const program = path("lucid-payout");
  // No Node.js on the path: it carries its own.
  const env = { PATH: "/nonexistent" };

  const run = (...args: string[]): Promise<{ code: number; out: string; err: string }> =>
    new Promise((resolve) => {
      execFile(program, ["--data", folder, "--json", ...args], { env, cwd: folder }, (error, out, err) =>
        resolve({ code: error === null ? 0 : Number(error.code), out, err }),
      );
    });

  before(async function () {
    // Node's own tool of other systems signs the file; the service is run on Linux.
    if (process.platform !== "linux") this.skip();
    await buildExecutable(program);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("does what the command does, without Node.js and without a file beside it", async () => {
    const version = await run("--version");
    assert.deepEqual([version.code, version.out.trim()], [0, "0.1.0"]);
    writeFileSync(path("pass"), "of the test\n");
    const made = await run("key", "new", path("key.json"), "--light", "--passphrase-file", path("pass"));
    assert.equal(made.code, 0, made.err);
    const { address } = JSON.parse(made.out) as { address: string };
    assert.equal(
      JSON.parse((await run("key", "check", path("key.json"), "--passphrase-file", path("pass"))).out).address,
      address,
    );
    const unknown = await run("nonsense");
    assert.equal(unknown.code, 2);
    const demo = await run("demo");
    assert.equal(JSON.parse(demo.err).error.code, "DEMO_UNAVAILABLE");
  });

  it("serves: ready, healthy, and ends on SIGTERM", async () => {
    const emulator = spawn(process.execPath, [fileURLToPath(new URL("../emulator/main.js", import.meta.url))]);
    const [text] = await once(createInterface({ input: emulator.stdout }), "line");
    const { url, genesisId, contracts, operator } = JSON.parse(String(text));
    const signers = { epoch: 0, threshold: 2, signers: Object.values(contracts).slice(0, 3) };
    const config = {
      network: { name: "test", genesisId },
      nodes: [{ url }],
      engine: { contracts, operator: { address: operator, signers }, pollMs: 200 },
      signers: [{ kind: "vault", name: "first", keystore: "key.json", passphraseFile: "pass" }],
    };
    writeFileSync(path("config.yaml"), JSON.stringify(config));
    const service = spawn(program, ["--data", folder, "serve"], { env, stdio: ["ignore", "pipe", "pipe"] });
    let log = "";
    service.stderr.on("data", (part: Buffer) => {
      log += part.toString("utf8");
    });
    const gone = once(service, "exit") as Promise<[number | null]>;
    try {
      const line = once(createInterface({ input: service.stdout }), "line");
      const [first] = await Promise.race([line, gone]);
      assert.equal(first, "ready: true", log);
      let health = await run("health");
      for (let tries = 0; health.code !== 0 && tries < 20; tries++) health = await run("health");
      assert.equal(health.code, 0, `${health.err}${log}`);
      service.kill("SIGTERM");
      assert.equal((await gone)[0], 0, log);
    } finally {
      service.kill("SIGKILL");
      emulator.kill("SIGTERM");
      await once(emulator, "exit");
    }
    assert.ok(!log.includes(readFileSync(path("pass"), "utf8").trim()));
  });
});
