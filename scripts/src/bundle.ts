/**
 * Bundles the two binaries and proves from the bundler's own records that they share no module of ours, that the node
 * does not contain tronweb and that the payment service contains neither database nor network nor EVM of the node.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Metafile } from "esbuild";
import { commonJsBanner, unbundledPackages } from "./bundleOptions.js";
import { repositoryRoot } from "./suites.js";

const outdir = join(repositoryRoot, "dist");

async function bundleNode(): Promise<Metafile> {
  const result = await build({
    absWorkingDir: repositoryRoot,
    entryPoints: ["node/dist/src/cli/main.js"],
    outfile: join(outdir, "lucid.mjs"),
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    metafile: true,
    write: false,
    logLevel: "error",
    external: [...unbundledPackages],
    banner: { js: commonJsBanner },
  });
  return result.metafile;
}

/** The payment service bundles itself; it is run, not imported. Writes dist/lucid-payout.cjs, all that its image holds. */
function bundlePayment(): Metafile {
  const file = join(outdir, "lucid-payout.cjs");
  const meta = join(outdir, "payment.meta.json");
  const script = join(repositoryRoot, "payment-isolated/dist/src/build/bundle.js");
  execFileSync(process.execPath, [script, file, "--meta", meta], { cwd: repositoryRoot });
  return JSON.parse(readFileSync(meta, "utf8")) as Metafile;
}

/** Violations of the isolation rules, in words; none when the border holds. */
export function isolationViolations(node: Metafile, payment: Metafile): string[] {
  const problems: string[] = [];
  const own = (file: string) => !file.includes("node_modules/");
  const nodeInputs = new Set(Object.keys(node.inputs));
  for (const file of Object.keys(payment.inputs)) {
    if (own(file) && nodeInputs.has(file)) problems.push(`${file} is in both binaries`);
  }
  const contains = (files: Iterable<string>, packageName: string) =>
    [...files].some((file) => file.includes(`node_modules/${packageName}/`));
  if (contains(nodeInputs, "tronweb")) problems.push("tronweb is in the node's binary");
  const paymentInputs = Object.keys(payment.inputs);
  for (const name of ["level", "classic-level", "libp2p", "@libp2p", "@ethereumjs"]) {
    if (paymentInputs.some((file) => file.includes(`node_modules/${name}/`))) {
      problems.push(`${name} is in the payment service's binary`);
    }
  }
  return problems;
}

export async function bundleBoth(): Promise<{ node: Metafile; payment: Metafile }> {
  return { node: await bundleNode(), payment: bundlePayment() };
}

if (process.argv[1]?.endsWith("bundle.js") === true && existsSync(join(repositoryRoot, "node/dist"))) {
  const { node, payment } = await bundleBoth();
  mkdirSync(outdir, { recursive: true });
  writeFileSync(join(outdir, "lucid.meta.json"), JSON.stringify(node));
  const problems = isolationViolations(node, payment);
  for (const problem of problems) process.stdout.write(`${problem}\n`);
  process.stdout.write(
    `node: ${Object.keys(node.inputs).length} modules; payment service: ${Object.keys(payment.inputs).length} modules; ` +
      `${problems.length} violations\n`,
  );
  process.exitCode = problems.length === 0 ? 0 : 1;
}
