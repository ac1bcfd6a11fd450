import assert from "node:assert/strict";
import type { GossipsubOpts } from "@libp2p/gossipsub";
import { presets } from "@lucid/consensus";
import { libp2pNetwork } from "../../support/networks.js";

/** What the library works with in the end: our settings and, where we set none, its own defaults. */
async function effective(slotDuration: number): Promise<GossipsubOpts> {
  const network = libp2pNetwork({ slotDuration, listen: [] });
  await network.start();
  try {
    const { host } = network as unknown as { host: { services: { gossip: { opts: GossipsubOpts } } } };
    return host.services.gossip.opts;
  } finally {
    await network.stop();
  }
}

/** After how many milliseconds a counter is as good as zero. */
function memory(decay: number, options: GossipsubOpts): number {
  const { decayInterval = 0, decayToZero = 0 } = options.scoreParams;
  return (Math.log(decayToZero) / Math.log(decay)) * decayInterval;
}

describe("time in gossip", () => {
  for (const { preset, slotDuration } of Object.values(presets)) {
    it(`fits the slots of ${preset}: no setting and no default of the library undercuts one`, async () => {
      const slot = slotDuration * 1000;
      const options = await effective(slot);
      const times: Record<string, readonly [number | undefined, number]> = {
        "a message is remembered": [options.seenTTL, 3 * slot],
        "peers of a topic that is only published to": [options.fanoutTTL, 2 * slot],
        "the score of a peer that left": [options.scoreParams.retainScore, 30 * slot],
        "misbehaviour is remembered": [memory(options.scoreParams.behaviourPenaltyDecay ?? 0, options), 10 * slot],
        // The longest that the body of a first round may take before its verdict.
        "a message under validation is kept": [options.mcacheLength * options.heartbeatInterval, 30_000],
      };
      for (const [name, topic] of Object.entries(options.scoreParams.topics ?? {})) {
        times[`${name}: time in the mesh`] = [topic.timeInMeshQuantum, slot];
        times[`${name}: first deliveries`] = [memory(topic.firstMessageDeliveriesDecay, options), 10 * slot];
        times[`${name}: invalid messages`] = [memory(topic.invalidMessageDeliveriesDecay, options), 10 * slot];
        // One message a slot is what an honest peer may have to offer, so missing ones must not count.
        assert.equal(topic.meshMessageDeliveriesWeight, 0);
        assert.equal(topic.meshFailurePenaltyWeight, 0);
      }
      assert.ok(Object.keys(options.scoreParams.topics ?? {}).length > 0);
      for (const [what, [value, least]] of Object.entries(times)) {
        assert.ok((value ?? 0) >= least * 0.999, `${what} for ${value} ms, less than ${least}`);
      }
    });
  }

  it("leaves no limit of the decoder to the library, and no way round validation", async () => {
    const options = await effective(120_000);
    assert.equal(options.asyncValidation, true);
    assert.equal(options.globalSignaturePolicy, "StrictNoSign");
    assert.equal(options.fallbackToFloodsub, false);
    assert.equal(options.doPX, false);
    for (const value of Object.values(options.decodeRpcLimits ?? assert.fail())) assert.ok(value <= 512);
    for (const value of [options.maxInboundDataLength, options.maxOutboundBufferSize, options.maxTopicBytesPerPeer]) {
      assert.ok(value !== undefined && Number.isFinite(value));
    }
  });
});
