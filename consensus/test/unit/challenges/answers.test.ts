import assert from "node:assert/strict";
import fc from "fast-check";
import { toHex } from "../../../src/base/bytes.js";
import { hasCode } from "../../../src/base/errors.js";
import { answerCredits, assignedTo, challengedLeaf, challengeOf, checkProof } from "../../../src/challenges/index.js";
import { presets } from "../../../src/params.js";
import { buildChunkProof, buildLeafProof, chunkRoot, sessionRoot } from "../../../src/proofs/index.js";
import { signAnswer, UniformBlob } from "../../../src/sim/index.js";
import { checkBlock } from "../../../src/transition/blockPlan.js";
import { Body, type StorageProof, StorageTask } from "../../../src/types/index.js";
import { FULL_LEAVES, StorageChain, verifier } from "../../support/storageChain.js";

/** A chain with one open set of challenges on chunks of 8 MiB, and the block that answers it. */
function answered(nodes = 5) {
  const test = new StorageChain(nodes);
  test.sessions.registerNew("a", 30, FULL_LEAVES, test.time);
  for (let i = 0; i < 12; i++) test.next();
  const parent = test.chain.tip;
  const block = test.next();
  return { test, parent, block, tasks: block.body.tasks.storage };
}

describe("answers to storage challenges", () => {
  it("a blob of equal leaves has the root and the proofs of any blob", () => {
    for (const leaves of [1, 2, 3, 7, 8, 100]) {
      const blob = new UniformBlob(Uint8Array.of(leaves), leaves);
      const bytes = new Uint8Array(blob.length);
      for (let i = 0; i < leaves; i++) bytes.set(blob.leaf, i * blob.leaf.length);
      assert.deepEqual(blob.root, chunkRoot(bytes));
      for (let i = 0; i < leaves; i++)
        assert.deepEqual(blob.path(i).map(toHex), buildLeafProof(bytes, i).path.map(toHex));
    }
  });

  it("pay in proportion to the blob's length, a sixteenth to who includes them", () => {
    const { test, parent, tasks } = answered();
    const set = parent.state.challenges.at(-1);
    assert.ok(set !== undefined && tasks.length > 0);
    const [proposer] = test.state.nodes.flatMap(({ nodeId }, i) =>
      Buffer.compare(nodeId, test.chain.tip.header.proposer) === 0 ? [i] : [],
    );
    const before = parent.state.epoch;
    const after = test.state.epoch;
    const { own, included } = answerCredits(set.rate, 8 << 20);
    assert.equal(own + included, set.rate);
    assert.equal(included, Math.floor(set.rate / 16));
    if (before.epoch !== after.epoch) return;
    test.state.nodes.forEach((_, node) => {
      const mine = tasks.filter((task) => task.node === node).length * own;
      const share = node === proposer ? tasks.length * included : 0;
      assert.equal((after.storage[node] ?? 0) - (before.storage[node] ?? 0), mine + share);
    });
    assert.deepEqual(answerCredits(8_000, 4 << 20), { own: 3_750, included: 250 });
    assert.deepEqual(answerCredits(8_000, 200), { own: 0, included: 0 });
    assert.deepEqual(answerCredits(8_000, 64 << 20), answerCredits(8_000, 8 << 20));
  });

  it("count in the two blocks after the challenge's, once each", () => {
    const { test } = answered();
    const late = test.answers();
    const [first, second] = [late.slice(0, 3), late.slice(3, 6)];
    test.chain.next({ storage: first });
    const parent = test.chain.tip;
    const again = test.chain.next({ storage: [...first, ...second] });
    assert.deepEqual(again.body.tasks.storage, second);
    assert.ok(test.accepts(again, parent, { storage: second }));
    for (const tasks of [first, [...second, ...second.slice(0, 1)]]) {
      assert.ok(!test.accepts(again, parent, { storage: tasks }), "an answer counts once");
    }
    const third = test.chain.next({ storage: late.slice(6) });
    assert.deepEqual(third.body.tasks.storage, [], "three blocks later");
  });

  it("a block with one wrong answer is invalid, whatever is wrong", () => {
    const { test, parent, block, tasks } = answered();
    const set = parent.state.challenges.at(-1);
    const right = tasks.find(({ height }) => height === set?.height);
    assert.ok(set !== undefined && right !== undefined);
    const [proof] = right.proof;
    assert.ok(proof !== undefined);
    assert.ok(test.accepts(block, parent, { storage: [right] }));
    const blobLength = Number(right.blobLength);
    const signer = test.signer(right.node);
    const made = (parts: object, by = signer) =>
      signAnswer(test.config, set, { node: right.node, challenge: right.challenge, blobLength, proof, ...parts }, by);
    const other = new UniformBlob(Uint8Array.of(9), FULL_LEAVES);
    const flipped = (list: readonly Uint8Array[]) =>
      list.map((hash, i) => (i === 0 ? hash.map((byte) => byte ^ 1) : hash));
    const item = set.items[right.challenge];
    assert.ok(item !== undefined);
    const root = test.sessions.chunk(set, right.challenge).root;
    const assigned = assignedTo(parent.state, set.epoch, item, root, test.config.params).map(({ node }) => node);
    const stranger = [...Array(5).keys()].find((node) => !assigned.includes(node));
    assert.ok(stranger !== undefined);
    const wrong: Record<string, StorageTask> = {
      "another leaf": made({ proof: { ...proof, leaf: other.leaf } }),
      "a short leaf": made({ proof: { ...proof, leaf: proof.leaf.slice(1) } }),
      "no leaf": made({ proof: { ...proof, leaf: new Uint8Array() } }),
      "a wrong path": made({ proof: { ...proof, leafPath: flipped(proof.leafPath) } }),
      "a short path": made({ proof: { ...proof, leafPath: proof.leafPath.slice(1) } }),
      "a long path": made({ proof: { ...proof, leafPath: [...proof.leafPath, root] } }),
      "a wrong session path": made({ proof: { ...proof, chunkPath: flipped(proof.chunkPath) } }),
      "no session path": made({ proof: { ...proof, chunkPath: [] } }),
      "another length": made({ blobLength: blobLength - 4096 }),
      "length zero": made({ blobLength: 0 }),
      "a huge length": made({ blobLength: 2 ** 52 }),
      "another challenge": made({ challenge: (right.challenge + 1) % set.items.length }),
      "no such challenge": made({ challenge: 63 }),
      "a node that it does not belong to": made({ node: stranger }, test.signer(stranger)),
      "a node that does not exist": made({ node: 60_000 }),
      "another node's signature": made({}, test.signer(stranger)),
      "no such height": { ...right, height: right.height - 5 },
      "a signature of something else": {
        ...right,
        signature: tasks.find((task) => task !== right)?.signature ?? right.signature,
      },
      "another proof than the signed one": { ...right, proof: [{ ...proof, leaf: other.leaf }] },
      "no proof": { ...right, proof: [] },
    };
    for (const [what, task] of Object.entries(wrong)) {
      assert.ok(!test.accepts(block, parent, { storage: [task] }), what);
      // The signature is checked in batches; all else before it.
      if (what.includes("signature")) continue;
      assert.throws(
        () => checkProof(test.config, parent.state, task, challengeOf(parent.state, task)),
        (error) => hasCode(error, "BAD_TASK"),
        what,
      );
    }
  });

  it("neither of a jailed nor of a retired node", () => {
    const { test, parent, tasks } = answered();
    const [task] = tasks;
    assert.ok(task !== undefined);
    for (const change of [{ jailedUntil: 1_000_000 }, { retiredEpoch: 1 }]) {
      const nodes = parent.state.nodes.map((node, i) => (i === task.node ? { ...node, ...change } : node));
      assert.throws(
        () => challengeOf({ ...parent.state, nodes }, task),
        (error) => hasCode(error, "BAD_TASK"),
      );
    }
    assert.equal(test.state.height, parent.state.height + 1);
  });

  it("a pruned block keeps its root and passes when a quorum has signed it, and only then", () => {
    const { test, parent, block } = answered();
    const storage = block.body.tasks.storage.map((task) => ({ ...task, proof: [] }));
    const body = { ...block.body, tasks: { ...block.body.tasks, storage } };
    assert.deepEqual(Body.hashTreeRoot(body), block.header.bodyRoot);
    assert.ok(Body.value_serializedSize(body) < Body.value_serializedSize(block.body) / 10);
    const pruned = { header: block.header, body };
    const { config, sessions } = test.chain.network;
    const checks = sessions === undefined ? {} : { sessions };
    assert.throws(
      () => checkBlock(config, parent, pruned, verifier, checks),
      (error) => hasCode(error, "BAD_TASK"),
    );
    const plan = checkBlock(config, parent, pruned, verifier, { ...checks, certified: true });
    assert.deepEqual(plan.state.epoch, test.state.epoch);
    assert.deepEqual(plan.state.challenges, test.state.challenges);
  });

  it("a proof that was exchanged on the way changes the body's root", () => {
    const { block, tasks } = answered();
    const [first] = tasks;
    const [proof] = tasks.find(({ challenge }) => challenge !== first?.challenge)?.proof ?? [];
    assert.ok(first !== undefined && proof !== undefined);
    const changes: StorageTask[] = [
      { ...first, proof: [proof] },
      { ...first, proofRoot: new Uint8Array(32) },
      { ...first, proof: [], proofRoot: new Uint8Array(32) },
    ];
    for (const task of changes) {
      const storage = [task, ...tasks.slice(1)];
      const body = { ...block.body, tasks: { ...block.body.tasks, storage } };
      assert.notDeepEqual(Body.hashTreeRoot(body), block.header.bodyRoot);
      assert.notDeepEqual(StorageTask.hashTreeRoot(task), StorageTask.hashTreeRoot(first));
    }
  });

  it("blobs of any bytes and length prove any leaf", () => {
    const config = { params: presets.devnet };
    const test = new StorageChain(4);
    test.sessions.registerNew("a", 1, 1, test.time);
    test.next();
    const set = test.state.challenges.at(-1);
    const [item] = set?.items ?? [];
    assert.ok(set !== undefined && item !== undefined);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40_000 }), fc.nat(5), fc.nat(3), (length, others, at) => {
        const blob = Uint8Array.from({ length }, (_, i) => (i * 31 + length) & 255);
        const roots = Array.from({ length: others + 1 }, (_, i) => chunkRoot(Uint8Array.of(i, 7)));
        const chunk = at % roots.length;
        roots[chunk] = chunkRoot(blob);
        const challenge = { ...item, merkleRoot: sessionRoot(roots), chunkCount: roots.length, chunk };
        const state = { ...test.state, challenges: [{ ...set, items: [challenge] }] };
        const { leaf, path } = buildLeafProof(blob, challengedLeaf(set.seed, 0, length));
        const proof: StorageProof = { leaf, leafPath: [...path], chunkPath: [...buildChunkProof(roots, chunk).path] };
        const node = assignedTo(state, set.epoch, challenge, chunkRoot(blob), config.params)[0]?.node ?? -1;
        const task = signAnswer(test.config, set, { node, challenge: 0, blobLength: length, proof }, test.signer(node));
        checkProof(config, state, task, challengeOf(state, task));
        const longer = { ...task, blobLength: task.blobLength + 1n };
        assert.throws(() => checkProof(config, state, longer, challengeOf(state, longer)));
      }),
      { numRuns: 60 },
    );
  });
});
