import "../promiseWithResolvers.js";
import type { CircuitRelayService } from "@libp2p/circuit-relay-v2";
import { generateKeyPairFromSeed } from "@libp2p/crypto/keys";
import type { GossipSub } from "@libp2p/gossipsub";
import { type Identify, identify } from "@libp2p/identify";
import type { ConnectionGater, Libp2p, Transport } from "@libp2p/interface";
import { type KadDHT, kadDHT, passthroughMapper, removePrivateAddressesMapper } from "@libp2p/kad-dht";
import { type Ping, ping } from "@libp2p/ping";
import { tcp } from "@libp2p/tcp";
import type { Clock } from "@lucid/consensus/base";

import type { Datastore } from "interface-datastore";
import { createLibp2p } from "libp2p";
import type { PeerId } from "../network.js";
import { addressChanges } from "./addressChanges.js";
import { isLoopbackAddress, onionOf } from "./addresses.js";
import { withOwn } from "./components.js";
import type { Gossip } from "./gossip.js";
import { leanNoise } from "./leanNoise.js";
import { steadyYamux } from "./muxer.js";
import {
  localDiscovery,
  type NatOptions,
  NO_NAT,
  natServices,
  relayListen,
  relayTransport,
  type TransportFactory,
} from "./natTraversal.js";
import type { NetworkLimits } from "./networkLimits.js";
import { NewStreams } from "./newStreams.js";
import { OnionTransport } from "./onionTransport.js";
import { StreamMeter } from "./streamMeter.js";
import type { TorOptions } from "./tor.js";

export interface HostOptions {
  /** Ed25519 seed, 32 bytes. */
  readonly peerKey: Uint8Array;
  /** Multiaddresses. */
  readonly listen: readonly string[];
  /** Told to peers instead of the addresses that are listened on. */
  readonly announce: readonly string[];
  /** Told to peers beside the addresses that are listened on. */
  readonly appendAnnounce?: readonly string[];
  readonly userAgent: string;
  /** The DHT that peers find each other with; none to stay with the peers of the configuration. */
  readonly dht?: DhtOptions | undefined;
  /** Dial onion services, and with `only` nothing else. */
  readonly tor?: TorOptions | undefined;
  /** Ways past routers; none in Tor mode. */
  readonly nat?: NatOptions | undefined;
  /** Part of the name under which nodes find each other on a local network. */
  readonly network: string;
}

export interface DhtOptions {
  readonly protocol: string;
  /** Answers others; a node that nobody can reach only asks. */
  readonly server: boolean;
  /** Tell of addresses of private networks: on a network that lives in one. */
  readonly privateAddresses: boolean;
}

export interface HostModules {
  readonly limits: NetworkLimits;
  readonly gate: ConnectionGater;
  /** None on a bootstrap node. */
  readonly gossip?: Gossip;
  readonly datastore: Datastore;
  readonly clock: Clock;
  /** The peer opens streams faster than it may. */
  readonly onExcess: (peer: PeerId) => void;
  /** Tor's SOCKS port answered, or did not. */
  readonly onProxy?: (reachable: boolean) => void;
  /** Tor was there and did not find or reach a service. */
  readonly onUnreached?: () => void;
}

export type Host = Libp2p<{
  readonly identify: Identify;
  readonly ping: Ping;
  readonly gossip?: GossipSub;
  readonly dht?: KadDHT;
  readonly relay?: CircuitRelayService;
}>;

