import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { repositoryRoot } from "../../src/suites.js";

const entry = join(repositoryRoot, "node/dist/bundle/cli/main.js");

/** Lines of the README's shell blocks that call `lucid`, without comments, as words. */
function examples(): readonly (readonly string[])[] {
  const readme = readFileSync(join(repositoryRoot, "README.md"), "utf8");
  const blocks = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = ""]) => block);
  return blocks
    .flatMap((block) => block.split("\n"))
    .map((line) => line.replace(/\s+#.*$/, "").trim())
    .filter((line) => line.startsWith("npx lucid "))
    .map((line) => line.split(/\s+/).slice(2));
}

function start(words: readonly string[], cwd: string): ChildProcess {
  const { PATH = "", HOME = "" } = process.env;
  const env = { PATH, HOME, LUCID_PASSPHRASE: "lucid-devnet" };
  const child = spawn(process.execPath, [entry, ...words], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  return child;
}

function run(words: readonly string[], cwd: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = start(words, cwd);
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (part: Buffer) => {
    stdout += part.toString("utf8");
  });
  child.stderr?.on("data", (part: Buffer) => {
    stderr += part.toString("utf8");
  });
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, stdout, stderr })));
}

describe("examples of the README", function () {
  this.timeout(120_000);

  it("run as they stand there", async () => {
    const folder = mkdtempSync(join(tmpdir(), "lucid-readme-"));
    copyFileSync(join(repositoryRoot, "scripts/data/terminal.cast"), join(folder, "recording.mkv"));
    const all = examples();
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
