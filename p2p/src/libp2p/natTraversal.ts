import "../promiseWithResolvers.js";
import { autoNAT } from "@libp2p/autonat";
import { type CircuitRelayService, circuitRelayServer, circuitRelayTransport } from "@libp2p/circuit-relay-v2";
import type { Connection, PeerDiscovery } from "@libp2p/interface";
import type { ConnectionManager } from "@libp2p/interface-internal";
import type { createLibp2p } from "libp2p";
import { withMethods, withOwn } from "./components.js";
import { directUpgrade } from "./directUpgrade.js";
import type { HolePuncherModules } from "./holePuncher.js";
import type { NetworkLimits } from "./networkLimits.js";

export interface NatOptions {
  /** Find out which addresses others can reach, reach those behind a relay, and turn a relayed connection into a direct one. */
  readonly traversal: boolean;
  /** "client": be reached through relays; "server": relay for others. */
  readonly relay: "off" | "client" | "server";
  /** Ask the router for a port. */
  readonly upnp: boolean;
  /** Find and be found on the local network by multicast. */
  readonly mdns: boolean;
}

export const NO_NAT: NatOptions = { traversal: false, relay: "off", upnp: false, mdns: false };

type Libp2pOptions = NonNullable<Parameters<typeof createLibp2p>[0]>;
export type TransportFactory = NonNullable<Libp2pOptions["transports"]>[number];
type DiscoveryFactory = NonNullable<Libp2pOptions["peerDiscovery"]>[number];
type ServiceFactory<T = unknown> = (components: never) => T;

export interface NatServices {
  readonly autonat?: ServiceFactory;
  readonly dcutr?: ServiceFactory;
  readonly upnp?: ServiceFactory;
  readonly relay?: ServiceFactory<CircuitRelayService>;
}

/** Services of the host, beside those that every node has. */
export async function natServices(
  { traversal, relay, upnp }: NatOptions,
  modules: HolePuncherModules,
): Promise<NatServices> {
  const { limits } = modules;
  const streams = limits.relayStreams;
  return {
    ...(traversal
      ? {
          autonat: reachability(limits),
          dcutr: directUpgrade(modules),
        }
      : {}),
    ...(upnp ? { upnp: (await import("@libp2p/upnp-nat")).uPnPNAT({ portMappingDescription: "lucid" }) } : {}),
    ...(relay === "server"
      ? {
          relay: circuitRelayServer({
            hopTimeout: limits.handshake,
            maxInboundHopStreams: streams,
            maxOutboundStopStreams: streams,
            reservations: {
              maxReservations: limits.relayReservations,
              reservationTtl: limits.relayReservationTime,
              defaultDurationLimit: limits.relayCircuitTime,
              defaultDataLimit: BigInt(limits.relayCircuitBytes),
            },
          }),
        }
      : {}),
  };
}

/** Who uses relays, or is reached through them, needs the transport; it also takes what relays hand over. */
export function relayTransport({ traversal, relay }: NatOptions, limits: NetworkLimits): readonly TransportFactory[] {
  if (!traversal && relay !== "client") return [];
  const make = circuitRelayTransport({
    maxInboundStopStreams: limits.relayStreams,
    maxOutboundStopStreams: limits.relayStreams,
    reservationCompletionTimeout: limits.handshake,
  });
  // Relays are found among the peers that our own discovery meets: the library's would walk the DHT without a pause for as
  // long as there is none.
  const randomWalk = { walk: nobody };
  return [(components) => make(withOwn(components, { randomWalk }))];
}

/** Asks peers whether they reach us, and answers them: libp2p dials no other host than the one that the question came from. */
export function reachability(limits: NetworkLimits): ReturnType<typeof autoNAT> {
  const make = autoNAT({ maxInboundStreams: 1, maxOutboundStreams: 2, timeout: limits.dialTimeout });
  return (components) => {
    const connectionManager = dialsBack(components.connectionManager);
    // The library asks a peer when it comes, and walks the DHT each minute to meet others as long as an address is unproven. Ours
    // asks those again who are there: an address that came later (UPnP) would wait for the next newcomer.
    const walk = async function* (): AsyncGenerator<never> {
      for (const connection of components.connectionManager.getConnections()) {
        if (connection.limits === undefined) await service.verifyExternalAddresses(connection).catch(() => undefined);
      }
    };
    const service = make(withOwn(components, { connectionManager, randomWalk: { walk } })) as Asking;
    return service;
  };
}

/** What of the library's service is of use beyond its interface. */
interface Asking {
  verifyExternalAddresses(connection: Connection): Promise<void>;
}

/**
 * Dials whoever asks even though it is connected. The library (autonat 3.0) leaves that out: it takes the connection on which the
 * question came for its own, says that the address was not reached, and closes that connection, as often as it is opened.
 */
function dialsBack(manager: ConnectionManager): ConnectionManager {
  const openConnection: ConnectionManager["openConnection"] = (target, options) =>
    manager.openConnection(target, { ...options, force: true });
  return withMethods(manager, { openConnection });
}

async function* nobody(): AsyncGenerator<never> {}

/** What a node listens on to be reached through whatever relay it meets. */
export function relayListen({ relay }: NatOptions): readonly string[] {
  return relay === "client" ? ["/p2p-circuit"] : [];
}

/** @param network a name that other networks do not have */
export async function localDiscovery({ mdns: on }: NatOptions, network: string): Promise<readonly DiscoveryFactory[]> {
  if (!on) return [];
  // Few want it; the others do not load it.
  const { mdns } = await import("@libp2p/mdns");
  const make = mdns({ serviceTag: `_lucid-${network}._udp.local` });
  return [(components): PeerDiscovery => make(components)];
}
