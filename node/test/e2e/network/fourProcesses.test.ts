import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ProcessNetwork, until } from "../../support/processNetwork.js";
import { temporaryFolder } from "../cli/harness.js";

const SLOT_SECONDS = 3;

const CHUNK = 512 * 1024;

interface TaskAnswer {
  readonly nodeId: string;
  readonly type: string;
  /** Credits, thousandths. */
  readonly value: string;
}

/** The value of a line of `lucid status`. */
function line(text: string, name: string): string {
  return new RegExp(`^\\s*${name}\\s+(.*)$`, "m").exec(text)?.[1] ?? "";
}

describe("four validators in processes of their own", function () {
  this.timeout(600_000);
  const folder = temporaryFolder();
  let net: ProcessNetwork;

  before(async () => {
    net = await ProcessNetwork.start(folder.path, 4, SLOT_SECONDS);
  });

  after(async () => {
    await net?.stop();
    folder.remove();
  });

  const quorum = async (index: number): Promise<string> => line((await net.lucid(index, ["status"])).stdout, "quorum");

  it("say what they can lose while all are there", async () => {
    await until("three blocks", async () => (await net.node(0).height()) >= 3);
    await until("can lose 1 node", async () => (await quorum(0)) === "can lose 1 node");
    const { stdout } = await net.lucid(0, ["status"]);
    assert.match(
      line(stdout, "duties"),
      /^votes with 25\.0 % of weight; primary in slot [\d, ]+; live score 100\.0 %$/,
    );
    assert.match(line(stdout, "clock"), /(ahead of|behind) the peers' median$/);
  });

  it("who fetches chunks signs for the bytes: the blocks pay who keeps chunks and who served them", async () => {
    const recording = join(folder.path, "recording");
    writeFileSync(recording, randomBytes(12 * CHUNK));
    const from = await net.node(0).height();
    const put = await net.lucid(0, ["session", "put", recording, "--chunk-size", "512KiB", "--json"]);
    assert.equal(put.code, 0, put.stderr);
    // From three nodes, a receipt is worth a credit from 5 MiB on.
    await until("a drill on all chunks", async () => {
      const drill = await net.lucid(3, ["storage", "drill", "--chunks", "60", "--json"]);
      const { restorable, bytes } = JSON.parse(drill.stdout) as { restorable: number; bytes: number };
      return bytes > 30 * CHUNK && restorable === 60;
    });
    const { nodeId } = await net.node(3).ready;
    const paid = new Map<string, number>();
    let height = from;
    await until("relay credits of two servers", async () => {
      for (; height < (await net.node(1).height()); height++) {
        const tasks = await net.node(1).rpc<TaskAnswer[]>("lucid_getTaskProofs", [`0x${(height + 1).toString(16)}`]);
        for (const { type, nodeId: worker, value } of tasks) {
          const name = type === "relay_bandwidth" ? worker : type;
          paid.set(name, (paid.get(name) ?? 0) + Number(value));
        }
      }
      return [...paid.keys()].filter((name) => name.startsWith("0x")).length >= 2;
    });
    assert.ok((paid.get("storage_proof") ?? 0) > 0);
    assert.ok(!paid.has(nodeId), "the node that fetched was paid for serving");
  });

  it("kill -9 of the primary in its slot: a fallback's block is final in the same slot, the primary loses live score", async () => {
    // One whose node is not the one that is asked.
    const slot = await until("a slot with another primary", async () => {
      const next = net.slotNow() + 2;
      const { primary } = await net.row(0, next);
      return (await net.indexOf(primary)) > 0 ? next : undefined;
    });
    const { primary } = await net.row(0, slot);
    const dead = net.node(await net.indexOf(primary));
    // The block of the slot is built by then, and goes down with it.
    await delay(net.startOf(slot) - 50 - Date.now());
    await dead.kill();
    const row = await until("the end of the slot", async () => {
      const found = await net.row(0, slot);
      return found.result === null ? undefined : found;
    });
    assert.equal(row.result?.reason, "timeout_fallback");
    assert.notEqual(row.result?.winner, primary);
    const score = async () =>
      Number((await net.node(0).rpc<{ liveScore: string }>("lucid_getNode", [primary])).liveScore);
    await until("the skip certificate", async () => (await score()) < 10_000);
    net.spawn(await net.indexOf(primary));
  });

  it("two of four gone: the chain stops and says so; they are back: it goes on within two slots", async () => {
    await until("all four at work", async () => (await quorum(0)) === "can lose 1 node");
    const gone = [2, 3];
    const ids = await Promise.all(gone.map(async (index) => (await net.node(index).ready).nodeId));
    await Promise.all(gone.map((index) => net.node(index).kill()));
    const text = await until("no quorum", async () => {
      const said = await quorum(0);
      return said.startsWith("no quorum: 50.0 %") ? said : undefined;
    });
    assert.match(text, /^no quorum: 50\.0 % of weight seen, 66\.7 % needed; missing: /);
    for (const id of ids) assert.ok(text.includes(id.slice(0, 12)), text);
    const why = await net.lucid(0, ["why", "final"]);
    assert.match(why.stdout, /there is no quorum: 50\.0 % of the weight seen, 66\.7 % needed/);
    const { height, slot } = { height: await net.node(0).height(), slot: net.slotNow() };
    await until("two slots more", () => net.slotNow() >= slot + 2);
    assert.equal(await net.node(0).height(), height, "a block without a quorum");

    await Promise.all(gone.map((index) => net.spawn(index).ready));
    const back = net.slotNow();
    await until("a block", async () => (await net.node(0).height()) > height);
    assert.ok(net.slotNow() <= back + 2, `back in slot ${back}, the first block in slot ${net.slotNow()}`);
  });

  it("a second process with the same key is refused; a copied data directory is silenced and stops", async () => {
    await until("all four at work", async () => (await quorum(0)) === "can lose 1 node");
    const { data } = net.node(1);
    const second = net.spawnOther(data, ["--validator"]);
    const refused = await second.exit;
    assert.match(refused.stderr, /DATA_LOCKED/);

    assert.equal((await net.node(1).stop()).code, 0);
    const copy = join(folder.path, "copy");
    mkdirSync(copy);
    cpSync(data, copy, { recursive: true });
    net.spawn(1);
    const height = (await net.node(0).height()) + 2;
    await until("the first one votes again", async () => (await net.node(1).height()) >= height);
    const signed = net.votes.size;
    const twin = net.spawnOther(copy, ["--validator"]);
    const end = await twin.exit;
    assert.match(end.stderr, /VALIDATOR_TWIN/);
    assert.ok(net.node(1).running, "the first one stopped too");
    const now = await net.node(0).height();
    await until("two blocks more", async () => (await net.node(1).height()) >= now + 2);
    assert.ok(net.votes.size > signed);
  });

  it("no key has ever signed two things for one position", () => {
    assert.ok(net.votes.size > 50, `only ${net.votes.size} positions`);
    assert.deepEqual(net.votes.conflicts, []);
  });
});
