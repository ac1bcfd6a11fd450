/**
 * `node scripts/dist/src/imageCheck.js [--keep] [--image NAME]`: builds the node's container without an image registry
 * and proves that it is what docs and Dockerfile say. Prints `ok NAME` or `not ok NAME reason` a check, then figures and
 * counts. Ends with 0 and `skipped: reason` where buildah and podman are missing.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildBuildBase, buildRuntimeBase, registrySettings } from "./image/baseImages.js";
import { runCommand, tryCommand } from "./image/command.js";
import { checkContents, checkIsolation } from "./image/contentChecks.js";
import { checkNode } from "./image/nodeChecks.js";
import { Report } from "./image/report.js";
import { repositoryRoot } from "./suites.js";

const prefix = "localhost/lucid-image-check";

async function missingTools(): Promise<string | undefined> {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "it needs Linux and root";
  for (const tool of ["buildah", "podman", "runc", "apt-get", "dpkg"]) {
    if ((await tryCommand(tool, ["--version"])).code !== 0) return `${tool} is not installed`;
  }
  return undefined;
}

async function build(work: string, image: string, report: Report): Promise<boolean> {
  const bases = await report.check("bases assembled from Debian packages", async () => {
    await buildRuntimeBase(work, `${prefix}-runtime`);
    await buildBuildBase(work, `${prefix}-build`);
    return undefined;
  });
  if (!bases) return false;
  return report.check("image built from the Dockerfile", async () => {
    const settings = join(work, "npmrc");
    writeFileSync(settings, await registrySettings(), { mode: 0o600 });
    const result = await runCommand(
      "buildah",
      [
        "bud",
        "--isolation=chroot",
        "--format=docker",
        "--pull-never",
        `--build-arg=BUILD_IMAGE=${prefix}-build`,
        `--build-arg=RUNTIME_IMAGE=${prefix}-runtime`,
        `--secret=id=npmrc,src=${settings}`,
        `--file=${join(repositoryRoot, "docker/blockchain-core.Dockerfile")}`,
        `--tag=${image}`,
        repositoryRoot,
      ],
      { timeout: 900_000 },
    );
    report.figures["buildSeconds"] = Math.round(result.milliseconds / 1000);
    const size = async (name: string) =>
      Number((await runCommand("podman", ["image", "inspect", "--format", "{{.Size}}", name])).stdout.trim()) / 1e6;
    report.figures["imageMB"] = Math.round(await size(image));
    report.figures["baseMB"] = Math.round(await size(`${prefix}-runtime`));
    return undefined;
  });
}

async function main(args: readonly string[]): Promise<void> {
  const missing = await missingTools();
  if (missing !== undefined) {
    process.stdout.write(`skipped: ${missing}\n`);
    return;
  }
  const keep = args.includes("--keep");
  const given = args[args.indexOf("--image") + 1];
  const built = !args.includes("--image") || given === undefined;
  const image = built ? `${prefix}-node` : given;
  const work = mkdtempSync(join(tmpdir(), "lucid-image-"));
  const report = new Report();
  try {
    if (!built || (await build(work, image, report))) {
      await checkContents(image, report);
      await checkIsolation(image, report);
      await checkNode(image, report);
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
    if (!keep && built) {
      for (const name of ["node", "runtime", "build"]) {
        await tryCommand("podman", ["rmi", "--force", `${prefix}-${name}`], { timeout: 120_000 });
      }
    }
  }
  report.finish();
}

await main(process.argv.slice(2));
