import { BurnedNodes } from "../../support/burnedNodes.js";

describe("ten nodes with 256 MiB in chunks of 256 KiB, over real sockets, files and databases", function () {
  this.timeout(300_000);
  let nodes: BurnedNodes;

  before(async () => {
    nodes = await BurnedNodes.make({ chunks: 1_024, chunkBytes: 256 * 1024, quotaBytes: 2 ** 30 });
  });

  after(() => nodes.stop());

  it("two burn, then a third: all of it stays readable, and three copies come back by themselves with the fewest bytes", async () => {
    // Everything that is claimed is asserted in there.
    await nodes.run((line) => console.log(`      ${line}`));
  });
});
