import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const dist = fileURLToPath(new URL("../../", import.meta.url));

/** Bundles putChild.js and its worker as `npm run build` bundles the command line. @returns the path of the script */
export async function bundlePut(): Promise<string> {
  const outdir = join(dist, "bench/bundle");
  await build({
    absWorkingDir: dist,
    entryPoints: { putChild: "bench/support/putChild.js", chunkWorker: "src/session/chunkWorker.js" },
    outdir,
    bundle: true,
    splitting: true,
    platform: "node",
    target: "node20",
    format: "esm",
    logLevel: "error",
    external: ["classic-level", "@mongodb-js/zstd"],
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
  });
  return join(outdir, "putChild.js");
}
