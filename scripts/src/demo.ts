/**
 * `npm run demo [-- FILE] [--json]`: the whole way of a recording, by the command line as a user has it. A devnet of four
 * validators comes up; FILE is encrypted, stored on several of them and anchored; the one that took it is killed and its disk
 * wiped. A fifth node, which never saw the session, joins. On it everything is recovered from the recovery words alone, once
 * with the encrypted index and once from the chain alone. The bytes are compared, the devnet is stopped, and the portable proof
 * is verified offline.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { FifthNode } from "./demo/fifthNode.js";
import { ScriptError } from "./errors.js";
import { lucid, type RunningDevnet, startDevnet } from "./lucid.js";
import { socketRpc } from "./netsim/labNode.js";
import { repositoryRoot } from "./suites.js";

const DEFAULT_FILE = join(repositoryRoot, "scripts/data/desktop.mkv");
/** Words whose first account every devnet funds. */
const WORDS = "test test test test test test test test test test test junk";
const PASSPHRASE = "demo passphrase";
const CHUNK_SIZE = "256KiB";
const SLOT_SECONDS = "2";
/** The fewest that finalise without one of them. */
const VALIDATORS = "4";
/** Known to the index only, which nobody but the owner can read. */
const TITLE = "Demo recording";
/** In the order in which a recovery shows them. */
const TAGS = "demo,first";

/** The last line of `--json`. */
export interface DemoResult {
  readonly ok: boolean;
  readonly sessionId: string;
  readonly bytes: number;
  readonly chunks: number;
  readonly sha256In: string;
  /** Recovered with the index, and from the chain alone. */
  readonly sha256Out: string;
  readonly sha256FromChain: string;
  readonly txHash: string;
  readonly blockNumber: number;
  readonly secondsToFinal: number;
  readonly ingestMBps: number;
  /** Chunks that each of the four nodes kept before the loss. */
  readonly chunksByNode: readonly number[];
  /** Of the recovery with the index: fetched, verified, written. */
  readonly restoreMBps: number;
  /** As the index brought it back; null when it did not. */
  readonly titleFromIndex: string | null;
  readonly blocksAfterLoss: number;
  readonly proofVerified: boolean;
}

interface Stored {
  readonly sessionId: string;
  readonly bytes: number;
  readonly chunks: number;
  readonly txHash: string;
  readonly blockNumber: number;
  readonly secondsToFinal: number;
  readonly ingestMBps: number;
}

/** Chunks in the store of a running node. */
async function heldChunks(data: string): Promise<number> {
  const { chunks } = await socketRpc<{ readonly chunks: { readonly count: number } }>(
    join(data, "node.sock"),
    "lucid_nodeInfo",
    [],
  );
  return chunks.count;
}

interface RecoveredSession {
  readonly sessionId: string;
  readonly title: string | null;
  readonly tags: readonly string[];
  readonly file: string | undefined;
  readonly seconds: number;
}

interface Recovered {
  readonly sessionId: string;
  readonly title: string | null;
  readonly tags: string;
  readonly sha256: string;
  readonly equal: boolean;
  readonly bytesPerSecond: number;
}

async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

class Demo {
  private readonly folder: string;
  private readonly say: (text: string) => void;
  private readonly signal: AbortSignal;
  private readonly startedAt = performance.now();
  private devnet: RunningDevnet | undefined;
  private fifth: FifthNode | undefined;
  private owner = "";

  constructor(folder: string, options: { readonly say: (text: string) => void; readonly signal: AbortSignal }) {
    this.folder = folder;
    this.say = options.say;
    this.signal = options.signal;
  }

