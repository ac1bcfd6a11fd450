import type { Clock } from "@lucid/consensus/base";
import type { LogCriteria } from "./logQuery.js";
import { randomId } from "./randomId.js";
import { limitExceeded, RpcError } from "./rpcError.js";
import type { LogFilterInput } from "./schema/objects.js";

/**
 * A filter is a position in the chain, not a buffer: what happened since is read when it is polled, so that a
 * thousand idle filters cost nothing.
 */
export type FilterState =
  | {
      readonly kind: "logs";
      readonly criteria: LogCriteria;
      /** For eth_getFilterLogs, which asks the original question again. */
      readonly input: LogFilterInput;
      readonly toHeight: number;
      /** First height that has not been reported. */
      nextHeight: number;
    }
  | { readonly kind: "blocks"; nextHeight: number }
  | { readonly kind: "pending"; nextSequence: number };

interface Entry {
  readonly client: string;
  readonly state: FilterState;
  usedAt: number;
}

export interface FilterStoreOptions {
  readonly maxFilters: number;
  readonly maxFiltersPerClient: number;
  /** Milliseconds. */
  readonly filterLifetime: number;
}

/** Filters by id, bounded in number, for all and for each client; those that nobody polls expire. */
export class FilterStore {
  private readonly options: FilterStoreOptions;
  private readonly clock: Clock;
  /** In order of last use, so that the expired ones stand in front. */
  private readonly entries = new Map<string, Entry>();
  private readonly perClient = new Map<string, number>();

  constructor(options: FilterStoreOptions, modules: { clock: Clock }) {
    this.options = options;
    this.clock = modules.clock;
  }

  get size(): number {
    return this.entries.size;
  }

  /** @throws RpcError RPC_LIMIT_EXCEEDED at a cap */
  add(client: string, state: FilterState): string {
    this.expire();
    const { maxFilters, maxFiltersPerClient } = this.options;
    const held = this.perClient.get(client) ?? 0;
    if (held >= maxFiltersPerClient) throw limitExceeded(`too many filters, at most ${maxFiltersPerClient} a client`);
    if (this.entries.size >= maxFilters) throw limitExceeded(`too many filters, at most ${maxFilters} on this node`);
    const id = randomId();
    this.entries.set(id, { client, state, usedAt: this.clock.now() });
    this.perClient.set(client, held + 1);
    return id;
  }

  /** Also counts as use. @throws RpcError RPC_FILTER_NOT_FOUND */
  get(id: string): FilterState {
    this.expire();
    const entry = this.entries.get(id);
    if (entry === undefined) throw new RpcError("RPC_FILTER_NOT_FOUND", "filter not found");
    entry.usedAt = this.clock.now();
    this.entries.delete(id);
    this.entries.set(id, entry);
    return entry.state;
  }

  /** False when there was none. */
  remove(id: string): boolean {
    this.expire();
    return this.drop(id);
  }

  private expire(): void {
    const deadline = this.clock.now() - this.options.filterLifetime;
    for (const [id, entry] of this.entries) {
      if (entry.usedAt > deadline) return;
      this.drop(id);
    }
  }

  private drop(id: string): boolean {
    const entry = this.entries.get(id);
    if (entry === undefined) return false;
    this.entries.delete(id);
    const left = (this.perClient.get(entry.client) ?? 1) - 1;
    if (left === 0) this.perClient.delete(entry.client);
    else this.perClient.set(entry.client, left);
    return true;
  }
}
