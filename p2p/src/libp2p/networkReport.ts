import type { Connection } from "@libp2p/interface";
import { onionOf } from "./addresses.js";
import type { ProtocolNames } from "./protocolNames.js";
import type { QuotaDatastore } from "./quotaDatastore.js";
import type { Requests } from "./requests.js";
import type { StreamService } from "./streamService.js";

/** What the operator may want to know of the network, for metrics. */
export interface NetworkReport {
  readonly inbound: number;
  readonly outbound: number;
  /** Connections that were not let in. */
  readonly refused: number;
  readonly banned: number;
  /** Times that a peer's gossip was held back. */
  readonly slowed: number;
  readonly requests: ReturnType<Requests["counters"]>;
  /** Streams of bytes: served, refused for want of quota, failed, and opened to others. */
  readonly byteStreams: ReturnType<StreamService["counters"]>;
  readonly records: ReturnType<QuotaDatastore["sizes"]>;
  /** Nodes that are reached through this one as their relay. */
  readonly reservations: number;
  /** Connections that lead through a relay. */
  readonly relayed: number;
  /** Connections to onion services. */
  readonly onion: number;
  /** False when Tor did not answer the last time. */
  readonly torReachable: boolean;
  /** Dials under way or waiting. */
  readonly dials: number;
  /** Open streams by our name of the protocol. */
  readonly streams: Readonly<Record<string, number>>;
  /** Mesh peers by topic. */
  readonly mesh: Readonly<Record<string, number>>;
  /** Lowest gossip score among the peers; 0 without any. */
  readonly worstScore: number;
}

/** Of the open connections: in and out, by relay, to onion services, and the streams on them. */
export function connectionCounts(
  connections: readonly Connection[],
  ownProtocols: readonly string[],
  names: ProtocolNames,
): Pick<NetworkReport, "inbound" | "outbound" | "relayed" | "onion" | "streams"> {
  const inbound = connections.filter(({ direction }) => direction === "inbound").length;
  const own = new Set(ownProtocols);
  const streams: Record<string, number> = {};
  for (const { protocol } of connections.flatMap((connection) => connection.streams)) {
    const name = own.has(protocol) || names.belongs(protocol) ? names.short(protocol) : "other";
    streams[name] = (streams[name] ?? 0) + 1;
  }
  return {
    inbound,
    outbound: connections.length - inbound,
    relayed: connections.filter(({ limits }) => limits !== undefined).length,
    onion: connections.filter(({ remoteAddr }) => onionOf(remoteAddr) !== undefined).length,
    streams,
  };
}
