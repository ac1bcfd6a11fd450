import assert from "node:assert/strict";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ExitCode } from "@lucid/consensus/base";
import { DEVNET_ENV, startTestDevnet } from "./devnet.js";
import { type CliResult, lucid, temporaryFolder } from "./harness.js";

interface Shown {
  readonly nodeId: string;
  readonly signedUpTo: {
    readonly height: number;
    readonly slot: number;
    readonly round: number;
    readonly step: number;
  };
  readonly silentThrough: number;
}

async function height(rpc: string): Promise<number> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_blockNumber", params: [] });
  const answer = await fetch(rpc, { method: "POST", headers: { "content-type": "application/json" }, body });
  return Number(((await answer.json()) as { result: string }).result);
}

function codeOf({ stderr }: CliResult): string {
  const { error } = JSON.parse(stderr.trimEnd().split("\n").at(-1) ?? "") as { error: { code: string } };
  return error.code;
}

describe("lucid protection", function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  const data = join(folder.path, "devnet", "node1");
  const moved = join(folder.path, "moved");
  const file = join(folder.path, "protection.json");
  const protection = (directory: string, ...args: string[]): Promise<CliResult> =>
    lucid(["protection", ...args, "--data", directory, "--json"]);
  const shown = async (directory: string): Promise<Shown> =>
    JSON.parse((await protection(directory, "show")).stdout) as Shown;

  before(async () => {
    const devnet = await startTestDevnet(join(folder.path, "devnet"));
    while ((await height(devnet.line.rpc)) < 2) await new Promise((resolve) => setTimeout(resolve, 100));
    // While the node runs its data directory is its own, whoever asks.
    const args = ["start", "--data", data, "--validator", "--rpc-port", "0", "--metrics-port", "0", "--json"];
    for (const refused of [await protection(data, "export", file), await lucid(args, { env: DEVNET_ENV })]) {
      assert.equal(codeOf(refused), "DATA_LOCKED");
    }
    assert.equal((await devnet.stop()).code, 0);
    cpSync(data, moved, { recursive: true });
    rmSync(join(moved, "chain"), { recursive: true });
  });

  after(() => folder.remove());

  it("moves to another machine, and imports only what is further", async () => {
    const exported = await protection(data, "export", file);
    assert.equal(exported.code, 0, exported.stderr);
    const there = await shown(data);
    assert.ok(there.signedUpTo.height >= 2);
    assert.equal((await shown(moved)).signedUpTo, null);

    const first = await protection(moved, "import", file);
    assert.deepEqual([first.code, (JSON.parse(first.stdout) as { changed: boolean }).changed], [0, true]);
    assert.deepEqual(await shown(moved), there);
    const second = await protection(moved, "import", file);
    assert.deepEqual([second.code, (JSON.parse(second.stdout) as { changed: boolean }).changed], [0, false]);
    const trusted = await protection(moved, "trust");
    assert.deepEqual(JSON.parse(trusted.stdout), { changed: false });
    assert.equal(codeOf(await protection(data, "export", file)), "FILE_EXISTS");
  });

  it("refuses a damaged file, and one of another network or key", async () => {
    const before = await shown(moved);
    const text = readFileSync(file, "utf8");
    const other = join(folder.path, "other");
    assert.equal((await lucid(["init", "--data", other, "--yes", "--json"])).code, 0);
    const refused = await protection(other, "import", file);
    assert.deepEqual([refused.code, codeOf(refused)], [ExitCode.Environment, "PROTECTION_OTHER"]);
    assert.equal(codeOf(await protection(other, "export", join(folder.path, "none.json"))), "PROTECTION_EMPTY");
    const damaged = join(folder.path, "damaged.json");
    const lowered = text.replace(/"height": \d+/, '"height": 1');
    for (const wrong of ["", "[]", text.slice(0, -20), text.replace('"0x', '"0xzz'), lowered]) {
      writeFileSync(damaged, wrong);
      const result = await protection(moved, "import", damaged);
      assert.deepEqual([result.code, codeOf(result)], [ExitCode.BadInput, "PROTECTION_FILE"]);
    }
    assert.deepEqual(await shown(moved), before);
  });
});
