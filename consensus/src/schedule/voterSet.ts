import { compareBytes, concatBytes, latin1Of } from "../base/bytes.js";
import { sha256 } from "../base/hash.js";
import { NOBODY, type Voter, type VoterSet } from "../types/state.js";

/** A voter with what ranks it. */
export interface RankedVoter {
  readonly voter: Voter;
  /** floor(credits * liveScore / 10000) of this node alone. */
  readonly rankKey: number;
}

export interface ScheduleRules {
  readonly epochSlots: number;
  readonly cooldownSlots: number;
}

/** SHA-256(seed || id): orders equals, differently in every epoch. */
export function tieBreaker(seed: Uint8Array, id: Uint8Array): Uint8Array {
  return sha256(concatBytes(seed, id));
}

interface Entity {
  readonly id: Uint8Array;
  readonly name: string;
  rankKey: number;
  /** Index in `members` of the one on duty, with what chose it. */
  duty: number;
  dutyKey: number;
  dutyTie: Uint8Array;
}

/** Entities by rankKey descending, then by tie; duty falls to the member with the highest own rankKey. */
function rankEntities(ranked: readonly RankedVoter[], seed: Uint8Array): Entity[] {
  const entities = new Map<string, Entity>();
  ranked.forEach(({ voter, rankKey }, index) => {
    const tie = tieBreaker(seed, voter.nodeId);
    const name = latin1Of(voter.entity);
    const entity = entities.get(name);
    if (entity === undefined) {
      entities.set(name, { id: voter.entity, name, rankKey, duty: index, dutyKey: rankKey, dutyTie: tie });
      return;
    }
    entity.rankKey += rankKey;
    if (rankKey > entity.dutyKey || (rankKey === entity.dutyKey && compareBytes(tie, entity.dutyTie) < 0)) {
      entity.duty = index;
      entity.dutyKey = rankKey;
      entity.dutyTie = tie;
    }
  });
  const ties = new Map([...entities.values()].map((entity) => [entity, tieBreaker(seed, entity.id)]));
  return [...entities.values()].sort(
    (a, b) => b.rankKey - a.rankKey || compareBytes(ties.get(a) ?? seed, ties.get(b) ?? seed),
  );
}

/**
 * A voter set with its schedule (consensus.md section 4). For each slot the primary is the first of the ranking that was
 * not granted one of the last `effective cooldown` slots, the fallback the next such one. Granted counts, won or not.
 * @param ranked in ascending order of the registry index
 * @param grants entities of the primaries of the slots before, the latest last; they carry over from schedule to schedule
 */
export function makeVoterSet(
  ranked: readonly RankedVoter[],
  seed: Uint8Array,
  grants: readonly Uint8Array[],
  rules: ScheduleRules,
): VoterSet {
  const ranking = rankEntities(ranked, seed);
  const cooldown = Math.min(rules.cooldownSlots, ranking.length - 1);
  const granted = grants.map(latin1Of);
  const primaries: number[] = [];
  const fallbacks: number[] = [];
  for (let slot = 0; slot < rules.epochSlots; slot++) {
    const cooling = new Set(cooldown > 0 ? granted.slice(-cooldown) : []);
    const free = ranking.filter(({ name }) => !cooling.has(name));
    const [primary, fallback] = free;
    primaries.push(primary?.duty ?? NOBODY);
    fallbacks.push(fallback?.duty ?? NOBODY);
    if (primary !== undefined) granted.push(primary.name);
  }
  return { seed, members: ranked.map(({ voter }) => voter), primaries, fallbacks };
}

/** Entities of a set's primaries, in the order of slots: the grants that the next schedule continues from. */
export function grantsOf(...sets: readonly VoterSet[]): Uint8Array[] {
  return sets.flatMap(({ primaries, members }) =>
    primaries.map((index) => members[index]?.entity).filter((entity) => entity !== undefined),
  );
}
