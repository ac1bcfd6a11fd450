import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ScriptError } from "../errors.js";
import { repositoryRoot } from "../suites.js";
import { runCommand, tryCommand } from "./command.js";
import { Container, node, runOnce } from "./container.js";
import { until, writtenOutside } from "./observe.js";
import type { Report } from "./report.js";

const entry = "/app/lucid-payout.cjs";
/** The service promises 10 s; a little more for podman itself. */
const STOP_MS = 12_000;
const EMULATOR_PORT = 9090;
/** Planted as secrets of the service: none may show where others can read. */
const secrets = { apiKey: "planted-api-key-0b61d2", passphrase: "planted passphrase c41e7a" };

interface Emulator {
  readonly url: string;
  readonly genesisId: string;
  readonly operator: string;
  readonly contracts: Readonly<Record<string, string>>;
}

/** An emulated TRON node from this repository in a container of its own; the service shares its loopback and nothing else. */
async function startEmulator(container: Container, image: string): Promise<Emulator | string> {
  const script = "/repository/payment-isolated/dist/test/emulator/main.js";
  const options = [`--volume=${repositoryRoot}:/repository:ro`, `--entrypoint=${node}`];
  await container.start(image, options, [script, String(EMULATOR_PORT)]);
  return until("the emulator's line", 60_000, async () => {
    const line = (await container.logs()).split("\n").find((one) => one.startsWith("{"));
    return line === undefined ? undefined : (JSON.parse(line) as Emulator);
  });
}

/** A data directory as a person makes it, with its key made in the container. */
async function prepare(image: string, data: string, { url, genesisId, operator, contracts }: Emulator): Promise<void> {
  writeFileSync(join(data, "api.key"), `${secrets.apiKey}\n`);
  writeFileSync(join(data, "pass"), `${secrets.passphrase}\n`);
  const volume = `--volume=${data}:/data`;
  for (const words of [["init"], ["key", "new", "/data/key.json", "--light", "--passphrase-file", "/data/pass"]]) {
    const { code, stderr } = await runOnce(image, [volume], words);
    if (code !== 0)
      throw new ScriptError({ code: "COMMAND_FAILED", message: `${words.join(" ")} ended with ${code}: ${stderr}` });
  }
  const config = {
    network: { name: "emulated", genesisId },
    nodes: [{ url, apiKeyFile: "api.key" }],
    engine: {
      contracts,
      operator: {
        address: operator,
        signers: { epoch: 0, threshold: 2, signers: Object.values(contracts).slice(0, 3) },
      },
      pollMs: 500,
    },
    signers: [{ kind: "vault", name: "first", keystore: "key.json", passphraseFile: "pass" }],
  };
  writeFileSync(join(data, "config.yaml"), JSON.stringify(config));
}

/** The payout service in its container: ready, closed, silent about its secrets, and back after a stop and a kill. */
export async function checkPayout(image: string, work: string, report: Report): Promise<void> {
  const suffix = randomBytes(4).toString("hex");
  const emulator = new Container(`payout-emulator-${suffix}`);
  const container = new Container(`payout-check-${suffix}`);
  const data = join(work, `payout-data-${suffix}`);
  mkdirSync(data, { mode: 0o700 });
  await runCommand("chown", ["65532:65532", data]);
  try {
    let emulated: Emulator | undefined;
    const made = await report.check("data directory and key made in the container", async () => {
      const started = await startEmulator(emulator, image);
      if (typeof started === "string") return `${started}\n${await emulator.logs()}`;
      emulated = started;
      await prepare(image, data, started);
      await runCommand("chown", ["-R", "65532:65532", data]);
      return undefined;
    });
    if (made && emulated !== undefined) await checkRun(container, image, { data, emulator }, report);
  } finally {
    await container.remove();
    await emulator.remove();
  }
}

async function checkRun(
  container: Container,
  image: string,
  { data, emulator }: { readonly data: string; readonly emulator: Container },
  report: Report,
): Promise<void> {
  const started = performance.now();
  const options = [`--volume=${data}:/data`, "--ulimit=core=0:0"];
  const health = async () => ((await container.exec([node, entry, "health"])).code === 0 ? true : undefined);
  const healthy = await report.check("healthy", async () => {
    await container.start(image, options, ["serve"], `container:${emulator.name}`);
    const answer = await until("health", 60_000, health);
    report.figures["healthySeconds"] = Number(((performance.now() - started) / 1000).toFixed(1));
    return answer === true ? undefined : `${answer}\n${await container.logs()}`;
  });
  if (!healthy) return;
  await report.check("the image's own health check passes", async () => {
    const { code, stdout, stderr } = await tryCommand("podman", ["healthcheck", "run", container.name]);
    return code === 0 ? undefined : `${stdout}${stderr}`;
  });
  await report.check("it listens on no port, and talks to the TRON node alone", async () => {
    const found = await container.script(
      `import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
       const own = new Set(readdirSync('/proc/1/fd').flatMap((fd) => {
         try { return /^socket:.(\\d+)/.exec(readlinkSync('/proc/1/fd/' + fd))?.[1] ?? []; } catch { return []; } }));
       const wrong = [];
       for (const table of ['tcp', 'tcp6', 'udp', 'udp6'])
         for (const line of readFileSync('/proc/1/net/' + table, 'utf8').trim().split('\\n').slice(1)) {
           const columns = line.trim().split(/\\s+/);
           if (!own.has(columns[9])) continue;
           if (columns[3] === '0A' || !columns[2].endsWith(':${EMULATOR_PORT.toString(16).toUpperCase()}')) wrong.push(line.trim());
         }
       console.log(wrong.join(' | '));`,
    );
    return found === "" ? undefined : found;
  });
  await report.check("nothing written outside volume and tmpfs", () => writtenOutside(container));
  await report.check("no core dump is possible, and no secret in log, environment or command line", async () => {
    const limits = await container.script(
      "import { readFileSync } from 'node:fs'; console.log(['limits', 'environ', 'cmdline'].map((name) => readFileSync('/proc/1/' + name, 'utf8')).join('\\n'));",
    );
    if (!/^Max core file size\s+0\s+0\s/m.test(limits)) return "core dumps are allowed";
    const text = `${limits}${await container.logs()}${await container.inspect("{{json .Config}}")}`;
    const told = Object.entries(secrets).filter(([, secret]) => text.includes(secret));
    return told.length === 0 ? undefined : told.map(([name]) => name).join();
  });
  await report.check("memory below the limit", async () => {
    const status = await container.script(
      "import { readFileSync } from 'node:fs'; console.log(readFileSync('/proc/1/status', 'utf8').match(/VmRSS:\\s+(\\d+)/)[1]);",
    );
    report.figures["payoutRssMB"] = Math.round(Number(status) / 1024);
    return Number(status) < 300 * 1024 ? undefined : `${status} KiB`;
  });
  await report.check("graceful stop on SIGTERM within 10 s", async () => {
    await container.kill("SIGTERM");
    const code = await container.wait(STOP_MS);
    return code === 0 ? undefined : `exit code ${code ?? "none, still running"}\n${await container.logs()}`;
  });
  await report.check("goes on from the volume after the stop, and after kill -9", async () => {
    await container.restart();
    const again = await until("health", 60_000, health);
    if (again !== true) return `${again}\n${await container.logs()}`;
    await container.kill("SIGKILL");
    await container.wait(STOP_MS);
    await container.restart();
    const third = await until("health", 60_000, health);
    return third === true ? undefined : `${third}\n${await container.logs()}`;
  });
}
