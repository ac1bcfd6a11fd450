// biome-ignore lint/style/noRestrictedImports: golden files are read by tests, not by the library
import { readFileSync, writeFileSync } from "node:fs";

/** A golden file of test/vectors. With LUCID_WRITE_VECTORS=1 it is written instead, for a deliberate change of format. */
export function golden<T>(name: string, make: () => T): T {
  const file = new URL(`../../../test/vectors/${name}`, import.meta.url);
  if (process.env["LUCID_WRITE_VECTORS"] === "1") writeFileSync(file, `${JSON.stringify(make(), null, 1)}\n`);
  return JSON.parse(readFileSync(file, "utf8")) as T;
}
