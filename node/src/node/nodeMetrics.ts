import type { Metrics } from "../metrics/metrics.js";
import type { NodeParts } from "./healthChecks.js";

/** One value of the node, read when somebody asks. docs/metrics.md lists them. */
export interface NodeMetric {
  readonly name: string;
  readonly help: string;
  /** Of a total: it only grows, until the node starts anew. */
  readonly type: "gauge" | "counter";
  readonly read: (parts: NodeParts) => number;
}

/** A value for each of several things: a bounded set of our own names, never what a peer says. */
export interface LabelledMetric {
  readonly name: string;
  readonly help: string;
  readonly label: string;
  readonly read: (parts: NodeParts) => Readonly<Record<string, number>>;
}

function gauge(name: string, help: string, read: NodeMetric["read"]): NodeMetric {
  return { name, help, type: "gauge", read };
}

function counter(name: string, help: string, read: NodeMetric["read"]): NodeMetric {
  return { name, help, type: "counter", read };
}

/** By what they are about; each group is a heading in the document. */
export const nodeMetrics = {
  "Chain and sync": [
    gauge("lucid_head_height", "Height of the last final block.", ({ chain }) => chain.head().header.height),
    gauge("lucid_head_slot", "Slot of the last final block.", ({ chain }) => chain.head().header.slot),
    gauge("lucid_head_timestamp_seconds", "Slot start of the last final block.", ({ chain }) =>
      Number(chain.head().header.timestamp),
    ),
    gauge("lucid_sync_target_height", "Highest height that a peer is known to have.", ({ sync }) => sync.highest),
    counter("lucid_sync_imported_total", "Blocks taken from peers by asking.", ({ sync }) => sync.counters().imported),
    counter("lucid_sync_failed_total", "Questions for blocks that brought none.", ({ sync }) => sync.counters().failed),
    counter(
      "lucid_sync_dropped_peers_total",
      "Peers dropped for what they served, or did not serve.",
      ({ sync }) => sync.counters().dropped,
    ),
    gauge("lucid_sync_held_ranges", "Ranges of blocks in memory or asked for.", ({ sync }) => sync.counters().held),
  ],
  Consensus: [
    gauge("lucid_consensus_round", "Round of the present view.", ({ agreement }) => agreement.status()?.round ?? 0),
    gauge(
      "lucid_consensus_seen_weight_ratio",
      "Weight of voters seen in the last two slots, of all.",
      ({ agreement }) => {
        const status = agreement.status();
        return status === undefined || status.totalWeight === 0 ? 0 : status.seenWeight / status.totalWeight;
      },
    ),
    gauge("lucid_consensus_inputs_waiting", "Inputs that wait for the agreement.", ({ driver }) => driver.backlog),
    gauge(
      "lucid_consensus_can_lose",
      "Voters, the heaviest first, that may still fall silent.",
      ({ agreement }) => agreement.status()?.canLose ?? 0,
    ),
    gauge("lucid_evidence_pending", "Nodes with evidence against them that no block holds.", (p) => p.evidence.size),
    gauge(
      "lucid_clock_offset_seconds",
      "How far the clock is behind the validators' median.",
      ({ watch }) => (watch.drift.offset ?? 0) / 1000,
    ),
  ],
  Gossip: [
    counter("lucid_gossip_received_total", "Messages that came in.", ({ network }) => network.counters().received),
    counter(
      "lucid_gossip_accepted_total",
      "Messages that were passed on.",
      ({ network }) => network.counters().accepted,
    ),
    counter(
      "lucid_gossip_ignored_total",
      "Messages that were late, early or known.",
      ({ network }) => network.counters().ignored,
    ),
    counter(
      "lucid_gossip_rejected_total",
      "Messages that no honest node sends.",
      ({ network }) => network.counters().rejected,
    ),
    counter(
      "lucid_gossip_dropped_total",
      "Messages dropped for want of room.",
      ({ network }) => network.counters().dropped,
    ),
    counter(
      "lucid_gossip_slowed_total",
      "Times that a peer's gossip was held back.",
      ({ network }) => network.report().slowed,
    ),
    gauge(
      "lucid_gossip_worst_score",
      "Score of the worst connected peer; below -30 it gets no gossip, below -150 it is not heard.",
      ({ network }) => network.report().worstScore,
    ),
  ],
  Peers: [
    gauge("lucid_peers", "Connected peers of this network.", ({ network }) => network.peers().length),
    gauge(
      "lucid_p2p_inbound_connections",
      "Connections that others opened.",
      ({ network }) => network.report().inbound,
    ),
    gauge(
      "lucid_p2p_outbound_connections",
      "Connections that this node opened.",
      ({ network }) => network.report().outbound,
    ),
    gauge(
      "lucid_p2p_relayed_connections",
      "Connections that lead through a relay.",
      ({ network }) => network.report().relayed,
    ),
    gauge("lucid_p2p_onion_connections", "Connections to onion services.", ({ network }) => network.report().onion),
    gauge("lucid_p2p_dials_waiting", "Dials under way or waiting.", ({ network }) => network.report().dials),
    counter("lucid_p2p_refused_total", "Connections that were not let in.", ({ network }) => network.report().refused),
    gauge("lucid_p2p_banned_peers", "Peers that are banned at the moment.", ({ network }) => network.report().banned),
    gauge("lucid_p2p_known_peers", "Peers in the address book.", ({ network }) => network.report().records.peers),
    gauge(
      "lucid_p2p_relay_reservations",
      "Nodes that are reached through this one as their relay.",
      ({ network }) => network.report().reservations,
    ),
    gauge(
      "lucid_p2p_tor_reachable",
      "1 when Tor answered last time (or is not used), 0 when it did not.",
      ({ network }) => (network.report().torReachable ? 1 : 0),
    ),
    counter("lucid_p2p_received_bytes_total", "Bytes from peers.", ({ network }) => network.counters().bytesIn),
    counter("lucid_p2p_sent_bytes_total", "Bytes to peers.", ({ network }) => network.counters().bytesOut),
    gauge(
      "lucid_dht_provider_records",
      "Records of who holds what.",
      ({ network }) => network.report().records.providers,
    ),
  ],
  Requests: [
    counter(
      "lucid_requests_served_total",
      "Requests of peers that were answered.",
      ({ network }) => network.report().requests.served,
    ),
    counter(
      "lucid_requests_refused_total",
      "Requests beyond a peer's share.",
      ({ network }) => network.report().requests.refused,
    ),
    counter(
      "lucid_requests_failed_total",
      "Requests of peers that failed.",
      ({ network }) => network.report().requests.failed,
    ),
    counter("lucid_requests_asked_total", "Requests to peers.", ({ network }) => network.report().requests.asked),
  ],
  "Transactions, chunks and index": [
    gauge("lucid_mempool_transactions", "Transactions in the pool.", ({ mempool }) => mempool.size),
    gauge("lucid_mempool_bytes", "Bytes of the transactions in the pool.", ({ mempool }) => mempool.bytes),
    gauge("lucid_chunks", "Chunks that are stored.", ({ chunks }) => chunks.stats().chunks),
    gauge("lucid_chunk_bytes", "Bytes of the chunks that are stored.", ({ chunks }) => chunks.stats().bytes),
    gauge("lucid_chunk_quota_bytes", "Bytes of chunks that may be stored.", ({ chunks }) => chunks.stats().quotaBytes),
    gauge("lucid_index_entries", "Entries of the encrypted index, of all owners.", ({ index }) => index.set.size),
  ],
  "Storage proofs": [
    counter("lucid_challenges_answered_total", "Own answers to challenges.", (p) => p.proofs.counters().answered),
    counter(
      "lucid_challenges_lacking_total",
      "Attempts to answer for a chunk that belongs here and is not here.",
      ({ proofs }) => proofs.counters().lacking,
    ),
    counter(
      "lucid_challenges_damaged_total",
      "Attempts to answer that found a damaged chunk.",
      ({ proofs }) => proofs.counters().damaged,
    ),
    gauge(
      "lucid_challenges_missed",
      "Challenges of the last 24 epochs that nodes, this one among them, were seen to miss.",
      ({ proofs }) => proofs.counters().missed,
    ),
    counter("lucid_answers_wrong_total", "Answers of peers that were wrong.", (p) => p.proofs.counters().wrongAnswers),
    gauge("lucid_answers_pending", "Answers that wait for a block.", ({ proofs }) => proofs.counters().pendingAnswers),
    gauge(
      "lucid_relay_receipts_pending",
      "Relay receipts that wait for a block.",
      ({ proofs }) => proofs.counters().pendingReceipts,
    ),
  ],
} as const satisfies Record<string, readonly NodeMetric[]>;

export const labelledMetrics: readonly LabelledMetric[] = [
  {
    name: "lucid_p2p_streams",
    help: "Open streams of each protocol; other are those that are being agreed on or belong to nobody here.",
    label: "protocol",
    read: ({ network }) => network.report().streams,
  },
  {
    name: "lucid_gossip_mesh_peers",
    help: "Peers to which messages of a topic are forwarded.",
    label: "topic",
    read: ({ network }) => network.report().mesh,
  },
];

/** Metrics that are observed where something happens. */
export const rpcRequestSeconds = {
  name: "lucid_rpc_request_seconds",
  help: "Time to answer a JSON-RPC request.",
  buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
} as const;

/** Metrics of the node as a whole; they are read when somebody asks. */
export function declareNodeMetrics(metrics: Metrics, parts: NodeParts): void {
  for (const { name, help, type, read } of Object.values(nodeMetrics).flat()) {
    if (type === "counter") metrics.total(name, help, () => read(parts));
    else metrics.gauge(name, help, () => read(parts));
  }
  for (const { name, help, label, read } of labelledMetrics) metrics.gauges(name, help, label, () => read(parts));
}
