import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ExitCode } from "@lucid/consensus/base";
import { startTestDevnet, type TestDevnet } from "./devnet.js";
import { type CliResult, JUNK_WORDS, lucid, temporaryFolder } from "./harness.js";

interface Listed {
  readonly sessionId: string;
  readonly title: string | null;
  readonly tags: readonly string[];
  readonly folder: string | null;
}

interface Recovered extends Listed {
  readonly state: string;
  readonly file: string | null;
}

function json<T>(result: CliResult): T {
  assert.equal(result.code, 0, result.stderr);
  return JSON.parse(result.stdout) as T;
}

describe("titles, shares and recovery, by the command line", function () {
  this.timeout(180_000);
  const folder = temporaryFolder();
  let devnet: TestDevnet;
  let sessionId = "";
  const content = Buffer.from("what was recorded\n".repeat(2_000));

  before(async () => {
    devnet = await startTestDevnet(join(folder.path, "devnet"));
  });

  after(async () => {
    assert.equal((await devnet.stop()).code, 0);
    folder.remove();
  });

  const at = (name: string): string => join(folder.path, name);
  const listed = async (): Promise<Listed | undefined> => {
    const { sessions } = json<{ sessions: readonly Listed[] }>(await devnet.lucid(["session", "list", "--json"]));
    return sessions.find((session) => session.sessionId === sessionId);
  };

  it("a session is stored with a title that the list shows, and that the node cannot read", async () => {
    writeFileSync(at("recording"), content);
    const details = ["--title", "Quarterly review", "--tag", "review,finance", "--folder", "work/2026"];
    const put = await devnet.lucid(["session", "put", at("recording"), ...details, "--json"]);
    sessionId = json<{ sessionId: string }>(put).sessionId;
    assert.doesNotMatch(put.stderr, /title is not/);
    const found = await listed();
    assert.deepEqual(
      [found?.title, found?.tags, found?.folder],
      ["Quarterly review", ["finance", "review"], "work/2026"],
    );
    const answer = await fetch(devnet.line.rpc, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        jsonrpc: "2.0",
        id: 1,
        method: "lucid_getIndexEntries",
        params: [devnet.line.accounts[0]?.address],
      }),
    });
    const { result } = (await answer.json()) as { result: { entries: readonly string[] } };
    assert.equal(result.entries.length, 1);
    const bytes = Buffer.from(result.entries[0]?.slice(2) ?? "", "hex");
    assert.ok(!bytes.includes("Quarterly") && !bytes.includes(Buffer.from(sessionId.replaceAll("-", ""), "hex")));
  });

  it("it is changed, and without the passphrase nothing of it is shown", async () => {
    const edit = await devnet.lucid([
      "session",
      "edit",
      sessionId,
      "--title",
      "Board meeting",
      "--untag",
      "review",
      "--json",
    ]);
    json(edit);
    const found = await listed();
    assert.deepEqual([found?.title, found?.tags, found?.folder], ["Board meeting", ["finance"], "work/2026"]);
    const bare = await lucid(["session", "list", "--json"], { env: { LUCID_DATA: devnet.data } });
    assert.ok(!bare.stdout.includes("Board meeting"));
    const nothing = await devnet.lucid(["session", "edit", sessionId]);
    assert.equal(nothing.code, ExitCode.Usage);
    const control = await devnet.lucid(["session", "edit", sessionId, "--title", "\u001b[2J"]);
    assert.equal(control.code, ExitCode.BadInput);
    assert.match(control.stderr, /printable/);
  });

  it("a shared key opens that session on another data directory without any passphrase, and no other session", async () => {
    const key = at("friend.key.json");
    json(await devnet.lucid(["session", "share", sessionId, "-o", key, "--with", "Ann", "--json"]));
    assert.equal(statSync(key).mode & 0o777, 0o600);
    // The receiver has a data directory of his own, with other keys.
    const data = at("receiver");
    const genesis = join(devnet.folder, "genesis.json");
    const init = await lucid(["init", "--yes", "--genesis", genesis, "--json"], {
      env: { LUCID_DATA: data, LUCID_PASSPHRASE: "another one" },
    });
    assert.equal(init.code, 0, init.stderr);
    const env = { LUCID_DATA: data, LUCID_NODE: devnet.data };
    const got = await lucid(["session", "get", "--key", key, "-o", at("received"), "--json"], { env });
    assert.equal(json<{ sessionId: string }>(got).sessionId, sessionId);
    assert.deepEqual(readFileSync(at("received")), content);
    // Who has no session and no LUCID has no place in the index.
    const poor = await lucid(["session", "keep", key], { env: { ...env, LUCID_PASSPHRASE: "another one" } });
    assert.match(poor.stderr, /neither a session nor LUCID/);
    const second = json<{ sessionId: string }>(await devnet.lucid(["session", "put", at("recording"), "--json"]));
    const share = JSON.parse(readFileSync(key, "utf8")) as Record<string, unknown>;
    writeFileSync(at("other.key.json"), JSON.stringify({ ...share, sessionId: second.sessionId }), { mode: 0o600 });
    const other = await lucid(["session", "get", "--key", at("other.key.json"), "-o", at("stolen")], { env });
    assert.notEqual(other.code, 0);
    assert.match(other.stderr, /SESSION_KEY_WRONG|does not open/);
    writeFileSync(at("bad.key.json"), "{}", { mode: 0o600 });
    const bad = await lucid(["session", "get", "--key", at("bad.key.json"), "-o", at("bad")], { env });
    assert.match(bad.stderr, /no key file/);
  });

  it("the words alone bring catalogue and recordings back; without the index the recordings", async () => {
    const words = at("words");
    writeFileSync(words, JUNK_WORDS);
    const recover = ["recover", "--mnemonic-file", words, "--node", devnet.data, "--json"];
    const shown = json<{ withIndex: boolean; sessions: readonly Recovered[] }>(await lucid(recover));
    assert.ok(shown.withIndex);
    assert.equal(shown.sessions.find((session) => session.sessionId === sessionId)?.title, "Board meeting");
    const whole = json<{ sessions: readonly Recovered[] }>(await lucid([...recover, "--out", at("back")]));
    assert.ok(whole.sessions.every(({ state }) => state === "restored"));
    const file = whole.sessions.find((session) => session.sessionId === sessionId)?.file ?? "";
    assert.match(file, /Board-meeting_/);
    assert.deepEqual(readFileSync(file), content);
    const again = json<{ sessions: readonly Recovered[] }>(await lucid([...recover, "--out", at("back")]));
    assert.ok(again.sessions.every(({ state }) => state === "there already"));
    const bare = json<{ withIndex: boolean; sessions: readonly Recovered[] }>(
      await lucid([...recover, "--chain-only", "--out", at("bare")]),
    );
    assert.ok(!bare.withIndex && bare.sessions.every(({ title, state }) => title === null && state === "restored"));
    for (const name of readdirSync(at("bare"))) assert.deepEqual(readFileSync(join(at("bare"), name)), content);
  });

  it("the key of a shared session is kept in the receiver's index: then the id is enough", async () => {
    const env = { LUCID_DATA: at("receiver"), LUCID_NODE: devnet.data, LUCID_PASSPHRASE: "another one" };
    const { address } = json<{ address: string }>(await lucid(["account", "show", "--json"], { env }));
    json(await devnet.lucid(["account", "send", address, "2", "--yes", "--rpc", devnet.line.rpc, "--json"]));
    json(await lucid(["session", "keep", at("friend.key.json"), "--title", "From Ann", "--json"], { env }));
    const got = await lucid(["session", "get", sessionId, "-o", at("kept"), "--json"], { env });
    assert.equal(json<{ sessionId: string }>(got).sessionId, sessionId);
    assert.deepEqual(readFileSync(at("kept")), content);
  });

  it("an entry is removed, the session stays", async () => {
    json(await devnet.lucid(["session", "edit", sessionId, "--remove", "--json"]));
    const found = await listed();
    assert.equal(found?.title, null);
    assert.match((await devnet.lucid(["session", "compact"])).stdout, /30 days/);
  });
});
