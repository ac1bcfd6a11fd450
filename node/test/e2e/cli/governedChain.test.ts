import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ExitCode, toHex } from "@lucid/consensus/base";
import { contractAddresses, type Hex } from "@lucid/contracts";
import { dataPaths, openDatabase } from "@lucid/storage";
import { formatGenesisFile } from "../../../src/networks/index.js";
import { encodeCall } from "../../contracts/support/testChain.js";
import { BuiltChain, builtNetwork, richWallets } from "../../support/builtChain.js";
import { ChainReads } from "../../support/chainReads.js";
import { Voter } from "../../support/voter.js";
import { type CliResult, lucid, temporaryFolder } from "./harness.js";
import { initNode, type StartedNode, startNode } from "./startedNode.js";

/** What the payout service's test takes (payment-isolated/test/vectors); a test of scripts compares the two files. */
const vector = join(dirname(fileURLToPath(import.meta.url)), "../../../../test/vectors/signersExport.json");
/** Addresses of the accounts 3 to 5 of the test words "test test ... junk", as TRON writes them: 41 before the 20 bytes. */
const NEW_SIGNERS: readonly [Hex, Hex, Hex] = [
  "0x4190f79bf6eb2c4f870365e785982e1f101e93b906",
  "0x4115d34aaf54267db7d7c367839aaf71a00a2c6a65",
  "0x419965507d1a55bcc2695c58ba16fb37d819b0a4dc",
];

function value(result: CliResult): Readonly<Record<string, unknown>> {
  assert.equal(result.code, 0, result.stderr);
  return JSON.parse(result.stdout) as Readonly<Record<string, unknown>>;
}

function refusal(result: CliResult): Readonly<Record<string, unknown>> {
  assert.notEqual(result.code, 0, result.stdout);
  const last = JSON.parse(result.stderr.trim().split("\n").at(-1) ?? "{}") as { readonly error?: object };
  return { ...last.error };
}

describe("exports of a node whose chain has a history", function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  const data = join(folder.path, "node");
  const path = (name: string): string => join(folder.path, name);
  let node: StartedNode;
  /** Credits of each node in the two closed epochs after the second one registered. */
  let closed: { readonly first: number; readonly credits: readonly (readonly [string, number])[] };

  before(async () => {
    const network = await builtNetwork({ validators: 1, slotDuration: 2 });
    writeFileSync(path("genesis.json"), formatGenesisFile(network.genesis));
    await initNode(data, ["--genesis", path("genesis.json")]);
    const store = await openDatabase({ location: dataPaths(data).chain });
    const built = await BuiltChain.open(network, store);
    const reads = await ChainReads.open(built);
    const [wallet] = richWallets;
    const voter = new Voter(built, wallet ?? assert.fail());
    await voter.register();
    await voter.becomeEligible();
    const hashOf = (args: readonly unknown[]) => reads.read("LucidGovernor", "hashProposal", args);
    const rotate = encodeCall("SignerRegistry", "rotate", [1n, NEW_SIGNERS]);
    await voter.execute(
      await voter.ripen({ target: contractAddresses.SignerRegistry, data: rotate, title: "rotate" }, hashOf),
    );
    const { window, nodes, epoch } = built.tip.state;
    const last = window.slice(-2);
    closed = {
      first: epoch.epoch - 2,
      credits: nodes.map(({ nodeId }, i) => [
        toHex(nodeId),
        last.reduce((sum, { credits }) => sum + (credits[i] ?? 0), 0),
      ]),
    };
    await reads.stop();
    await built.stop();
    await store.close();
    node = await startNode(data, ["--no-discovery"]);
  });

  after(async () => {
    node?.child.kill("SIGTERM");
    await node?.end;
    folder.remove();
  });

  const run = (...words: string[]): Promise<CliResult> => lucid([...words, "--json"], { env: { LUCID_DATA: data } });

  it("lucid tally export: a line for each node, its parts add up to its credits, and all epochs are there", async () => {
    const { first, credits } = closed;
    const out = path("tally.csv");
    const told = value(await run("tally", "export", "--period", `${first}..${first + 1}`, "-o", out));
    const total = credits.reduce((sum, [, one]) => sum + one, 0);
    assert.deepEqual([told["epochs"], told["entities"], told["credits"]], [2, 2, total]);
    const lines = readFileSync(out, "utf8").trimEnd().split("\n");
    assert.equal(lines[0], "entity,nodes,credits,validation,uptime,storage,relay");
    const rows = lines.slice(1).map((line) => line.split(","));
    assert.deepEqual(
      rows.map(([entity, nodes, sum]) => [entity, Number(nodes), Number(sum)]),
      [...credits].sort().map(([entity, sum]) => [entity, 1, sum]),
    );
    for (const [, , sum, ...parts] of rows)
      assert.equal(
        parts.reduce((all, part) => all + Number(part), 0),
        Number(sum),
      );
    assert.ok(rows.every(([, , sum]) => Number(sum) > 0));
  });

  it("lucid tally export: refuses a period that is open, or none", async () => {
    const { first } = closed;
    const of = (period: string) => run("tally", "export", "--period", period, "-o", path("none.csv"));
    assert.equal(refusal(await of(`${first}..${first + 2}`))["code"], "TALLY_INCOMPLETE");
    const backwards = await of("9..3");
    assert.deepEqual([refusal(backwards)["code"], backwards.code], ["USAGE", ExitCode.Usage]);
    assert.throws(() => readFileSync(path("none.csv")));
  });

  it("lucid gov signers export: the file that the payout service's tests take", async () => {
    const out = path("signers.json");
    const told = value(await run("gov", "signers", "export", "-o", out));
    assert.equal(told["epoch"], 1);
    const text = readFileSync(out, "utf8");
    if (process.env["UPDATE_SNAPSHOTS"] === "1") writeFileSync(vector, text);
    assert.equal(text, readFileSync(vector, "utf8"));
    value(await run("gov", "signers", "check", out));
    const file = JSON.parse(text) as Record<string, unknown>;
    for (const change of [{ epoch: 2 }, { digest: "00".repeat(32) }]) {
      writeFileSync(path("other.json"), JSON.stringify({ ...file, ...change }));
      assert.equal(refusal(await run("gov", "signers", "check", path("other.json")))["code"], "SIGNERS_FILE");
    }
  });
});
