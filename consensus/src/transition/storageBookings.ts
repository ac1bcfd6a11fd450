import { answerCredits, answerSignature, challengeOf, checkProof } from "../challenges/answers.js";
import { addHeld, heldKiB } from "../challenges/held.js";
import { checkReceipt, pairCredits, receiptSignature, relayCredits } from "../challenges/relay.js";
import type { ChainConfig } from "../config.js";
import type { SignatureItem } from "../crypto/types.js";
import { ConsensusError } from "../errors.js";
import type { ConsensusState } from "../types/state.js";
import { type RelayTask, type StorageTask, TaskType } from "../types/task.js";
import { credit, type Ledger } from "./bookings.js";
import { demand } from "./checks.js";
import { addTo } from "./draft.js";

/** How the tasks of a block are looked at. */
export interface TaskRules {
  /** An own block is being planned: what does not count is left out. Else it makes the block invalid. */
  readonly planning: boolean;
  /** A quorum has signed the block: proofs may have been pruned. */
  readonly certified: boolean;
}

/** Takes the tasks that `book` accepts, all of them or an error when not planning. */
function accept<T>(tasks: readonly T[], { planning }: TaskRules, book: (task: T) => void): T[] {
  if (!planning) {
    tasks.forEach(book);
    return [...tasks];
  }
  return tasks.filter((task) => {
    try {
      book(task);
      return true;
    } catch (error) {
      if (error instanceof ConsensusError) return false;
      throw error;
    }
  });
}

/**
 * Verifies and books answers to storage challenges: 15/16 of the credits to the node, 1/16 to who includes the answer.
 * @param signatures where those to check are put @returns those that were booked @throws ConsensusError BAD_TASK
 */
export function bookAnswers(
  draft: ConsensusState,
  ledger: Ledger,
  tasks: readonly StorageTask[],
  includer: number,
  config: ChainConfig,
  rules: TaskRules,
  signatures: SignatureItem[],
): StorageTask[] {
  return accept(tasks, rules, (task) => {
    const answered = challengeOf(draft, task);
    const pruned = rules.certified && task.proof.length === 0;
    if (!pruned) {
      checkProof(config, draft, task, answered);
      signatures.push(answerSignature(config, task, answered));
    }
    const { set, challenge, node } = answered;
    const items = set.items.map((each) =>
      each === challenge ? { ...each, answered: [...each.answered, task.node] } : each,
    );
    draft.challenges = draft.challenges.map((each) => (each === set ? { ...set, items } : each));
    addHeld(draft.epoch.held, task.node, heldKiB(set, Number(task.blobLength), config.params));
    const { own, included } = answerCredits(set.rate, Number(task.blobLength));
    const booking = { type: TaskType.StorageProof, slot: set.slot, sig: task.signature };
    for (const [index, value] of [[task.node, own] as const, [includer, included] as const]) {
      const entry = index === task.node ? node : draft.nodes[index];
      if (value === 0 || entry === undefined) continue;
      addTo(draft.epoch.storage, index, value);
      credit(draft, ledger, index, entry, { ...booking, value });
    }
  });
}

/** Verifies and books receipts for relayed bytes, after the storage answers, whose credits limit them. As `bookAnswers`. */
export function bookReceipts(
  draft: ConsensusState,
  ledger: Ledger,
  tasks: readonly RelayTask[],
  config: ChainConfig,
  rules: TaskRules,
  signatures: SignatureItem[],
): RelayTask[] {
  if (tasks.length === 0) return [];
  const { epoch } = draft;
  const places = new Map(epoch.relayed.map(({ downloader, server }, place) => [`${downloader} ${server}`, place]));
  const sums = new Map<number, number>();
  for (const { server, bytes } of epoch.relayed) sums.set(server, (sums.get(server) ?? 0) + pairCredits(bytes));
  return accept(tasks, rules, (task) => {
    const { downloader, server } = task.receipt;
    const name = `${downloader} ${server}`;
    const place = places.get(name) ?? epoch.relayed.length;
    const before = epoch.relayed[place]?.bytes ?? 0;
    const bytes = checkReceipt(draft, task.receipt, before);
    const node = draft.nodes[server];
    demand(node !== undefined, "BAD_TASK", "a relay receipt names a node that is not there");
    signatures.push(receiptSignature(config, draft, task, ledger.slot));
    epoch.relayed[place] = { downloader, server, bytes };
    places.set(name, place);
    const ofPairs = (sums.get(server) ?? 0) + pairCredits(bytes) - pairCredits(before);
    sums.set(server, ofPairs);
    const value = relayCredits(ofPairs, epoch.storage[server] ?? 0) - (epoch.relay[server] ?? 0);
    if (value <= 0) return;
    addTo(epoch.relay, server, value);
    const booking = { type: TaskType.RelayBandwidth, slot: ledger.slot, sig: task.signature };
    credit(draft, ledger, server, node, { ...booking, value });
  });
}
