/**
 * A session on ten nodes whose machines burn: two at once, and when the network has made their copies anew, a third. All the time
 * chunks are read at random through a node that keeps none, and after each loss the whole session is, byte for byte. Reported: how
 * long it takes until every chunk has three copies again, and the bytes that were moved for it beside the fewest that could.
 */
import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { presets } from "@lucid/consensus";
import { ScriptError } from "../errors.js";
import { lucid } from "../lucid.js";
import { ChunkProbe } from "./chunkProbe.js";
import { arrived, copiesOn, type Held, heldOn } from "./heldChunks.js";
import type { Lab } from "./lab.js";
import type { LabNode } from "./labNode.js";
import { withLab } from "./labRun.js";
import { rounded } from "./measure.js";
import { check, judged, PASSPHRASE, type Run, type RunOptions } from "./run.js";
import { SimNetwork } from "./simNetwork.js";

const MIB = 1 << 20;
const CHUNK_KIB = 256;
/** Beside twelve nodes on two cores a MiB takes half a second; so many seconds, and it is said that this machine is too slow. */
const SECONDS_PER_MIB = 3;
/** How often a step that goes on says how far it is. */
const PROGRESS_MS = 30_000;
const { epochSlots, replicas } = presets.devnet;
/** Words whose first account every devnet funds. */
const WORDS = "test test test test test test test test test test test junk";
/** By number; the client's and the reader's node are none of them. */
const [FIRST, SECOND, THIRD] = [1, 4, 7];
/** Epochs until the last of a node's beacons no longer counts, and one for what is slow on a busy machine. */
const REPAIR_EPOCHS = 4;

export interface BurnOptions {
  readonly nodes: number;
  readonly slotSeconds: number;
  readonly megabytes: number;
}

interface Loss {
  readonly nodes: number;
  /** From the loss until each chunk had all its copies again. */
  readonly seconds: number;
  /** Of it until the first chunk was made anew: so long the chain takes to see that a node is gone. */
  readonly secondsToStart: number;
  readonly bytesMoved: number;
  readonly bytesLeast: number;
  /** Chunks with a single copy left. */
  readonly chunksAtRisk: number;
}

class Burn {
  private readonly run: Run;
  private readonly lab: Lab;
  private readonly options: BurnOptions;
  private readonly network: SimNetwork;
  private live: LabNode[];
  private reader: LabNode | undefined;
  private sha256 = "";
  private chunks = 0;
  private sessionId = "";

  constructor(run: Run, lab: Lab, options: BurnOptions, network: SimNetwork) {
    this.run = run;
    this.lab = lab;
    this.options = options;
    this.network = network;
    this.live = [...network.validators];
  }

  async play(): Promise<object> {
    const { run, network, options } = this;
    await network.untilHeight(network.node(0), 2, 300);
    const ingest = await this.store();
    const reader = await this.follower("reader");
    this.reader = reader;
    const secondsToThree = await this.untilWhole("three copies of each chunk", 3);
    run.say(`${this.chunks} chunks have ${replicas} copies each ${secondsToThree} s after the anchor`);
    const reads = [await this.readAll("before")];
    const probe = new ChunkProbe(reader.data, [...copiesOn(this.disks()).keys()]);
    probe.start();
    try {
      const two = await this.lose([FIRST, SECOND], reads);
      const third = await this.lose([THIRD], reads);
      await probe.stop();
      const heights = await Promise.all(this.live.map((node) => node.height()));
      const readableAlways = probe.failures.length === 0 && reads.every(({ same }) => same);
      const result = {
        readableAlways,
        secondsToRepair: two.seconds,
        bytesMoved: two.bytesMoved + third.bytesMoved,
        bytesLeast: two.bytesLeast + third.bytesLeast,
        nodes: options.nodes,
        slotSeconds: options.slotSeconds,
        bytes: options.megabytes * MIB,
        chunks: this.chunks,
        ingestMBps: rounded(ingest),
        secondsToThree,
        twoLost: two,
        thirdLost: third,
        readMBps: reads.map(({ rate }) => rounded(rate)),
        probe: {
          reads: probe.reads,
          slowestSeconds: rounded(probe.slowestMilliseconds / 1000),
          failures: probe.failures.slice(0, 5),
        },
        heights,
      };
      return judged(result, [
        [probe.failures.length === 0, `${probe.failures.length} of ${probe.reads} reads failed`],
        [reads.every(({ same }) => same), "the session that came back has other bytes"],
        [two.bytesMoved <= 1.5 * two.bytesLeast + MIB, "the repair moved more than half again of what it must"],
        [
          third.bytesMoved <= 1.5 * third.bytesLeast + MIB,
          "the second repair moved more than half again of what it must",
        ],
      ]);
    } finally {
      await probe.stop();
    }
  }

