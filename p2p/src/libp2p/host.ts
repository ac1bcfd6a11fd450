import "../promiseWithResolvers.js";
import { generateKeyPairFromSeed } from "@libp2p/crypto/keys";
import type { GossipSub } from "@libp2p/gossipsub";
import { type Identify, identify } from "@libp2p/identify";
import type { ConnectionGater, Libp2p } from "@libp2p/interface";
import { noise } from "@libp2p/noise";
import { type Ping, ping } from "@libp2p/ping";
import { tcp } from "@libp2p/tcp";
import { yamux } from "@libp2p/yamux";
import { createLibp2p } from "libp2p";
import type { Gossip } from "./gossip.js";
import type { NetworkLimits } from "./networkLimits.js";

export interface HostOptions {
  /** Ed25519 seed, 32 bytes. */
  readonly peerKey: Uint8Array;
  /** Multiaddresses. */
  readonly listen: readonly string[];
  /** Told to peers instead of the addresses that are listened on. */
  readonly announce: readonly string[];
  readonly userAgent: string;
}

export interface HostModules {
  readonly limits: NetworkLimits;
  readonly gate: ConnectionGater;
  readonly gossip: Gossip;
}

export type Host = Libp2p<{ readonly gossip: GossipSub; readonly identify: Identify; readonly ping: Ping }>;

/** A libp2p host with our limits; it is not started. */
export async function createHost(options: HostOptions, modules: HostModules): Promise<Host> {
  const { limits, gate, gossip } = modules;
  const connections = limits.inboundConnections + limits.outboundConnections;
  return createLibp2p({
    start: false,
    privateKey: await generateKeyPairFromSeed("Ed25519", options.peerKey),
    nodeInfo: { userAgent: options.userAgent },
    addresses: { listen: [...options.listen], announce: [...options.announce] },
    transports: [
      tcp({
        // The keep-alive of yamux and the pings of the host tell whether a peer is there; silence is no fault in a slot.
        inboundSocketInactivityTimeout: 0,
        outboundSocketInactivityTimeout: 0,
        // A thousand sockets that never speak cost one file descriptor each, so the kernel's queue is kept short.
        maxConnections: connections + limits.pendingInbound,
        backlog: limits.pendingInbound,
      }),
    ],
    connectionEncrypters: [noise()],
    streamMuxers: [
      yamux({
        maxInboundStreams: limits.streamsPerConnection,
        maxOutboundStreams: limits.streamsPerConnection,
        streamOptions: {
          maxReadBufferLength: limits.streamReadBuffer,
          maxWriteBufferLength: limits.gossipOutbound,
          maxStreamWindowSize: limits.streamWindow,
        },
      }),
    ],
    connectionGater: gate,
    connectionManager: {
      maxConnections: connections,
      maxIncomingPendingConnections: limits.pendingInbound,
      inboundConnectionThreshold: limits.inboundRate,
      inboundUpgradeTimeout: limits.handshake,
      inboundStreamProtocolNegotiationTimeout: limits.handshake,
      outboundStreamProtocolNegotiationTimeout: limits.handshake,
      dialTimeout: limits.dialTimeout,
      addressDialTimeout: limits.dialTimeout,
      maxParallelDials: limits.outboundConnections,
      maxDialQueueLength: 4 * limits.outboundConnections,
      // Ours dials again itself, without giving up.
      reconnectRetries: 0,
    },
    connectionMonitor: { pingTimeout: { minTimeout: limits.pingTimeout, maxTimeout: 2 * limits.pingTimeout } },
    services: { gossip: gossip.factory(), identify: identify(), ping: ping() },
  });
}
