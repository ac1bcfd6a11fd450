import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../../src/suites.js";

const entry = join(repositoryRoot, "node/dist/bundle/cli/main.js");

/** Lines of a page's shell blocks that call `npx lucid`, without comments, as words after it. */
export function lucidExamples(page: string): readonly (readonly string[])[] {
  const text = readFileSync(join(repositoryRoot, page), "utf8");
  const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = ""]) => block);
  return blocks
    .flatMap((block) => block.split("\n"))
    .map((line) => line.replace(/\s+#.*$/, "").trim())
    .filter((line) => line.startsWith("npx lucid "))
    .map((line) => line.split(/\s+/).slice(2));
}

export function startExample(words: readonly string[], cwd: string, passphrase: string): ChildProcess {
  const { PATH = "", HOME = "" } = process.env;
  const env = { PATH, HOME, LUCID_PASSPHRASE: passphrase };
  return spawn(process.execPath, [entry, ...words], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
}

export interface ExampleResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function endOf(child: ChildProcess): Promise<ExampleResult> {
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
