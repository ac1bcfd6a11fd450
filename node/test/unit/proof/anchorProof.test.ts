import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { BlsVerifier } from "@lucid/consensus";
import { fromHex, toHex } from "@lucid/consensus/base";
import { abis } from "@lucid/contracts";
import { toEventSelector } from "viem/utils";
import {
  buildAnchorProof,
  findSession,
  formatProofFile,
  type ProofTrust,
  parseProofFile,
  proofToFile,
  SetChanges,
  statementOf,
  verifyProof,
  withChunk,
} from "../../../src/proof/index.js";
import { SESSION_REGISTERED } from "../../../src/proof/sessionEvent.js";
import { chainWithSession, registration, type TestSession, testSession } from "../../support/proofFixture.js";
import { type RpcChain, wallets } from "../../support/rpcChain.js";
import type { TestWallet } from "../../support/wallet.js";

async function proofText(chain: RpcChain, session: TestSession, chunk?: number): Promise<string> {
  const reader = chain.parts.chain;
  const found = await findSession(reader, session.sessionId, undefined);
  const changes = new SetChanges({ chain: reader });
  const proof = await buildAnchorProof(found, { chain: reader, genesis: chain.parts.genesis, changes });
  return formatProofFile(proofToFile(chunk === undefined ? proof : withChunk(proof, session.chunkRoots, chunk)));
}

const trustIn = (chain: RpcChain): ProofTrust => ({ genesisRoot: chain.genesisRoot });

