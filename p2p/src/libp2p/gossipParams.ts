import "../promiseWithResolvers.js";
import type { GossipsubOpts } from "@libp2p/gossipsub";

/** Milliseconds between two heartbeats of the mesh. */
const HEARTBEAT = 700;
/** A score is recomputed once a second at least, says the library. */
const DECAY_INTERVAL = 1_000;
const DECAY_TO_ZERO = 0.01;
/** A peer is worth distrusting for this long even where slots are short. */
const SHORTEST_MEMORY = 60_000;
/**
 * A message under validation must stay in the cache until it is forwarded, and that may take as long as the body of a
 * late round (consensus params: bodyTimeout).
 */
const LONGEST_VALIDATION = 30_000;

/** The factor by which a counter shrinks in each interval so that it is nothing after `milliseconds`. */
function decayOver(milliseconds: number): number {
  return DECAY_TO_ZERO ** (DECAY_INTERVAL / milliseconds);
}

export interface GossipParamsOptions {
  /** Milliseconds. */
  readonly slotDuration: number;
  /** Full names. */
  readonly topics: readonly string[];
  readonly connectionsPerAddress: number;
}

export type GossipParams = Pick<
  GossipsubOpts,
  | "D"
  | "Dlo"
  | "Dhi"
  | "Dscore"
  | "Dout"
  | "Dlazy"
  | "heartbeatInterval"
  | "seenTTL"
  | "fanoutTTL"
  | "mcacheLength"
  | "mcacheGossip"
  | "gossipsubIWantFollowupMs"
  | "scoreParams"
  | "scoreThresholds"
>;

/**
 * Everything in gossip that has to do with time. The library's defaults fit a chain of 12 s slots: a message would be
 * forgotten after one slot of ours, and a peer that relays the one proposal of a slot would count as lazy.
 */
export function gossipParams({ slotDuration, topics, connectionsPerAddress }: GossipParamsOptions): GossipParams {
  const memory = Math.max(10 * slotDuration, SHORTEST_MEMORY);
  return {
    D: 8,
    Dlo: 6,
    Dhi: 12,
    Dscore: 4,
    Dout: 3,
    Dlazy: 6,
    heartbeatInterval: HEARTBEAT,
    seenTTL: Math.max(3 * slotDuration, SHORTEST_MEMORY),
    fanoutTTL: Math.max(2 * slotDuration, SHORTEST_MEMORY),
    mcacheLength: Math.ceil(LONGEST_VALIDATION / HEARTBEAT),
    // Told to peers outside the mesh for six seconds, so that one that has just come can ask for the open round.
    mcacheGossip: Math.ceil(6_000 / HEARTBEAT),
    // A body takes its time on a home line; a promise that is late is no broken one.
    gossipsubIWantFollowupMs: 10_000,
    scoreParams: {
      topics: Object.fromEntries(topics.map((topic) => [topic, topicScore(slotDuration, memory)])),
      topicScoreCap: 50,
      IPColocationFactorWeight: -5,
      IPColocationFactorThreshold: connectionsPerAddress,
      // Devnets and tests run all nodes on one machine.
      IPColocationFactorWhitelist: new Set(["127.0.0.1", "::1"]),
      behaviourPenaltyWeight: -10,
      behaviourPenaltyThreshold: 6,
      behaviourPenaltyDecay: decayOver(memory),
      decayInterval: DECAY_INTERVAL,
      decayToZero: DECAY_TO_ZERO,
      retainScore: Math.max(30 * slotDuration, 600_000),
    },
    // One rejected message costs 10, two 40, four 160: out of gossip, then out of publishing, then not heard at all.
    scoreThresholds: {
      gossipThreshold: -30,
      publishThreshold: -80,
      graylistThreshold: -150,
      acceptPXThreshold: 1_000_000,
      opportunisticGraftThreshold: 1,
    },
  };
}

function topicScore(slotDuration: number, memory: number): NonNullable<GossipsubOpts["scoreParams"]["topics"]>[string] {
  return {
    topicWeight: 1,
    timeInMeshWeight: 0.01,
    timeInMeshQuantum: slotDuration,
    timeInMeshCap: 100,
    firstMessageDeliveriesWeight: 0.1,
    firstMessageDeliveriesDecay: decayOver(memory),
    firstMessageDeliveriesCap: 50,
    // Off: with one proposal a slot, silence is no sign of a bad peer.
    meshMessageDeliveriesWeight: 0,
    meshMessageDeliveriesDecay: decayOver(memory),
    meshMessageDeliveriesCap: 1,
    meshMessageDeliveriesThreshold: 1,
    meshMessageDeliveriesWindow: 2_000,
    meshMessageDeliveriesActivation: Math.max(slotDuration, 1_000),
    meshFailurePenaltyWeight: 0,
    meshFailurePenaltyDecay: decayOver(memory),
    invalidMessageDeliveriesWeight: -10,
    invalidMessageDeliveriesDecay: decayOver(memory),
  };
}