  /** A follower takes the session for its owner and passes it on; then it is gone too. @returns MB/s until the anchor was final */
  private async store(): Promise<number> {
    const { run, options } = this;
    const taker = await this.follower("taker");
    const words = join(run.folder, "words.txt");
    await writeFile(words, `${WORDS}\n`, { mode: 0o600 });
    await this.command("init", "--data", this.owner, "--mnemonic-file", words, "--genesis", this.genesis);
    const file = join(run.folder, "recording.bin");
    this.sha256 = await writeRandom(file, options.megabytes);
    const node = ["--data", this.owner, "--node", taker.data];
    const started = performance.now();
    const chunks = (options.megabytes * 1024) / CHUNK_KIB;
    const put = ["session", "put", file, "--chunk-size", `${CHUNK_KIB}KiB`, ...node];
    const stored = await this.telling(
      () => `${heldOn(taker.data).size} of ${chunks} chunks stored`,
      () => this.within(120 + SECONDS_PER_MIB * options.megabytes, "storing", put),
    );
    const seconds = (performance.now() - started) / 1000;
    this.sessionId = (stored as { readonly sessionId: string }).sessionId;
    this.chunks = heldOn(taker.data).size;
    await taker.stop();
    await rm(taker.data, { recursive: true, force: true });
    await rm(file);
    const rate = (options.megabytes * MIB) / 1e6 / seconds;
    run.say(
      `stored ${options.megabytes} MiB in ${this.chunks} chunks, ${rounded(rate)} MB/s to the anchor; the node that took it is gone`,
    );
    return rate;
  }

  /** @throws ScriptError NETSIM_FAILED when the network does not make itself whole */
  private async lose(indexes: readonly number[], reads: { same: boolean; rate: number }[]): Promise<Loss> {
    const { run, network } = this;
    const victims = indexes.map((index) => network.node(index));
    const left = this.live.filter((node) => !victims.includes(node));
    const before = left.map((node) => heldOn(node.data));
    // The cable first: a machine that burns says no goodbye.
    await this.lab.part(victims.map(({ name }) => name));
    await Promise.all(victims.map((node) => node.kill()));
    const lost = performance.now();
    const since = () => rounded((performance.now() - lost) / 1000);
    for (const { data } of victims) await rm(data, { recursive: true, force: true });
    this.live = left;
    const copies = [...copiesOn(before).values()];
    const bytesLeast = copies.reduce((sum, each) => sum + Math.max(0, replicas - each.copies) * each.bytes, 0);
    const chunksAtRisk = copies.filter((each) => each.copies === 1).length;
    run.say(
      `${victims.map(({ name }) => name).join(", ")} burnt; ${chunksAtRisk} chunks have one copy, ${rounded(bytesLeast / 1e6)} MB are to be made anew`,
    );
    check(copies.length === this.chunks, `${this.chunks - copies.length} chunks are on no disk any more`);
    let secondsToStart: number | undefined;
    const began = run.until("the repair begins", 600, async () => arrived(before, this.disks()) > 0);
    began.then(
      () => {
        secondsToStart = since();
      },
      () => undefined,
    );
    reads.push(await this.readAll("right after the loss"));
    await began;
    await this.untilWhole("the repair", REPAIR_EPOCHS);
    const seconds = since();
    const bytesMoved = arrived(before, this.disks());
    run.say(`whole again after ${seconds} s, ${rounded(bytesMoved / 1e6)} MB moved`);
    reads.push(await this.readAll("after the repair"));
    return {
      nodes: victims.length,
      seconds,
      secondsToStart: secondsToStart ?? seconds,
      bytesMoved,
      bytesLeast,
      chunksAtRisk,
    };
  }

  /** Every chunk on as many disks as the network promises. @returns seconds that it took */
  private async untilWhole(what: string, epochs: number): Promise<number> {
    const started = performance.now();
    const patience = 60 + epochs * epochSlots * this.options.slotSeconds + 0.2 * this.options.megabytes;
    let whole = 0;
    const look = async (): Promise<boolean> => {
      const copies = [...copiesOn(this.disks()).values()];
      whole = copies.filter((each) => each.copies >= replicas).length;
      if (whole < this.chunks) await this.run.sleep(1_000);
      return whole === this.chunks && copies.length === this.chunks;
    };
    await this.telling(
      () => `${what}: ${whole} of ${this.chunks} chunks have ${replicas} copies`,
      () => this.run.until(what, Math.ceil(patience), look),
    );
    return rounded((performance.now() - started) / 1000);
  }

