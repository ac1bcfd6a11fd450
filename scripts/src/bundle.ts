/**
 * Bundles the two binaries and proves from the bundler's own records that they share no module of ours, that the node
 * does not contain tronweb and that the payment service contains neither database nor network nor EVM of the node.
 */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Metafile } from "esbuild";
import { commonJsBanner, unbundledPackages } from "./bundleOptions.js";
import { repositoryRoot } from "./suites.js";

const outdir = join(repositoryRoot, "dist");

/** What mongodb takes if it is there; the payment service does without. */
const optional = [
  "kerberos",
  "snappy",
  "aws4",
  "mongodb-client-encryption",
  "gcp-metadata",
  "@aws-sdk/credential-providers",
];

async function bundle(name: string, entry: string, write = false): Promise<Metafile> {
  const result = await build({
    absWorkingDir: repositoryRoot,
    entryPoints: [entry],
    outfile: join(outdir, `${name}.mjs`),
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    metafile: true,
    write,
    logLevel: "error",
    external: [...unbundledPackages, ...optional],
    banner: { js: commonJsBanner },
  });
  return result.metafile;
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

/** With `write`, the payment service's bundle is also written to dist/payment.mjs: that file is all that its image holds. */
export async function bundleBoth(write = false): Promise<{ node: Metafile; payment: Metafile }> {
  return {
    node: await bundle("lucid", "node/dist/src/cli/main.js"),
    payment: await bundle("payment", "payment-isolated/dist/src/cli/main.js", write),
  };
}

if (process.argv[1]?.endsWith("bundle.js") === true && existsSync(join(repositoryRoot, "node/dist"))) {
  const { node, payment } = await bundleBoth(true);
  mkdirSync(outdir, { recursive: true });
  writeFileSync(join(outdir, "lucid.meta.json"), JSON.stringify(node));
  writeFileSync(join(outdir, "payment.meta.json"), JSON.stringify(payment));
  const problems = isolationViolations(node, payment);
  for (const problem of problems) process.stdout.write(`${problem}\n`);
  process.stdout.write(
    `node: ${Object.keys(node.inputs).length} modules; payment service: ${Object.keys(payment.inputs).length} modules; ` +
      `${problems.length} violations\n`,
  );
  process.exitCode = problems.length === 0 ? 0 : 1;
}
