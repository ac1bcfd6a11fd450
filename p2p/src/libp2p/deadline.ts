import { setMaxListeners } from "node:events";
import type { Clock, Timer } from "@lucid/consensus/base";
import { P2pError } from "../errors.js";

/** A time limit by our clock as a signal for libp2p, which only knows the system's. */
export class Deadline {
  private readonly clock: Clock;
  private readonly controller = new AbortController();
  private timer: Timer | undefined;
  /** Why the signal fired. */
  error: P2pError | undefined;

  constructor(clock: Clock, milliseconds: number, what: string) {
    this.clock = clock;
    // One listener for each read and write of a stream, all of which end with it.
    setMaxListeners(0, this.controller.signal);
    this.restart(milliseconds, what);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  restart(milliseconds: number, what: string): void {
    this.timer?.cancel();
    this.timer = this.clock.setTimer(milliseconds, () => {
      this.end(new P2pError({ code: "P2P_TIMEOUT", message: `${what} within ${milliseconds} ms` }));
    });
  }

  /** Nothing is waited for from outside. */
  pause(): void {
    this.timer?.cancel();
  }

  end(error: P2pError): void {
    if (this.controller.signal.aborted) return;
    this.cancel();
    this.error = error;
    this.controller.abort(error);
  }

  cancel(): void {
    this.timer?.cancel();
  }
}
