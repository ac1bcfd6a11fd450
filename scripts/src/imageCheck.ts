/**
 * `node scripts/dist/src/imageCheck.js [--only node|payout] [--keep] [--image NAME]`: builds the containers of the node and of
 * the payout service without an image registry and proves that they are what docs and Dockerfiles say. Prints `ok NAME` or
 * `not ok NAME reason` a check, then figures and counts. Ends with 0 and `skipped: reason` where buildah and podman are
 * missing. `--image` checks an image that is there, of the node unless `--only` says otherwise.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildBuildBase, buildRuntimeBase, registrySettings } from "./image/baseImages.js";
import { runCommand, tryCommand } from "./image/command.js";
import { checkContents, checkIsolation, foreignToNode, foreignToPayout } from "./image/contentChecks.js";
import { checkNode } from "./image/nodeChecks.js";
import { checkPayout } from "./image/payoutChecks.js";
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

interface Subject {
  readonly name: "node" | "payout";
  readonly dockerfile: string;
  readonly check: (image: string, work: string, report: Report) => Promise<void>;
}

const subjects: readonly Subject[] = [
  {
    name: "node",
    dockerfile: "docker/blockchain-core.Dockerfile",
    check: async (image, _work, report) => {
      await checkContents(image, foreignToNode, report);
      await checkIsolation(image, report);
      await checkNode(image, report);
    },
  },
  {
    name: "payout",
    dockerfile: "docker/payment-isolated.Dockerfile",
    check: async (image, work, report) => {
      await checkContents(image, foreignToPayout, report);
      await checkIsolation(image, report);
      await checkPayout(image, work, report);
    },
  },
];

function buildBases(work: string, report: Report): Promise<boolean> {
  return report.check("bases assembled from Debian packages", async () => {
    await buildRuntimeBase(work, `${prefix}-runtime`);
    await buildBuildBase(work, `${prefix}-build`);
    return undefined;
  });
}

function build(work: string, { name, dockerfile }: Subject, image: string, report: Report): Promise<boolean> {
  return report.check("image built from the Dockerfile", async () => {
    const settings = join(work, "npmrc");
    writeFileSync(settings, await registrySettings(), { mode: 0o600 });
    const file = join(repositoryRoot, dockerfile);
    const ignore = existsSync(`${file}.dockerignore`) ? [`--ignorefile=${file}.dockerignore`] : [];
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
        ...ignore,
        `--file=${file}`,
        `--tag=${image}`,
        repositoryRoot,
      ],
      { timeout: 900_000 },
    );
    report.figures[`${name}BuildSeconds`] = Math.round(result.milliseconds / 1000);
    const size = async (tag: string) =>
      Number((await runCommand("podman", ["image", "inspect", "--format", "{{.Size}}", tag])).stdout.trim()) / 1e6;
    report.figures[`${name}ImageMB`] = Math.round(await size(image));
    report.figures["baseMB"] = Math.round(await size(`${prefix}-runtime`));
    return undefined;
  });
}

function optionOf(args: readonly string[], option: string): string | undefined {
  const at = args.indexOf(option);
  return at < 0 ? undefined : args[at + 1];
}

async function main(args: readonly string[]): Promise<void> {
  const missing = await missingTools();
  if (missing !== undefined) {
    process.stdout.write(`skipped: ${missing}\n`);
    return;
  }
  const only = optionOf(args, "--only");
  const given = optionOf(args, "--image");
  const chosen = subjects.filter(({ name }) =>
    only === undefined ? given === undefined || name === "node" : name === only,
  );
  const work = mkdtempSync(join(tmpdir(), "lucid-image-"));
  const report = new Report();
  try {
    if (given === undefined && !(await buildBases(work, report))) return;
    for (const subject of chosen) {
      process.stdout.write(`# ${subject.name}\n`);
      const image = given ?? `${prefix}-${subject.name}`;
      if (given !== undefined || (await build(work, subject, image, report))) await subject.check(image, work, report);
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
    if (!args.includes("--keep") && given === undefined) {
      for (const name of [...chosen.map((subject) => subject.name), "runtime", "build"]) {
        await tryCommand("podman", ["rmi", "--force", `${prefix}-${name}`], { timeout: 120_000 });
      }
    }
    report.finish();
  }
}

await main(process.argv.slice(2));
