import type { Logger } from "./logging.js";

interface Resource {
  readonly name: string;
  stop(): Promise<void> | void;
}

/** What has been started, to be stopped in reverse order, each once, whatever fails on the way. */
export class Resources {
  private readonly started: Resource[] = [];
  private stopping: Promise<void> | undefined;
  private readonly logger: Logger;

  constructor(logger: Logger) {
    this.logger = logger;
  }

  add(name: string, stop: () => Promise<void> | void): void {
    this.started.push({ name, stop });
  }

  /** Idempotent. A part that fails to stop is logged and does not keep the others running. */
  stop(): Promise<void> {
    this.stopping ??= this.stopAll();
    return this.stopping;
  }

  private async stopAll(): Promise<void> {
    for (let part = this.started.pop(); part !== undefined; part = this.started.pop()) {
      try {
        await part.stop();
      } catch (error) {
        this.logger.error({ error, part: part.name }, "a part of the node did not stop in order");
      }
    }
  }
}
