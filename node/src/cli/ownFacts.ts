import type { NodeClient } from "./nodeClient.js";

export type Fields = Readonly<Record<string, unknown>>;

export function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** What the consensus holds of one node; amounts in gwei. */
export interface NodeFacts {
  readonly entityId: string;
  readonly weight: number;
  readonly totalWeight: number;
  readonly nextVoter: boolean;
  readonly jailed: boolean;
  /** Epochs with blocks until it is free again. */
  readonly jailedFor: number;
  readonly retired: boolean;
  /** 1,000 to 10,000. */
  readonly liveScore: number;
  readonly earned: number;
  readonly unpaid: number;
  readonly eligible: boolean;
  readonly age: number;
  readonly requiredAge: number;
  readonly beacons: number;
  readonly blocks: number;
  readonly payHeight: number;
  /** Storage challenges of the last epochs, as the node that was asked has seen them; undefined when it has seen none. */
  readonly challenges: ChallengeFacts | undefined;
}

export interface ChallengeFacts {
  readonly due: number;
  readonly answered: number;
  /** Heights: from which on is counted, and of the last one missed. */
  readonly since: number;
  readonly lastMissed: number;
}

export interface OwnFacts {
  /** Undefined: the node follows without a key, or its key is not registered. */
  readonly node: NodeFacts | undefined;
  /** Slots that are not over in which its entity is primary, the first ones. */
  readonly nextSlots: readonly number[];
}

const SHOWN_SLOTS = 3;

function nodeFacts(answer: unknown): NodeFacts | undefined {
  if (answer === null || answer === undefined) return undefined;
  const node = fields(answer);
  const number = (name: string) => Number(node[name] ?? 0);
  return {
    entityId: String(node["entityId"]),
    weight: number("weight"),
    totalWeight: number("totalWeight"),
    nextVoter: node["nextVoter"] === true,
    jailed: node["jailed"] === true,
    jailedFor: number("jailedFor"),
    retired: node["retired"] === true,
    liveScore: number("liveScore"),
    earned: number("earned"),
    unpaid: number("unpaid"),
    eligible: node["eligible"] === true,
    age: number("age"),
    requiredAge: number("requiredAge"),
    beacons: number("beacons"),
    blocks: number("blocks"),
    payHeight: number("payHeight"),
    challenges: challengeFacts(node["challenges"]),
  };
}

function challengeFacts(answer: unknown): ChallengeFacts | undefined {
  if (answer === null || answer === undefined) return undefined;
  const seen = fields(answer);
  const number = (name: string) => Number(seen[name] ?? 0);
  return {
    due: number("due"),
    answered: number("answered"),
    since: number("since"),
    lastMissed: number("lastMissed"),
  };
}

/** What the chain says of this node. @throws NodeError NODE_UNREACHABLE, NODE_REFUSED */
export async function readOwnFacts(client: NodeClient, nodeId: string | undefined): Promise<OwnFacts> {
  const node = nodeId === undefined ? undefined : nodeFacts(await client.rpc("lucid_getNode", [nodeId]));
  if (node === undefined) return { node, nextSlots: [] };
  const schedule = list(await client.rpc("lucid_getLeaderSchedule", [null, 256])).map(fields);
  const nextSlots = schedule
    .filter(({ result, primary }) => result === null && primary === node.entityId)
    .map(({ slot }) => Number(slot));
  return { node, nextSlots: nextSlots.slice(0, SHOWN_SLOTS) };
}
