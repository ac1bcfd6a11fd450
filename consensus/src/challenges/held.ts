import type { Params } from "../params.js";
import type { ChallengeSet, ConsensusState } from "../types/state.js";

/**
 * What an answer makes likely that its node holds, KiB: the chunk's length over the chance with which the chunk was drawn (Horvitz
 * and Thompson, 1952). Summed over the answers of a block it is on average what the node has of all sessions, however many
 * chunks there are; a node with one chunk that is asked for in every block has proven one chunk.
 * @param blobLength bytes
 */
export function heldKiB(
  { total }: Pick<ChallengeSet, "total">,
  blobLength: number,
  { challengesPerBlock }: Pick<Params, "challengesPerBlock">,
): number {
  return Math.floor((Math.ceil(blobLength / 1_024) * total) / Math.min(total, challengesPerBlock));
}

/** Adds to a node's sum of the epoch; sums that no disk holds stay what a state can say. */
export function addHeld(held: number[], node: number, kib: number): void {
  held[node] = Math.min(Number.MAX_SAFE_INTEGER, (held[node] ?? 0) + kib);
}

/**
 * Moves what nodes have proven towards what the closing epoch shows, by a `windowEpochs`-th part of the difference: a moving average
 * instead of a sum over the window, which would be one more column in each of its epochs. Rounded so that nobody keeps what
 * it no longer proves.
 */
export function updateProven(draft: ConsensusState, windowEpochs: number): void {
  const { held, blocks } = draft.epoch;
  draft.proven = draft.proven.map(
    (kib, index) =>
      kib - Math.ceil(kib / windowEpochs) + Math.floor((held[index] ?? 0) / (Math.max(1, blocks) * windowEpochs)),
  );
}

/** As placement takes it, MiB. */
export function provenMiB({ proven }: Pick<ConsensusState, "proven">): number[] {
  return proven.map((kib) => Math.min(2 ** 32 - 1, Math.floor(kib / 1_024)));
}
