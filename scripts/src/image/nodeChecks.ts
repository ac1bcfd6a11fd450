import { randomBytes } from "node:crypto";
import { ScriptError } from "../errors.js";
import { runCommand, tryCommand } from "./command.js";
import { Container, entry, node, runOnce } from "./container.js";
import { until, writtenOutside } from "./observe.js";
import type { Report } from "./report.js";

/** Seconds per slot of the private network in the container. */
const SLOT_SECONDS = 2;
/** The node promises 10 s; a little more for podman itself. */
const STOP_MS = 12_000;

const height = (container: Container): Promise<number> =>
  container
    .script(
      `const answer = await fetch('http://127.0.0.1:8545', { method: 'POST', headers: { 'content-type': 'application/json' },
         body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_blockNumber', params: [] }) });
       console.log(Number((await answer.json()).result));`,
    )
    .then(Number);

const health = (container: Container) => container.exec([node, entry, "health"]);

async function reach(container: Container, wanted: number, milliseconds: number): Promise<number | string> {
  return until(`block ${wanted}`, milliseconds, async () => {
    const reached = await height(container);
    return reached >= wanted ? reached : undefined;
  });
}

/** The node in the container: a private network of one validator that finalises blocks, survives, and stops. */
export async function checkNode(image: string, report: Report): Promise<void> {
  const passphrase = randomBytes(16).toString("hex");
  const suffix = randomBytes(4).toString("hex");
  const volume = `lucid-check-${suffix}`;
  const container = new Container(`lucid-check-${suffix}`);
  const options = [`--volume=${volume}:/data`, "--env=LUCID_PASSPHRASE"];
  process.env["LUCID_PASSPHRASE"] = passphrase;
  await runCommand("podman", ["volume", "create", volume]);
  try {
    await report.check("lucid version", async () => {
      const result = await runOnce(image, [], ["version"]);
      return result.code === 0 && result.stdout.startsWith("lucid ") ? undefined : `${result.stdout}${result.stderr}`;
    });
    const made = await report.check("lucid init on the volume", async () => {
      const result = await runOnce(image, options, [
        "init",
        "--network=devnet",
        `--slot-seconds=${SLOT_SECONDS}`,
        "--yes",
        "--json",
      ]);
      return result.code === 0 ? undefined : `ended with ${result.code}: ${result.stderr}`;
    });
    if (made) await checkRun(container, image, options, report);
  } finally {
    await container.remove();
    await tryCommand("podman", ["volume", "rm", "--force", volume]);
  }
}

async function checkRun(
  container: Container,
  image: string,
  options: readonly string[],
  report: Report,
): Promise<void> {
  const started = performance.now();
  const healthy = await report.check("healthy", async () => {
    await container.start(image, options, ["start", "--validator", "--json"]);
    const ready = await until("the ready line", 60_000, async () =>
      (await container.logs()).includes('"ready":true') ? true : undefined,
    );
    if (ready !== true) return `${ready}\n${await container.logs()}`;
    report.figures["readySeconds"] = Number(((performance.now() - started) / 1000).toFixed(1));
    const answer = await until("health", 60_000, async () => {
      const { code, stdout, stderr } = await health(container);
      if (code === 0) return true;
      throw new ScriptError({ code: "COMMAND_FAILED", message: `${stdout}${stderr}`.trim() });
    });
    if (answer !== true) return `${answer}\n${await container.logs()}`;
    report.figures["healthySeconds"] = Number(((performance.now() - started) / 1000).toFixed(1));
    return undefined;
  });
  if (!healthy) return;
  await report.check("the image's own health check passes", async () => {
    const result = await tryCommand("podman", ["healthcheck", "run", container.name]);
    return result.code === 0 ? undefined : `${result.stdout}${result.stderr}`;
  });
  let head = 0;
  await report.check("finalises blocks", async () => {
    const reached = await reach(container, 2, 60_000);
    if (typeof reached === "string") return `${reached}\n${await container.logs()}`;
    head = reached;
    report.figures["secondsToBlock2"] = Number(((performance.now() - started) / 1000).toFixed(1));
    return undefined;
  });
  await report.check("nothing written outside volume and tmpfs", () => writtenOutside(container));
  await report.check("memory below the limit", async () => {
    const status = await container.script(
      "import { readFileSync } from 'node:fs'; console.log(readFileSync('/proc/1/status', 'utf8').match(/VmRSS:\\s+(\\d+)/)[1]);",
    );
    report.figures["rssMB"] = Math.round(Number(status) / 1024);
    return Number(status) < 700 * 1024 ? undefined : `${status} KiB`;
  });
  await report.check("graceful stop on SIGTERM within 10 s", async () => {
    const asked = performance.now();
    await container.kill("SIGTERM");
    const code = await container.wait(STOP_MS);
    report.figures["stopSeconds"] = Number(((performance.now() - asked) / 1000).toFixed(1));
    return code === 0 ? undefined : `exit code ${code ?? "none, still running"}\n${await container.logs()}`;
  });
  await report.check("goes on from the volume after the stop, and after kill -9", async () => {
    await container.restart();
    const after = await reach(container, head + 1, 60_000);
    if (typeof after === "string") return `${after}\n${await container.logs()}`;
    await container.kill("SIGKILL");
    await container.wait(STOP_MS);
    await container.restart();
    const again = await reach(container, after + 1, 60_000);
    return typeof again === "string" ? `${again}\n${await container.logs()}` : undefined;
  });
}
