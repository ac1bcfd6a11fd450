import { IndexStore, indexDomainSeparator, isSignedByOwner } from "@lucid/storage";
import { recoverPublicKey } from "../execution/sender.js";
import { mayHaveIndex } from "../sessionIndex/indexOwners.js";
import { IndexService } from "../sessionIndex/indexService.js";
import type { OpenChain } from "./openChain.js";
import type { OpenConsensus } from "./openConsensus.js";
import type { StartContext } from "./startContext.js";

export interface OpenIndex {
  readonly index: IndexStore;
  readonly indexService: IndexService;
}

/** Opens the encrypted index and keeps it equal to the peers'. @throws StorageError RECORD_CORRUPT */
export async function openIndex(
  { clock, logging, resources }: StartContext,
  { store, chain, state, config }: OpenChain,
  { network }: Pick<OpenConsensus, "network">,
): Promise<OpenIndex> {
  const index = await IndexStore.open(
    {},
    { store, now: () => clock.now(), mayWrite: (owner) => mayHaveIndex(owner, { chain, state }) },
  );
  const separator = indexDomainSeparator(Number(config.genesis.chainId), config.genesisRoot);
  const indexService = new IndexService({
    network,
    index,
    clock,
    isSigned: (entry) => isSignedByOwner(entry, separator, recoverPublicKey),
    logger: logging.module("index"),
  });
  indexService.start();
  resources.add("index", () => indexService.stop());
  return { index, indexService };
}
