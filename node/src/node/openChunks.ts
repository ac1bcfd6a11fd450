import { toHex } from "@lucid/consensus/base";
import { ChunkScrubber, ChunkStore, reconcileChunks } from "@lucid/storage";
import { ChunkHasher } from "../localApi/chunkHasher.js";
import type { OpenChain } from "./openChain.js";
import type { StartContext } from "./startContext.js";

export interface OpenChunks {
  readonly chunks: ChunkStore;
  readonly hasher: ChunkHasher;
  /** Who repairs what the scrub finds damaged. */
  readonly onDamage: (repair: (root: Uint8Array) => void) => void;
}

/** Opens the chunk store, begins to remove what a crash left half-written, and starts the scrub. */
export async function openChunks(context: StartContext, { paths, store }: OpenChain): Promise<OpenChunks> {
  const { options, clock, logging, resources } = context;
  const log = logging.module("chunks");
  const hasher = new ChunkHasher();
  resources.add("chunk hasher", () => hasher.stop());
  const chunks = await ChunkStore.open(
    {
      folder: paths.chunks,
      quotaBytes: options.config.chunks.quota,
    },
    { store, now: () => clock.now() },
  );
  resources.add("chunk store", () => chunks.close());
  // Beside the normal work: a large store must not keep the node from its slots. What a crash left only takes space.
  const abort = new AbortController();
  const reconciled = reconcileChunks(chunks, { extra: "remove", signal: abort.signal }).catch((error: unknown) => {
    if (!abort.signal.aborted) log.warn({ error }, "files and records of chunks were not compared");
  });
  resources.add("chunk reconciliation", async () => {
    abort.abort();
    await reconciled;
  });
  let repair: ((root: Uint8Array) => void) | undefined;
  const scrubber = new ChunkScrubber(
    {},
    {
      chunks,
      clock,
      onDamage(root, found) {
        log.error({ root: toHex(root), found }, "a chunk is damaged");
        repair?.(root);
      },
      onError: (error) => log.warn({ error }, "the scrub failed and goes on later"),
    },
  );
  scrubber.start();
  resources.add("scrub", () => scrubber.stop());
  return {
    chunks,
    hasher,
    onDamage(listener) {
      repair = listener;
    },
  };
}