/** A libp2p host with our limits; it is not started. */
export async function createHost(options: HostOptions, modules: HostModules): Promise<Host> {
  const { limits, gate, gossip, datastore, clock, onExcess } = modules;
  const connections = limits.inboundConnections + limits.outboundConnections;
  const nat = options.nat ?? NO_NAT;
  const newStreams = new NewStreams({ limits, clock, onExcess });
  return createLibp2p({
    start: false,
    datastore,
    privateKey: await generateKeyPairFromSeed("Ed25519", options.peerKey),
    nodeInfo: { userAgent: options.userAgent },
    addresses: {
      listen: [...options.listen, ...relayListen(nat)],
      announce: [...options.announce],
      appendAnnounce: [...(options.appendAnnounce ?? [])],
      // What a peer believes to have seen of us never becomes an address that we tell others.
      ...(options.tor?.only
        ? { announceFilter: (all) => all.filter((address) => onionOf(address) !== undefined) }
        : {}),
    },
    transports: [...transports(options.tor, modules), ...relayTransport(nat, limits)],
    peerDiscovery: [...(await localDiscovery(nat, options.network))],
    connectionEncrypters: [newStreams.identified(leanNoise())],
    streamMuxers: [
      steadyYamux(
        {
          maxInboundStreams: limits.streamsPerConnection,
          maxOutboundStreams: limits.streamsPerConnection,
          streamOptions: {
            maxReadBufferLength: limits.streamReadBuffer,
            maxWriteBufferLength: limits.gossipOutbound,
            maxStreamWindowSize: limits.streamWindow,
          },
        },
        { take: (connection) => newStreams.take(connection) },
      ),
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
      // None: an address of a stranger must not make this node ask a name server, and under Tor none may be asked.
      resolvers: {},
      // Ours dials again itself, without giving up.
      reconnectRetries: 0,
    },
    connectionMonitor: { pingTimeout: { minTimeout: limits.pingTimeout, maxTimeout: 2 * limits.pingTimeout } },
    services: {
      identify: identify(),
      identifyPush: addressChanges(modules),
      ping: ping(),
      ...((await natServices(nat, modules)) as { readonly relay?: () => CircuitRelayService }),
      ...(gossip === undefined ? {} : { gossip: gossip.factory() }),
      ...(options.dht === undefined ? {} : { dht: dhtService(options.dht, modules) }),
    },
  });
}

function transports(tor: TorOptions | undefined, { limits, onProxy, onUnreached }: HostModules): TransportFactory[] {
  const overTcp = tcp({
    // The keep-alive of yamux and the pings of the host tell whether a peer is there; silence is no fault in a slot.
    inboundSocketInactivityTimeout: 0,
    outboundSocketInactivityTimeout: 0,
    // Beyond it a socket is closed as soon as it is accepted: a thousand dials take no place from anybody.
    maxConnections: limits.inboundConnections + limits.outboundConnections + limits.pendingInbound,
  });
  if (tor === undefined) return [overTcp];
  const overOnion: TransportFactory = (components) =>
    new OnionTransport(
      {
        ...{ proxy: tor.proxy, dialTimeout: limits.dialTimeout, secondTry: limits.onionSecondTry },
        ...(onProxy === undefined ? {} : { onProxy }),
        ...(onUnreached === undefined ? {} : { onUnreached }),
      },
      components,
    );
  return [overOnion, tor.only ? (components) => loopbackOnly(overTcp(components)) : overTcp];
}

/** Takes connections from this machine, where Tor hands them over, and opens none. */
function loopbackOnly(transport: Transport): Transport {
  const fits = transport.listenFilter.bind(transport);
  transport.listenFilter = (addresses) => fits(addresses).filter(isLoopbackAddress);
  transport.dialFilter = () => [];
  return transport;
}

function dhtService(
  { protocol, server, privateAddresses }: DhtOptions,
  { limits, clock }: HostModules,
): ReturnType<typeof kadDHT> {
  const bytes = { rate: limits.dhtBytesRate, burst: limits.dhtBytesBurst };
  const meter = new StreamMeter({ bytes, peers: limits.bans, reset: true }, clock);
  const make = kadDHT({
    protocol,
    clientMode: !server,
    peerInfoMapper: privateAddresses ? passthroughMapper : removePrivateAddressesMapper,
    // The first node of a network has nobody to ask.
    allowQueryWithZeroPeers: true,
    // No values: only who is there and who holds what.
    validators: {},
    selectors: {},
    // Records live 48 h; ours are told again after 22.
    reprovide: { threshold: 26 * 3_600_000 },
    maxInboundStreams: limits.dhtStreams,
    maxOutboundStreams: 4 * limits.dhtStreams,
    incomingMessageTimeout: limits.requestRead,
  });
  return (components) => make(withOwn(components, { registrar: meter.metered(components.registrar) }));
}