  async run(file: string): Promise<DemoResult> {
    const { size } = await stat(file);
    const sha256In = await sha256(file);
    this.step(`Recording: ${file}, ${size} bytes, SHA-256 ${sha256In}`);
    const devnet = await startDevnet(
      [
        ...["--data", join(this.folder, "devnet"), "--rpc-port", "0"],
        ...["--validators", VALIDATORS, "--slot-seconds", SLOT_SECONDS],
      ],
      { signal: this.signal },
    );
    this.devnet = devnet;
    this.step(`Devnet: chain ${devnet.chainId}, ${devnet.validators.length} validators, JSON-RPC at ${devnet.rpc}`);
    await writeFile(join(this.folder, "words.txt"), `${WORDS}\n`, { mode: 0o600 });
    const [taker] = devnet.validators;
    // Making keys is work for the processor, storing waits for blocks.
    const given = { passphrase: PASSPHRASE, signal: this.signal };
    const prepared = Promise.all([FifthNode.prepare(this.folder, given), this.makeOwner("restored")]);
    prepared.catch(() => undefined);
    const stored = await this.store(file, taker?.data ?? "");
    const chunksByNode = await this.lose(devnet, stored.blockNumber);
    await prepared;
    const fifth = await FifthNode.start(this.folder, devnet.validators.slice(1), { ...given, owner: this.owner });
    this.fifth = fifth;
    this.step(
      `A fifth node joined: block ${fifth.height} and the index of all owners after ${fifth.seconds.toFixed(1)} s; it never saw the session`,
    );
    const recovered = await this.recover("recovered", [], { sha256In, size });
    const fromChain = await this.recover("from-chain", ["--chain-only"], { sha256In, size });
    const blocksAfterLoss = (await fifth.blockNumber()) - stored.blockNumber;
    const proof = join(this.folder, "session.proof.json");
    const { sessionId } = recovered;
    await this.lucid(["session", "prove", sessionId, "-o", proof, ...this.client("restored", fifth.data)]);
    await this.stop();
    const proofVerified = await this.verifyOffline(proof, sessionId);
    const same = [recovered, fromChain].every((each) => each.equal && each.sessionId === stored.sessionId);
    const titled = recovered.title === TITLE && recovered.tags === TAGS && fromChain.title === null;
    return {
      ok: same && titled && proofVerified && blocksAfterLoss > 0,
      sessionId,
      bytes: stored.bytes,
      chunks: stored.chunks,
      sha256In,
      sha256Out: recovered.sha256,
      sha256FromChain: fromChain.sha256,
      txHash: stored.txHash,
      blockNumber: stored.blockNumber,
      secondsToFinal: rounded(stored.secondsToFinal),
      chunksByNode,
      ingestMBps: rounded(stored.ingestMBps),
      restoreMBps: rounded(recovered.bytesPerSecond / 1e6),
      titleFromIndex: recovered.title,
      blocksAfterLoss,
      proofVerified,
    };
  }

  async stop(): Promise<void> {
    const { devnet, fifth } = this;
    this.devnet = undefined;
    this.fifth = undefined;
    await Promise.all([devnet?.stop(), fifth?.stop()]);
    if (devnet !== undefined) this.step("Devnet stopped");
  }

  private async store(file: string, node: string): Promise<Stored> {
    this.owner = await this.makeOwner("owner");
    const named = ["--title", TITLE, "--tag", TAGS, "--chunk-size", CHUNK_SIZE];
    const stored = (await this.lucid(["session", "put", file, ...named, ...this.client("owner", node)])) as Stored;
    this.step(
      `Stored: session ${stored.sessionId}, ${stored.chunks} chunks, ${stored.ingestMBps.toFixed(1)} MB/s; ` +
        `anchored in block ${stored.blockNumber}, final after ${stored.secondsToFinal.toFixed(1)} s`,
    );
    // The owner's machine is gone too: what follows has the words and the network's genesis file.
    await rm(join(this.folder, "owner"), { recursive: true });
    return stored;
  }

  /** The node that took the recording and keeps copies burns; three of four go on. */
  private async lose(devnet: RunningDevnet, anchored: number): Promise<readonly number[]> {
    const [victim] = devnet.validators;
    const held = await Promise.all(devnet.validators.map(({ data }) => heldChunks(data)));
    this.step(`Chunks on the four nodes: ${held.join(", ")}`);
    const [kept = 0, ...others] = held;
    if (victim === undefined || kept === 0 || Math.max(...others) === 0) this.fail("the session is on one node alone");
    process.kill(victim.pid, "SIGKILL");
    await rm(victim.data, { recursive: true, force: true, maxRetries: 5 });
    this.step(
      `Killed validator 1 (pid ${victim.pid}), which took the recording, and wiped its disk, after block ${anchored}; three of four go on`,
    );
    return held;
  }

