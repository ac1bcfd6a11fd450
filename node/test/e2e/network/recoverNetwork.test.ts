import assert from "node:assert/strict";
import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ProcessNetwork, until } from "../../support/processNetwork.js";
import { type CliResult, lucid, temporaryFolder } from "../cli/harness.js";

const GONE = 2;
const LEFT = [0, 1] as const;

interface Recovery {
  readonly forkVersion: number;
  readonly head: { readonly height: number };
  readonly voters: readonly { readonly nodeId: string }[];
  readonly signedBy: readonly { readonly nodeId: string }[];
  readonly enough: boolean | null;
}

describe("lucid recover-network, with three validators in processes of their own", function () {
  this.timeout(600_000);
  const folder = temporaryFolder();
  let net: ProcessNetwork;
  /** nodeIds by number. */
  let ids: readonly string[] = [];
  let stoppedAt = 0;

  before(async () => {
    net = await ProcessNetwork.start(folder.path, 3, 2);
    ids = await Promise.all(net.nodes.map(async (node) => (await node.ready).nodeId));
  });

  after(async () => {
    await net?.stop();
    folder.remove();
  });

  const file = (name: string) => join(folder.path, name);
  const recover = (index: number, ...args: string[]) => net.lucid(index, ["recover-network", ...args]);
  const told = ({ code, stdout, stderr }: CliResult): Recovery => {
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout) as Recovery;
  };
  const refused = (result: CliResult, code: string, text: RegExp): void => {
    assert.notEqual(result.code, 0);
    assert.match(result.stderr, new RegExp(`\\[${code}\\]`));
    assert.match(result.stderr, text);
  };

  it("a third of the weight dies: the chain stops, and says what is missing", async () => {
    await until("two blocks", async () => (await net.node(0).height()) >= 2);
    await net.node(GONE).kill();
    await until("no quorum", async () => (await net.lucid(0, ["status"])).stdout.includes("no quorum"));
    refused(
      await recover(0, "create", file("early.json"), "--without", ids[GONE] ?? ""),
      "DATA_LOCKED",
      /stop it or name/,
    );
    const heights = await Promise.all(LEFT.map((index) => net.node(index).height()));
    stoppedAt = Math.max(...heights);
    await until("one head", async () =>
      (await Promise.all(LEFT.map((i) => net.node(i).height()))).every((h) => h === stoppedAt),
    );
    for (const index of LEFT) assert.equal((await net.node(index).stop()).code, 0);
  });

  it("create names who is left; a half is not enough, and a changed file is refused", async () => {
    const plan = told(
      await recover(0, "create", file("plan.json"), "--json", "--without", (ids[GONE] ?? "").slice(0, 14)),
    );
    assert.deepEqual([plan.forkVersion, plan.head.height, plan.signedBy], [2, stoppedAt, []]);
    assert.deepEqual(plan.voters.map(({ nodeId }) => nodeId).sort(), LEFT.map((index) => ids[index]).sort());
    refused(await recover(0, "create", file("plan.json"), "--without", ids[GONE] ?? ""), "FILE_EXISTS", /exists/);

    for (const index of LEFT) copyFileSync(file("plan.json"), file(`signed${index}.json`));
    refused(await recover(0, "sign", file("signed0.json")), "NOT_INTERACTIVE", /give --yes/);
    assert.equal(told(await recover(0, "sign", file("signed0.json"), "--yes", "--json")).enough, false);
    refused(await recover(0, "adopt", file("signed0.json"), "--yes"), "RECOVERY_WEIGHT", /more than half|50 %/);
    const changed = readFileSync(file("signed0.json"), "utf8").replace(
      `"height": ${stoppedAt}`,
      `"height": ${stoppedAt - 1}`,
    );
    writeFileSync(file("changed.json"), changed);
    refused(await recover(1, "inspect", file("changed.json")), "RECOVERY_FILE", /head is not what was signed/);
  });

  it("two sign side by side, merge is enough; both adopt, and the chain goes on under the next fork", async () => {
    told(await recover(1, "sign", file("signed1.json"), "--yes", "--json"));
    told(await recover(1, "merge", file("signed0.json"), file("signed1.json"), "--json"));
    const checked = told(await recover(1, "inspect", file("signed0.json"), "--check", "--json"));
    assert.deepEqual([checked.signedBy.length, checked.enough], [2, true]);
    for (const index of LEFT) {
      const { code, stdout, stderr } = await recover(index, "adopt", file("signed0.json"), "--yes");
      assert.equal(code, 0, stderr);
      assert.match(stdout, new RegExp(`it goes on from block ${stoppedAt} with fork 2`));
    }
    await Promise.all(LEFT.map((index) => net.spawn(index).ready));
    await until("three blocks more", async () => (await net.node(0).height()) >= stoppedAt + 3);
    const { stdout } = await net.lucid(0, ["status", "--json"]);
    const { consensus } = JSON.parse(stdout) as { consensus: { forkVersion: number } };
    assert.equal(consensus.forkVersion, 2);
  });

  it("who was gone keeps its head, shows the file that the others have, and follows once it has adopted", async () => {
    const back = await net.spawn(GONE).ready;
    assert.equal(back.nodeId, ids[GONE]);
    const offered = join(net.node(GONE).data, "recovery-fork2.json");
    await until("the offer", async () =>
      (await net.lucid(GONE, ["why", "final"])).stdout.includes("went on without this node"),
    );
    assert.ok(existsSync(offered));
    assert.ok((await net.node(GONE).height()) <= stoppedAt);
    assert.equal((await net.node(GONE).stop()).code, 0);
    const { code, stderr } = await recover(GONE, "adopt", offered, "--yes");
    assert.equal(code, 0, stderr);
    await net.spawn(GONE).ready;
    const head = await net.node(0).height();
    await until("in step", async () => (await net.node(GONE).height()) > head);
    const root = (index: number) =>
      net.node(index).rpc<{ hash: string }>("eth_getBlockByNumber", [`0x${head.toString(16)}`, false]);
    assert.equal((await root(GONE)).hash, (await root(0)).hash);
  });

  it("no key has signed two things for one position", () => {
    assert.deepEqual(net.votes.conflicts, []);
    assert.ok(net.votes.size > 20, `${net.votes.size} positions`);
  });

  it("in a data directory without a chain it says what to do", async () => {
    const env = { LUCID_DATA: file("nothing") };
    const { code, stderr } = await lucid(["recover-network", "inspect", file("signed0.json"), "--check"], { env });
    assert.notEqual(code, 0);
    assert.match(stderr, /^error: [^\n]*\[[A-Z_]+\]/);
  });
});
