import type { NodeFacts } from "./ownFacts.js";

/** The answers of `lucid why`: causes from facts of the chain, each with what to do about it. */

export interface WhyFacts {
  /** Undefined: the node follows without a key. */
  readonly nodeId: string | undefined;
  /** Undefined: the key is not registered. */
  readonly node: NodeFacts | undefined;
  readonly height: number;
  readonly syncing: boolean;
  readonly peers: number;
  readonly signing: string;
  readonly seenWeight: number;
  readonly quorumWeight: number;
  readonly totalWeight: number;
  readonly missing: readonly string[];
  /** The own clock is within 10 s of the peers' median. */
  readonly clockTrusted: boolean;
  /** What to say of a recovery that this node has not adopted. */
  readonly recovery: string | undefined;
  /** Slots that are not over in which this entity is primary, the first ones. */
  readonly nextSlots: readonly number[];
}

export interface Cause {
  readonly cause: string;
  readonly fact: string;
  readonly fix: string;
}

export const questions = ["leader", "final", "paid", "eligible"] as const;
export type Question = (typeof questions)[number];

/** Gwei of one LUCID, and the uptime that governance asks for, in percent. */
const LUCID = 1_000_000_000;
const UPTIME = 80;

const SIGNING: Readonly<Record<string, Cause>> = {
  silent: {
    cause: "the voter record is old",
    fact: "peers showed votes of this key that the record lacks",
    fix: "wait for the next block, or lift it with lucid protection trust when no other node has the key",
  },
  listening: {
    cause: "the node has just started",
    fact: "it listens to the end of the slot before it votes",
    fix: "wait for the next slot",
  },
  lowerFork: {
    cause: "this key has signed a recovery of the network that this node has not adopted",
    fact: "it signs nothing under a lower fork again",
    fix: "adopt the file with lucid recover-network adopt FILE",
  },
  closed: {
    cause: "signing has stopped",
    fact: "another node signs with this key, or the node is being stopped",
    fix: "read the node's log; find the other node",
  },
};

function membership({ nodeId, node, signing, syncing, height }: WhyFacts): Cause[] {
  const causes: Cause[] = [];
  const add = (cause: string, fact: string, fix: string) => void causes.push({ cause, fact, fix });
  if (nodeId === undefined) {
    add("this node is no validator", "it runs without a key", "start it with --validator");
    return causes;
  }
  if (syncing) add("the node is catching up", `its head is block ${height}`, "wait; lucid status shows how far it is");
  if (node === undefined) {
    add("the key is not registered", `node ${nodeId} is not in the registry`, "run lucid validator register");
    return causes;
  }
  if (node.jailed)
    add(
      "the node is jailed",
      `it signed two things for one position; its bond is burnt, it is free again after ${node.jailedFor} more epochs with blocks`,
      "make sure that the key runs on one machine only, then wait, or register a new key",
    );
  if (node.retired) add("the node is retired", "its operator retired it", "register a new key");
  const known = SIGNING[signing];
  if (known !== undefined) causes.push(known);
  return causes;
}

function leader(facts: WhyFacts): Cause[] {
  const causes = membership(facts);
  const { node, nextSlots } = facts;
  if (node === undefined) return causes;
  if (node.weight === 0) {
    causes.push({
      cause: "the node is not among the voters",
      fact: node.nextVoter ? "it is in the set of the next epoch" : "its rank or its uptime is too low, or it is new",
      fix: node.nextVoter
        ? "wait for the next epoch"
        : "keep it running: beacons in half the slots of an epoch are needed",
    });
  } else {
    const when = nextSlots.length === 0 ? "in no slot of this epoch and the next" : `in slot ${nextSlots.join(", ")}`;
    causes.push({ cause: "it is not its turn", fact: `it is primary ${when}`, fix: "wait for its slot" });
  }
  return causes;
}

