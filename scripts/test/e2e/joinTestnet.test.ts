import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { freePorts } from "@lucid/node/cli";
import { type ExampleResult, endOf, lucidExamples, startExample } from "../support/docExamples.js";

const PASSPHRASE = "correct horse battery";
/** Commands that ask questions; a test gives the answers. */
const ASKS = ["testnet operator", "init"];

interface Running {
  readonly child: ChildProcess;
  readonly end: Promise<ExampleResult>;
}

describe("docs/join-testnet.md", function () {
  this.timeout(300_000);
  const folder = mkdtempSync(join(tmpdir(), "lucid-join-"));
  const nodes = new Map<string, Running>();
  const ports = new Map<string, number>();

  const stop = async (name: string): Promise<void> => {
    const running = nodes.get(name);
    nodes.delete(name);
    running?.child.kill("SIGTERM");
    const result = await running?.end;
    if (result !== undefined) assert.equal(result.code, 0, result.stderr.slice(-1_000));
  };

  after(async () => {
    await Promise.all([...nodes.keys()].map(stop));
    rmSync(folder, { recursive: true, force: true });
  });

  before(async () => {
    const free = await freePorts("127.0.0.1", 3);
    ["alice", "bob", "carol"].forEach((name, i) => void ports.set(name, free[i] ?? 0));
  });

  /** The command on this machine: host names of the page become ports of loopback. */
  const local = (words: readonly string[]): readonly string[] =>
    words.map((word) => {
      const name = /^\/dns4\/(\w+)\.example\//.exec(word)?.[1];
      if (name !== undefined) return `/ip4/127.0.0.1/tcp/${ports.get(name)}`;
      return word === "/ip4/0.0.0.0/tcp/30120" ? `/ip4/127.0.0.1/tcp/${ports.get("carol")}` : word;
    });

  it("its commands found a network, join it and make a validator, as they stand there", async () => {
    let output = "";
    for (const words of lucidExamples("docs/join-testnet.md")) {
      const data = words[words.indexOf("--data") + 1] ?? "";
      if (words[0] === "start") {
        await stop(data);
        const child = startExample(
          [...local(words), "--rpc-port", "0", "--metrics-port", "0", "--log-level", "silent", "--json"],
          folder,
          PASSPHRASE,
        );
        const end = endOf(child);
        nodes.set(data, { child, end });
        assert.ok(child.stdout !== null);
        const first = await Promise.race([once(createInterface({ input: child.stdout }), "line"), end]);
        assert.ok(Array.isArray(first), JSON.stringify(first));
        continue;
      }
      const asks = ASKS.some((name) => words.join(" ").startsWith(name));
      const { code, stdout, stderr } = await endOf(
        startExample([...local(words), ...(asks ? ["--yes"] : [])], folder, PASSPHRASE),
      );
      assert.equal(code, 0, `lucid ${words.join(" ")}: ${stderr}`);
      output += stdout;
    }
    assert.match(output, /Registered node 0x[0-9a-f]{64} in block \d+; bond 1 LUCID/);
    assert.equal(nodes.size, 3);
    const roots = new Set([...output.matchAll(/^genesis root +(0x[0-9a-f]{64})$/gm)].map(([, root]) => root));
    assert.equal(roots.size, 1, "one network");
  });
});
