import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { VirtualClock } from "@lucid/consensus/base";
import { multiaddr } from "@multiformats/multiaddr";
import { P2pError } from "../../../src/errors.js";
import { Discovery } from "../../../src/libp2p/discovery.js";
import type { Host } from "../../../src/libp2p/host.js";
import { limitsWith } from "../../../src/libp2p/networkLimits.js";

const HOUR = 3_600_000;

/** Milliseconds between two dials of a bootstrap node that nobody reaches, in the course of an hour. */
async function waits(peers: number): Promise<number[]> {
  const clock = new VirtualClock(0);
  const dials: number[] = [];
  const host = {
    dial: async () => {
      dials.push(clock.now());
      throw new P2pError({ code: "P2P_PEER_GONE", message: "no way out" });
    },
    getConnections: () => [],
    peerStore: { all: async () => [] },
    peerRouting: { getClosestPeers: async function* () {} },
  } as unknown as Host;
  const discovery = new Discovery(
    { bootnodes: [multiaddr("/ip4/192.0.2.1/tcp/30303")], wanted: 8, member: "/lucid/status" },
    { host, clock, limits: limitsWith(), peerCount: () => peers, isWelcome: () => true, isCutOff: () => false },
  );
  discovery.start();
  while (clock.now() < HOUR) {
    clock.advanceTo(clock.nextTimer() ?? HOUR);
    await setImmediate();
  }
  await discovery.stop();
  return dials.slice(1).map((at, index) => at - (dials[index] ?? 0));
}

describe("waits between attempts to reach a peer", () => {
  it("grow to a minute while there is no peer at all, and to ten minutes while there is one", async () => {
    const { discoveryInterval, discoveryAlone, discoveryLongest } = limitsWith();
    const alone = await waits(0);
    const beside = await waits(1);
    assert.equal(alone[0], discoveryInterval);
    assert.equal(Math.max(...alone), discoveryAlone);
    assert.equal(beside[0], discoveryInterval);
    assert.equal(Math.max(...beside), discoveryLongest);
  });
});
