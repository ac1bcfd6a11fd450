import type { Clock, Timer } from "@lucid/consensus/base";
import type { P2pError } from "../errors.js";
import type { OnionServiceRequest, TorControlOptions } from "./torControl.js";
import { TorControl } from "./torControl.js";

export interface OnionServiceOptions {
  readonly control: TorControlOptions;
  readonly service: OnionServiceRequest;
  /** Milliseconds from the service's set-up, and between two times, until Tor is asked to forget whom it did not find. */
  readonly forgetAfter: number;
  /** Milliseconds before Tor is asked again; doubles up to the second figure. */
  readonly retry: readonly [first: number, longest: number];
}

export interface OnionServiceModules {
  readonly clock: Clock;
  /** The service is there, or is not and why; called when that changes. */
  readonly onState: (up: boolean, reason?: P2pError) => void;
}

/** Keeps an onion service at Tor for as long as it runs: Tor forgets it at its own end and is asked again. */
export class OnionService {
  private readonly options: OnionServiceOptions;
  private readonly modules: OnionServiceModules;
  private readonly controller = new AbortController();
  private control: TorControl | undefined;
  private timer: Timer | undefined;
  private running: Promise<void> | undefined;
  private wait: number;
  /** When the service was set up, or Tor asked to forget. */
  private freshAt = Number.POSITIVE_INFINITY;
  private told: boolean | string | undefined;
  private endPause: () => void = () => undefined;

  constructor(options: OnionServiceOptions, modules: OnionServiceModules) {
    this.options = options;
    this.modules = modules;
    this.wait = options.retry[0];
  }

  start(): void {
    this.running ??= this.keep();
  }

  async stop(): Promise<void> {
    this.controller.abort();
    this.timer?.cancel();
    this.endPause();
    this.control?.close();
    await this.running;
  }

  private async keep(): Promise<void> {
    const { signal } = this.controller;
    while (!signal.aborted) {
      try {
        this.control = await TorControl.open(this.options.control, signal);
        await this.control.addOnion(this.options.service);
        this.wait = this.options.retry[0];
        this.freshAt = this.modules.clock.now();
        this.tell(true);
        await this.control.closed;
        if (!signal.aborted) this.tell(false);
      } catch (error) {
        if (!signal.aborted) this.tell(false, error as P2pError);
      } finally {
        this.control?.close();
        this.control = undefined;
        this.freshAt = Number.POSITIVE_INFINITY;
      }
      await this.pause();
    }
  }

  /** Nobody could be reached: what Tor remembers of them may be why. */
  forget(): void {
    const now = this.modules.clock.now();
    if (now - this.freshAt < this.options.forgetAfter) return;
    this.freshAt = now;
    // Where it is refused, or Tor has gone, the next time will do.
    this.control?.forget().catch(() => undefined);
  }

  private tell(up: boolean, reason?: P2pError): void {
    const state = reason?.code ?? up;
    if (this.told === state) return;
    this.told = state;
    this.modules.onState(up, reason);
  }

  private pause(): Promise<void> {
    if (this.controller.signal.aborted) return Promise.resolve();
    const milliseconds = this.wait;
    this.wait = Math.min(2 * this.wait, this.options.retry[1]);
    return new Promise((resolve) => {
      this.endPause = resolve;
      this.timer = this.modules.clock.setTimer(milliseconds, resolve);
    });
  }
}
