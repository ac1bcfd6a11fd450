import { randomBytes } from "node:crypto";
import { type PayoutDoc, SERVICE_ID, type ServiceDoc } from "../domain/documents.js";
import type { ReasonCode } from "../domain/reasons.js";
import { activeStates } from "../domain/states.js";
import { hasCode, messageOf, PayoutError } from "../errors.js";
import { type Alert, ResourceKeeper } from "../resources/keeper.js";
import { findAll } from "../store/store.js";
import { PayoutBook } from "./book.js";
import { buildStep } from "./buildStep.js";
import { firstBroadcast, searchHistory, watchStep } from "./chainSteps.js";
import { type Cycle, type EngineContext, note } from "./context.js";
import { ensureService, signersInForce } from "./serviceRecord.js";
import { signStep } from "./signStep.js";
import { taskStep } from "./taskStep.js";

export interface EngineStatus {
  readonly holder: string;
  readonly leader: boolean;
  readonly blocked?: { readonly code: ReasonCode; readonly text: string };
  readonly solid?: { readonly number: number; readonly timestamp: number };
  readonly lastPassAt?: number;
}

/** An uncertain payout is looked at this often. */
const UNCERTAIN_MS = 60_000;
const SWEEP_MS = 60_000;

/**
 * The worker. One pass looks once at everything open and moves each payout at most a few steps. Several workers may share
 * a store: one holds the lease, and whoever acts on an old lease loses every compare-and-set.
 */
export class Engine {
  readonly #context: EngineContext;
  readonly #holder: string;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  #status: EngineStatus;
  #wake: AbortController = new AbortController();
  /** When an open payout was last looked at; ids of the last pass alone. */
  #lookedAt = new Map<string, number>();
  #sweptAt = 0;
  readonly #keeper: ResourceKeeper;
  #defects: unknown[] = [];

  constructor(context: EngineContext, holder = `${process.pid}-${randomBytes(4).toString("hex")}`) {
    this.#context = context;
    this.#holder = holder;
    this.#keeper = new ResourceKeeper(context.store);
    this.#status = { holder, leader: false };
  }

  get status(): EngineStatus {
    return this.#status;
  }

  /** What will fall short before the next run. */
  get alerts(): readonly Alert[] {
    return this.#keeper.alerts;
  }

