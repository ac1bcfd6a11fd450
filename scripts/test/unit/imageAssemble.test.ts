import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { unbundledPackages } from "../../src/bundleOptions.js";
import { isForeignPrebuild, isUnused, packagesOf } from "../../src/image/assemble.js";
import { repositoryRoot } from "../../src/suites.js";

describe("what the container image leaves out", () => {
  const left = (path: string, folder = false) => isUnused(path, folder, "linux", "x64");

  it("keeps binaries of its own platform only", () => {
    assert.equal(isForeignPrebuild("linux-x64", "linux", "x64"), false);
    assert.equal(isForeignPrebuild("linux-arm64", "linux", "x64"), true);
    assert.equal(isForeignPrebuild("darwin-x64+arm64", "darwin", "arm64"), false);
    assert.equal(isForeignPrebuild("win32-x64", "linux", "x64"), true);
    assert.equal(isForeignPrebuild("not a platform", "linux", "x64"), false);
    assert.equal(left("classic-level/prebuilds/android-arm64", true), true);
    assert.equal(left("classic-level/prebuilds/linux-x64", true), false);
  });

  it("drops types, maps, tests and documents inside packages, and keeps packages of such a name", () => {
    for (const path of ["viem/index.d.ts", "viem/a.js.map", "viem/src/a.ts", "ws/README.md"])
      assert.ok(left(path), path);
    for (const path of ["viem/package.json", "viem/a.js", "hash-wasm/a.wasm", "a/b.cjs"]) assert.ok(!left(path), path);
    assert.ok(left("pino/test", true));
    assert.ok(left("@scope/name/docs", true));
    assert.ok(!left("docs", true));
    assert.ok(!left("@scope/test", true));
    assert.ok(!left("viem/dist/test", true));
    assert.ok(left("typescript", true));
    assert.ok(left("pino/.husky", true));
  });

  it("bundles no package that reads a file beside itself by a path, which the bundle does not have", () => {
    const bundle = join(repositoryRoot, "node/dist/bundle/cli");
    const files = readdirSync(bundle).filter((name) => name.endsWith(".js"));
    assert.ok(files.length > 0);
    for (const name of files) {
      assert.doesNotMatch(readFileSync(join(bundle, name), "utf8"), /\(["']\.\.\/\.\.\/package\.json["']\)/, name);
    }
  });

  it("takes the packages outside of the bundle with what they depend on, and no other", () => {
    const packages = packagesOf(unbundledPackages, join(repositoryRoot, "node_modules"));
    for (const name of ["classic-level", "abstract-level", "@chainsafe/blst"]) assert.ok(packages.has(name), name);
    for (const name of ["tronweb", "typescript", "libp2p", "viem"]) assert.ok(!packages.has(name), name);
  });
});
