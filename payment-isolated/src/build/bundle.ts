/**
 * `node dist/src/build/bundle.js FILE [--meta FILE]`: the whole service as one CommonJS file, with the bundler's record of what
 * is in it. The container and the single executable hold this file and Node.js, nothing else.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Metafile } from "esbuild";
import { PayoutError } from "../errors.js";

/** What mongodb loads if it is there; the service does without. */
const OPTIONAL = [
  "kerberos",
  "snappy",
  "aws4",
  "mongodb-client-encryption",
  "gcp-metadata",
  "@mongodb-js/zstd",
  "@aws-sdk/credential-providers",
];
const main = fileURLToPath(new URL("../cli/main.js", import.meta.url));

/** @returns the bundler's record; its paths are relative to `root` */
export async function bundleService(file: string, root: string): Promise<Metafile> {
  mkdirSync(dirname(file), { recursive: true });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [main],
    outfile: file,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    metafile: true,
    logLevel: "error",
    external: OPTIONAL,
    define: { "import.meta.url": "bundleUrl" },
    banner: { js: 'const bundleUrl = require("node:url").pathToFileURL(__filename).href;' },
  });
  return metafile;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [file, flag, meta] = process.argv.slice(2);
  if (file === undefined || (flag !== undefined && (flag !== "--meta" || meta === undefined)))
    throw new PayoutError("USAGE", "usage: bundle.js FILE [--meta FILE]");
  const record = await bundleService(resolve(file), process.cwd());
  if (meta !== undefined) writeFileSync(resolve(meta), JSON.stringify(record));
}
