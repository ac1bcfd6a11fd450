/**
 * `npm run demo [-- FILE] [--json]`: the whole way of a recording, by the command line as a user has it. A devnet of four
 * validators comes up and one of them is killed; FILE is encrypted, stored on two of the other three and anchored, the node that
 * took it is killed and wiped, the session is fetched back through another node into an empty folder from the recovery words alone, the bytes are compared, the devnet is stopped, and the
 * portable proof is verified offline.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { ScriptError } from "./errors.js";
import { lucid, type RunningDevnet, startDevnet } from "./lucid.js";
import { repositoryRoot } from "./suites.js";

const DEFAULT_FILE = join(repositoryRoot, "scripts/data/desktop.mkv");
/** Words whose first account every devnet funds. */
const WORDS = "test test test test test test test test test test test junk";
const PASSPHRASE = "demo passphrase";
const CHUNK_SIZE = "256KiB";
const SLOT_SECONDS = "2";
/** The fewest that finalise without one of them. */
const VALIDATORS = "4";

/** The last line of `--json`. */
export interface DemoResult {
  readonly ok: boolean;
  readonly sessionId: string;
  readonly bytes: number;
  readonly chunks: number;
  readonly sha256In: string;
  readonly sha256Out: string;
  readonly txHash: string;
  readonly blockNumber: number;
  readonly secondsToFinal: number;
  readonly ingestMBps: number;
  readonly restoreMBps: number;
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
    await this.makeOwner("owner");
    this.killOne(devnet);
    const stored = (await this.lucid([
      "session",
      "put",
      file,
      "--chunk-size",
      CHUNK_SIZE,
      ...this.client("owner"),
    ])) as Stored;
    this.step(
      `Stored: session ${stored.sessionId}, ${stored.chunks} chunks, ${stored.ingestMBps.toFixed(1)} MB/s; ` +
        `anchored in block ${stored.blockNumber}, final after ${stored.secondsToFinal.toFixed(1)} s`,
    );
    await rm(join(this.folder, "owner"), { recursive: true });
    await this.loseFirst(devnet);
    await this.makeOwner("restored");
    const sessionId = await this.onlySession();
    const out = join(this.folder, basename(file));
    const got = (await this.lucid(["session", "get", sessionId, "-o", out, ...this.client("restored")])) as {
      readonly restoreMBps: number;
    };
    const sha256Out = await sha256(out);
    const equal = sha256In === sha256Out && (await stat(out)).size === size;
    this.step(
      `Fetched back through another node into an empty folder from the recovery words and the chain: ${got.restoreMBps.toFixed(1)} MB/s, ` +
        `SHA-256 ${sha256Out}, ${equal ? "the same bytes" : "OTHER BYTES"}`,
    );
    const proof = join(this.folder, "session.proof.json");
    await this.lucid(["session", "prove", sessionId, "-o", proof, ...this.client("restored")]);
    await this.stop();
    const proofVerified = await this.verifyOffline(proof, sessionId);
    return {
      ok: equal && proofVerified && sessionId === stored.sessionId,
      sessionId,
      bytes: stored.bytes,
      chunks: stored.chunks,
      sha256In,
      sha256Out,
      txHash: stored.txHash,
      blockNumber: stored.blockNumber,
      secondsToFinal: rounded(stored.secondsToFinal),
      ingestMBps: rounded(stored.ingestMBps),
      restoreMBps: rounded(got.restoreMBps),
      proofVerified,
    };
  }

  async stop(): Promise<void> {
    const { devnet } = this;
    this.devnet = undefined;
    if (devnet === undefined) return;
    await devnet.stop();
    this.step("Devnet stopped");
  }

  /** The last one: the first is the client's node. */
  private killOne(devnet: RunningDevnet): void {
    const victim = devnet.validators.at(-1);
    if (victim === undefined || devnet.validators.length < 4) return;
    process.kill(victim.pid, "SIGKILL");
    this.step(
      `Killed validator ${devnet.validators.length} (pid ${victim.pid}) with SIGKILL; three of four must go on`,
    );
  }

  /** The node that took the recording burns: two of four are left, which is too few for blocks, and enough to read. */
  private async loseFirst(devnet: RunningDevnet): Promise<void> {
    const [victim] = devnet.validators;
    if (victim === undefined || devnet.validators.length < 4) return;
    process.kill(victim.pid, "SIGKILL");
    await rm(victim.data, { recursive: true, force: true, maxRetries: 5 });
    this.step(`Killed validator 1 (pid ${victim.pid}), which took the recording, and wiped its disk`);
  }

  /** A data directory of a person who has nothing but the words and the network's genesis file. */
  private async makeOwner(name: string): Promise<void> {
    const words = join(this.folder, "words.txt");
    const genesis = join(this.folder, "devnet/genesis.json");
    await this.lucid(["init", "--data", join(this.folder, name), "--mnemonic-file", words, "--genesis", genesis]);
  }

  private async onlySession(): Promise<string> {
    const { sessions } = (await this.lucid(["session", "list", ...this.client("restored")])) as {
      readonly sessions: readonly { readonly sessionId: string }[];
    };
    const [first] = sessions;
    if (first !== undefined && sessions.length === 1) return first.sessionId;
    throw new ScriptError({
      code: "DEMO_FAILED",
      message: `the chain lists ${sessions.length} sessions instead of one`,
    });
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

  private client(name: string): readonly string[] {
    // Who restores asks another node than the one that took the recording: it gets what it lacks from the others.
    const node = name === "owner" ? 0 : 1;
    return ["--data", join(this.folder, name), "--node", this.devnet?.validators[node]?.data ?? ""];
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
