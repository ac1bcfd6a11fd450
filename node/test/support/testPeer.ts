import { randomBytes } from "node:crypto";
import type { Libp2pNetwork } from "@lucid/p2p";
import { peerNetwork } from "../../src/driver/peerNetwork.js";
import { type GenesisFile, genesisRootOf } from "../../src/networks/index.js";
import { SystemClock } from "../../src/node/systemClock.js";

/** A peer of a network that is no node: it hears and says what a test wants. It is not started, and listens nowhere unless told to. */
export function testPeer(
  genesis: GenesisFile,
  {
    peers = [],
    listen = [],
    maxPeers = 16,
    peerKey = new Uint8Array(randomBytes(32)),
  }: { peers?: readonly string[]; listen?: readonly string[]; maxPeers?: number; peerKey?: Uint8Array },
): Libp2pNetwork {
  return peerNetwork(
    {
      genesisRoot: genesisRootOf(genesis),
      forkVersion: genesis.forkVersion,
      slotDuration: genesis.slotDuration * 1000,
      ...{ peerKey, listen, peers, maxPeers },
    },
    { clock: new SystemClock() },
  );
}
