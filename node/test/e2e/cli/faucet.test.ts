import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { formatAddress } from "@lucid/storage";
import { privateKeyToAddress } from "viem/accounts";
import { FAUCET_PERIOD, FaucetLedger, type FaucetLimits } from "../../../src/cli/faucet/faucetLedger.js";
import { FaucetServer } from "../../../src/cli/faucet/faucetServer.js";
import { NodeError } from "../../../src/errors.js";
import { DEVNET_ENV, startTestDevnet, type TestDevnet } from "./devnet.js";
import { finished, lucid, startLucid, temporaryFolder } from "./harness.js";

const accountOf = (number: number): string =>
  formatAddress(Buffer.from(privateKeyToAddress(`0x${number.toString(16).padStart(64, "0")}`).slice(2), "hex"));

interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: { readonly txHash?: string; readonly error?: { readonly code: string; readonly message: string } };
}

async function post(url: string, body: string): Promise<Answer> {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(url, { method: "POST", headers, body });
  return {
    status: answer.status,
    retryAfter: answer.headers.get("retry-after"),
    body: (await answer.json()) as Answer["body"],
  };
}

const ask = (url: string, address: string): Promise<Answer> => post(url, JSON.stringify({ address }));

describe("a faucet", function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  const servers: FaucetServer[] = [];
  let files = 0;

  after(() => folder.remove());
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
  });

  interface World {
    now: number;
    fails: boolean;
    readonly path: string;
    readonly given: string[];
  }

  const world = (): World => ({
    now: 1_800_000_000_000,
    fails: false,
    path: join(folder.path, `faucet${files++}.json`),
    given: [],
  });

  async function serve(at: World, limits: Partial<FaucetLimits> = {}): Promise<string> {
    const all = { perAddress: 1, perClient: 100, daily: 100, ...limits };
    const ledger = await FaucetLedger.open(at.path, all, () => at.now);
    const give = async (to: string): Promise<string> => {
      if (at.fails) throw new NodeError({ code: "INSUFFICIENT_FUNDS", message: "it is empty" });
      at.given.push(to);
      return `0x${"1".repeat(64)}`;
    };
    const options = { host: "127.0.0.1", port: 0, chainId: 7, amount: 5n };
    const server = new FaucetServer(options, { ledger, give });
    servers.push(server);
    return server.start();
  }

  it("gives an address its share once in a day, also after a restart", async () => {
    const at = world();
    const url = await serve(at);
    assert.equal((await ask(url, accountOf(1))).status, 200);
    const again = await ask(url, accountOf(1).toLowerCase());
    assert.deepEqual([again.status, again.body.error?.code, again.retryAfter], [429, "FAUCET_LIMIT", "86400"]);
    await servers.pop()?.stop();
    const next = await serve(at);
    at.now += FAUCET_PERIOD - 1_000;
    assert.equal((await ask(next, accountOf(1))).retryAfter, "1");
    at.now += 1_000;
    assert.equal((await ask(next, accountOf(1))).status, 200);
    assert.deepEqual(at.given, [accountOf(1), accountOf(1)]);
  });

  it("gives one client, and all together, so much, however many ask at once", async () => {
    for (const limits of [{ perClient: 3 }, { daily: 3 }]) {
      const at = world();
      const url = await serve(at, limits);
      const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => ask(url, accountOf(i + 1))));
      assert.equal(answers.filter(({ status }) => status === 200).length, 3);
      assert.equal(answers.filter(({ body }) => body.error?.code === "FAUCET_LIMIT").length, 9);
      assert.equal(at.given.length, 3);
    }
  });

  it("a flood waits in a short line, and the others are told that it is busy", async () => {
    const at = world();
    const url = await serve(at);
    const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => ask(url, accountOf(i + 1))));
    const codes = new Set(answers.map(({ body }) => body.error?.code ?? "OK"));
    assert.ok(
      [...codes].every((code) => ["OK", "LOCAL_BUSY", "FAUCET_LIMIT"].includes(code)),
      [...codes].join(" "),
    );
    assert.ok(at.given.length <= 100);
  });

  it("what was not sent does not count, and what is no request is refused by code", async () => {
    const at = world();
    const url = await serve(at);
    at.fails = true;
    const empty = await ask(url, accountOf(1));
    assert.deepEqual([empty.status, empty.body.error?.code], [503, "INSUFFICIENT_FUNDS"]);
    at.fails = false;
    for (const wrong of [
      "{}",
      "[]",
      '"0x"',
      '{"address":1}',
      '{"address":"0x12"}',
      `{"address":"0x${"g".repeat(40)}"}`,
    ]) {
      const { status, body } = await post(url, wrong);
      assert.deepEqual([status, body.error?.code], [400, "FAUCET_REFUSED"], wrong);
    }
    assert.equal((await post(url, "{")).status, 400);
    assert.equal((await post(url, JSON.stringify({ address: "x".repeat(5_000) }))).status, 413);
    assert.equal((await ask(url, accountOf(1))).status, 200);
  });

  it("does not begin with a damaged file", async () => {
    const at = world();
    writeFileSync(at.path, '{"format":1,"gifts":[{}]}');
    await assert.rejects(serve(at), { code: "FAUCET_FILE" });
  });

  describe("of an operator, by the command line", () => {
    let devnet: TestDevnet;
    let faucet: ChildProcess;
    let url = "";

    before(async () => {
      devnet = await startTestDevnet(join(folder.path, "devnet"));
      const words = ["testnet", "faucet", "--data", devnet.data, "--port", "0", "--amount", "3", "--json"];
      faucet = startLucid(words, { env: DEVNET_ENV });
      assert.ok(faucet.stdout !== null);
      const [line] = (await once(createInterface({ input: faucet.stdout }), "line")) as [string];
      url = (JSON.parse(line) as { readonly url: string }).url;
    });

    after(async () => {
      const end = finished(faucet);
      faucet.kill("SIGTERM");
      await end;
      assert.equal((await devnet.stop()).code, 0);
    });

    it("fills an account, says when to come again, and refuses a node of another chain", async () => {
      const words = ["faucet", accountOf(99), "--from", url, "--rpc", devnet.line.rpc, "--json"];
      const filled = await lucid(words);
      assert.equal(filled.code, 0, filled.stderr);
      assert.equal((JSON.parse(filled.stdout) as { readonly wei: string }).wei, `${3n * 10n ** 18n}`);
      const body = JSON.stringify({
        jsonrpc: "2.0",
        id: 1,
        method: "eth_getBalance",
        params: [accountOf(99), "latest"],
      });
      const headers = { "content-type": "application/json" };
      const answer = await fetch(devnet.line.rpc, { method: "POST", headers, body });
      assert.equal(BigInt(((await answer.json()) as { readonly result: string }).result), 3n * 10n ** 18n);
      const again = await lucid(words);
      assert.match(again.stderr, /FAUCET_LIMIT/);
      const other = world();
      const foreign = await lucid(["faucet", accountOf(98), "--from", await serve(other), "--rpc", devnet.line.rpc]);
      assert.match(foreign.stderr, /chain 7.*FAUCET_REFUSED/);
      assert.deepEqual(other.given, []);
      const none = await lucid(["faucet", accountOf(98), "--from", "http://127.0.0.1:9", "--rpc", devnet.line.rpc]);
      assert.match(none.stderr, /does not answer.*FAUCET_REFUSED/);
    });
  });
});
