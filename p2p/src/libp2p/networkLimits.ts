export interface Limit {
  readonly value: number;
  readonly unit:
    | "connections"
    | "bytes"
    | "bytes/s"
    | "messages"
    | "messages/s"
    | "requests"
    | "requests/s"
    | "ms"
    | "entries";
  /** Why this much and no more; docs/limits.md prints it. */
  readonly reason: string;
}

const KIB = 1024;
const MIB = 1024 * KIB;

function limit(value: number, unit: Limit["unit"], reason: string): Limit {
  return { value, unit, reason };
}

/** Every bound of the network layer, in one place. Limits of a topic or a protocol stand in its own definition. */
export const networkLimits = {
  inboundConnections: limit(
    48,
    "connections",
    "Those that others opened. With the outbound ones it bounds all memory that is kept per peer.",
  ),
  outboundConnections: limit(16, "connections", "Those that this node opened: nobody else decides who they are."),
  connectionsPerAddress: limit(
    8,
    "connections",
    "From one IP address (of IPv6: from one network of 64 bits), loopback apart: one machine cannot take all places. Several nodes behind one router still fit.",
  ),
  inboundRate: limit(64, "connections", "New connections of one address in a second; each costs a key exchange."),
  pendingInbound: limit(32, "connections", "Connections in the middle of their handshake."),
  handshake: limit(
    10_000,
    "ms",
    "From the first byte to the end of encryption, and again until the peer has said what it is.",
  ),
  dialTimeout: limit(10_000, "ms", "For an attempt to reach a peer."),
  onionDialTimeout: limit(
    90_000,
    "ms",
    "The same through Tor: finding a service and building a circuit takes its time.",
  ),
  onionSecondTry: limit(
    20_000,
    "ms",
    "After so long a second circuit to an onion service is tried beside the first; whichever is there first is used.",
  ),
  onionForget: limit(
    60_000,
    "ms",
    "A node without a peer for so long asks Tor, at intervals of this length, to forget whom it did not find: by itself it asks no directory twice for a service within a quarter of an hour.",
  ),
  onionHandshake: limit(60_000, "ms", "The handshake, where there is Tor: a new circuit is slow at first."),
  onionRequestRead: limit(20_000, "ms", "What requestRead is, where there is Tor."),
  redialFirst: limit(100, "ms", "Wait before a lost peer is dialled again; it doubles each time."),
  redialLongest: limit(5_000, "ms", "Longest wait before a peer of the configuration is dialled again."),
  pingTimeout: limit(
    15_000,
    "ms",
    "A peer that does not answer a ping for so long is gone; a busy small machine stays below.",
  ),
  addressChanges: limit(
    12,
    "messages",
    "Times in a minute that a peer may tell of its own addresses and protocols, beyond the first time; each is written to disk.",
  ),
  streamsPerConnection: limit(128, "requests", "Streams of all protocols that one peer may have open."),
  newStreamRate: limit(
    256,
    "requests/s",
    "Streams that one peer may open on average, whatever number of connections it has or has had: agreeing on a protocol costs one to two milliseconds, whatever comes then. Beyond it the connection is closed; a peer that comes back for more is banned (`rejects`).",
  ),
  newStreamBurst: limit(2_048, "requests", "Streams that one peer may open at once: bursts of all protocols together."),
  addressStreamRate: limit(
    512,
    "requests/s",
    "The same for all peers of one address (counted as in connectionsPerAddress, loopback apart): a peer may have as many keys as it likes. Beyond it the connection is closed.",
  ),
  addressStreamBurst: limit(4_096, "requests", "The same at once."),
  streamReadBuffer: limit(4 * MIB, "bytes", "Unread bytes of one stream; the largest message is 2 MiB and its proofs."),
  streamWindow: limit(1 * MIB, "bytes", "What a peer may send on one stream before it is read."),
  gossipFrame: limit(
    2 * MIB + 192 * KIB,
    "bytes",
    "A gossip frame: the largest topic message (a body) and its envelope.",
  ),
  gossipOutbound: limit(
    8 * MIB,
    "bytes",
    "Gossip that waits for one slow peer: three bodies. Beyond it the connection is closed and the peer catches up by asking.",
  ),
  gossipBytesRate: limit(
    4 * MIB,
    "bytes/s",
    "Gossip read from one peer on average; faster ones are slowed by back-pressure. A full body each second fits twice.",
  ),
  gossipBytesBurst: limit(16 * MIB, "bytes", "Gossip read from one peer at once before it is slowed."),
  gossipMessageRate: limit(
    256,
    "messages/s",
    "New gossip messages from one peer on average; each is remembered for three slots. All votes of a slot fit in seconds.",
  ),
  gossipMessageBurst: limit(
    8_192,
    "messages",
    "New gossip messages from one peer at once: sixteen steps of 256 votes, twice.",
  ),
  gossipPerFrame: limit(
    512,
    "messages",
    "Messages and control entries in one frame: decoding it must not hold the event loop.",
  ),
  gossipTopicBytes: limit(
    64 * KIB,
    "bytes",
    "Memory for the subscriptions of one peer (length + 1 KiB for each topic).",
  ),
  rejects: limit(
    16,
    "messages",
    "Messages that no honest node sends before the peer is banned; one is forgiven each minute.",
  ),
  banTime: limit(600_000, "ms", "How long a banned peer is refused."),
  bans: limit(1_024, "entries", "Banned peers that are remembered; the oldest is forgotten first."),
  bansPerAddress: limit(
    4,
    "entries",
    "Banned peers of one address (counted as in connectionsPerAddress, loopback apart) from which on nobody new is let in from there: a new key costs nothing.",
  ),
  requestsInFlight: limit(32, "requests", "Requests that one peer may have under way in each direction."),
  requestRate: limit(128, "requests/s", "Requests of one kind that one peer may make on average: a node that syncs."),
  requestBurst: limit(512, "requests", "Requests of one kind that one peer may make at once."),
  requestBytes: limit(
    16 * MIB,
    "bytes",
    "Requests of more than 4 KiB that are being received or served, all peers together: decoded they take several times as much.",
  ),
  requestBytesPerPeer: limit(4 * MIB, "bytes", "Of them those of one peer: eight of the largest kind."),
  answerBytes: limit(
    64 * MIB,
    "bytes",
    "Answers of more than 4 KiB that are being made or read, all peers together: whoever reads slowly lets them wait here. One peer may have an eighth of what is free (a node that syncs asks for two ranges of blocks at a time), and one answer always: nobody is shut out by others.",
  ),
  responseRate: limit(8 * MIB, "bytes/s", "Answers to one peer on average, all kinds together."),
  responseBurst: limit(32 * MIB, "bytes", "Answers to one peer at once: a dozen full blocks."),
  answerRate: limit(
    32 * MIB,
    "bytes/s",
    "Answers to all peers together on average: four that sync as fast as one may. While they ask for more, each address has an even share: an answer of more than 4 KiB is refused to whoever has had more lately than is left of the burst.",
  ),
  answerBurst: limit(
    128 * MIB,
    "bytes",
    "Answers to all peers together at once: those four. Lately is the time in which it fills.",
  ),
  knownPeers: limit(1_024, "entries", "Peers in the address book; the one that was heard of longest ago leaves first."),
  providerRecords: limit(
    16_384,
    "entries",
    "Records in the DHT of who holds a session: 48 hours of a busy small network.",
  ),
  providerRecordsPerPeer: limit(
    256,
    "entries",
    "Of them those of one peer; its oldest leaves first. So many sessions a node announces, of more a choice of its own.",
  ),
  providerSearch: limit(10_000, "ms", "To look in the DHT for who holds a session, or to tell it."),
  providersAsked: limit(
    16,
    "entries",
    "Peers that one such look may find: whoever answers may name as many as he likes.",
  ),
  otherRecords: limit(256, "entries", "Other rows that libp2p keeps."),
  recordBytes: limit(64 * KIB, "bytes", "One row: a peer with all its addresses."),
  dhtStreams: limit(8, "requests", "Questions to the DHT that one peer may have open."),
  dhtBytesRate: limit(
    16 * KIB,
    "bytes/s",
    "Questions to the DHT read from one peer on average: some 300 a second, of which each costs half a millisecond. Beyond it its streams are reset.",
  ),
  dhtBytesBurst: limit(256 * KIB, "bytes", "The same at once: a node that tells of its 256 sessions."),
  discoveryInterval: limit(10_000, "ms", "Between two looks for more peers while there are too few."),
  discoveryLongest: limit(600_000, "ms", "Longest wait before a peer that was not reached is tried again."),
  discoveryAlone: limit(60_000, "ms", "The same while there is no peer at all: the way out may be open again."),
  relayReservations: limit(16, "entries", "Nodes behind a router that are reached through this relay."),
  relayReservationTime: limit(3_600_000, "ms", "How long a relay keeps such a place; it is asked for again before."),
  relayCircuitBytes: limit(
    16 * MIB,
    "bytes",
    "What one relayed connection may carry before it ends: a day of votes, or a dozen blocks.",
  ),
  relayCircuitTime: limit(600_000, "ms", "Longest life of a relayed connection; it is opened again."),
  relayCircuits: limit(
    12,
    "connections",
    "Relayed connections that a relay opens in a minute: with their bytes, the most that it gives away.",
  ),
  relayCircuitsPerPeer: limit(4, "connections", "Of them those that one peer asks for."),
  relayStreams: limit(
    8,
    "requests",
    "Relayed connections of one peer at a time, as the one that asks or the one that is reached.",
  ),
  holePunchAddresses: limit(
    4,
    "entries",
    "Addresses at which a peer behind a router is met halfway: it may name whom it likes.",
  ),
  holePunchAttempts: limit(8, "connections", "Attempts at each of them before the relayed connection has to do."),
  holePunchHold: limit(
    30_000,
    "ms",
    "How long the port that a router was found to show is kept for more peers that come through a relay.",
  ),
  requestRead: limit(
    5_000,
    "ms",
    "To receive a request whose stream was opened, or to hand over an answer without progress.",
  ),
} as const satisfies Record<string, Limit>;

export type NetworkLimits = { readonly [Name in keyof typeof networkLimits]: number };

export function limitsWith(changes: Partial<NetworkLimits> = {}): NetworkLimits {
  const values = Object.fromEntries(Object.entries(networkLimits).map(([name, { value }]) => [name, value]));
  return { ...(values as { [Name in keyof typeof networkLimits]: number }), ...changes };
}
