import { BlsVerifier, slotAt } from "@lucid/consensus";
import type { ChainReader } from "../interfaces.js";
import { Replication } from "../replication/replication.js";
import type { BlockSync } from "../sync/blockSync.js";
import type { OpenChain } from "./openChain.js";
import type { OpenChunks } from "./openChunks.js";
import type { OpenConsensus } from "./openConsensus.js";
import { receiptContext, receiptsOf } from "./receiptOptions.js";
import type { StartContext } from "./startContext.js";

/** For reading LucidAnchors: a struct of ten words. */
const CALL_LIMITS = { gas: 1_000_000n, milliseconds: 2_000 };

/** Begins to keep chunks for the network: serves, takes, passes on and repairs them. */
export async function openReplication(
  context: StartContext,
  parts: OpenChain & OpenChunks & OpenConsensus,
): Promise<Replication> {
  const { clock, logging, resources } = context;
  const { config, chunks, hasher, store, chain, state, network, sync, tip, nodeId, params, proofs } = parts;
  // A peer's word alone must not keep this node from its duties: its own clock has to agree.
  const isOld = (slot: number) => slot + config.params.epochSlots < slotAt(config.clock, clock.now());
  const replication = await Replication.open(
    {
      config,
      nodeId,
      receipts: receiptsOf(parts, clock),
      now: () => receiptContext(config, clock),
      maxChunkSize: () => params.current().maxChunkSize,
    },
    {
      network,
      chunks,
      hasher,
      store,
      chain: whenCaughtUp(chain, sync),
      isBehind: () => sync.progress() !== undefined && isOld(chain.head().header.slot),
      state: () => tip().state,
      async call(to, data) {
        const result = await state.call({ to, data, gas: CALL_LIMITS.gas }, chain.head().header.height, CALL_LIMITS);
        return result.status === "success" ? result.returnData : undefined;
      },
      verifier: new BlsVerifier(),
      onReceived: (node, bytes) => proofs.received(node, bytes),
      clock,
      logger: logging.module("chunks"),
    },
  );
  await replication.start();
  resources.add("replication", () => replication.stop());
  proofs.startDuties({ chunks, hasher, store: replication.store });
  resources.add("storage duties", () => proofs.stopDuties());
  parts.onDamage((root) => replication.repairChunk(root));
  return replication;
}

/** Of a chain that is catching up nobody is told: what a node owes follows from the head, and each walk takes it all anew. */
function whenCaughtUp(
  chain: OpenChain["chain"],
  sync: BlockSync,
): Pick<ChainReader, "head" | "receipts" | "blockByHeight" | "earliestHeight" | "onBlock"> {
  return {
    head: () => chain.head(),
    receipts: (height) => chain.receipts(height),
    blockByHeight: (height) => chain.blockByHeight(height),
    earliestHeight: () => chain.earliestHeight(),
    onBlock: (listener) =>
      chain.onBlock((block) => {
        if (sync.progress() === undefined) listener(block);
      }),
  };
}
