import { formatBytes, formatSeconds, formatTime } from "./format.js";
import type { NodeClient } from "./nodeClient.js";
import { type Fields, fields, type OwnFacts, readOwnFacts } from "./ownFacts.js";

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
  /** What the chain says of this node. */
  readonly own: OwnFacts;
  /** Slot by this machine's clock, and the one of the head. */
  readonly slot: number;
  /** Unix milliseconds of this machine when the answers were in. */
  readonly readAt: number;
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
  const own = await readOwnFacts(client, text(node["nodeId"]) || undefined);
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
    own,
    slot: Math.floor(sinceGenesis / number(parameters["slotDuration"])),
    readAt,
  };
}

function percent(part: number, whole: number): string {
  return whole > 0 ? `${((100 * part) / whole).toFixed(1)} %` : "unknown";
}

/** "can lose 2 nodes" or "no quorum: 61.2 % of weight seen, 66.7 % needed; missing: ..." */
export function quorumText({ consensus }: Pick<StatusReport, "consensus">): string {
  const seen = number(consensus["seenWeight"] ?? 0);
  const total = number(consensus["totalWeight"] ?? 0);
  const needed = number(consensus["quorumWeight"] ?? 0);
  if (total === 0) return "unknown";
  if (seen === 0 && consensus["step"] === "waiting") return "not known yet: no vote was heard since the start";
  const missing = Array.isArray(consensus["missing"]) ? consensus["missing"].map(String) : [];
  const who = missing.length === 0 ? "" : `; missing: ${missing.map((id) => id.slice(0, 12)).join(", ")}`;
  if (seen < needed) return `no quorum: ${percent(seen, total)} of weight seen, ${percent(needed, total)} needed${who}`;
  const lose = number(consensus["canLose"] ?? 0);
  return `can lose ${lose} node${lose === 1 ? "" : "s"}${who}`;
}

/** What the node does for the network, and what keeps it from it. */
export function dutiesText({ node, own }: Pick<StatusReport, "node" | "own">): string {
  if (text(node["nodeId"]) === "") return "none: it runs without a key";
  const facts = own.node;
  if (facts === undefined) return "none: the key is not registered";
  if (facts.retired) return "none: it is retired";
  if (facts.jailed) {
    return `none: it is jailed for ${facts.jailedFor} more epochs, since it signed two things for one position`;
  }
  const score = `live score ${percent(facts.liveScore, 10_000)}`;
  if (facts.weight === 0) return `no voter in this epoch${facts.nextVoter ? ", but in the next" : ""}; ${score}`;
  const slots = own.nextSlots.length === 0 ? "" : `; primary in slot ${own.nextSlots.join(", ")}`;
  return `votes with ${percent(facts.weight, facts.totalWeight)} of weight${slots}; ${score}`;
}

/** Only when the network went on without this node, or this key signs no more under the fork that it knows. */
function recoveryRow({ consensus }: Pick<StatusReport, "consensus">): readonly (readonly [string, string])[] {
  if (consensus["recovery"] !== null && consensus["recovery"] !== undefined) {
    return [["recovery", recoveryText(fields(consensus["recovery"]))]];
  }
  if (consensus["signing"] !== "lowerFork") return [];
  return [
    ["recovery", "this key has signed a recovery: adopt its file (lucid recover-network adopt FILE) to vote again"],
  ];
}

/** What happened, and what to do. */
export function recoveryText(recovery: Fields): string {
  const weight = fields(recovery["weight"]);
  const share = percent(number(weight["weight"]), number(weight["totalWeight"]));
  return (
    `voters with ${share} of the weight went on from block ${text(recovery["height"])} with fork ${text(recovery["forkVersion"])}; ` +
    `to follow them stop this node and run lucid recover-network adopt ${text(recovery["file"])}`
  );
}

/** Whether the own clock may open slots. */
export function clockText({ consensus }: Pick<StatusReport, "consensus">): string {
  const offset = consensus["clockOffset"];
  if (typeof offset !== "number") return "no validator to compare with";
  const behind = `${formatSeconds(Math.abs(offset) / 1000)} ${offset < 0 ? "ahead of" : "behind"} the peers' median`;
  return consensus["clockTrusted"] === false ? `NOT TRUSTED: ${behind}; correct it, slots open by votes only` : behind;
}

function syncText({ syncing, node }: StatusReport): string {
  if (!syncing) return "at the head";
  const { currentHeight, highestHeight, blocksPerSecond } = fields(node["sync"]);
  if (currentHeight === undefined) return "fetching blocks";
  const left = number(highestHeight) - number(currentHeight);
  const rate = number(blocksPerSecond);
  const time = rate > 0 ? `, about ${formatSeconds(left / rate)} left` : "";
  return `block ${text(currentHeight)} of ${text(highestHeight)}, ${rate.toFixed(1)} blocks/s${time}`;
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
    ["duties", dutiesText(report)],
    ["clock", clockText(report)],
    ...recoveryRow(report),
    ["sync", syncText(report)],
    ["checkpoint", `${head.number}:${head.hash}`],
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
