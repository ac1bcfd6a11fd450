import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { presets } from "@lucid/consensus";
import { ExitCode } from "@lucid/consensus/base";
import {
  createGenesisFile,
  DEVNET_SIGNERS,
  deriveIdentity,
  formatGenesisFile,
  genesisValidator,
} from "../../../src/networks/index.js";
import { type CliOptions, finished, JUNK_WORDS, lucid, startLucid, temporaryFolder } from "./harness.js";

/** Whatever a slot's length could be called. */
const VARIABLES = {
  LUCID_SLOT_SECONDS: "6",
  LUCID_SLOT_DURATION: "6",
  LUCID_SLOTDURATION: "6",
  LUCID_PRESET: "devnet",
  LUCID_NETWORK: "devnet",
};

describe("slots of 120 s on a public network", function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  const words = join(folder.path, "words");
  const genesisPath = join(folder.path, "genesis.json");
  const data = join(folder.path, "node");
  let genesis: Awaited<ReturnType<typeof createGenesisFile>>;

  before(async () => {
    writeFileSync(words, JUNK_WORDS);
    const identity = await deriveIdentity(JUNK_WORDS);
    genesis = await createGenesisFile({
      network: "testnet",
      preset: "testnet",
      // In slot 1, so that a block is due and the clock has nothing to wait for.
      genesisTime: Math.floor(Date.now() / 1000) - 130,
      slotDuration: 120,
      validators: [genesisValidator(identity, presets.testnet.chainId)],
      balances: [],
      signers: DEVNET_SIGNERS,
    });
    writeFileSync(genesisPath, formatGenesisFile(genesis));
    const made = await init(genesisPath, data);
    assert.equal(made.code, 0, made.stderr);
  });

  after(() => folder.remove());

  const init = (path: string, dataDir: string, extra: readonly string[] = [], options: CliOptions = {}) =>
    lucid(["init", "--data", dataDir, "--genesis", path, "--mnemonic-file", words, "--yes", ...extra], options);

  const refused = (result: Awaited<ReturnType<typeof lucid>>, exit: number, says: RegExp): void => {
    assert.equal(result.code, exit, result.stderr);
    assert.match(result.stderr, says);
    assert.doesNotMatch(result.stderr, /^\s+at /m);
  };

  /** Slot duration in seconds and block time, as a running node reports them. */
  const running = async (options: CliOptions): Promise<number> => {
    const args = ["start", "--data", data, "--rpc-port", "0", "--metrics-port", "0", "--log-level", "warn", "--json"];
    const child = startLucid(args, options);
    const end = finished(child);
    const first = new Promise<string>((resolve) =>
      createInterface({ input: child.stdout ?? process.stdin }).once("line", resolve),
    );
    const line = await Promise.race([first, end]);
    assert.ok(typeof line === "string", typeof line === "string" ? "" : line.stderr);
    const { rpc } = JSON.parse(line) as { readonly rpc: string };
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "lucid_getParams", params: [] });
    const answer = await fetch(rpc, { method: "POST", headers: { "content-type": "application/json" }, body });
    const { result } = (await answer.json()) as { readonly result: { readonly slotDuration: number } };
    const gone = once(child, "exit");
    child.kill("SIGTERM");
    await gone;
    assert.equal((await end).code, 0);
    return result.slotDuration;
  };

  it("no option sets them", async () => {
    refused(await lucid(["start", "--data", data, "--slot-seconds", "6"]), ExitCode.Usage, /unknown option/);
    const other = join(folder.path, "other");
    refused(
      await init(genesisPath, other, ["--slot-seconds", "6"]),
      ExitCode.Usage,
      /genesis file says how long slots/,
    );
    refused(await init(genesisPath, other, ["--network", "devnet"]), ExitCode.BadInput, /is of a testnet/);
    const made = ["init", "--data", other, "--network", "testnet", "--slot-seconds", "6", "--yes"];
    refused(await lucid(made), ExitCode.Environment, /no public testnet/);
  });

  it("no variable sets them", async () => {
    assert.equal(await running({ env: VARIABLES }), 120);
  });

  it("no line of config.yaml sets them", async () => {
    const path = join(data, "config.yaml");
    const good = readFileSync(path, "utf8");
    for (const line of ["slotDuration: 6", "slotSeconds: 6", "chain:\n  slotDuration: 6", "preset: devnet"]) {
      writeFileSync(path, `${line}\n`);
      refused(await lucid(["start", "--data", data]), ExitCode.Environment, /unknown setting/);
    }
    writeFileSync(path, good);
  });

  it("no genesis file sets them, whatever it calls itself", async () => {
    const changes = [
      [{ slotDuration: 6 }, /slots of 6 s are not allowed on testnet; use 120/],
      [{ slotDuration: 119 }, /slots of 119 s are not allowed/],
      [{ preset: "devnet", slotDuration: 6 }, /named testnet follows the rules of testnet/],
      [{ preset: "devnet", network: "devnet", slotDuration: 6 }, /chain id 120121 is not that of devnet/],
      [{ preset: "mainnet", network: "mainnet", slotDuration: 6, chainId: 120_120 }, /not allowed on mainnet; use 120/],
    ] as const;
    for (const [change, says] of changes) {
      const path = join(folder.path, "changed.json");
      writeFileSync(path, JSON.stringify({ ...genesis, ...change }));
      refused(await init(path, join(folder.path, "other")), ExitCode.BadInput, says);
    }
  });

  it("nor does a changed genesis file in the data directory, afterwards", async () => {
    const path = join(data, "genesis.json");
    const good = readFileSync(path, "utf8");
    writeFileSync(path, JSON.stringify({ ...genesis, slotDuration: 6 }));
    refused(await lucid(["start", "--data", data]), ExitCode.Environment, /slots of 6 s are not allowed/);
    // A devnet of the same accounts is another network: its id is not this directory's.
    const devnet = { ...genesis, network: "devnet", preset: "devnet", chainId: 120_122, slotDuration: 6 };
    writeFileSync(path, JSON.stringify(devnet));
    refused(await lucid(["start", "--data", data]), ExitCode.Environment, /network/);
    writeFileSync(path, good);
  });
});
