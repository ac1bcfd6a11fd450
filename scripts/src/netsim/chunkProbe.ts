import { request } from "node:http";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fromHex, toHex } from "@lucid/consensus/base";
import { chunkRoot } from "@lucid/consensus/proofs";

/** Between the end of a read and the next one, milliseconds. */
const PAUSE = 250;
/** As often as the session library asks for a chunk, each time beginning with another node. */
const ATTEMPTS = 3;
/** Longest time for one answer, milliseconds. */
const PATIENCE = 120_000;

/** Reads chunks of a session at random through one node, all the time: whatever happens, each must come and be right. */
export class ChunkProbe {
  readonly failures: string[] = [];
  reads = 0;
  slowestMilliseconds = 0;
  private readonly data: string;
  private readonly roots: readonly string[];
  private running: Promise<void> | undefined;
  private stopped = false;

  /** @param data of the node that is asked @param roots in hex */
  constructor(data: string, roots: readonly string[]) {
    this.data = data;
    this.roots = roots;
  }

  start(): void {
    this.running ??= this.loop();
  }

  /** Waits for the read that is under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  private async loop(): Promise<void> {
    while (!this.stopped) {
      const root = this.roots[Math.floor(Math.random() * this.roots.length)];
      if (root !== undefined) await this.read(root);
      await delay(PAUSE);
    }
  }

  private async read(root: string): Promise<void> {
    const started = performance.now();
    const answers: string[] = [];
    while (answers.length < ATTEMPTS) {
      const answer = await this.get(root, answers.length).catch((error: Error) => error.message);
      if (typeof answer !== "string" && toHex(chunkRoot(answer)) === `0x${root}`) break;
      answers.push(typeof answer === "string" ? answer : "other bytes");
    }
    this.reads++;
    this.slowestMilliseconds = Math.max(this.slowestMilliseconds, performance.now() - started);
    if (answers.length === ATTEMPTS) this.failures.push(`${root.slice(0, 8)}: ${answers.join(", ")}`);
  }

  private get(root: string, attempt: number): Promise<Uint8Array | string> {
    return new Promise((resolve, reject) => {
      const path = `/v1/chunks/${toHex(fromHex(`0x${root}`, 32))}?attempt=${attempt}`;
      const socketPath = join(this.data, "node.sock");
      const call = request({ socketPath, path, timeout: PATIENCE }, (answer) => {
        const parts: Buffer[] = [];
        answer.on("data", (part: Buffer) => parts.push(part));
        answer.once("error", reject);
        answer.once("end", () => {
          const body = Buffer.concat(parts);
          resolve(answer.statusCode === 200 ? body : body.toString("utf8").slice(0, 200));
        });
      });
      call.once("timeout", () => call.destroy(new Error("no answer in time")));
      call.once("error", reject);
      call.end();
    });
  }
}
