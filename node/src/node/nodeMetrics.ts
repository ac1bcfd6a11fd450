import type { Metrics } from "../metrics/metrics.js";
import type { NodeParts } from "./healthChecks.js";

/** Metrics of the node as a whole; they are read when somebody asks. */
export function declareNodeMetrics(metrics: Metrics, parts: NodeParts): void {
  const { chain, network, mempool, chunks, driver, agreement, sync, watch, evidence } = parts;
  metrics.gauge("lucid_head_height", "Height of the last final block.", () => chain.head().header.height);
  metrics.gauge("lucid_head_slot", "Slot of the last final block.", () => chain.head().header.slot);
  metrics.gauge("lucid_head_timestamp_seconds", "Slot start of the last final block.", () =>
    Number(chain.head().header.timestamp),
  );
  metrics.gauge("lucid_sync_target_height", "Highest height that a peer is known to have.", () => sync.highest);
  metrics.gauge("lucid_sync_imported_total", "Blocks taken from peers by asking.", () => sync.counters().imported);
  metrics.gauge("lucid_sync_failed_total", "Questions for blocks that brought none.", () => sync.counters().failed);
  metrics.gauge("lucid_sync_dropped_peers_total", "Peers dropped for what they served.", () => sync.counters().dropped);
  metrics.gauge("lucid_sync_held_ranges", "Ranges of blocks in memory or asked for.", () => sync.counters().held);
  metrics.gauge("lucid_consensus_round", "Round of the present view.", () => agreement.status()?.round ?? 0);
  metrics.gauge("lucid_consensus_seen_weight_ratio", "Weight of voters seen in the last two slots, of all.", () => {
    const status = agreement.status();
    return status === undefined || status.totalWeight === 0 ? 0 : status.seenWeight / status.totalWeight;
  });
  metrics.gauge("lucid_consensus_inputs_waiting", "Inputs that wait for the agreement.", () => driver.backlog);
  metrics.gauge(
    "lucid_consensus_can_lose",
    "Voters, the heaviest first, that may still fall silent.",
    () => agreement.status()?.canLose ?? 0,
  );
  metrics.gauge("lucid_evidence_pending", "Nodes with evidence against them that no block holds.", () => evidence.size);
  metrics.gauge(
    "lucid_clock_offset_seconds",
    "How far the clock is behind the validators' median.",
    () => (watch.drift.offset ?? 0) / 1000,
  );
  metrics.gauge("lucid_peers", "Connected peers.", () => network.peers().length);
  metrics.gauge("lucid_gossip_received_total", "Gossip messages that came in.", () => network.counters().received);
  metrics.gauge(
    "lucid_gossip_rejected_total",
    "Gossip messages that no honest node sends.",
    () => network.counters().rejected,
  );
  metrics.gauge(
    "lucid_gossip_dropped_total",
    "Gossip messages dropped for want of room.",
    () => network.counters().dropped,
  );
  const report = () => network.report();
  metrics.gauge("lucid_p2p_inbound_connections", "Connections that others opened.", () => report().inbound);
  metrics.gauge("lucid_p2p_outbound_connections", "Connections that this node opened.", () => report().outbound);
  metrics.gauge("lucid_p2p_refused_total", "Connections that were not let in.", () => report().refused);
  metrics.gauge("lucid_p2p_banned_peers", "Peers that are banned at the moment.", () => report().banned);
  metrics.gauge("lucid_p2p_known_peers", "Peers in the address book.", () => report().records.peers);
  metrics.gauge("lucid_dht_provider_records", "Records of who holds what.", () => report().records.providers);
  metrics.gauge("lucid_gossip_slowed_total", "Times that a peer's gossip was held back.", () => report().slowed);
  metrics.gauge("lucid_requests_served_total", "Requests of peers that were answered.", () => report().requests.served);
  metrics.gauge("lucid_requests_refused_total", "Requests beyond a peer's share.", () => report().requests.refused);
  metrics.gauge("lucid_requests_failed_total", "Requests of peers that failed.", () => report().requests.failed);
  metrics.gauge("lucid_requests_asked_total", "Requests to peers.", () => report().requests.asked);
  metrics.gauge("lucid_p2p_received_bytes_total", "Bytes from peers.", () => network.counters().bytesIn);
  metrics.gauge("lucid_p2p_sent_bytes_total", "Bytes to peers.", () => network.counters().bytesOut);
  metrics.gauge("lucid_mempool_transactions", "Transactions in the pool.", () => mempool.size);
  metrics.gauge("lucid_mempool_bytes", "Bytes of the transactions in the pool.", () => mempool.bytes);
  metrics.gauge("lucid_chunks", "Chunks that are stored.", () => chunks.stats().chunks);
  metrics.gauge("lucid_chunk_bytes", "Bytes of the chunks that are stored.", () => chunks.stats().bytes);
  metrics.gauge("lucid_chunk_quota_bytes", "Bytes of chunks that may be stored.", () => chunks.stats().quotaBytes);
}
