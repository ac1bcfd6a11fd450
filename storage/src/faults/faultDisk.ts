import { FaultFileSystem } from "./faultFileSystem.js";
import { type FaultOptions, FaultPlan, type Survival, SurvivalDice } from "./faultPlan.js";
import { FaultStore } from "./faultStore.js";

/** One machine's disk: its files and its databases count the same points and stop together. */
export class FaultDisk {
  readonly files: FaultFileSystem;
  readonly plan: FaultPlan;
  private readonly stores: Map<string, FaultStore>;

  private constructor(plan: FaultPlan, files: FaultFileSystem, stores: Map<string, FaultStore>) {
    this.plan = plan;
    this.files = files;
    this.stores = stores;
  }

  /** An empty disk. */
  static create(options: FaultOptions = {}): FaultDisk {
    const plan = new FaultPlan(options);
    return new FaultDisk(plan, FaultFileSystem.create(plan), new Map());
  }

  /** The database of that name; the same one at each call. */
  store(name = "chain"): FaultStore {
    const found = this.stores.get(name) ?? FaultStore.create(name, this.plan);
    this.stores.set(name, found);
    return found;
  }

  /** The disk as the next start finds it. This one is dead from now on. */
  restart(survival: Survival, options: FaultOptions = {}): FaultDisk {
    this.plan.crash();
    const plan = new FaultPlan(options);
    const dice = new SurvivalDice(survival);
    const stores = new Map([...this.stores].map(([name, store]) => [name, store.restart(plan, dice)]));
    return new FaultDisk(plan, this.files.restart(plan, dice), stores);
  }
}
