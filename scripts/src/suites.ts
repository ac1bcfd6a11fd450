import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const repositoryRoot = join(dirname(fileURLToPath(import.meta.url)), "../../..");

export const packageFolders = [
  "consensus",
  "contracts",
  "storage",
  "p2p",
  "node",
  "payment-isolated",
  "docker/beta",
  "scripts",
] as const;

/** One mocha process: the compiled test files below one folder of one package. */
export interface Suite {
  readonly name: string;
  readonly files: readonly string[];
}

/** Every folder below <package>/dist/test is a suite; a source file that is gone leaves no test behind. */
export function findSuites(): Suite[] {
  const suites: Suite[] = [];
  for (const folder of packageFolders) {
    const base = join(repositoryRoot, folder, "dist/test");
    if (!existsSync(base)) continue;
    for (const kind of readdirSync(base, { withFileTypes: true })) {
      if (!kind.isDirectory()) continue;
      const files = readdirSync(join(base, kind.name), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".test.js"))
        .map((name) => join(base, kind.name, name))
        .filter((file) => existsSync(file.replace("/dist/test/", "/test/").replace(/\.js$/, ".ts")))
        .sort();
      if (files.length > 0) suites.push({ name: `${folder}/${kind.name}`, files });
    }
  }
  return suites;
}
