import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { findSuites, packageFolders, repositoryRoot } from "../../src/suites.js";

describe("suites of npm test", () => {
  it("hold every test file once, whatever folder it is in", () => {
    const sources = packageFolders.flatMap((folder) => {
      const base = join(repositoryRoot, folder);
      return readdirSync(base, { withFileTypes: true }).some((entry) => entry.name === "test" && entry.isDirectory())
        ? readdirSync(join(base, "test"), { recursive: true, encoding: "utf8" })
            .filter((name) => name.endsWith(".test.ts"))
            .map((name) => join(base, "dist/test", name.replace(/\.ts$/, ".js")))
        : [];
    });
    const suites = findSuites();
    assert.deepEqual(suites.flatMap(({ files }) => files).sort(), sources.sort());
    assert.equal(new Set(suites.map(({ name }) => name)).size, suites.length);
    for (const { name, files } of suites) assert.ok(files.length > 0, name);
  });

  it("are in an order of their own, the one that runs longest first", () => {
    const names = findSuites().map(({ name }) => name);
    assert.equal(names[0], "node/e2e/cli");
    assert.ok(names.indexOf("node/sync") < names.indexOf("consensus/unit"));
    assert.deepEqual(
      findSuites().map(({ name }) => name),
      names,
    );
  });
});
