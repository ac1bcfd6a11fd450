import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, createWriteStream, existsSync, readdirSync, readFileSync, watch, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ExitCode, fromHex, u32be } from "@lucid/consensus/base";
import { exportDatabase, LevelStore, namespaces, put } from "@lucid/storage";
import { DEVNET_ENV, startTestDevnet, type TestDevnet } from "./devnet.js";
import { finished, lucid, startLucid, temporaryFolder } from "./harness.js";
import { startNode } from "./startedNode.js";

interface Exported {
  readonly file: string;
  readonly bytes: number;
  readonly records: number;
  readonly height: number;
  readonly head: string;
}

describe("lucid db export and import", function () {
  this.timeout(300_000);
  const folder = temporaryFolder();
  const at = (name: string) => join(folder.path, name);
  const file = at("chain.lucid");
  let data = "";
  let exported: Exported;
  let whole: Buffer;

  async function ask(rpc: string, method: string, ...params: unknown[]): Promise<unknown> {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const answer = await fetch(rpc, { method: "POST", headers: { "content-type": "application/json" }, body });
    return ((await answer.json()) as { result: unknown }).result;
  }

  /** A data directory of the devnet's network, made when it is first asked for. */
  async function directory(name: string): Promise<string> {
    if (existsSync(at(name))) return at(name);
    const result = await lucid(["init", "--data", at(name), "--yes", "--genesis", join(at("devnet"), "genesis.json")]);
    assert.equal(result.code, 0, result.stderr);
    return at(name);
  }

  const run = (...args: string[]) => lucid(["db", ...args], { env: DEVNET_ENV });
  const fails = async (args: string[], exit: number, text: RegExp) => {
    const { code, stderr } = await run(...args);
    assert.equal(code, exit, stderr);
    assert.match(stderr, text);
    assert.match(stderr, /^error: [^\n]+ \[[A-Z_]+\]\n$/);
  };
  const sound = async (directory: string) => {
    const check = await run("check", "--signatures", "--data", directory, "--json");
    assert.equal(check.code, 0, check.stdout + check.stderr);
  };
  /** Everything but the lock, whose files are new with each use. */
  const names = (directory: string) => readdirSync(directory).filter((name) => name !== "LOCK");

  /** A pipe as the file: the import waits in its middle until the other half comes. */
  async function halfWay(directory: string) {
    const pipe = at(`pipe-${Math.random().toString(36).slice(2)}`);
    assert.equal(spawnSync("mkfifo", [pipe]).status, 0);
    const watcher = watch(directory);
    const child = startLucid(["db", "import", pipe, "--replace", "--data", directory], { env: DEVNET_ENV });
    const end = finished(child);
    const writer = createWriteStream(pipe).on("error", () => undefined);
    writer.write(whole.subarray(0, whole.length >> 1));
    // Killed before it opens the pipe, it would leave the writer waiting for a reader for ever, and not be half way.
    const opened = await Promise.race([once(writer, "open"), end]);
    assert.ok(Array.isArray(opened), "stderr" in opened ? opened.stderr : "");
    while (!existsSync(join(directory, "chain.import"))) {
      const ended = await Promise.race([once(watcher, "change"), end]);
      assert.ok(Array.isArray(ended), "stderr" in ended ? ended.stderr : "");
    }
    watcher.close();
    return { child, end, writer };
  }

  before(async () => {
    const devnet: TestDevnet = await startTestDevnet(at("devnet"));
    ({ data } = devnet);
    const [, to] = devnet.line.accounts;
    const sent = await devnet.lucid(["account", "send", to?.address ?? "", "1"]);
    assert.equal(sent.code, 0, sent.stderr);
    const running = await run("export", at("never"), "--data", data);
    assert.equal(running.code, ExitCode.Environment, running.stderr);
    assert.match(running.stderr, /in use by process \d+ .*\[DATA_LOCKED\]\n$/);
    assert.match((await run("import", at("never"), "--data", data)).stderr, /\[DATA_LOCKED\]\n$/);
    assert.match((await run("compact", "--data", data)).stderr, /\[DATA_LOCKED\]\n$/);
    await devnet.stop();
    const result = await run("export", file, "--data", data, "--json");
    assert.equal(result.code, 0, result.stderr);
    exported = JSON.parse(result.stdout) as Exported;
    whole = readFileSync(file);
  });
  after(() => folder.remove());

  it("an export is one file, and never replaces another by itself", async () => {
    assert.equal(exported.bytes, whole.length);
    assert.ok(exported.height >= 1 && exported.records > exported.height);
    await fails(
      ["export", file, "--data", data],
      ExitCode.Environment,
      /exists already; give --force .*\[FILE_EXISTS\]/,
    );
    const again = await run("export", file, "--force", "--data", data);
    assert.equal(again.code, 0, again.stderr);
    assert.deepEqual(readFileSync(file), whole);
    const empty = await directory("empty");
    await fails(["export", at("nothing"), "--data", empty], ExitCode.NotFound, /start the node once.*\[DB_MISSING\]/);
    assert.ok(!existsSync(at("nothing")));
  });

  it("a new directory takes it: the same head, sound, and the node starts from it", async () => {
    const copy = await directory("copy");
    const result = await run("import", file, "--data", copy, "--json");
    assert.equal(result.code, 0, result.stderr);
    const { height, head } = exported;
    const { bytes, records } = exported;
    assert.deepEqual(JSON.parse(result.stdout), { file, bytes, records, height, head, replaced: null });
    assert.deepEqual(
      names(copy).filter((name) => name.startsWith("chain")),
      ["chain"],
    );
    await sound(copy);
    const node = await startNode(copy);
    assert.equal(Number(await ask(node.line.rpc, "eth_blockNumber")), height);
    assert.equal(((await ask(node.line.rpc, "eth_getBlockByNumber", "latest", false)) as { hash: string }).hash, head);
    node.child.kill("SIGTERM");
    assert.equal((await node.end).code, 0);
  });

  it("refuses another network, damage and a missing file, and leaves everything as it was", async () => {
    const other = at("other");
    assert.equal((await lucid(["init", "--data", other, "--yes"])).code, 0);
    await fails(["import", file, "--data", other], ExitCode.BadInput, /is of the network .*\[EXPORT_NETWORK\]/);
    const target = await directory("target");
    const before = names(target);
    const damaged = at("damaged.lucid");
    for (const bytes of [
      whole.subarray(0, whole.length - 1),
      whole.map((byte, i) => (i === whole.length >> 1 ? byte ^ 1 : byte)),
      Buffer.alloc(0),
    ]) {
      writeFileSync(damaged, bytes);
      await fails(["import", damaged, "--data", target], ExitCode.BadInput, /\[EXPORT_DAMAGED\]/);
    }
    await fails(["import", at("nowhere"), "--data", target], ExitCode.NotFound, /does not exist.*\[FILE_MISSING\]/);
    await fails(["import", at(""), "--data", target], ExitCode.Secret, /is a folder.*\[FILE_UNREADABLE\]/);
    await fails(["import", "--data", target], ExitCode.Usage, /either a file to import or --abandon/);
    await fails(["import", file, "--data", data], ExitCode.Environment, /give --replace .*\[IMPORT_NOT_EMPTY\]/);
    assert.deepEqual(names(target), before);
    assert.deepEqual(names(other), before);
  });

  it("refuses a chain that its voters did not sign", async () => {
    const target = await directory("target");
    const forged = at("forged");
    cpSync(join(data, "chain"), forged, { recursive: true });
    const store = await LevelStore.open({ location: forged, multithreading: false });
    const key = Uint8Array.of(namespaces.commitCertificate, ...u32be(1));
    const certificate = store.get(key) ?? assert.fail("no certificate");
    // The signers' bitfield stands at the end; the signature is before it.
    const changed = certificate.map((byte, i) => (i === 60 ? byte ^ 1 : byte));
    await store.batch([put(key, changed)], { sync: true });
    const pieces: Uint8Array[] = [];
    const root = JSON.parse(readFileSync(join(data, "VERSION"), "utf8")) as { genesisRoot: string };
    for await (const piece of exportDatabase(store, fromHex(root.genesisRoot, 32))) pieces.push(piece);
    await store.close();
    writeFileSync(at("forged.lucid"), Buffer.concat(pieces));
    await fails(["import", at("forged.lucid"), "--data", target], ExitCode.BadInput, /\[EXPORT_UNSOUND\]/);
    assert.ok(!existsSync(join(target, "chain.import")));
  });

  it("replaces a chain without setting back what the voter has signed", async () => {
    const show = async () =>
      (await lucid(["protection", "show", "--json", "--data", data], { env: DEVNET_ENV })).stdout;
    const memory = await show();
    assert.match(memory, /"signedUpTo":\{"height":[1-9]/);
    const result = await run("import", file, "--replace", "--data", data, "--json");
    assert.equal(result.code, 0, result.stderr);
    assert.equal((JSON.parse(result.stdout) as { replaced: number }).replaced, exported.height);
    assert.equal(await show(), memory);
    await sound(data);
    const node = await startNode(data, ["--validator"], { env: DEVNET_ENV });
    node.child.kill("SIGTERM");
    assert.equal((await node.end).code, 0);
  });

  it("killed in the middle: the directory says so, and goes on either way", async () => {
    const target = data;
    const killed = await halfWay(target);
    killed.child.kill("SIGKILL");
    await killed.end;
    killed.writer.destroy();
    for (const args of [
      ["start", "--data", target, "--rpc-port", "0", "--metrics-port", "0"],
      ["db", "check", "--data", target],
    ]) {
      const refused = await lucid(args, { env: DEVNET_ENV });
      assert.equal(refused.code, ExitCode.Environment, refused.stderr);
      assert.match(
        refused.stderr,
        /^error: an import .* was interrupted; run lucid db import again .*--abandon .*\[IMPORT_INTERRUPTED\]\n$/,
      );
    }
    const abandoned = await run("import", "--abandon", "--data", target, "--json");
    assert.equal(abandoned.stdout, '{"abandoned":true}\n', abandoned.stderr);
    await sound(target);

    const again = await halfWay(target);
    again.child.kill("SIGKILL");
    await again.end;
    again.writer.destroy();
    const repeated = await run("import", file, "--replace", "--data", target, "--json");
    assert.equal(repeated.code, 0, repeated.stderr);
    await sound(target);
  });

  it("ended by a signal: nothing is left of it", async () => {
    const target = data;
    const { child, end, writer } = await halfWay(target);
    child.kill("SIGINT");
    // A pending read of an idle pipe would hold up the end (one of a file does not wait), so a byte comes now and then.
    const feed = setInterval(() => writer.write(Uint8Array.of(0)), 20);
    const result = await end;
    clearInterval(feed);
    writer.destroy();
    assert.equal(result.code, ExitCode.Interrupted, result.stderr);
    assert.deepEqual(
      names(target).filter((name) => name.startsWith("chain")),
      ["chain"],
    );
    await sound(target);
  });
});
