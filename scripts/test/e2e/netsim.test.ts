import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { repositoryRoot } from "../../src/suites.js";
import { endOf } from "../support/docExamples.js";

const netsim = join(repositoryRoot, "scripts/dist/src/netsim.js");
const NOBODY = 65_534;
const superuser = process.platform === "linux" && process.getuid?.() === 0;

const start = (words: readonly string[], { user, path }: { readonly user?: number; readonly path?: string } = {}) =>
  spawn(process.execPath, [netsim, ...words, "--json"], {
    stdio: ["ignore", "pipe", "pipe"],
    ...(user === undefined ? {} : { uid: user, gid: user }),
    ...(path === undefined ? {} : { env: { ...process.env, PATH: path } }),
  });

const machinesOf = (pid: number | undefined): readonly string[] =>
  execFileSync("ip", ["netns", "list"], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.startsWith(`lucidsim-${pid}-`));

describe("npm run netsim", function () {
  this.timeout(180_000);
  const children: ReturnType<typeof start>[] = [];
  // A second signal ends it at once, and its machines with it.
  after(() => {
    for (const child of children) if (child.exitCode === null) child.kill("SIGINT");
  });

  it("an unknown scenario or option is one line with the usage", async () => {
    for (const words of [["moon"], [], ["join", "--moon"], ["join", "--nodes", "x"], ["join", "soak"]]) {
      const { code, stdout } = await endOf(start(words));
      const answer = JSON.parse(stdout) as Readonly<Record<string, unknown>>;
      assert.deepEqual([answer["ok"], answer["code"], code], [false, "NETSIM_USAGE", 2], stdout);
      assert.match(
        String(answer["error"]),
        /join\|partition\|slow\|hostile\|nat\|upnp\|soak\|scale\|burn\|onion\|governance/,
      );
    }
  });

  it("without the right to make namespaces it refuses with a code and leaves nothing", async () => {
    const child = start(["partition"], superuser ? { user: NOBODY } : {});
    const { code, stdout } = await endOf(child);
    const answer = JSON.parse(stdout) as Readonly<Record<string, unknown>>;
    assert.deepEqual([answer["ok"], answer["code"], code], [false, "NETSIM_NOT_PERMITTED", 3], stdout);
    assert.match(String(answer["error"]), /it needs root|a feature of Linux/);
  });

  it("a program that a scenario needs and that is not installed is named", async () => {
    for (const [scenario, program] of [
      ["upnp", "miniupnpd"],
      ["onion", "tor"],
    ] as const) {
      const { code, stdout } = await endOf(start([scenario], { path: "/nowhere" }));
      const answer = JSON.parse(stdout) as Readonly<Record<string, unknown>>;
      assert.deepEqual([answer["ok"], answer["code"], code], [false, "NETSIM_NO_PROGRAM", 3], stdout);
      assert.match(String(answer["error"]), new RegExp(`^${program} .*is missing \\(apt-get install`));
    }
  });

  it("a signal ends nodes and machines", async function () {
    if (!superuser) this.skip();
    const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith("lucidsim-"));
    const before = new Set(folders());
    const child = start(["partition"]);
    children.push(child);
    const end = endOf(child);
    while (machinesOf(child.pid).length < 6) await delay(50);
    const own = folders().filter((name) => !before.has(name));
    assert.ok(own.length > 0);
    child.kill("SIGINT");
    const { stdout } = await end;
    assert.equal((JSON.parse(stdout) as { readonly ok: boolean }).ok, false);
    assert.deepEqual(machinesOf(child.pid), []);
    assert.ok(own.some((name) => !folders().includes(name)));
  });
});
