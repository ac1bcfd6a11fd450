import assert from "node:assert/strict";
import { toHex } from "../../../src/base/bytes.js";
import { nodeIdOf, voteSigningRoot } from "../../../src/crypto/signing.js";
import { StandInSigner, StandInVerifier } from "../../../src/crypto/standIn.js";
import { ChainBuilder, type NextBlock, simNetwork } from "../../../src/sim/index.js";
import { checkBlock } from "../../../src/transition/blockPlan.js";
import type { BlockPlan } from "../../../src/transition/types.js";
import { VoteKind } from "../../../src/types/index.js";

const verifier = new StandInVerifier();

function builder(size: number): ChainBuilder {
  return new ChainBuilder(
    simNetwork(size, "devnet", verifier, (seed) => new StandInSigner(seed)),
    verifier,
  );
}

/** The plan of the next block as a verifier makes it. */
function nextPlan(chain: ChainBuilder, options: NextBlock = {}): BlockPlan {
  const parent = chain.tip;
  return checkBlock(chain.network.config, parent, chain.next(options), verifier);
}

const words = (data: Uint8Array): string[] => toHex(data.subarray(4)).slice(2).match(/.{64}/g) ?? [];
const hex = (bytes: Uint8Array): string => toHex(bytes).slice(2);

describe("system calls of a block", () => {
  it("are none within an epoch, and tell the registry at its end who may vote in governance from now on", () => {
    const chain = builder(4);
    const told: { readonly epoch: number; readonly plan: BlockPlan }[] = [];
    while (chain.tip.state.epoch.epoch < 24 + 4) {
      const before = chain.tip.state.epoch.epoch;
      const plan = nextPlan(chain);
      const { epoch } = plan.state.epoch;
      if (epoch === before || plan.systemCalls.length === 0) assert.deepEqual(plan.systemCalls, []);
      else told.push({ epoch, plan });
    }
    // Everybody earns 1 LUCID in the first epoch; devnet's least age is two.
    assert.deepEqual(
      told.map(({ epoch }) => epoch),
      [26],
    );
    const plan = told[0]?.plan;
    const [call] = plan?.systemCalls ?? [];
    assert.ok(plan !== undefined && call !== undefined);
    assert.equal(toHex(call.to), "0x0000000000000000000000000000000000001003");
    const nodes = plan.state.nodes.flatMap(({ nodeId, operator }) => [
      hex(nodeId),
      hex(operator).padStart(64, "0"),
      "1".padStart(64, "0"),
    ]);
    assert.deepEqual(words(call.data), ["20".padStart(64, "0"), "4".padStart(64, "0"), ...nodes]);
  });

  it("burn the bond of who is jailed, in the block that jails, and take the vote at the next boundary", () => {
    const chain = builder(4);
    while (chain.tip.state.epoch.epoch < 26) chain.next();
    const signer = chain.network.signers[2] ?? assert.fail();
    const { height, slot } = { height: chain.tip.state.height + 1, slot: chain.tip.state.slot + 1 };
    const votes = [1, 2].map((mark) => {
      const message = { kind: VoteKind.Prevote, height, slot, round: 0, blockRoot: new Uint8Array(32).fill(mark) };
      return { message, signature: signer.sign(voteSigningRoot(message, chain.context(slot))) };
    });
    const nodeId = nodeIdOf(signer.publicKey);
    const plan = nextPlan(chain, { evidence: [{ nodeId, votes, proposals: [] }] });
    const node = plan.state.nodes[2] ?? assert.fail();
    assert.equal(plan.systemCalls.length, 1);
    assert.deepEqual(words(plan.systemCalls[0]?.data ?? new Uint8Array()), [
      "20".padStart(64, "0"),
      "1".padStart(64, "0"),
      hex(nodeId),
      hex(node.operator).padStart(64, "0"),
    ]);
    let later = nextPlan(chain);
    while (later.state.epoch.epoch < 27) {
      assert.deepEqual(later.systemCalls, []);
      later = nextPlan(chain);
    }
    assert.deepEqual(
      later.eligibility.map((change) => [hex(change.nodeId), change.eligible]),
      [[hex(nodeId), false]],
    );
    assert.equal(later.systemCalls.length, 1);
  });
});
