import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ExitCode } from "@lucid/consensus/base";
import { freePorts } from "../../../src/cli/ports.js";
import type { NetworkFile, OperatorFile } from "../../../src/networks/index.js";
import { type CliResult, finished, lucid, startLucid, temporaryFolder } from "./harness.js";

/** TRON addresses of contracts that everybody can look up. */
const SIGNERS =
  "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t,TXYZopYRdj2D9XRtbG411XZZ3kM5VkAeBf,TG3XXyExBkPp9nzdajDZsozEu4BkaSJozs";

describe("a network that a group of people founds", function () {
  this.timeout(240_000);
  const folder = temporaryFolder();
  const path = (name: string) => join(folder.path, name);
  const json = <T>(result: CliResult): T => {
    assert.equal(result.code, 0, result.stderr);
    return JSON.parse(result.stdout.trimEnd().split("\n").at(-1) ?? "") as T;
  };
  const refused = async (args: readonly string[], exit: number, says: RegExp): Promise<void> => {
    const { code, stderr } = await lucid(args);
    assert.match(stderr, says);
    assert.equal(code, exit, stderr);
    assert.match(stderr, /^error: [^\n]*\n$/);
  };
  const operator = (name: string): OperatorFile => JSON.parse(readFileSync(path(`${name}/operator.json`), "utf8"));

  after(() => folder.remove());

  it("each operator makes keys; what is sent has nothing secret and proves the key", async () => {
    const ports = await freePorts("127.0.0.1", 2);
    for (const [index, name] of ["alice", "bob"].entries()) {
      const announce = ["--p2p-announce", `/ip4/127.0.0.1/tcp/${ports[index]}`];
      const who = ["--data", path(name), "--name", name, "--yes"];
      const args = ["testnet", "operator", "--preset", "devnet", ...who];
      const made = json<{ readonly mnemonic: string; readonly file: string }>(
        await lucid([...args, ...announce, "--json"]),
      );
      const text = readFileSync(made.file, "utf8");
      for (const word of made.mnemonic.split(" ")) assert.ok(!text.includes(`${word} `));
      assert.deepEqual(Object.keys(operator(name)).sort(), [
        ...["addresses", "blsPublicKey", "chainId", "format", "name", "operator", "peerId", "proofOfPossession"],
      ]);
      assert.equal(statSync(path(`${name}/keys/bls.json`)).mode & 0o777, 0o600);
      if (name === "alice")
        await refused([...args, ...announce], ExitCode.Environment, /holds an operator's keys already.*FILE_EXISTS/);
    }
    await refused(["init", "--data", path("alice")], ExitCode.Usage, /needs the network's file/);
  });

  it("one of them puts the files together; everybody can check the result", async () => {
    const sent = ["alice", "bob"].map((name) => path(`${name}/operator.json`));
    const terms = ["--preset", "devnet", "--name", "ours", "--slot-seconds", "2", "--genesis-time", "+3"];
    const create = ["testnet", "create", ...sent, "--out", path("one"), ...terms];
    const made = json<{ readonly genesisRoot: string }>(await lucid([...create, "--json"]));
    const shown = json<Record<string, unknown>>(await lucid(["testnet", "show", path("one/network.json"), "--json"]));
    assert.equal(shown["genesisRoot"], made.genesisRoot);
    assert.equal(shown["privateAddresses"], true);
    assert.match(readFileSync(path("one/START.md"), "utf8"), new RegExp(made.genesisRoot));
    await refused(create, ExitCode.Environment, /network\.json exists already/);
    const testnet = ["testnet", "create", ...sent, "--out", path("other")];
    await refused(testnet, ExitCode.Usage, /TRON addresses of the three first signers/);
    await refused([...testnet, "--signers", SIGNERS], ExitCode.BadInput, /are for the chain 120122, this network is/);
  });

  it("init takes the keys that were made before, and the founding validator is one", async () => {
    const args = ["init", "--data", path("alice"), "--network", path("one/network.json"), "--json"];
    const made = json<Record<string, unknown>>(await lucid(args));
    assert.equal(made["validator"], true);
    assert.equal(made["mnemonic"], undefined);
    assert.match(
      readFileSync(path("alice/config.yaml"), "utf8"),
      /^ {2}announce: \["\/ip4\/127\.0\.0\.1\/tcp\/\d+"\]$/m,
    );
    // docs/join-testnet.md, whose commands a test runs, starts such a network.
  });
});

describe("a network that one person founds", function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  after(() => folder.remove());

  it("has a data directory for each operator, a bootstrap node, and the commands to start them", async () => {
    const out = join(folder.path, "lab");
    const { code, stdout, stderr } = await lucid([
      ...[
        "testnet",
        "create",
        "--out",
        out,
        "--validators",
        "2",
        "--hosts",
        "10.0.0.1,node.example:4000",
        "--light-kdf",
      ],
      ...["--bootnode", "[fd00::9]", "--signers", SIGNERS, "--fund", "0x70997970C51812dc3A010C7d01b50e0d17dc79C8=5"],
    ]);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /This machine has seen every key/);
    assert.match(stdout, new RegExp(`operator2: lucid start --data ${out}/operator2`));
    const network = JSON.parse(readFileSync(join(out, "network.json"), "utf8")) as NetworkFile;
    const reached = network.bootnodes.map((address) => address.replace(/\/p2p\/12D3KooW\w+$/, ""));
    assert.deepEqual(reached.slice(0, 1), ["/ip6/fd00::9/tcp/30120"]);
    assert.deepEqual(reached.slice(1).sort(), ["/dns4/node.example/tcp/4000", "/ip4/10.0.0.1/tcp/30120"]);
    assert.equal(network.privateAddresses, false, "one of them has a public name");
    assert.equal(network.genesis?.slotDuration, 120);
    assert.equal(network.genesis?.alloc["0x70997970c51812dc3a010c7d01b50e0d17dc79c8"]?.balance, `5${"0".repeat(18)}`);
    const config = readFileSync(join(out, "operator2/config.yaml"), "utf8");
    assert.match(config, /^ {2}listen: \["\/ip4\/0\.0\.0\.0\/tcp\/4000"\]$/m);
    assert.match(config, /^ {2}announce: \["\/dns4\/node\.example\/tcp\/4000"\]$/m);
    assert.match(config, /^validator: true$/m);
    assert.equal(statSync(join(out, "bootnode/keys/peer.key")).mode & 0o777, 0o600);
    const start = /^lucid bootnode .*$/m.exec(readFileSync(join(out, "START.md"), "utf8"))?.[0] ?? "";
    const shown = await lucid(["config", "show", "--data", join(out, "operator1"), "--json"]);
    assert.equal(shown.code, 0, shown.stderr);
    // The bootstrap node takes everything from its folder; only the address is not this machine's.
    const words = start
      .split(" ")
      .slice(1)
      .filter((_, index, all) => !/p2p-/.test(`${all[index]}${all[index - 1]}`));
    const child = startLucid([...words, "--p2p-listen", "/ip4/127.0.0.1/tcp/0", "--json"]);
    const end = finished(child);
    assert.ok(child.stdout !== null);
    const first = await Promise.race([once(createInterface({ input: child.stdout }), "line"), end]);
    assert.ok(Array.isArray(first), JSON.stringify(first));
    const { peerId } = JSON.parse(String(first[0])) as { readonly peerId: string };
    assert.ok(network.bootnodes[0]?.endsWith(`/p2p/${peerId}`));
    child.kill("SIGTERM");
    assert.equal((await end).code, 0);
  });
});
