import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { loadGenesisFile } from "@lucid/node/networks";
import { lucid } from "../lucid.js";
import { ChainLoad } from "./chainLoad.js";
import { hasChunk, putChunk, randomBlob, type StoredChunk } from "./chunkLoad.js";
import { NodeProcess, type ReadyNode } from "./nodeProcess.js";
import { SeededRandom } from "./seededRandom.js";
import { VoteObserver } from "./voteObserver.js";

const WORDS = "test test test test test test test test test test test junk";
const PASSPHRASE = "crash test";
/** A node must be ready again after kill -9 within this (operations: 10 s), milliseconds. */
export const READY_LIMIT = 10_000;

export interface CrashOptions {
  readonly kills: number;
  readonly seed: number;
  /** Milliseconds within which the node must be ready; more than READY_LIMIT only where other work slows the machine. */
  readonly readyLimit: number;
  /** Every so many kills all acknowledged chunks are read again; the newest ones always are. */
  readonly fullCheckEvery: number;
  readonly log: (line: string) => void;
}

export interface CrashResult {
  readonly ok: boolean;
  readonly seed: number;
  readonly kills: number;
  /** Kills before the node was ready. */
  readonly killsWhileStarting: number;
  readonly blocks: number;
  readonly transactions: number;
  readonly chunks: number;
  readonly signedMessages: number;
  readonly signedPositions: number;
  /** Milliseconds from start to ready after a kill. */
  readonly readyMedian: number;
  readonly readyWorst: number;
  readonly databaseChecks: number;
  readonly broken: readonly string[];
}

/** Kills a validator again and again under load and looks for anything that it had acknowledged and lost. */
export class CrashRun {
  private readonly options: CrashOptions;
  private readonly random: SeededRandom;
  private readonly chain = new ChainLoad();
  private readonly chunks: StoredChunk[] = [];
  private readonly observer = new VoteObserver();
  private readonly readyTimes: number[] = [];
  private readonly broken: string[] = [];
  private folder = "";
  private data = "";
  private chunkIndex = 0;
  private killsWhileStarting = 0;
  private databaseChecks = 0;

  constructor(options: CrashOptions) {
    this.options = options;
    this.random = new SeededRandom(options.seed);
  }

  async run(): Promise<CrashResult> {
    this.folder = await mkdtemp(join(tmpdir(), "lucid-crash-"));
    this.data = join(this.folder, "node");
    try {
      await this.init();
      for (let kill = 1; kill <= this.options.kills && this.broken.length === 0; kill++) await this.life(kill);
      if (this.broken.length === 0) await this.lastLife();
      return this.result();
    } finally {
      await this.observer.unwatch();
      if (this.broken.length === 0) await rm(this.folder, { recursive: true });
      else this.options.log(`kept for inspection: ${this.folder}`);
    }
  }

  private async init(): Promise<void> {
    const words = join(this.folder, "words.txt");
    await writeFile(words, `${WORDS}\n`, { mode: 0o600 });
    const args = ["init", "--data", this.data, "--mnemonic-file", words, "--slot-seconds", "2", "--yes"];
    await lucid(args, { env: { LUCID_PASSPHRASE: PASSPHRASE } });
  }

  private start(): NodeProcess {
    return new NodeProcess({ data: this.data, passphrase: PASSPHRASE, logPath: join(this.folder, "node.log") });
  }

  private async life(kill: number): Promise<void> {
    const node = this.start();
    if (this.random.next() < 0.15) {
      await delay(this.random.between(100, 2_000));
      await node.kill();
      this.killsWhileStarting++;
    } else {
      const ready = await this.becomeReady(node);
      if (ready === undefined) {
        await node.kill();
        return;
      }
      await this.check(ready, kill % this.options.fullCheckEvery === 0);
      const load = this.startLoad(ready);
      await delay(this.random.between(50, 4_000));
      await node.kill();
      await load.stop();
      await this.observer.unwatch();
    }
    await this.checkDatabase();
    if (kill % 10 === 0) {
      this.options.log(
        `${kill} kills: ${this.chain.blocks.size} heads, ${this.chain.acknowledged} transactions, ${this.chunks.length} chunks`,
      );
    }
  }

