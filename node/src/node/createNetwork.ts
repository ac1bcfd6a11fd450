import { type ChainConfig, plannedForkAt, slotAt } from "@lucid/consensus";
import { type Libp2pNetwork, reachableAddresses } from "@lucid/p2p";
import { type DataPaths, loadPeerKey } from "@lucid/storage";
import { peerNetwork } from "../driver/peerNetwork.js";
import type { NetworkFacts } from "../networks/index.js";
import type { StartContext } from "./startContext.js";

export interface NetworkParts {
  readonly config: ChainConfig;
  readonly paths: DataPaths;
  readonly facts: NetworkFacts;
}

/** The network as the settings want it; not started. @throws P2pError P2P_BAD_ADDRESS; StorageError */
export async function createNetwork(
  context: StartContext,
  open: NetworkParts,
  clientVersion: string,
): Promise<Libp2pNetwork> {
  const { options, clock, logging } = context;
  const { config } = open;
  const { genesisRoot } = config;
  const p2pLog = logging.module("p2p");
  const named = options.config.p2p.bootnodes;
  const reachable = reachableAddresses(open.facts.bootnodes, context.tor);
  if (named.length === 0 && reachable.length < open.facts.bootnodes.length) {
    const all = open.facts.bootnodes.length;
    p2pLog.info({ all, reachable: reachable.length }, "bootstrap nodes of the network's file that can be reached so");
  }
  return peerNetwork(
    {
      genesisRoot,
      forkVersion: plannedForkAt(config, Math.max(0, slotAt(config.clock, clock.now()))),
      slotDuration: config.clock.slotDuration,
      peerKey: (await loadPeerKey(open.paths.peerKey)).secretKey,
      userAgent: clientVersion,
      database: open.paths.net,
      privateAddresses: open.facts.privateAddresses,
      ...options.config.p2p,
      // Whoever names bootstrap nodes wants those and no others.
      bootnodes: named.length > 0 ? named : reachable,
      tor: context.tor,
    },
    {
      clock,
      onEvent(event, address, reason) {
        // An unreachable peer is dialled every few seconds.
        const gone = reason?.code === "P2P_PEER_GONE" || reason?.code === "P2P_TOR_UNREACHABLE";
        p2pLog[event === "refused" && gone ? "debug" : "info"]({ address, error: reason }, `peer ${event}`);
      },
      onTor(part, up, reason) {
        const what = part === "proxy" ? "Tor" : "the onion service";
        if (up) p2pLog.info({}, `${what} is there`);
        else p2pLog.warn({ error: reason }, `${what} is not there; nothing is sent in another way`);
      },
    },
  );
}
