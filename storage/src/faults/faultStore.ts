import { hasCode } from "@lucid/consensus/base";
import type { BatchOp, BatchOptions, Entry, KeyRange, KeyValueStore } from "../db/keyValueStore.js";
import { MemoryStore } from "../db/memoryStore.js";
import { StorageError } from "../errors.js";
import type { FaultPlan, SurvivalDice } from "./faultPlan.js";

interface Logged {
  readonly ops: readonly BatchOp[];
  synced: boolean;
}

/**
 * A key-value store on a disk that stops. Each batch is whole or absent after a crash; an unsynced one may be absent
 * although a later one is there (LevelDB starts a new log without syncing the old one), so code must not rely on order.
 */
export class FaultStore implements KeyValueStore {
  private readonly name: string;
  private readonly plan: FaultPlan;
  private readonly log: Logged[];
  private readonly memory = new MemoryStore();
  private failure: StorageError | undefined;

  private constructor(name: string, plan: FaultPlan, log: readonly Logged[]) {
    this.name = name;
    this.plan = plan;
    this.log = [...log];
    for (const { ops } of this.log) this.memory.applyNow(ops);
  }

  static create(name: string, plan: FaultPlan): FaultStore {
    return new FaultStore(name, plan, []);
  }

  /** The same store on the machine that starts again. LevelDB syncs what it finds in the log when it is opened. */
  restart(plan: FaultPlan, dice: SurvivalDice): FaultStore {
    const surviving = this.log.filter(({ synced }) => synced || dice.survives());
    return new FaultStore(
      this.name,
      plan,
      surviving.map(({ ops }) => ({ ops, synced: true })),
    );
  }

  get(key: Uint8Array): Uint8Array | undefined {
    this.plan.checkAlive();
    return this.memory.get(key);
  }

  has(key: Uint8Array): boolean {
    this.plan.checkAlive();
    return this.memory.has(key);
  }

  async batch(ops: readonly BatchOp[], options: BatchOptions): Promise<void> {
    this.plan.checkAlive();
    if (this.failure !== undefined) {
      throw new StorageError({
        code: this.failure.code,
        message: "an earlier write failed, open the database again",
        cause: this.failure,
      });
    }
    const copy = ops.map(
      (op): BatchOp =>
        op.type === "put"
          ? { type: "put", key: op.key.slice(), value: op.value.slice() }
          : { type: "del", key: op.key.slice() },
    );
    this.memory.checkOps(copy);
    try {
      const label = `${options.sync ? "synced" : "unsynced"} batch of ${ops.length} in ${this.name}`;
      await Promise.resolve();
      this.plan.point(`before ${label}`);
      const logged = { ops: copy, synced: false };
      this.log.push(logged);
      // LevelDB lets nobody read what it has not synced yet, but a process that dies here leaves it in the log.
      if (options.sync) this.plan.point(`within ${label}`);
      logged.synced = options.sync;
      this.memory.applyNow(copy);
      this.plan.point(`after ${label}`);
    } catch (error) {
      if (error instanceof StorageError && !hasCode(error, "FAULT_INJECTED")) this.failure = error;
      throw error;
    }
  }

  async *entries(range?: KeyRange): AsyncGenerator<Entry, void, void> {
    this.plan.checkAlive();
    for await (const entry of this.memory.entries(range)) {
      this.plan.checkAlive();
      yield entry;
    }
  }

  async *keys(range?: KeyRange): AsyncGenerator<Uint8Array, void, void> {
    this.plan.checkAlive();
    for await (const key of this.memory.keys(range)) {
      this.plan.checkAlive();
      yield key;
    }
  }

  async approximateSize(start: Uint8Array, end: Uint8Array): Promise<number> {
    this.plan.checkAlive();
    return this.memory.approximateSize(start, end);
  }

  async compact(): Promise<void> {
    this.plan.checkAlive();
  }

  /** Closing is no crash point: LevelDB writes nothing at closing. The store stays usable for the next opening. */
  async close(): Promise<void> {}

  /** The content as it is now, for comparing. */
  dump(): Entry[] {
    return this.memory.dump();
  }
}
