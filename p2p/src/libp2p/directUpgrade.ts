import "../promiseWithResolvers.js";
import { type DCUtRServiceComponents, dcutr } from "@libp2p/dcutr";
import type { Connection, PeerUpdate, StreamHandler, Topology } from "@libp2p/interface";
import { isPrivate } from "@libp2p/utils";
import type { Multiaddr } from "@multiformats/multiaddr";
import { isRelayed } from "./addresses.js";
import { withMethods, withOwn } from "./components.js";
import { HolePuncher, type HolePuncherComponents, type HolePuncherModules } from "./holePuncher.js";

export type DirectUpgradeComponents = DCUtRServiceComponents & HolePuncherComponents;

/**
 * Turns a relayed connection into a direct one (DCUtR). The library dials a peer that has a public address, and else agrees with it
 * on the moment at which both dial. Ours are the sockets of that second way: the library's leave from ports of which nobody
 * knows how a router shows them, and both ends of such a connection would take themselves for the client (yamux goes by the
 * direction of the socket). Ours too is that the first way is tried once more when the peer has learnt a public address meanwhile.
 */
export function directUpgrade(modules: HolePuncherModules): (components: DirectUpgradeComponents) => unknown {
  const make = dcutr({ timeout: modules.limits.dialTimeout });
  return (components) => {
    const { addressManager, connectionManager, registrar, events } = components;
    const puncher = new HolePuncher(components, modules);
    const ready = async ({ remoteAddr }: Connection): Promise<void> => {
      // In a private network there is no router between the two.
      if (isRelayed(remoteAddr) && !isPrivate(remoteAddr)) await puncher.look(remoteAddr);
    };
    const own: DirectUpgradeComponents = withOwn(components, {
      registrar: withMethods(registrar, {
        handle: (protocol, handler, options) => {
          const prepared: StreamHandler = async (stream, connection) => {
            await ready(connection);
            await handler(stream, connection);
          };
          return registrar.handle(protocol, prepared, options);
        },
        register: (protocol, topology) => {
          // The one that was dialled begins.
          const onConnect: Topology["onConnect"] = (peer, connection) =>
            void (connection.direction === "inbound" ? ready(connection) : Promise.resolve()).then(() =>
              topology.onConnect?.(peer, connection),
            );
          const again = new WeakSet<Connection>();
          events.addEventListener("peer:update", ({ detail }) => {
            const connections = connectionManager.getConnections(detail.peer.id);
            const relayed = connections.find(({ direction }) => direction === "inbound");
            const direct = connections.some(({ remoteAddr }) => !isRelayed(remoteAddr));
            if (direct || relayed === undefined || again.has(relayed) || !hasNewAddress(detail)) return;
            // Once: it may tell addresses without end.
            again.add(relayed);
            topology.onConnect?.(detail.peer.id, relayed);
          });
          return registrar.register(protocol, { ...topology, onConnect });
        },
      }),
      // No address that this node listens at: where two ends dial, neither answers as one that was dialled.
      addressManager: withMethods(addressManager, { getAddresses: () => [...puncher.addresses] }),
      connectionManager: withMethods(connectionManager, {
        // Only where both ends dial does the library give a priority; the other case is an ordinary dial.
        openConnection: (target, options) =>
          options?.priority !== undefined && options.signal !== undefined && Array.isArray(target)
            ? puncher.punch(target, { signal: options.signal, initiator: options.initiator !== false })
            : connectionManager.openConnection(target, options),
      }),
    });
    return make(own);
  };
}

/** Whether the peer has told a public address that was not known of it. */
function hasNewAddress({ peer, previous }: PeerUpdate): boolean {
  const known = new Set(previous?.addresses.map(({ multiaddr }) => multiaddr.toString()));
  const isNew = (address: Multiaddr) => !isRelayed(address) && !isPrivate(address) && !known.has(address.toString());
  return peer.addresses.some(({ multiaddr }) => isNew(multiaddr));
}