describe("anchor proof", () => {
  let chain: RpcChain;
  let session: TestSession;
  let owner: TestWallet;
  let height: number;
  before(async () => {
    ({ chain, session, owner, height } = await chainWithSession({ validators: 4 }));
  });
  after(() => chain.stop());

  it("knows the event as the ABI does", () => {
    const event = abis.LucidAnchors.find((item) => item.type === "event" && item.name === "SessionRegistered");
    assert.ok(event !== undefined && event.type === "event");
    assert.equal(toHex(SESSION_REGISTERED), toEventSelector(event));
  });

  it("proves who registered what, not later than when, without a node", async () => {
    const text = await proofText(chain, session);
    const proven = verifyProof(text, trustIn(chain), chain);
    assert.deepEqual(proven.session.owner, owner.address);
    assert.deepEqual(proven.session.merkleRoot, session.merkleRoot);
    assert.deepEqual(proven.session.manifestHash, session.manifestHash);
    assert.equal(proven.session.chunkCount, 5);
    assert.equal(proven.block.height, height);
    const { header } = chain.parts.chain.blockByHeight(height) ?? chain.parts.chain.head();
    assert.equal(proven.notLaterThan, Number(header.timestamp) + 6);
    // 12 epochs of 10 slots of 6 s.
    const staleAfter = 1_800_000_000 + 720;
    assert.deepEqual(proven.trust, { from: "genesis", height: 0, setChanges: 0, staleAfter });
    assert.equal(statementOf(proven, staleAfter).length, 4);
    assert.match(statementOf(proven, staleAfter + 1)[4] ?? "", /too old to rely on/);
    assert.equal(proven.signers.count, 4);
    assert.equal(proven.chunk, undefined);
  });

  it("proves single chunks, data and manifest", async () => {
    for (const [index, root] of session.chunkRoots.entries()) {
      const proven = verifyProof(await proofText(chain, session, index), trustIn(chain), chain);
      assert.deepEqual(proven.chunk, { index, root });
    }
    await assert.rejects(proofText(chain, session, 5), { code: "ANCHOR_PROOF_UNAVAILABLE" });
    const other = { ...session, chunkRoots: testSession(2).chunkRoots };
    await assert.rejects(proofText(chain, other, 0), { code: "ANCHOR_PROOF_UNAVAILABLE" });
  });

  it("says in words what is proven", async () => {
    const lines = statementOf(verifyProof(await proofText(chain, session, 3), trustIn(chain), chain));
    const text = lines.join("\n");
    assert.match(text, /What: session [0-9a-f]{8}-[0-9a-f]{4}-.*network devnet-test \(chain id 120122\); chunk 3 of 5/);
    assert.match(text, new RegExp(`By whom: .*${toHex(owner.address)}`));
    assert.match(text, /Not later than: 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC.*4 of 4 validators with 100.0 %/);
    assert.match(text, /Rests on: the network's genesis/);
  });

  it("is refused for another network or an unknown checkpoint", async () => {
    const text = await proofText(chain, session);
    const elsewhere = { genesisRoot: new Uint8Array(32) };
    assert.throws(() => verifyProof(text, elsewhere, chain), { code: "ANCHOR_PROOF_UNTRUSTED" });
    const proof = parseProofFile(text);
    const base = chain.parts.chain.blockByHeight(1);
    assert.ok(base !== undefined);
    const checkpoint = { header: base.header, voters: chain.parts.voters(2) };
    const cut = formatProofFile(proofToFile({ ...proof, checkpoint }));
    assert.throws(() => verifyProof(cut, trustIn(chain), chain), { code: "ANCHOR_PROOF_UNTRUSTED" });
    const proven = verifyProof(cut, { ...trustIn(chain), checkpoint: base.root }, chain);
    const staleAfter = Number(base.header.timestamp) + 720;
    assert.deepEqual(proven.trust, { from: "checkpoint", height: 1, setChanges: 0, staleAfter });
  });

  it("needs more than two thirds of the weight", async () => {
    const proof = parseProofFile(await proofText(chain, session));
    const with3 = { ...proof.block, commit: chain.certify(proof.block.header, [0, 2, 3]) };
    const text3 = formatProofFile(proofToFile({ ...proof, block: with3 }));
    assert.equal(verifyProof(text3, trustIn(chain), chain).signers.count, 3);
    const with2 = { ...proof.block, commit: chain.certify(proof.block.header, [0, 2]) };
    const text2 = formatProofFile(proofToFile({ ...proof, block: with2 }));
    assert.throws(() => verifyProof(text2, trustIn(chain), chain), {
      code: "ANCHOR_PROOF_INVALID",
      meta: { step: "block" },
    });
  });

  it("cannot be built for a session that nobody or several registered", async () => {
    const reader = chain.parts.chain;
    await assert.rejects(findSession(reader, new Uint8Array(32), undefined), { code: "ANCHOR_PROOF_UNAVAILABLE" });
    const [, , third] = wallets;
    assert.ok(third !== undefined);
    const copied = { ...testSession(77), sessionId: session.sessionId };
    await chain.parts.pool.add(registration(copied, third, 0));
    await chain.mine();
    await assert.rejects(findSession(reader, session.sessionId, undefined), /2 accounts registered/);
    const own = await findSession(reader, session.sessionId, owner.address);
    assert.deepEqual(own.session.merkleRoot, session.merkleRoot);
  });
});

describe("anchor proof, golden file", () => {
  const read = (name: string) => readFileSync(new URL(`../../../../test/vectors/${name}`, import.meta.url), "utf8");

  it("verifies for ever, with the same words", () => {
    const expected = JSON.parse(read("anchorProofExpected.json")) as {
      readonly genesisRoot: string;
      readonly blockRoot: string;
      readonly lines: readonly string[];
      readonly [figure: string]: unknown;
    };
    const text = read("anchorProof.json");
    const trust = { genesisRoot: fromHex(expected.genesisRoot) };
    const proven = verifyProof(text, trust, { verifier: new BlsVerifier() });
    assert.equal(toHex(proven.block.root), expected.blockRoot);
    assert.equal(proven.notLaterThan, expected["notLaterThan"]);
    assert.equal(proven.signers.weight, expected["weight"]);
    assert.equal(proven.signers.totalWeight, expected["totalWeight"]);
    assert.equal(proven.trust.setChanges, expected["setChanges"]);
    assert.deepEqual(statementOf(proven), expected.lines);
    assert.equal(formatProofFile(proofToFile(parseProofFile(text))), text);
  });
});

describe("anchor proof over changes of the voters", () => {
  it("carries each change and is broken by leaving one out, repeating or swapping them", async () => {
    const weight = (validator: number, height: number) => 10 + ((validator * 7 + Math.floor(height / 3) * 5) % 11);
    const { chain, session } = await chainWithSession({ validators: 4, weight, before: 12 });
    const text = await proofText(chain, session, 1);
    const proof = parseProofFile(text);
    assert.ok(proof.sets.length >= 4);
    assert.equal(verifyProof(text, trustIn(chain), chain).trust.setChanges, proof.sets.length);
    const broken = (sets: typeof proof.sets) => () =>
      verifyProof(formatProofFile(proofToFile({ ...proof, sets })), trustIn(chain), chain);
    for (const [index, set] of proof.sets.entries()) {
      const step = { code: "ANCHOR_PROOF_INVALID" };
      assert.throws(broken(proof.sets.toSpliced(index, 0, set)), step);
      const foreign = proof.sets[(index + 1) % proof.sets.length];
      assert.ok(foreign !== undefined);
      assert.throws(broken(proof.sets.with(index, { ...set, voters: foreign.voters })), step);
      assert.throws(broken(proof.sets.with(index, foreign)), step);
    }
    assert.throws(broken([...proof.sets].reverse()), { code: "ANCHOR_PROOF_INVALID" });
    await chain.stop();
  });
});
