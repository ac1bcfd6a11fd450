import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { packageRoot, sourceFolders } from "../../src/compile.js";

interface Report {
  readonly line: number;
  readonly ruleId: string;
  readonly message: string;
}

interface Solhint {
  processStr(source: string, config: unknown): { readonly reports: readonly Report[] };
}

/** All of solhint's rules but these; each with the reason. */
const config = {
  extends: "solhint:all",
  rules: {
    // Retention is time, with a grain of days; a proposer can shift a slot's start by nothing, it is fixed.
    "not-rely-on-time": "off",
    // SHA-256 by the precompile without two copies: most of the price of a registration (Rfc9162.sol).
    "no-inline-assembly": "off",
    // Bounds are named in errors and documents as they are in code; the saving is 3 gas.
    "gas-strict-inequalities": "off",
    // Short ABIs read better; the optimizer makes the same code.
    "gas-named-return-values": "off",
    "gas-length-in-loops": "off",
    // Typed data needs its text; the rule is about revert reasons.
    "gas-small-strings": "off",
    // The words of Session follow the ABI's reader, of Registration the EIP-712 type; neither is stored.
    "gas-struct-packing": "off",
    // Indexed are the topics by which somebody looks, the rest is data.
    "gas-indexed-events": "off",
    // Private constants are upper case like all constants.
    "private-vars-leading-underscore": "off",
    // No constructor has a visibility since 0.7.
    "func-visibility": ["error", { ignoreConstructors: true }],
    // Struct and event arguments stand in the declared order.
    "func-named-parameters": "off",
    // anchorChunks is one loop over leaves with the carry inside.
    "code-complexity": ["error", 8],
    // No author in a file of many.
    "use-natspec": ["error", { author: { enabled: false } }],
    // Interfaces exist for what another contract calls.
    "comprehensive-interface": "off",
    // Made for another tool chain.
    "foundry-test-functions": "off",
    "foundry-test-function-naming": "off",
    // Resolves paths from the working directory; the compiler does this better.
    "import-path-check": "off",
  },
} as const;

describe("static analysis of the contracts", () => {
  it("finds nothing", () => {
    const require = createRequire(import.meta.url);
    const solhint: Solhint = require("solhint/lib/index.js");
    const files = Object.values(sourceFolders)
      .flatMap((folder) => readdirSync(join(packageRoot, folder)).map((file) => join(folder, file)))
      .filter((file) => file.endsWith(".sol"));
    assert.ok(files.length >= 12);
    const found = files.flatMap((file) =>
      solhint
        .processStr(readFileSync(join(packageRoot, file), "utf8"), config)
        .reports.map((report) => `${file}:${report.line} ${report.ruleId}: ${report.message}`),
    );
    assert.deepEqual(found, []);
  });
});
