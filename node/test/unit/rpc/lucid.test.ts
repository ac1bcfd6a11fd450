import assert from "node:assert/strict";
import { toHex } from "@lucid/consensus/base";
import { uuidOf, verifyProof } from "../../../src/proof/index.js";
import { registration, testSession } from "../../support/proofFixture.js";
import { wallets } from "../../support/rpcChain.js";
import { RpcNode } from "../../support/rpcNode.js";

interface Session {
  readonly number: string;
  readonly owner: string;
  readonly uuid: string;
  readonly merkleRoot: string;
}

describe("json-rpc: lucid", () => {
  let node: RpcNode;
  const [alice, bob] = wallets;
  assert.ok(alice !== undefined && bob !== undefined);
  const sessions = Array.from({ length: 3 }, (_, i) => testSession(i + 1));
  const [first, second, third] = sessions;
  assert.ok(first !== undefined && second !== undefined && third !== undefined);
  const held = new Map(sessions.map((session) => [toHex(session.sessionId), session.chunkRoots]));

  before(async () => {
    node = await RpcNode.start({
      validators: 2,
      chunks: {
        // The last root stands for the manifest, which the store knows under its own index.
        chunksOfSession: (sessionId, limit) =>
          (held.get(toHex(sessionId)) ?? [])
            .map((root, index, all) => ({ root, index: index === all.length - 1 ? 0xffffffff : index }))
            .reverse()
            .slice(0, limit),
      },
    });
    await node.chain.mine();
    for (const [nonce, session] of sessions.entries())
      await node.chain.parts.pool.add(registration(session, alice, nonce));
    await node.chain.mine();
    await node.chain.mine();
  });
  after(async () => {
    await node.stop();
    assert.deepEqual(node.defects, []);
  });

  it("says who the node is and where it stands", async () => {
    const info = (await node.call("lucid_nodeInfo")) as {
      network: string;
      genesisRoot: string;
      head: { number: string };
    };
    assert.equal(info.network, "devnet-test");
    assert.equal(info.genesisRoot, toHex(node.chain.genesisRoot));
    assert.equal(info.head.number, "0x3");
    assert.deepEqual(await node.call("lucid_consensusStatus"), { height: 3 });
    assert.deepEqual(await node.call("lucid_getParams"), { slotDuration: 6 });
  });

  it("gives the certificate that makes a block final", async () => {
    const finality = (await node.call("lucid_getFinality", "latest")) as { number: string; commit: string };
    assert.equal(finality.number, "0x3");
    assert.ok(finality.commit.length > 200);
    assert.equal(((await node.call("lucid_getFinality", "0x0")) as { commit: null }).commit, null);
    assert.equal(await node.call("lucid_getFinality", "0x63"), null);
  });

  it("finds a session by UUID or id", async () => {
    const uuid = uuidOf(second.sessionId);
    const session = (await node.call("lucid_getSession", uuid)) as Session;
    assert.equal(session.number, "0x2");
    assert.equal(session.owner, toHex(alice.address));
    assert.equal(session.uuid, uuid);
    assert.equal(session.merkleRoot, toHex(second.merkleRoot));
    assert.deepEqual(await node.call("lucid_getSession", toHex(second.sessionId), toHex(alice.address)), session);
    assert.equal(await node.call("lucid_getSession", `0x${"00".repeat(32)}`), null);
    assert.equal(await node.call("lucid_getSession", uuid, toHex(bob.address)), null);
    assert.equal((await node.fail("lucid_getSession", "my-session")).code, -32602);
  });

  it("pages through the sessions of an account", async () => {
    const owner = toHex(alice.address);
    const all = (await node.call("lucid_getSessionsByOwner", owner)) as { total: number; sessions: Session[] };
    assert.equal(all.total, 3);
    assert.deepEqual(
      all.sessions.map(({ number }) => number),
      ["0x1", "0x2", "0x3"],
    );
    const page = (await node.call("lucid_getSessionsByOwner", owner, 1, 1)) as { sessions: Session[] };
    assert.deepEqual(page.sessions, all.sessions.slice(1, 2));
    const nobody = (await node.call("lucid_getSessionsByOwner", toHex(bob.address), 5)) as { total: number };
    assert.deepEqual(nobody, { total: 0, sessions: [] });
    assert.equal((await node.fail("lucid_getSessionsByOwner", owner, 0, 101)).code, -32602);
  });

  it("gives proofs that verify offline, of sessions and of single chunks", async () => {
    const trust = { genesisRoot: node.chain.genesisRoot };
    const id = toHex(third.sessionId);
    const whole = await node.call("lucid_getAnchorProof", id);
    const proven = verifyProof(JSON.stringify(whole), trust, node.chain);
    assert.deepEqual(proven.session.merkleRoot, third.merkleRoot);
    for (const index of [0, 3, 4]) {
      const proof = await node.call("lucid_getAnchorProof", id, index);
      assert.deepEqual(verifyProof(JSON.stringify(proof), trust, node.chain).chunk, {
        index,
        root: third.chunkRoots[index],
      });
    }
  });

  it("says what is missing for a proof", async () => {
    const unknown = await node.fail("lucid_getAnchorProof", `0x${"00".repeat(32)}`);
    assert.equal(unknown.code, -32001);
    assert.match(unknown.message, /is registered/);
    assert.equal((await node.fail("lucid_getAnchorProof", toHex(first.sessionId), 9)).code, -32001);
    held.set(toHex(first.sessionId), first.chunkRoots.slice(0, 2));
    const partly = await node.fail("lucid_getAnchorProof", toHex(first.sessionId), 0);
    assert.match(partly.message, /holds 2 of the session's 5 chunks/);
    held.set(toHex(first.sessionId), second.chunkRoots);
    assert.equal((await node.fail("lucid_getAnchorProof", toHex(first.sessionId), 0)).code, -32001);
    held.set(toHex(first.sessionId), first.chunkRoots);
  });
});
