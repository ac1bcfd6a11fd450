import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { repositoryRoot } from "../../src/suites.js";
import { endOf, lucidExamples, startExample } from "../support/docExamples.js";

const start = (words: readonly string[], cwd: string) => startExample(words, cwd, "lucid-devnet");
const run = (words: readonly string[], cwd: string) => endOf(start(words, cwd));

describe("examples of the README", function () {
  this.timeout(120_000);

  it("run as they stand there", async () => {
    const folder = mkdtempSync(join(tmpdir(), "lucid-readme-"));
    copyFileSync(join(repositoryRoot, "scripts/data/terminal.cast"), join(folder, "recording.mkv"));
    const all = lucidExamples("README.md");
    const devnetWords = all.find(([command]) => command === "devnet");
    assert.ok(devnetWords !== undefined);
    // The usual port may be taken on this machine, and nobody wants to wait 6 s for a block.
    const devnet = start([...devnetWords, "--rpc-port", "0", "--slot-seconds", "2"], folder);
    const end = new Promise((resolve) => devnet.once("close", resolve));
    try {
      for await (const line of createInterface({ input: devnet.stdout ?? process.stdin })) {
        if (line.startsWith("Ctrl-C")) break;
      }
      let id = "";
      let count = 0;
      for (const words of all.filter(([command]) => command !== "devnet")) {
        const dashes = words.indexOf("--");
        // A screen to film is not everywhere: another program writes instead.
        const recorded = [process.execPath, "-e", "process.stdout.write('film')"];
        const real = (dashes === -1 ? words : [...words.slice(0, dashes + 1), ...recorded]).map((word) =>
          word === "ID" ? id : word,
        );
        const { code, stdout, stderr } = await run(real, folder);
        assert.equal(code, 0, `lucid ${real.join(" ")}: ${stderr}`);
        id = /^session +([0-9a-f-]{36})$/m.exec(stdout)?.[1] ?? id;
        count++;
      }
      assert.ok(count >= 6, `${count} examples`);
      const original = readFileSync(join(folder, "recording.mkv"));
      assert.deepEqual(readFileSync(join(folder, "copy.mkv")), original);
    } finally {
      devnet.kill("SIGTERM");
      await end;
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
