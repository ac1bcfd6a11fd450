import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ExitCode } from "@lucid/consensus/base";
import { startTestDevnet, type TestDevnet } from "./devnet.js";
import { type CliResult, lucid, temporaryFolder } from "./harness.js";

const SPONSOR = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

function value(result: CliResult): Readonly<Record<string, unknown>> {
  assert.equal(result.code, 0, result.stderr);
  return JSON.parse(result.stdout) as Readonly<Record<string, unknown>>;
}

function refusal(result: CliResult): Readonly<Record<string, unknown>> {
  assert.notEqual(result.code, 0, result.stdout);
  const parsed = JSON.parse(result.stderr.trim().split("\n").at(-1) ?? "{}") as { readonly error?: object };
  return { ...(parsed.error ?? parsed) };
}

describe("validators on a devnet, by the command line", function () {
  this.timeout(240_000);
  const folder = temporaryFolder();
  let devnet: TestDevnet;
  let data: string;

  before(async () => {
    devnet = await startTestDevnet(join(folder.path, "devnet"));
    // A second node of the same network with words of its own.
    data = join(folder.path, "second");
    const genesis = join(folder.path, "devnet", "genesis.json");
    const made = await lucid(["init", "--data", data, "--genesis", genesis, "--yes", "--json"]);
    assert.equal(made.code, 0, made.stderr);
  });

  after(async () => {
    assert.equal((await devnet.stop()).code, 0);
    folder.remove();
  });

  /** A command of the second node's owner, through the devnet's node. */
  const second = (...words: string[]): Promise<CliResult> =>
    lucid([...words, "--json"], { env: { LUCID_DATA: data, LUCID_NODE: devnet.data } });

  it("the faucet fills an account; a node is registered, changed, retired; the bond stays locked", async () => {
    const keys = value(await second("validator", "keys"));
    const poor = refusal(await second("validator", "register"));
    assert.equal(poor["code"], "INSUFFICIENT_FUNDS");
    value(await lucid(["faucet", String(keys["operator"]), "--amount", "5", "--rpc", devnet.line.rpc, "--json"]));

    const unknown = refusal(await second("validator", "retire", "--yes"));
    assert.deepEqual(
      [unknown["code"], unknown["exitCode"] ?? ExitCode.BadInput],
      ["REGISTRY_REFUSED", ExitCode.BadInput],
    );
    const done = value(await second("validator", "register", "--capacity", "5GiB"));
    assert.deepEqual([done["nodeId"], done["bond"]], [keys["nodeId"], `${10n ** 18n}`]);
    assert.equal(refusal(await second("validator", "register"))["code"], "REGISTRY_REFUSED");

    const signed = value(
      await devnet.lucid(["validator", "pool", "sign", String(keys["nodeId"]), String(keys["operator"]), "--json"]),
    );
    const wrong = await second(
      "validator",
      "update",
      "--pool",
      SPONSOR,
      "--pool-signature",
      String(signed["signature"]),
    );
    assert.equal(refusal(wrong)["code"], "REGISTRY_REFUSED");
    const joined = value(
      await second(
        "validator",
        "update",
        "--pool",
        String(signed["pool"]),
        "--pool-signature",
        String(signed["signature"]),
      ),
    );
    assert.deepEqual([joined["poolId"], joined["capacityMiB"]], [signed["poolId"], 5 * 1024]);

    const retired = value(await second("validator", "retire", "--yes"));
    assert.equal(retired["bond"], `${10n ** 18n}`);
    assert.ok(Number(retired["bondFreeAt"]) > Date.now() / 1000);
    const locked = refusal(await second("validator", "withdraw"));
    assert.match(String(locked["message"]), /locked until/);
  });

  it("somebody else pays for a node that consented, and for no other", async () => {
    const third = join(folder.path, "third");
    const genesis = join(folder.path, "devnet", "genesis.json");
    assert.equal((await lucid(["init", "--data", third, "--genesis", genesis, "--yes", "--json"])).code, 0);
    const env = { LUCID_DATA: third, LUCID_NODE: devnet.data };
    const file = join(folder.path, "consent.json");
    const keys = value(await lucid(["validator", "keys", "--json"], { env }));
    value(await lucid(["validator", "register", "--consent", file, "--json"], { env }));
    assert.ok(existsSync(file));
    const consent = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
    const changed = join(folder.path, "changed.json");
    writeFileSync(changed, JSON.stringify({ ...consent, capacityMiB: 7 }));
    assert.equal(
      refusal(await devnet.lucid(["validator", "register", "--for", changed, "--json"]))["code"],
      "REGISTRY_REFUSED",
    );
    writeFileSync(changed, JSON.stringify({ ...consent, chainId: 1 }));
    assert.equal(
      refusal(await devnet.lucid(["validator", "register", "--for", changed, "--json"]))["code"],
      "CONSENT_FILE",
    );
    writeFileSync(changed, "{}");
    assert.equal(
      refusal(await devnet.lucid(["validator", "register", "--for", changed, "--json"]))["code"],
      "CONSENT_FILE",
    );
    const done = value(await devnet.lucid(["validator", "register", "--for", file, "--json"]));
    assert.equal(done["nodeId"], keys["nodeId"]);
  });

  it("says in one sentence what a wrong word means", async () => {
    const id = `0x${"ab".repeat(32)}`;
    for (const [words, code] of [
      [["validator", "pool", "sign", "abc", SPONSOR], "USAGE"],
      [["validator", "update", "--pool", SPONSOR], "USAGE"],
      [["validator", "register", "--for", join(folder.path, "nothing.json")], "FILE_MISSING"],
      [["faucet", "--amount", "x"], "USAGE"],
    ] as const) {
      const result = await second(...words);
      assert.equal(refusal(result)["code"], code, words.join(" "));
      assert.doesNotMatch(result.stderr, /\n\s+at /);
    }
    const account = await second("validator", "pool", "sign", id, "nobody");
    assert.notEqual(account.code, 0);
    assert.doesNotMatch(account.stderr, /\n\s+at /);
  });
});
