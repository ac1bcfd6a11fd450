import { type Clock, hasCode } from "@lucid/consensus/base";
import { StorageError } from "../errors.js";
import type { SessionJournal } from "./sessionJournal.js";
import type { StagedChunk } from "./sessionRecord.js";
import type { ChunkSink } from "./sessionTypes.js";
import { abortedError } from "./slotPool.js";
import type { StagingStore } from "./stagingStore.js";

/** Tries for one chunk, and the pause before the second one; it doubles each time. */
const ATTEMPTS = 5;
const FIRST_PAUSE = 500;

export interface DelivererModules {
  readonly sink: ChunkSink | undefined;
  readonly staging: StagingStore;
  readonly journal: SessionJournal;
  readonly clock: Clock;
}

export interface DelivererOptions {
  readonly sessionId: Uint8Array;
  readonly signal: AbortSignal;
  /** True: a sink that fails does not fail the session; its chunks stay staged and `deliverSession` sends them later. */
  readonly defer: boolean;
}

/** Takes staged chunks to the sink, with retries, and notes in the journal which ones have arrived. */
export class Deliverer {
  private readonly modules: DelivererModules;
  private readonly options: DelivererOptions;
  private failed: boolean;

  constructor(options: DelivererOptions, modules: DelivererModules) {
    this.options = options;
    this.modules = modules;
    this.failed = modules.sink === undefined;
  }

  /** False when chunks were left in the staging folder. */
  get complete(): boolean {
    return !this.failed;
  }

  /**
   * True when the chunk has arrived. @param held its blob, where it is still in memory; else it is read from the staging folder
   * @throws StorageError SINK_FAILED (not when deferring), CHUNK_NOT_FOUND, SESSION_ABORTED
   */
  async deliver(chunk: StagedChunk, held?: Uint8Array): Promise<boolean> {
    const { sink, staging, journal } = this.modules;
    if (chunk.delivered) return true;
    if (sink === undefined || this.failed) return false;
    const { sessionId, signal } = this.options;
    const { root, position, manifest } = chunk;
    const blob = held ?? (await staging.read(sessionId, root));
    try {
      await this.withRetries(() => sink.deliver({ sessionId, root, position, manifest, blob }, signal));
    } catch (error) {
      if (!this.options.defer || hasCode(error, "SESSION_ABORTED")) throw error;
      this.failed = true;
      return false;
    }
    await journal.markDelivered(sessionId, chunk);
    return true;
  }

  private async withRetries(action: () => Promise<unknown>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      if (this.options.signal.aborted) throw abortedError();
      try {
        await action();
        return;
      } catch (error) {
        if (this.options.signal.aborted) throw abortedError();
        if (isPermanent(error)) throw error;
        if (attempt === ATTEMPTS) {
          throw new StorageError({
            code: "SINK_FAILED",
            message: `the node did not take a chunk in ${ATTEMPTS} tries (${error instanceof Error ? error.message : "no reason given"})`,
            cause: error,
          });
        }
        await this.pause(FIRST_PAUSE * 2 ** (attempt - 1));
      }
    }
  }

  private pause(milliseconds: number): Promise<void> {
    const { signal } = this.options;
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        timer.cancel();
        reject(abortedError());
      };
      const timer = this.modules.clock.setTimer(milliseconds, () => {
        signal.removeEventListener("abort", onAbort);
        resolve();
      });
      signal.addEventListener("abort", onAbort, { once: true });
    });
  }
}

function isPermanent(error: unknown): boolean {
  if (hasCode(error, "SINK_FAILED") || hasCode(error, "STORE_FULL")) return true;
  const meta = error instanceof Error && "meta" in error ? error.meta : undefined;
  return typeof meta === "object" && meta !== null && "permanent" in meta && meta.permanent === true;
}