  private async recover(
    name: string,
    options: readonly string[],
    { sha256In, size }: { readonly sha256In: string; readonly size: number },
  ): Promise<Recovered> {
    const out = join(this.folder, name);
    const words = join(this.folder, "words.txt");
    const node = this.fifth?.data ?? "";
    const { sessions } = (await this.lucid([
      ...["recover", "--mnemonic-file", words, "--node", node, "--out", out],
      ...options,
    ])) as { readonly sessions: readonly RecoveredSession[] };
    const [found] = sessions;
    if (found?.file === undefined || sessions.length !== 1) return this.fail(`${sessions.length} sessions came back`);
    const hash = await sha256(found.file);
    const equal = hash === sha256In && (await stat(found.file)).size === size;
    const bytesPerSecond = size / found.seconds;
    this.step(
      `Recovered on the fifth node from the words and ${options.length === 0 ? "the index" : "the chain alone"}: ` +
        `${found.title === null ? "no title" : `"${found.title}"`}, ${(bytesPerSecond / 1e6).toFixed(1)} MB/s, ` +
        `SHA-256 ${hash}, ${equal ? "the same bytes" : "OTHER BYTES"}`,
    );
    const { sessionId, title, tags } = found;
    return { sessionId, title, tags: tags.join(","), sha256: hash, equal, bytesPerSecond };
  }

  /** A data directory of a person who has nothing but the words and the network's genesis file. @returns the account */
  private async makeOwner(name: string): Promise<string> {
    const words = join(this.folder, "words.txt");
    const genesis = join(this.folder, "devnet/genesis.json");
    const made = (await this.lucid([
      ...["init", "--data", join(this.folder, name)],
      ...["--mnemonic-file", words, "--genesis", genesis],
    ])) as { readonly account: string };
    return made.account;
  }

  private async verifyOffline(proof: string, sessionId: string): Promise<boolean> {
    const genesis = join(this.folder, "devnet/genesis.json");
    const verified = (await this.lucid(["verify", proof, "--genesis", genesis])) as {
      readonly ok: boolean;
      readonly sessionId: string;
      readonly statement: readonly string[];
    };
    this.step("Proof verified offline, without a node:");
    for (const line of verified.statement) this.say(`    ${line}`);
    const uuid = sessionId.replaceAll("-", "");
    return verified.ok && verified.sessionId.slice(2, 34) === uuid;
  }

  private client(name: string, node: string): readonly string[] {
    return ["--data", join(this.folder, name), "--node", node];
  }

  private fail(message: string): never {
    throw new ScriptError({ code: "DEMO_FAILED", message });
  }

  private lucid(args: readonly string[]): Promise<unknown> {
    return lucid(args, { env: { LUCID_PASSPHRASE: PASSPHRASE }, signal: this.signal });
  }

  private step(text: string): void {
    this.say(`[${((performance.now() - this.startedAt) / 1000).toFixed(1).padStart(5)} s] ${text}`);
  }
}

async function main(args: readonly string[]): Promise<number> {
  const json = args.includes("--json");
  const [named] = args.filter((arg) => arg !== "--json");
  // npm runs scripts in the project's folder and says in INIT_CWD where the person was.
  const file = named === undefined ? DEFAULT_FILE : resolve(process.env["INIT_CWD"] ?? process.cwd(), named);
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => controller.abort());
  const folder = await mkdtemp(join(tmpdir(), "lucid-demo-"));
  const say = (text: string) => void (json ? process.stderr : process.stdout).write(`${text}\n`);
  const demo = new Demo(folder, { say, signal: controller.signal });
  try {
    const result = await demo.run(file);
    if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
    else say(result.ok ? "\nDemo: everything held." : "\nDemo: FAILED.");
    return result.ok ? 0 : 1;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    if (json) process.stdout.write(`${JSON.stringify({ ok: false, error: text })}\n`);
    else process.stderr.write(`Demo: FAILED. ${text}\n`);
    return 1;
  } finally {
    await demo.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main(process.argv.slice(2));
