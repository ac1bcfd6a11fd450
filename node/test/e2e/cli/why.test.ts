import assert from "node:assert/strict";
import { ExitCode } from "@lucid/consensus/base";
import { startTestDevnet, type TestDevnet } from "./devnet.js";
import { temporaryFolder } from "./harness.js";

interface Answer {
  readonly nodeId: string;
  readonly answers: readonly {
    readonly question: string;
    readonly causes: readonly { readonly cause: string; readonly fact: string; readonly fix: string }[];
  }[];
}

describe("lucid why on a node", function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  let devnet: TestDevnet;

  before(async () => {
    devnet = await startTestDevnet(folder.path);
  });
  after(async () => {
    await devnet.stop();
    folder.remove();
  });

  it("answers from the facts of the chain", async () => {
    const { code, stdout, stderr } = await devnet.lucid(["why", "--json"]);
    assert.equal(code, 0, stderr);
    const { nodeId, answers } = JSON.parse(stdout) as Answer;
    assert.match(nodeId, /^0x[0-9a-f]{64}$/);
    assert.deepEqual(
      answers.map(({ question }) => question),
      ["leader", "final", "paid", "eligible"],
    );
    const of = (name: string) => answers.find(({ question }) => question === name)?.causes ?? [];
    assert.ok(of("leader").some(({ fact }) => /it is primary in slot \d+/.test(fact)));
    assert.ok(of("eligible").some(({ cause }) => cause === "the node is too young"));
  });

  it("refuses another question", async () => {
    const { code, stderr } = await devnet.lucid(["why", "rich", "--json"]);
    assert.equal(code, ExitCode.Usage);
    assert.match(stderr, /ask one of leader, final, paid, eligible/);
  });
});