function final(facts: WhyFacts): Cause[] {
  const { seenWeight, quorumWeight, totalWeight, missing, peers } = facts;
  const percent = (weight: number) => `${totalWeight === 0 ? 0 : ((100 * weight) / totalWeight).toFixed(1)} %`;
  const causes: Cause[] = [];
  if (facts.syncing) {
    causes.push({
      cause: "the node is catching up",
      fact: `its head is block ${facts.height}`,
      fix: "wait; lucid status shows how far it is",
    });
  }
  if (facts.recovery !== undefined) {
    causes.push({
      cause: "the network went on without this node",
      fact: facts.recovery,
      fix: "compare the file with what the other operators say before you adopt it",
    });
  }
  if (!facts.clockTrusted) {
    causes.push({
      cause: "the clock of this machine is wrong",
      fact: "it is more than 10 s off the median of the validators' clocks",
      fix: "synchronise it (systemd-timesyncd or chrony); until then slots open by the votes of others only",
    });
  }
  if (seenWeight < quorumWeight) {
    causes.push({
      cause: "there is no quorum",
      fact: `${percent(seenWeight)} of the weight seen, ${percent(quorumWeight)} needed; missing: ${missing.join(", ")}`,
      fix:
        peers === 0
          ? "connect this node: it has no peers"
          : "bring the missing validators back; the chain goes on by itself",
    });
  }
  return causes;
}

/** What a node lacks costs it that part of its storage credits: the challenges show it. */
function missedChallenges({ challenges }: NodeFacts): Cause | undefined {
  if (challenges === undefined || challenges.answered >= challenges.due) return undefined;
  const { due, answered, since, lastMissed } = challenges;
  const missed = due - answered;
  const percent = ((100 * missed) / due).toFixed(1);
  return {
    cause: "storage challenges were missed",
    fact: `${missed} of ${due} (${percent} %) since block ${since}, the last one of block ${lastMissed}; each is not paid`,
    fix: "chunks that belong here are missing, or answers come too late: run lucid storage status, then lucid storage repair",
  };
}

function paid(facts: WhyFacts): Cause[] {
  const causes = membership(facts);
  const { node } = facts;
  if (node === undefined) return causes;
  const missed = missedChallenges(node);
  if (missed !== undefined) causes.push(missed);
  if (node.earned === 0) {
    causes.push({
      cause: "nothing was earned yet",
      fact: "no epoch with its credits is over",
      fix: "wait for its end",
    });
  } else if (node.unpaid > 0) {
    causes.push({
      cause: "the payment is due later",
      fact: `${node.unpaid / LUCID} LUCID are paid with block ${node.payHeight}`,
      fix: `wait for block ${node.payHeight}; the head is ${facts.height}`,
    });
  }
  return causes;
}

function eligible(facts: WhyFacts): Cause[] {
  const causes = membership(facts);
  const { node } = facts;
  if (node === undefined || node.eligible) return causes;
  if (node.age < node.requiredAge) {
    causes.push({
      cause: "the node is too young",
      fact: `${node.age} of ${node.requiredAge} epochs since it joined`,
      fix: "wait",
    });
  }
  if (node.beacons * 100 < node.blocks * UPTIME || node.blocks === 0) {
    const percent = node.blocks === 0 ? 0 : Math.floor((100 * node.beacons) / node.blocks);
    causes.push({
      cause: "its uptime is too low",
      fact: `${percent} % of the blocks since it joined, in 90 days at most; ${UPTIME} % are needed`,
      fix: "keep it running and connected",
    });
  }
  if (node.earned < LUCID) {
    causes.push({
      cause: "it has earned too little",
      fact: `${node.earned / LUCID} of 1 LUCID`,
      fix: "keep it running: it earns in every epoch",
    });
  }
  if (causes.length === 0) {
    causes.push({ cause: "it counts from the next epoch", fact: "all conditions hold now", fix: "wait for its start" });
  }
  return causes;
}

/** Empty when nothing stands in the way. */
export function causesOf(question: Question, facts: WhyFacts): Cause[] {
  return { leader, final, paid, eligible }[question](facts);
}
