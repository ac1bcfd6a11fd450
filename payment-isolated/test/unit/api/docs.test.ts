import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { apiRoutes } from "../../../src/api/routes.js";
import { configTemplate } from "../../../src/cli/configTemplate.js";
import { runCli } from "../../../src/cli/program.js";
import { apiDocument, errorsDocument } from "../../../src/docs/documents.js";
import { reasonCodes } from "../../../src/domain/reasons.js";
import { payoutStates } from "../../../src/domain/states.js";
import { serviceConfigSchema } from "../../../src/service/config.js";

const doc = (name: string) => readFileSync(new URL(`../../../../../docs/${name}`, import.meta.url), "utf8");

describe("documents of the payout service", () => {
  it("are what the code says", () => {
    assert.equal(doc("payout-api.md"), apiDocument(), "run npm run docs");
    assert.equal(doc("payout-errors.md"), errorsDocument(), "run npm run docs");
    assert.ok(apiRoutes.length >= 20);
  });

  it("operate-payouts.md speaks of every state, and names no command that is not there", async () => {
    const text = doc("operate-payouts.md");
    for (const state of payoutStates) assert.ok(text.includes(`\`${state}\``), state);
    const named = new Set([...text.matchAll(/lucid-payout ((?:key |token )?[a-z-]+)/g)].map((match) => match[1] ?? ""));
    assert.ok(named.size > 15);
    for (const name of named) {
      let out = "";
      const code = await runCli([...name.split(" "), "--help"], {
        out: (part) => (out += part),
        err: (part) => (out += part),
      });
      assert.equal(code, 0, `lucid-payout ${name}: ${out}`);
      assert.ok(out.includes("Usage"), name);
    }
  });

  it("every reason that the text may name is one", () => {
    for (const match of doc("operate-payouts.md").matchAll(/`([A-Z]+_[A-Z_]+)`/g))
      assert.ok(
        (reasonCodes as readonly string[]).includes(match[1] ?? "") || errorsDocument().includes(match[0]),
        match[0],
      );
  });

  it("the configuration that init writes fits the schema once it is filled in", () => {
    const filled = configTemplate
      .replace(/"FILL IN: 64 hex digits"/, "ab".repeat(32))
      .replace(/"FILL IN: T[^"]*"/g, "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t");
    const parsed = serviceConfigSchema.safeParse(parse(filled));
    assert.ok(parsed.success, JSON.stringify(parsed.error?.issues));
  });
});
