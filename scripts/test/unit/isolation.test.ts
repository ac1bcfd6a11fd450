import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bundleBoth, isolationViolations } from "../../src/bundle.js";
import { repositoryRoot } from "../../src/suites.js";

type Metafile = Awaited<ReturnType<typeof bundleBoth>>["node"];

function metafile(...inputs: string[]): Metafile {
  return {
    inputs: Object.fromEntries(inputs.map((file) => [file, { bytes: 1, imports: [] }])),
    outputs: {},
  };
}

describe("isolation of the payment service", () => {
  it("holds in the real bundles", async function () {
    this.timeout(60_000);
    const { node, payment } = await bundleBoth();
    assert.ok(Object.keys(node.inputs).length > 50);
    assert.ok(Object.keys(payment.inputs).length > 0);
    assert.deepEqual(isolationViolations(node, payment), []);
  });

  it("the signer file of the payment service's tests is the one that the node exports", () => {
    const [exported, taken] = ["node", "payment-isolated"].map((one) =>
      readFileSync(join(repositoryRoot, one, "test/vectors/signersExport.json"), "utf8"),
    );
    assert.equal(taken, exported);
  });

  it("is broken by a shared module of ours", () => {
    const problems = isolationViolations(metafile("consensus/dist/a.js"), metafile("consensus/dist/a.js"));
    assert.deepEqual(problems, ["consensus/dist/a.js is in both binaries"]);
  });

  it("is not broken by a shared third-party module", () => {
    const shared = "node_modules/zod/index.js";
    assert.deepEqual(isolationViolations(metafile(shared), metafile(shared)), []);
  });

  it("is broken by tronweb in the node and by the node's parts in the payment service", () => {
    const problems = isolationViolations(
      metafile("node_modules/tronweb/x.js"),
      metafile("node_modules/level/x.js", "node_modules/@ethereumjs/vm/x.js", "node_modules/libp2p/x.js"),
    );
    assert.equal(problems.length, 4);
  });
});