  /** The whole session through the reader's node, as its owner gets it. */
  private async readAll(when: string): Promise<{ same: boolean; rate: number }> {
    const { run } = this;
    const file = join(run.folder, "copy.bin");
    const node = ["--data", this.owner, "--node", this.reader?.data ?? ""];
    const started = performance.now();
    await this.command("session", "get", this.sessionId, "-o", file, "--force", ...node);
    const rate = (this.options.megabytes * MIB) / 1e6 / ((performance.now() - started) / 1000);
    const same = (await sha256Of(file)) === this.sha256;
    await rm(file);
    run.say(`${when}: the whole session ${same ? "is" : "IS NOT"} read, ${rounded(rate)} MB/s`);
    return { same, rate };
  }

  /** A node that keeps nothing for the network. */
  private async follower(name: string): Promise<LabNode> {
    const { run, lab, network } = this;
    const data = join(run.folder, name);
    const address = await lab.machine(name);
    await this.command("init", "--data", data, "--genesis", this.genesis, "--yes");
    const listen = ["--p2p-listen", "/ip4/0.0.0.0/tcp/30120", "--p2p-announce", `/ip4/${address}/tcp/30120`];
    const node = network.startNode(name, data, listen);
    await node.ready();
    await run.until(`${name} is at the head`, 180, async () => {
      const heights = await Promise.all([node.height(), network.node(0).height()]);
      return heights[0] >= heights[1] && Number(await node.rpc<string>("net_peerCount")) >= replicas;
    });
    return node;
  }

  private disks(): Held[] {
    return this.live.map((node) => heldOn(node.data));
  }

  private get owner(): string {
    return join(this.run.folder, "owner");
  }

  private get genesis(): string {
    return join(this.run.folder, "net/operator1/genesis.json");
  }

  private command(...words: readonly string[]): Promise<unknown> {
    return lucid(words, { env: { LUCID_PASSPHRASE: PASSPHRASE }, signal: this.run.signal });
  }

  /** @throws ScriptError NETSIM_FAILED when the command takes longer */
  private async within(seconds: number, what: string, words: readonly string[]): Promise<unknown> {
    const { signal } = this.run;
    const limit = AbortSignal.timeout(seconds * 1000);
    const ends = AbortSignal.any([signal, limit]);
    try {
      return await lucid(words, { env: { LUCID_PASSPHRASE: PASSPHRASE }, signal: ends });
    } catch (cause) {
      signal.throwIfAborted();
      if (!limit.aborted) throw cause;
      const message = `${what} took longer than ${seconds} s; give fewer --megabytes, or the machine less to do`;
      throw new ScriptError({ code: "NETSIM_FAILED", message, cause });
    }
  }

  /** Says now and then how far a long step is. */
  private async telling<T>(state: () => string, step: () => Promise<T>): Promise<T> {
    const began = performance.now();
    const timer = setInterval(() => {
      this.run.say(`${state()} after ${Math.round((performance.now() - began) / 1000)} s`);
    }, PROGRESS_MS);
    try {
      return await step();
    } finally {
      clearInterval(timer);
    }
  }
}

/** @returns its SHA-256 in hex */
async function writeRandom(path: string, megabytes: number): Promise<string> {
  const hash = createHash("sha256");
  const file = await open(path, "w");
  try {
    for (let at = 0; at < megabytes; at++) {
      const bytes = randomBytes(MIB);
      hash.update(bytes);
      await file.write(bytes);
    }
  } finally {
    await file.close();
  }
  return hash.digest("hex");
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

export function burn(options: BurnOptions & RunOptions): Promise<object> {
  check(options.nodes > THIRD, `${options.nodes} nodes are too few: three of them burn`);
  return withLab(options, async (run, lab) => {
    const { nodes, slotSeconds } = options;
    const network = await SimNetwork.start(run, { validators: nodes, slotSeconds, lead: 15 + nodes, lab });
    // Storing, five readings of everything, and for each of the two losses the epochs until the chain sees it.
    const minutes = Math.ceil((slotSeconds * epochSlots * 2 * (REPAIR_EPOCHS - 1) + 2 * options.megabytes) / 60) + 1;
    run.say(
      `${nodes} validators run, first slot ${-network.slotNow()} slots ahead; about ${minutes} minutes on two idle cores`,
    );
    return await new Burn(run, lab, options, network).play();
  });
}