  /** Passes until stop(). A pass that fails is logged and tried again. */
  start(): void {
    this.#running ??= this.#loop();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Looks at once instead of at the next poll. */
  wake(): void {
    this.#wake.abort();
  }

  async #loop(): Promise<void> {
    const { clock, config, emit } = this.#context;
    while (!this.#stop.signal.aborted) {
      try {
        await this.runOnce();
      } catch (error) {
        const code = error instanceof PayoutError ? error.code : "INTERNAL";
        emit({ type: "trouble", where: "pass", code, text: messageOf(error) });
        if (code === "STORE_FAILED" || code === "STORE_LOCK_LOST") return;
      }
      this.#wake = new AbortController();
      await clock.sleep(config.pollMs, AbortSignal.any([this.#stop.signal, this.#wake.signal]));
    }
    await this.#releaseLease();
  }

  /** One pass; true when this worker holds the lease. */
  async runOnce(): Promise<boolean> {
    const { clock, pool, config, emit } = this.#context;
    const service = await this.#lease();
    if (service?.lease === undefined) {
      this.#status = { holder: this.#holder, leader: false };
      return false;
    }
    let solid: Cycle["solid"];
    try {
      solid = await pool.solidHead();
    } catch (error) {
      if (!(error instanceof PayoutError)) throw error;
      this.#block(error.code === "NODES_DISAGREE" ? "NODES_DISAGREE" : "NODE_TROUBLE", error.message);
      emit({ type: "trouble", where: "solid head", code: error.code, text: error.message });
      return true;
    }
    const paused = service.paused !== undefined || service.rebuilding === true;
    const cycle: Cycle = {
      ...this.#context,
      fence: service.lease.fence,
      paused,
      signerSet: signersInForce(service, config),
      solid,
    };
    const skew = Math.abs(clock.now() - solid.timestamp);
    const skewed = skew > config.maxClockSkewMs;
    if (paused) this.#block("PAUSED", service.paused?.text ?? "the journal is being rebuilt");
    else if (skewed)
      // In minutes: a text that changed with every pass would fill the log.
      this.#block("CLOCK_SKEW", `the local clock and the solid head differ by ${Math.round(skew / 60_000)} min`);
    else if (service.rotation !== undefined) this.#block("ROTATING", `to epoch ${service.rotation.to.epoch}`);
    else this.#unblock();
    this.#status = {
      ...this.#status,
      holder: this.#holder,
      leader: true,
      solid: { number: solid.number, timestamp: solid.timestamp },
      lastPassAt: clock.now(),
    };
    await this.#openPayouts(cycle);
    await taskStep(cycle);
    if (!skewed) await this.#keeper.step(cycle);
    await this.#sweep();
    if (!paused && !skewed && service.rotation === undefined && service.task?.purpose !== "rotation")
      await this.#newPayouts(cycle);
    const [defect] = this.#defects;
    this.#defects = [];
    if (defect !== undefined) throw defect;
    return true;
  }

  async #openPayouts(cycle: Cycle): Promise<void> {
    const states = activeStates.filter((state) => state !== "approved");
    let after: string | undefined;
    const looked = this.#lookedAt;
    this.#lookedAt = new Map();
    for (;;) {
      const page = await cycle.store.find({
        kind: "payout",
        states,
        limit: 200,
        ...(after === undefined ? {} : { after }),
      });
      // Four at a time: enough for one node's answers to overlap, few enough for its rate limit.
      const due = page.filter((payout) => this.#isDue(cycle, payout, looked));
      for (let at = 0; at < due.length; at += 4) {
        await Promise.all(due.slice(at, at + 4).map((payout) => this.#advance(cycle, payout)));
      }
      after = page.at(-1)?._id;
      if (page.length < 200 || after === undefined) return;
      if (!(await this.#stillLeader(cycle))) return;
    }
  }

  /** Spares the nodes: what cannot have changed is not asked for. */
  #isDue(cycle: Cycle, payout: PayoutDoc, looked: ReadonlyMap<string, number>): boolean {
    const now = cycle.clock.now();
    const last = looked.get(payout._id) ?? Number.NEGATIVE_INFINITY;
    const { attempt, state } = payout;
    const every =
      state === "uncertain" ? UNCERTAIN_MS : state === "broadcast" || state === "included" ? cycle.config.watchMs : 0;
    // A block that is not solid yet: nothing final can be learnt before it is, and a rollback is noticed then.
    const early =
      state === "included" &&
      cycle.solid.number < (attempt?.included?.block ?? 0) &&
      cycle.solid.timestamp < (attempt?.expiration ?? 0);
    const due = !early && now - last >= every;
    this.#lookedAt.set(payout._id, due ? now : last);
    return due;
  }

  /** What waits for tomorrow's caps is tried again. */
  async #sweep(): Promise<void> {
    const { store, clock, config } = this.#context;
    if (clock.now() - this.#sweptAt < SWEEP_MS) return;
    this.#sweptAt = clock.now();
    const book = new PayoutBook({ store, clock, policy: config.policy });
    for await (const payout of findAll(store, { kind: "payout", states: ["requested"] })) {
      if (payout.reason?.code === "CAP_DAY" || payout.reason?.code === "CAP_PAYEE" || payout.approvals.length > 0)
        await book.tryApprove(payout.payoutId);
    }
  }

  async #newPayouts(cycle: Cycle): Promise<void> {
    const counts = await cycle.store.countStates();
    const open = counts.built + counts.signed + counts.broadcast + counts.included;
    const room = cycle.config.maxOpen - open;
    if (room <= 0) return;
    const due = await cycle.store.find({ kind: "payout", states: ["approved"], dueAt: cycle.clock.now(), limit: room });
    for (let at = 0; at < due.length; at += 4) {
      await Promise.all(due.slice(at, at + 4).map((payout) => this.#advance(cycle, payout)));
      if (!(await this.#stillLeader(cycle))) return;
    }
  }

  /** As many steps as can be taken without waiting for the chain. */
  async #advance(cycle: Cycle, payout: PayoutDoc): Promise<void> {
    let current: PayoutDoc | undefined = payout;
    try {
      for (let steps = 0; current !== undefined && steps < 4; steps++) {
        const before: PayoutDoc = current;
        current = await this.#step(cycle, before);
        if (current?.state === before.state) return;
      }
    } catch (error) {
      if (!(error instanceof PayoutError)) {
        // A defect that one payout runs into must not hold up the others; the pass still ends with it.
        this.#defects.push(error);
        return;
      }
      if (error.code.startsWith("STORE_")) throw error;
      cycle.emit({ type: "trouble", where: payout.payoutId, code: error.code, text: error.message });
      const latest = await cycle.store.get("payout", payout._id);
      if (latest === undefined) return;
      const reason: ReasonCode = error.code === "NODES_DISAGREE" ? "NODES_DISAGREE" : "NODE_TROUBLE";
      await note(cycle, latest, reason, `${error.code}: ${error.message}`);
    }
  }

  async #step(cycle: Cycle, payout: PayoutDoc): Promise<PayoutDoc | undefined> {
    const { attempt } = payout;
    if (payout.state === "approved") return buildStep(cycle, payout);
    if (payout.state === "confirmed" || payout.state === "failed" || payout.state === "requested") return undefined;
    if (attempt === undefined) return searchHistory(cycle, payout);
    const live = cycle.solid.timestamp < attempt.expiration && !cycle.paused;
    if (live && payout.state === "built") return signStep(cycle, payout, attempt);
    if (live && payout.state === "signed") return firstBroadcast(cycle, payout, attempt);
    return watchStep(cycle, payout, attempt);
  }

  #block(code: ReasonCode, text: string): void {
    const known = this.#status.blocked;
    if (known?.code !== code || known.text !== text) this.#context.emit({ type: "blocked", code, text });
    this.#status = { ...this.#status, leader: true, blocked: { code, text } };
  }

  #unblock(): void {
    if (this.#status.blocked !== undefined) this.#context.emit({ type: "unblocked" });
    const { blocked: _, ...rest } = this.#status;
    this.#status = rest;
  }

  async #stillLeader(cycle: Cycle): Promise<boolean> {
    const service = await cycle.store.get("service", SERVICE_ID);
    return service?.lease?.fence === cycle.fence && service.paused === undefined;
  }

  /** The service's record when this worker holds the lease, taken or renewed if need be. */
  async #lease(): Promise<ServiceDoc | undefined> {
    const { store, clock, config, emit } = this.#context;
    const service = await ensureService(store);
    const now = clock.now();
    const { lease } = service;
    const mine = lease?.holder === this.#holder;
    if (lease !== undefined && !mine && lease.until > now) return undefined;
    if (mine && lease.until > now + config.leaseMs / 2) return service;
    const fence = mine && lease.until > now ? lease.fence : service.fence + 1;
    const next: ServiceDoc = {
      ...service,
      rev: service.rev + 1,
      fence: Math.max(fence, service.fence),
      lease: { holder: this.#holder, fence, until: now + config.leaseMs },
    };
    if (!(await store.replace(next))) return undefined;
    if (!mine) emit({ type: "lease", holder: this.#holder, fence });
    return next;
  }

  async #releaseLease(): Promise<void> {
    const { store } = this.#context;
    try {
      const service = await store.get("service", SERVICE_ID);
      if (service?.lease?.holder !== this.#holder) return;
      const { lease: _, ...rest } = service;
      await store.replace({ ...rest, rev: service.rev + 1 });
    } catch (error) {
      // It runs out by itself.
      if (!hasCode(error, "STORE_FAILED") && !(error instanceof PayoutError)) throw error;
    }
  }
}
