import { parentPort } from "node:worker_threads";
import { NodeError } from "../errors.js";
import { packError } from "./errorTransfer.js";
import type { WorkerAnswer, WorkerQuestion } from "./workerClient.js";

export type WorkerHandler = (argument: never) => unknown;

interface Request {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

interface Reply {
  readonly ask: number;
  readonly value?: unknown;
  readonly failed?: string;
}

/** Worker's side of a WorkerClient: one handler a name. */
export class WorkerHost {
  readonly #handlers: Readonly<Record<string, WorkerHandler>>;
  readonly #questions = new Map<number, (reply: Reply) => void>();
  #next = 1;

  constructor(handlers: Readonly<Record<string, WorkerHandler>>) {
    this.#handlers = handlers;
    parentPort?.on("message", (message: Request | Reply) => {
      if ("ask" in message) this.#replied(message);
      else void this.#handle(message);
    });
  }

  /** Asks the owner of the thread. @throws NodeError WORKER_FAILED if the owner cannot answer */
  ask(name: string, argument: unknown): Promise<unknown> {
    const ask = this.#next++;
    const question: WorkerQuestion = { ask, name, argument };
    return new Promise((resolve, reject) => {
      this.#questions.set(ask, ({ value, failed }) => {
        if (failed === undefined) resolve(value);
        else reject(new NodeError({ code: "WORKER_FAILED", message: failed }));
      });
      parentPort?.postMessage(question);
    });
  }

  #replied(reply: Reply): void {
    this.#questions.get(reply.ask)?.(reply);
    this.#questions.delete(reply.ask);
  }

  async #handle({ id, name, argument }: Request): Promise<void> {
    let answer: WorkerAnswer;
    try {
      const handler = this.#handlers[name];
      if (handler === undefined) throw new NodeError({ code: "WORKER_FAILED", message: `no handler for ${name}` });
      answer = { id, value: await handler(argument as never) };
    } catch (error) {
      answer = { id, error: packError(error) };
    }
    parentPort?.postMessage(answer);
  }
}
