import { formatBytes, formatSeconds, formatTime } from "./format.js";
import type { NodeClient } from "./nodeClient.js";

type Fields = Readonly<Record<string, unknown>>;

/** What the node says of itself, in one piece. */
export interface StatusReport {
  readonly clientVersion: string;
  readonly network: string;
  readonly chainId: number;
  readonly genesisRoot: string;
  readonly head: { readonly number: number; readonly hash: string; readonly timestamp: number };
  readonly syncing: boolean;
  readonly peers: number;
  readonly pendingTransactions: number;
  /** As the node gives them. */
  readonly node: Fields;
  readonly consensus: Fields;
  readonly params: Fields;
  /** Slot by this machine's clock, and the one of the head. */
  readonly slot: number;
  /** Unix milliseconds of this machine when the answers were in. */
  readonly readAt: number;
}

function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function number(value: unknown): number {
  return typeof value === "number" ? value : Number(typeof value === "string" ? BigInt(value) : Number.NaN);
}

function text(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** Asks the node. @throws NodeError NODE_UNREACHABLE, NODE_REFUSED */
export async function readStatus(client: NodeClient): Promise<StatusReport> {
  const [info, consensus, params, block, syncing, peers, pool] = await Promise.all([
    client.rpc("lucid_nodeInfo"),
    client.rpc("lucid_consensusStatus"),
    client.rpc("lucid_getParams"),
    client.rpc("eth_getBlockByNumber", ["latest", false]),
    client.rpc("eth_syncing"),
    client.rpc("net_peerCount"),
    client.rpc("txpool_status"),
  ]);
  const node = fields(info);
  const head = fields(block);
  const parameters = fields(params);
  const readAt = Date.now();
  const sinceGenesis = readAt / 1000 - number(parameters["genesisTime"]);
  return {
    clientVersion: text(node["clientVersion"]),
    network: text(node["network"]),
    chainId: number(node["chainId"]),
    genesisRoot: text(node["genesisRoot"]),
    head: { number: number(head["number"]), hash: text(head["hash"]), timestamp: number(head["timestamp"]) },
    syncing: syncing !== false,
    peers: number(peers),
    pendingTransactions: number(fields(pool)["pending"]),
    node,
    consensus: fields(consensus),
    params: parameters,
    slot: Math.floor(sinceGenesis / number(parameters["slotDuration"])),
    readAt,
  };
}

function percent(part: number, whole: number): string {
  return whole > 0 ? `${((100 * part) / whole).toFixed(1)} %` : "unknown";
}

/** "can lose 2 nodes" or "no quorum: 61.2 % of weight seen, 66.7 % needed, missing: ..." */
function quorumText({ consensus, head, params, readAt }: StatusReport): string {
  const waiting = consensus["step"] === "waiting" || consensus["step"] === "decided";
  const slots = (readAt / 1000 - head.timestamp) / number(params["slotDuration"]);
  // Between two blocks nobody votes: then the last block tells whether there is a quorum.
  if (waiting && slots < 3) return "yes, the last block is final";
  const seen = number(consensus["seenWeight"] ?? 0);
  const total = number(consensus["totalWeight"] ?? 0);
  const needed = number(consensus["quorumWeight"] ?? 0);
  if (total === 0) return "unknown";
  const missing = Array.isArray(consensus["missing"]) ? consensus["missing"].map(String) : [];
  if (seen >= needed) return `${percent(seen, total)} of weight seen, ${percent(needed, total)} needed`;
  const who = missing.length === 0 ? "" : `; missing: ${missing.map((id) => id.slice(0, 12)).join(", ")}`;
  return `no quorum: ${percent(seen, total)} of weight seen, ${percent(needed, total)} needed${who}`;
}

/** The screen: name and value a line. */
export function statusRows(report: StatusReport): readonly (readonly [string, string])[] {
  const { head, node, consensus } = report;
  const age = Math.max(0, report.readAt / 1000 - head.timestamp);
  const rows: (readonly [string, string])[] = [
    ["node", report.clientVersion],
    ["network", `${report.network}, chain id ${report.chainId}, genesis ${report.genesisRoot.slice(0, 18)}...`],
    ["head", `block ${head.number}, ${formatTime(head.timestamp)} (${formatSeconds(age)} ago)`],
    [
      "slot",
      `${report.slot}, height ${text(consensus["height"])}, round ${text(consensus["round"])}, ${text(consensus["step"])}`,
    ],
    ["quorum", quorumText(report)],
    ["voting", text(consensus["signing"]) || "no"],
    ["sync", report.syncing ? "fetching blocks" : "at the head"],
    ["peers", String(report.peers)],
    ["pool", `${report.pendingTransactions} transactions`],
  ];
  const nodeId = text(node["nodeId"]);
  if (nodeId !== "") rows.splice(1, 0, ["node id", nodeId]);
  const chunks = fields(node["chunks"]);
  if (chunks["count"] !== undefined) {
    rows.push([
      "storage",
      `${text(chunks["count"])} chunks, ${formatBytes(number(chunks["bytes"]))} of ${formatBytes(number(chunks["quota"]))}`,
    ]);
  }
  return rows;
}
