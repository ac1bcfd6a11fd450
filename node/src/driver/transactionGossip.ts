import { CodedError, latin1Of } from "@lucid/consensus/base";
import type { ConsensusNetwork, Verdict } from "@lucid/p2p";
import type { Mempool } from "../interfaces.js";
import { topics } from "./topics.js";

/** Only these say that no honest node would have sent it; all other refusals depend on the pool or on the moment. */
const HOSTILE = new Set(["TX_MALFORMED", "TX_REFUSED", "TX_CHAIN_ID", "TX_SIGNATURE", "TX_TOO_LARGE"]);

export function verdictOnTransaction(error: unknown): Verdict {
  return error instanceof CodedError && HOSTILE.has(error.code) ? "reject" : "ignore";
}

/** Brings transactions that this node admitted to its peers, and theirs to the pool. Returns what ends it. */
export function gossipTransactions(network: ConsensusNetwork, mempool: Mempool): () => void {
  /** Admitted because a peer sent them: the network forwards those itself. */
  const fromPeers = new Set<string>();
  const unsubscribe = network.subscribe(topics.transaction, async (raw): Promise<Verdict> => {
    const name = latin1Of(raw);
    fromPeers.add(name);
    try {
      await mempool.add(raw, "peer");
      return "accept";
    } catch (error) {
      return verdictOnTransaction(error);
    } finally {
      fromPeers.delete(name);
    }
  });
  const end = mempool.onAdded((transaction) => {
    if (network.peers().length === 0 || fromPeers.has(latin1Of(transaction.raw))) return;
    network.publish(topics.transaction, transaction.raw);
  });
  return () => {
    unsubscribe();
    end();
  };
}