  /** Everything is there, blocks go on, and the node ends in order. */
  private async lastLife(): Promise<void> {
    const node = this.start();
    const ready = await this.becomeReady(node);
    if (ready !== undefined) {
      await this.check(ready, true);
      const before = await this.chain.observe();
      const deadline = performance.now() + 20_000;
      let now = before;
      while (performance.now() < deadline && (this.chain.open.size > 0 || now?.number === before?.number)) {
        await delay(200);
        now = await this.chain.observe();
        this.broken.push(...(await this.chain.losses()));
      }
      if (now?.number === before?.number) this.broken.push("no block was made after the last start");
      if (this.chain.open.size > 0) this.broken.push(`${this.chain.open.size} transactions came into no block`);
      this.broken.push(...(await this.chain.lostReceipts()));
    }
    const code = await node.stop();
    if (code !== 0) this.broken.push(`the node ended with exit code ${code} on SIGTERM`);
    await this.checkDatabase();
  }

  private async becomeReady(node: NodeProcess): Promise<ReadyNode | undefined> {
    try {
      const ready = await node.ready(this.options.readyLimit);
      this.readyTimes.push(node.age);
      await this.observer.watch(ready.p2p, await loadGenesisFile(join(this.data, "genesis.json")));
      await this.chain.connect(ready.rpc);
      return ready;
    } catch (error) {
      this.broken.push(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  private async check(ready: ReadyNode, all: boolean): Promise<void> {
    this.broken.push(...(await this.chain.losses()), ...this.observer.conflicts);
    for (const chunk of all ? this.chunks : this.chunks.slice(-20)) {
      if (!(await hasChunk(ready.socket, chunk))) this.broken.push(`chunk ${chunk.root} was acknowledged and is lost`);
    }
  }

  /** Transactions, chunks and questions for the head, at once, until the node is gone. */
  private startLoad(ready: ReadyNode): { stop(): Promise<void> } {
    let over = false;
    const loop = async (step: (turn: number) => Promise<boolean>): Promise<void> => {
      for (let turn = 0; !over; turn++) {
        // A node that no longer answers must not be asked in a tight loop.
        if (!(await step(turn))) await delay(20);
      }
    };
    const transactions = loop((turn) => this.chain.send(turn));
    const heads = loop(async () => {
      const seen = await this.chain.observe();
      await delay(50);
      return seen !== undefined;
    });
    const chunks = loop(async () => {
      const stored = await putChunk(ready.socket, randomBlob(this.random, this.chunkIndex++));
      if (stored !== undefined) this.chunks.push(stored);
      return stored !== undefined;
    });
    return {
      async stop() {
        over = true;
        await Promise.all([transactions, heads, chunks]);
      },
    };
  }

  private async checkDatabase(): Promise<void> {
    // A node that was killed in its first start may not have a database yet.
    if (this.readyTimes.length === 0) return;
    try {
      await lucid(["db", "check", "--data", this.data]);
      this.databaseChecks++;
    } catch (error) {
      this.broken.push(error instanceof Error ? error.message : String(error));
    }
  }

  private result(): CrashResult {
    const times = this.readyTimes.toSorted((a, b) => a - b);
    this.broken.push(...this.observer.conflicts.filter((text) => !this.broken.includes(text)));
    return {
      ok: this.broken.length === 0,
      seed: this.options.seed,
      kills: this.options.kills,
      killsWhileStarting: this.killsWhileStarting,
      blocks: Number([...this.chain.blocks.keys()].at(-1) ?? 0n),
      transactions: this.chain.acknowledged,
      chunks: this.chunks.length,
      signedMessages: this.observer.messages,
      signedPositions: this.observer.positions,
      readyMedian: Math.round(times[Math.floor(times.length / 2)] ?? 0),
      readyWorst: Math.round(times.at(-1) ?? 0),
      databaseChecks: this.databaseChecks,
      broken: this.broken,
    };
  }
}
