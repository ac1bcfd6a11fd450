import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../../src/suites.js";

const folder = join(repositoryRoot, "node/dist/bundle/cli");

/** Files of the bundle that are loaded with `file`, whatever is then done: all that it imports other than by import(). */
function loadedWith(file: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const open = [file];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    const text = readFileSync(join(folder, name), "utf8");
    found.set(name, text);
    for (const [, path = ""] of text.matchAll(/(?:\bfrom|^import) "\.\/([^"]+\.js)"/gm)) open.push(path);
  }
  return found;
}

describe("the bundled command", () => {
  it("loads what parses the command line, and the libraries of chain and storage with the commands that need them", () => {
    const files = loadedWith("main.js");
    const text = [...files.values()].join("\n");
    assert.match(text, /^\/\/ node_modules\/commander\//m, "comments name the modules");
    // A tenth of a second of every command, and a second on a small computer.
    for (const path of ["node_modules/@chainsafe/", "node_modules/@noble/", "node_modules/viem/", "storage/", "p2p/"]) {
      assert.ok(!text.includes(`\n// ${path}`), `${path} is loaded by every command`);
    }
    assert.ok(files.size < 30, `${files.size} files`);
  });
});
