import "../promiseWithResolvers.js";
import type { Clock, Timer } from "@lucid/consensus/base";
import type { Multiaddr } from "@multiformats/multiaddr";
import type { PeerId } from "../network.js";
import { peerOfAddress } from "./addresses.js";
import type { NetworkLimits } from "./networkLimits.js";

export interface DialerModules {
  readonly clock: Clock;
  readonly limits: NetworkLimits;
  /** Opens a connection and says who answered. */
  readonly dial: (address: Multiaddr, signal: AbortSignal) => Promise<PeerId>;
  readonly isConnected: (peer: PeerId) => boolean;
  readonly onFailure: (address: Multiaddr, error: unknown) => void;
}

interface Target {
  readonly address: Multiaddr;
  wait: number;
  /** Who answered last, or must answer. */
  peer: PeerId | undefined;
  timer: Timer | undefined;
}

/** Keeps a connection to each address of a list: dials, and dials again after a growing wait when it is lost. */
export class Dialer {
  private readonly modules: DialerModules;
  private readonly targets: readonly Target[];
  /** Attempts under way, each with a signal of its own: a dial leaves listeners on the one that it gets. */
  private readonly running = new Map<Promise<void>, AbortController>();
  private stopped = false;

  constructor(addresses: readonly Multiaddr[], modules: DialerModules) {
    this.modules = modules;
    this.targets = addresses.map((address) => ({
      address,
      wait: modules.limits.redialFirst,
      peer: peerOfAddress(address),
      timer: undefined,
    }));
  }

  start(): void {
    for (const target of this.targets) this.begin(target);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    for (const target of this.targets) target.timer?.cancel();
    for (const attempt of this.running.values()) attempt.abort();
    await Promise.all(this.running.keys());
  }

  /** Someone is gone; if it was one of ours, it is dialled soon. */
  lost(peer: PeerId): void {
    for (const target of this.targets) {
      if (target.peer !== peer) continue;
      target.wait = this.modules.limits.redialFirst;
      this.schedule(target);
    }
  }

  private begin(target: Target): void {
    if (this.stopped) return;
    const controller = new AbortController();
    const attempt = this.dial(target, controller.signal).finally(() => this.running.delete(attempt));
    this.running.set(attempt, controller);
  }

  private async dial(target: Target, signal: AbortSignal): Promise<void> {
    const { isConnected, dial, limits, onFailure } = this.modules;
    if (target.peer === undefined || !isConnected(target.peer)) {
      try {
        target.peer = await dial(target.address, signal);
        target.wait = limits.redialFirst;
      } catch (error) {
        if (this.stopped) return;
        onFailure(target.address, error);
      }
    }
    this.schedule(target);
  }

  /** Looks again even when all is well: a connection may go without a word. */
  private schedule(target: Target): void {
    const { clock, limits } = this.modules;
    target.timer?.cancel();
    if (this.stopped) return;
    target.timer = clock.setTimer(target.wait, () => this.begin(target));
    target.wait = Math.min(target.wait * 2, limits.redialLongest);
  }
}
