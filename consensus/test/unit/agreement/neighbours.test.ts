import assert from "node:assert/strict";
import { Agreement } from "../../../src/agreement/agreement.js";
import type { Effect } from "../../../src/agreement/types.js";
import { commitVote, prevoteVote } from "../../../src/certificates.js";
import { forkVersionAt } from "../../../src/config.js";
import { proposalSigningRoot } from "../../../src/crypto/signing.js";
import { StandInSigner, StandInVerifier } from "../../../src/crypto/standIn.js";
import { ChainBuilder, simNetwork } from "../../../src/sim/index.js";
import { heightContext } from "../../../src/transition/heightContext.js";
import type { Tip } from "../../../src/transition/types.js";
import { type CommitCertificate, NO_CERTIFICATE } from "../../../src/types/index.js";

const verifier = new StandInVerifier();

/** A follower at the height after `tip`, in the middle of slot 2. */
function follower(chain: ChainBuilder, tip: Tip, parentCommit: CommitCertificate) {
  const { config } = chain.network;
  const agreement = new Agreement({
    params: config.params,
    genesisRoot: config.genesisRoot,
    genesisTime: config.clock.genesisTime,
    slotDuration: config.clock.slotDuration,
    forkVersionAt: (slot) => forkVersionAt(config, slot),
    verifier,
    startedAt: 0,
  });
  const now = config.clock.genesisTime + 2.5 * config.clock.slotDuration;
  agreement.step(now, { type: "height", context: heightContext(config, tip, parentCommit) });
  return { agreement, now };
}

function of<T extends Effect["type"]>(effects: readonly Effect[], type: T): Extract<Effect, { type: T }>[] {
  return effects.filter((effect): effect is Extract<Effect, { type: T }> => effect.type === type);
}

function fourNodes(): ChainBuilder {
  const network = simNetwork(4, "mainnet", verifier, (seed) => new StandInSigner(seed));
  return new ChainBuilder(network, verifier);
}

describe("agreement between heights", () => {
  it("a certificate decides in a slot that this node thought closed: others know a lower one of the parent", () => {
    const chain = fourNodes();
    const genesis = chain.tip;
    chain.next();
    const parent = chain.tip;
    // The same block was certified a second time, in slot 2, and that is the certificate held here.
    const later = { ...chain.certificate, slot: 2 };
    const known = { ...later, ...chain.keys.sign(genesis, commitVote(later)) };
    const block = chain.next();
    assert.equal(block.header.slot, 2);
    const { agreement, now } = follower(chain, parent, known);
    agreement.step(now, { type: "block", source: 1, block });
    const { effects } = agreement.step(now, { type: "commit", source: 1, certificate: chain.certificate });
    assert.equal(of(effects, "verdict")[0]?.outcome, "accept");
    const [execute] = of(effects, "execute");
    assert.ok(execute !== undefined);
    const done = agreement.step(now, { type: "executed", root: execute.root, valid: true });
    assert.equal(of(done.effects, "decide").length, 1);
  });

  it("a lower certificate of the parent replaces the one held", () => {
    const chain = fourNodes();
    const genesis = chain.tip;
    const block = chain.next();
    const low = chain.certificate;
    const later = { ...low, round: 3 };
    const high = { ...later, ...chain.keys.sign(genesis, commitVote(later)) };
    const { agreement, now } = follower(chain, genesis, NO_CERTIFICATE);
    agreement.step(now, { type: "block", source: 1, block });
    const { effects } = agreement.step(now, { type: "commit", source: 1, certificate: high });
    const [execute] = of(effects, "execute");
    assert.ok(execute !== undefined);
    agreement.step(now, { type: "executed", root: execute.root, valid: true });
    const context = heightContext(chain.network.config, chain.tip, high);
    agreement.step(now, { type: "height", context });
    const better = agreement.step(now, { type: "commit", source: 2, certificate: low });
    assert.equal(of(better.effects, "betterCommit").length, 1);
    assert.equal(agreement.parentCommit()?.round, 0);
    const again = agreement.step(now, { type: "commit", source: 2, certificate: high });
    assert.equal(of(again.effects, "betterCommit").length, 0);
  });

  it("a carried proposal of the next height is held: its signer is the view's proposer, not the block's", () => {
    const chain = fourNodes();
    const genesis = chain.tip;
    chain.next();
    const first = chain.tip;
    const second = chain.proposerOf(2, 1);
    const { header } = chain.next();
    const vote = { height: 2, slot: 2, round: 0, blockRoot: chain.tip.root };
    const valid = { ...vote, ...chain.keys.sign(first, prevoteVote({ ...chain.certificate, ...vote })) };
    const proposal = { height: 2, slot: 2, round: 1, validSlot: 2, validRound: 0, header };
    const signature = second.sign(proposalSigningRoot(proposal, chain.context(2)));
    const { agreement, now } = follower(chain, genesis, NO_CERTIFICATE);
    const signed = { proposal, signature, validCertificate: [valid] };
    const { effects } = agreement.step(now, { type: "proposal", source: 1, proposal: signed });
    assert.equal(of(effects, "verdict")[0]?.outcome, "accept");
  });
});
