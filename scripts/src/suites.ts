import { existsSync, readdirSync } from "node:fs";
import { dirname, join, sep } from "node:path";
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
  /** Runs while no other suite does. */
  readonly isAlone: boolean;
}

/**
 * Suites with several validators in processes of their own, of which tests demand what a machine can do that has nothing else to do: a
 * fallback's block within the slot of a dead primary.
 */
const ALONE: readonly string[] = ["node/e2e/network"];

/**
 * Suites that run for more than a minute, the longest first: what begins last should be short, so that the lanes of `npm test` end
 * together. Those that mostly wait (for slots, starts and ends of processes) are together at the beginning, and those that
 * compute come after them.
 */
const LONG_SUITES: readonly string[] = [
  "node/e2e/cli",
  "scripts/e2e",
  "node/sync",
  "node/e2e/replication",
  "node/e2e/driver",
  "node/unit",
  "storage/unit",
];

/**
 * Every folder below <package>/dist/test is a suite, and of e2e every folder in it; a source file that is gone leaves no test
 * behind. The long ones come first.
 */
export function findSuites(): Suite[] {
  const suites = new Map<string, string[]>();
  for (const folder of packageFolders) {
    const base = join(repositoryRoot, folder, "dist/test");
    if (!existsSync(base)) continue;
    for (const path of readdirSync(base, { recursive: true, encoding: "utf8" }).sort()) {
      const [kind = "", ...inside] = path.split(sep);
      if (!path.endsWith(".test.js") || inside.length === 0) continue;
      if (!existsSync(join(repositoryRoot, folder, "test", path.replace(/\.js$/, ".ts")))) continue;
      const name = [folder, kind, ...(kind === "e2e" ? inside.slice(0, -1) : [])].join("/");
      const files = suites.get(name) ?? [];
      suites.set(name, [...files, join(base, path)]);
    }
  }
  const rank = ({ name }: Suite): number =>
    LONG_SUITES.includes(name) ? LONG_SUITES.indexOf(name) : LONG_SUITES.length;
  return [...suites]
    .map(([name, files]) => ({ name, files, isAlone: ALONE.includes(name) }))
    .sort((a, b) => rank(a) - rank(b));
}
