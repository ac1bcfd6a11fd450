import { Counter, Gauge, Registry } from "prom-client";
import { payoutStates } from "../domain/states.js";
import type { EngineEvent } from "../engine/context.js";
import type { Engine } from "../engine/engine.js";
import { alertCodes } from "../resources/keeper.js";
import type { Store } from "../store/store.js";

/** Prometheus metrics; nothing in them names a payee. */
export class Metrics {
  readonly registry = new Registry();
  readonly #transitions = new Counter({
    name: "lucid_payout_transitions_total",
    help: "Changes of state",
    labelNames: ["to"],
    registers: [this.registry],
  });
  readonly #broadcasts = new Counter({
    name: "lucid_payout_broadcasts_total",
    help: "Answers to broadcasts",
    labelNames: ["outcome", "code"],
    registers: [this.registry],
  });
  readonly #disagreements = new Counter({
    name: "lucid_payout_node_disagreements_total",
    help: "Contradictions between TRON nodes",
    registers: [this.registry],
  });
  readonly #troubles = new Counter({
    name: "lucid_payout_troubles_total",
    help: "Errors by code",
    labelNames: ["code"],
    registers: [this.registry],
  });
  readonly #states = new Gauge({
    name: "lucid_payout_payouts",
    help: "Payouts by state",
    labelNames: ["state"],
    registers: [this.registry],
  });
  readonly #leader = new Gauge({
    name: "lucid_payout_leader",
    help: "1 while this worker holds the lease",
    registers: [this.registry],
  });
  readonly #blocked = new Gauge({
    name: "lucid_payout_blocked",
    help: "1 while nothing new is paid",
    registers: [this.registry],
  });
  readonly #solid = new Gauge({
    name: "lucid_payout_solid_block",
    help: "Number of the highest solid block",
    registers: [this.registry],
  });

  readonly #alerts = new Gauge({
    name: "lucid_payout_alert",
    help: "1 while it holds: TRX or USDT will fall short before the next run, staking failed, more is staked than needed",
    labelNames: ["code"],
    registers: [this.registry],
  });

  observe(event: EngineEvent): void {
    if (event.type === "transition") this.#transitions.inc({ to: event.to });
    else if (event.type === "broadcast")
      this.#broadcasts.inc({ outcome: event.outcome, code: event.code.slice(0, 40) });
    else if (event.type === "disagreement") this.#disagreements.inc();
    else if (event.type === "trouble") this.#troubles.inc({ code: event.code });
  }

  async render(store: Store, engine: Engine): Promise<string> {
    const counts = await store.countStates();
    for (const state of payoutStates) this.#states.set({ state }, counts[state]);
    const { leader, blocked, solid } = engine.status;
    this.#leader.set(leader ? 1 : 0);
    this.#blocked.set(blocked === undefined ? 0 : 1);
    for (const code of alertCodes)
      this.#alerts.set({ code }, engine.alerts.some((alert) => alert.code === code) ? 1 : 0);
    if (solid !== undefined) this.#solid.set(solid.number);
    return this.registry.metrics();
  }
}
