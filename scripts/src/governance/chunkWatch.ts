import { check, type Life } from "./life.js";

interface Sample {
  /** Heads of the node right before and right after the chunk was sent. */
  readonly from: number;
  readonly to: number;
  readonly refused: boolean;
}

/** Sends a chunk that a vote is about to forbid to a node's socket, over and over, and the heads around each. */
export class ChunkWatch {
  readonly #samples: Sample[] = [];
  readonly #life: Life;
  readonly #length: number;
  #running = true;
  readonly #work: Promise<void>;

  /** @param length of the blob, bytes: more than the new bound, less than the old one */
  constructor(life: Life, length: number) {
    this.#life = life;
    this.#length = length;
    this.#work = this.#watch();
    // Seen by stop().
    this.#work.catch(() => undefined);
  }

  async #watch(): Promise<void> {
    while (this.#running) {
      const from = await this.#life.height();
      const { code } = await this.#life.putBlob(this.#life.data(0), this.#length);
      const to = await this.#life.height();
      // A blob of zeros is no chunk; what matters is why it is refused.
      check(code === "LOCAL_TOO_LARGE" || code === "LOCAL_ROOT_MISMATCH", `a chunk was answered with ${String(code)}`);
      this.#samples.push({ from, to, refused: code === "LOCAL_TOO_LARGE" });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Ends the watch. @throws ScriptError unless the node took such chunks before `block` and none from it on */
  async stop(block: number): Promise<{ readonly taken: number; readonly refused: number }> {
    this.#running = false;
    await this.#work;
    const before = this.#samples.filter(({ to }) => to < block);
    const after = this.#samples.filter(({ from }) => from >= block);
    check(before.length > 0 && after.length > 0, "no chunk was tried before and after the execution");
    check(
      before.every(({ refused }) => !refused),
      `a chunk was refused before block ${block}`,
    );
    check(
      after.every(({ refused }) => refused),
      `a chunk was taken after block ${block}`,
    );
    return { taken: before.length, refused: after.length };
  }
}
