import assert from "node:assert/strict";
import type { Evidence } from "@lucid/consensus";
import { topics } from "../../../src/driver/topics.js";
import { signTwice } from "../../support/doubleSigner.js";
import { ProcessNetwork, until } from "../../support/processNetwork.js";
import { temporaryFolder } from "../cli/harness.js";

const CULPRIT = 4;

interface Standing {
  readonly jailed: boolean;
  readonly jailedFor: string;
  readonly weight: string;
  readonly nextVoter: boolean;
}

describe("a validator's key that signs twice, among five processes", function () {
  this.timeout(600_000);
  const folder = temporaryFolder();
  let net: ProcessNetwork;
  let culprit = "";

  before(async () => {
    net = await ProcessNetwork.start(folder.path, 5, 2);
    culprit = (await net.node(CULPRIT).ready).nodeId;
  });

  after(async () => {
    await net?.stop();
    folder.remove();
  });

  const standing = (index: number) => net.node(index).rpc<Standing>("lucid_getNode", [culprit]);
  let height = 0;

  it("is jailed by the next block, on every node, and its own node finds its twin and stops", async () => {
    await until("three blocks", async () => (await net.node(0).height()) >= 3);
    // The thief talks to the others only.
    const thief = await net.peer([0, 1, 2, 3].map((index) => net.address(index)));
    const seen: Evidence[] = [];
    const observer = await net.peer([net.address(0)]);
    observer.subscribe(topics.evidence, (evidence) => {
      seen.push(evidence);
      return "accept";
    });
    // Gossip reaches those whose subscription is known.
    await until("the observer in the mesh", () => observer.meshPeers(topics.evidence.name).length > 0);
    const signer = await net.signer(CULPRIT);
    const vote = await signTwice(thief, { signer, voter: CULPRIT, context: net.context() });
    await until("jailed everywhere", async () => {
      const all = await Promise.all([0, 1, 2, 3].map((index) => standing(index)));
      return all.every(({ jailed }) => jailed);
    });
    height = vote.height;
    const end = await net.node(CULPRIT).exit;
    assert.match(end.stderr, /VALIDATOR_TWIN/);
    assert.ok(seen.length > 0, "evidence was not gossiped");
  });

  it("its node says so when it is started again, and proposes nothing", async () => {
    await net.spawn(CULPRIT).ready;
    const text = await until("a synced node that knows", async () => {
      const { stdout } = await net.lucid(CULPRIT, ["status"]);
      return stdout.includes("jailed for") ? stdout : undefined;
    });
    assert.match(text, /duties\s+none: it is jailed for \d+ more epochs, since it signed two things for one position/);
    const { stdout } = await net.lucid(CULPRIT, ["why", "leader"]);
    assert.match(
      stdout,
      /the node is jailed: it signed two things for one position; its bond is burnt, it is free again/,
    );
  });

  it("its weight goes with the next set, and the chain has gone on without its blocks", async () => {
    await until("a set without it", async () => Number((await standing(0)).weight) === 0);
    assert.equal((await standing(0)).nextVoter, false);
    const blocks = await net.node(0).height();
    for (let number = height + 2; number <= blocks; number++) {
      const block = await net
        .node(0)
        .rpc<{ proposer?: string; miner: string }>("eth_getBlockByNumber", [`0x${number.toString(16)}`, false]);
      const operator = (await net.node(0).rpc<{ operator: string }>("lucid_getNode", [culprit])).operator;
      assert.notEqual(block.miner.toLowerCase(), operator.toLowerCase(), `block ${number} is of the jailed node`);
    }
    assert.ok(blocks > height + 5);
    const { stdout } = await net.lucid(0, ["status"]);
    assert.match(stdout, /quorum\s+can lose 1 node/);
  });
});
