import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { generatedDocuments } from "../../src/docsFiles.js";

describe("generated documents", () => {
  for (const { path, text } of generatedDocuments()) {
    it(`${basename(path)} is what the code says (npm run docs writes it)`, () => {
      assert.equal(readFileSync(path, "utf8"), text);
    });

    it(`${basename(path)} has tables whose rows all have the width of their heading`, () => {
      let width = 0;
      for (const line of text.split("\n")) {
        const cells = line.startsWith("|") ? line.replaceAll("\\|", "").split("|").length : 0;
        if (cells > 0 && width > 0) assert.equal(cells, width, line);
        width = cells;
      }
    });
  }
});
