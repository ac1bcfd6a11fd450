import { BlsVerifier } from "@lucid/consensus";
import { NodeError } from "../errors.js";
import { recoverSender } from "../execution/sender.js";
import { decodeTransaction } from "../execution/transaction.js";
import type { CheckAnswer, CheckRequest } from "./blockChecks.js";

const verifier = new BlsVerifier();

/** Runs on a worker thread, where the curves' code is loaded. */
export function checkBlocks({ keys, aggregates, transactions }: CheckRequest): CheckAnswer {
  const items = aggregates.map(({ signers, message, signature }) => ({
    publicKeys: Array.from(signers, (place) => keys[place] ?? new Uint8Array()),
    message,
    signature,
  }));
  return { verified: verifier.verifyEvery(items), senders: transactions.map(senderOf) };
}

function senderOf(raw: Uint8Array): Uint8Array | undefined {
  try {
    return recoverSender(decodeTransaction(raw));
  } catch (error) {
    // What is wrong with it, execution says in its place.
    if (error instanceof NodeError) return undefined;
    throw error;
  }
}
