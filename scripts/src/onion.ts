/**
 * `npm run netsim -- onion [--rounds n] [--json]`: two validators that meet by .onion only, over a Tor network of its own on this
 * machine. They finalise; Tor of one of them is killed, and while it is gone that node has no connection and sends nothing;
 * when Tor is back they meet and finalise again. More rounds kill at worse moments. All the time the nodes' sockets are listed, and in a network namespace every packet
 * that would leave the machine is counted.
 */
import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { ScriptError } from "./errors.js";
import { entry, startDevnet } from "./lucid.js";
import type { RunOptions } from "./netsim/run.js";
import { IsolatedNet } from "./onion/isolatedNet.js";
import { isLocal, type ListedSocket, socketsOf } from "./onion/socketList.js";
import { type TorClient, TorNetwork } from "./onion/torNetwork.js";

/** Of the devnet's keystores. */
const PASSPHRASE = "lucid-devnet";
/** A node without Tor may have connections for so long, milliseconds. */
const MAX_SILENT = 15_000;
/** Longest wait for anything, milliseconds. */
const PATIENCE = 240_000;
/** Between two lists of sockets, milliseconds. */
const LOOK = 100;
/** Between two questions for the head, milliseconds. */
const POLL = 500;

/** One time that Tor is killed. */
interface Outage {
  readonly whose: "first" | "second" | "both";
  /** Without Tor. */
  readonly seconds: number;
  /** Seconds after its new start, in the middle of its own, at which it is killed once more. */
  readonly again?: number;
}

export interface OnionOptions {
  readonly slotSeconds: number;
  /** Blocks that must become final, before Tor is killed and after it is back. */
  readonly blocks: number;
  /** Times that Tor is killed, one after the other. */
  readonly rounds: number;
}

/** The second node was told the first one's address, and the first one knows the second by having met it. */
const OUTAGES: readonly Outage[] = [
  { whose: "second", seconds: 30 },
  { whose: "first", seconds: 30 },
  { whose: "both", seconds: 20 },
  { whose: "second", seconds: 10, again: 1.5 },
  { whose: "first", seconds: 90 },
  { whose: "both", seconds: 5, again: 1.5 },
  { whose: "first", seconds: 2 },
  { whose: "second", seconds: 2 },
];

interface OutageResult extends Outage {
  /** Milliseconds from Tor's end to the last socket that was connected. */
  readonly silentAfterMs: number;
  readonly blocksDuring: number;
  /** From Tor's new start until it can build circuits. */
  readonly torSeconds: number;
  /** From Tor's new start until both nodes have each other as a peer, and until both have a new block. */
  readonly meetSeconds: number;
  readonly blockSeconds: number;
}

export interface OnionResult {
  readonly ok: boolean;
  /** Whether packets that leave the machine were counted, beside the lists of sockets. */
  readonly namespace: boolean;
  readonly torSeconds: number;
  /** From the start of the second node to the first block that both have. */
  readonly meetSeconds: number;
  readonly blocksBefore: number;
  readonly outages: readonly OutageResult[];
  readonly blocksAfter: number;
  readonly lists: number;
  readonly connectionsSeen: number;
  readonly packetsOut: number;
  readonly seconds: number;
}

function failed(message: string): ScriptError {
  return new ScriptError({ code: "NETSIM_FAILED", message });
}

type Two<T> = readonly [T, T];

interface OnionNode {
  readonly data: string;
  readonly pid: number;
  /** /onion3/... with the peer id. */
  readonly address: string;
  stop(): Promise<void>;
}

/** What both nodes had open, looked at again and again. */
class SocketWatch {
  readonly pids: number[] = [];
  readonly foreign = new Set<string>();
  /** To Tor, and from it. */
  readonly connections = new Set<string>();
  lists = 0;
  private readonly timer = setInterval(() => this.look(), LOOK);

  look(): void {
    for (const pid of this.pids) {
      this.lists++;
      for (const socket of socketsOf(pid)) {
        if (!isLocal(socket)) this.foreign.add(describe(socket));
        else if (socket.state === "established") this.connections.add(describe(socket));
      }
    }
  }

  stop(): void {
    clearInterval(this.timer);
  }
}

function describe({ protocol, state, local, remote }: ListedSocket): string {
  return `${protocol} ${state} ${local} -> ${remote}`;
}

class OnionRun {
  private readonly folder: string;
  private readonly options: OnionOptions;
  private readonly say: (text: string) => void;
  private readonly net = IsolatedNet.create();
  private readonly tor: TorNetwork;
  private readonly nodes: OnionNode[] = [];
  private readonly watch = new SocketWatch();
  private readonly started = performance.now();

  constructor(folder: string, options: OnionOptions, say: (text: string) => void) {
    this.folder = folder;
    this.options = options;
    this.say = say;
    this.tor = new TorNetwork(join(folder, "tor"), (...words) => this.launch(...words));
  }

  async run(): Promise<OnionResult> {
    const { rounds, blocks } = this.options;
    const packetsBefore = this.trap();
    const [torSeconds, clients, folders] = await this.prepare();
    const [first, second] = clients;
    const [one = "", two = ""] = folders;
    const a = await this.startNode(one, first, []);
    const from = performance.now();
    const base = await this.height(a);
    const b = await this.startNode(two, second, ["--peers", a.address]);
    await this.both(a, b, base + 1);
    const meetSeconds = seconds(from);
    this.say(`they met by ${a.address.slice(0, 20)}... after ${meetSeconds} s`);
    await this.both(a, b, base + blocks);
    const before = await this.height(a);
    this.say(`${before - base} blocks final`);
    const outages: OutageResult[] = [];
    for (let round = 0; round < rounds; round++) {
      const outage = OUTAGES[round % OUTAGES.length];
      if (outage !== undefined) outages.push(await this.outage(outage, [a, b], clients));
    }
    const now = await this.height(a);
    await this.both(a, b, now + blocks);
    this.watch.stop();
    if (this.watch.connections.size === 0) throw failed("no socket was seen, not even those to Tor");
    if (this.watch.foreign.size > 0) throw failed(`sockets to elsewhere: ${[...this.watch.foreign].join("; ")}`);
    const packetsOut = (this.net?.packetsOut() ?? 0) - packetsBefore;
    if (packetsOut > 0) throw failed(`${packetsOut} packets left the machine`);
    return {
      ok: true,
      namespace: this.net !== undefined,
      torSeconds,
      meetSeconds,
      blocksBefore: before - base,
      outages,
      blocksAfter: (await this.height(a)) - now,
      lists: this.watch.lists,
      connectionsSeen: this.watch.connections.size,
      packetsOut,
      seconds: seconds(this.started),
    };
  }

  /** Tor of one or both is killed, the nodes are looked at meanwhile, and it is started again. */
  private async outage(outage: Outage, nodes: Two<OnionNode>, clients: Two<TorClient>): Promise<OutageResult> {
    const { whose, seconds: length, again } = outage;
    const [a, b] = nodes;
    const cut = whose === "both" ? [0, 1] : [whose === "first" ? 0 : 1];
    const each = (act: (client: TorClient) => Promise<void>) =>
      Promise.all(clients.filter((_, index) => cut.includes(index)).map(act));
    const pids = nodes.filter((_, index) => cut.includes(index)).map(({ pid }) => pid);
    const before = await this.height(a);
    this.say(`Tor of ${whose === "both" ? "both nodes" : `the ${whose} node`} is killed`);

    const killed = performance.now();
    await each((client) => client.kill());
    let silent = await this.silence(pids, killed);
    while (performance.now() - killed < length * 1000) {
      if (connectedSockets(pids).length > 0) silent = performance.now() - killed;
      await delay(LOOK);
    }
    if (silent > MAX_SILENT) throw failed(`the node had connections ${Math.round(silent)} ms after Tor's end`);
    const during = Math.max(await this.height(a), await this.height(b)) - before;
    this.say(`silent for ${length} s, ${during} blocks; Tor is started again`);

    if (again !== undefined) {
      const starts = each((client) => client.start().catch(() => undefined));
      await delay(again * 1000);
      await each((client) => client.kill());
      await starts;
    }
    const back = performance.now();
    await each((client) => client.start());
    const torSeconds = seconds(back);
    await this.met(nodes);
    const meetSeconds = seconds(back);
    const now = Math.max(await this.height(a), await this.height(b));
    await this.both(a, b, now + 1);
    const blockSeconds = seconds(back);
    this.say(`they met again after ${meetSeconds} s, and have a block after ${blockSeconds} s`);
    const silentAfterMs = Math.round(silent);
    return { ...outage, silentAfterMs, blocksDuring: during, torSeconds, meetSeconds, blockSeconds };
  }

  async stop(): Promise<void> {
    this.watch.stop();
    await Promise.all(this.nodes.map((node) => node.stop()));
    await this.tor.stop();
    this.net?.remove();
  }

  /** @returns packets that the trap had seen before */
  private trap(): number {
    this.net?.spring();
    if (this.net === undefined) this.say("no network namespace here: sockets are listed, packets are not counted");
    return this.net?.packetsOut() ?? 0;
  }

  private launch(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
    return this.net === undefined ? spawn(command, args, options) : this.net.spawn(command, args, options);
  }

  /** The Tor network with a client for each node, and the data directories of two validators. */
  private async prepare(): Promise<readonly [number, Two<TorClient>, readonly string[]]> {
    const from = performance.now();
    const folders = this.makeValidators();
    await this.tor.start(PATIENCE);
    const clients = [await this.tor.client("c0", PATIENCE), await this.tor.client("c1", PATIENCE)] as const;
    await Promise.all(clients.map((client) => client.start()));
    const torSeconds = seconds(from);
    this.say(`the private Tor network is up after ${torSeconds} s`);
    return [torSeconds, clients, await folders];
  }

  /** A devnet makes them; what its nodes learned of each other is forgotten. */
  private async makeValidators(): Promise<readonly string[]> {
    const data = join(this.folder, "devnet");
    const size = ["--validators", "2", "--slot-seconds", String(this.options.slotSeconds)];
    const devnet = await startDevnet(["--data", data, "--rpc-port", "0", ...size]);
    await devnet.stop();
    const folders = devnet.validators.map((validator) => validator.data);
    await Promise.all(folders.map((folder) => rm(join(folder, "net"), { recursive: true, force: true })));
    return folders;
  }

  private async startNode(data: string, tor: TorClient, more: readonly string[]): Promise<OnionNode> {
    const words = [
      ...[entry, "start", "--json", "--validator", "--data", data, "--log-format", "json", "--rpc-port", "0"],
      ...["--metrics-port", "0", "--tor", "--tor-proxy", `127.0.0.1:${tor.socks}`],
      ...["--tor-control", `127.0.0.1:${tor.control}`, ...more],
    ];
    const child = this.launch(process.execPath, words, {
      env: { ...process.env, LUCID_PASSPHRASE: PASSPHRASE },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const log = createWriteStream(`${data}.log`, { flags: "a" });
    child.stderr?.pipe(log);
    const gone = new Promise<void>((resolve) => child.once("close", () => resolve()));
    const stop = async () => {
      child.kill("SIGTERM");
      await gone;
    };
    const { stdout } = child;
    if (stdout === null) throw failed("a node could not be started");
    const line = await Promise.race([
      new Promise<string>((resolve) => createInterface({ input: stdout }).once("line", resolve)),
      gone,
    ]);
    if (typeof line !== "string") throw failed(`a node ended at its start; its log is ${data}.log`);
    const { pid, p2p } = JSON.parse(line) as { readonly pid: number; readonly p2p: string };
    const node = { data, pid, address: p2p, stop };
    this.nodes.push(node);
    this.watch.pids.push(pid);
    if (!p2p.startsWith("/onion3/")) throw failed(`the node tells ${p2p}`);
    return node;
  }

  /** Resolves when both have the block. */
  private async both(a: OnionNode, b: OnionNode, height: number): Promise<void> {
    const deadline = performance.now() + PATIENCE;
    while (Math.min(await this.height(a), await this.height(b)) < height) {
      if (performance.now() > deadline) throw failed(`block ${height} is not final within ${PATIENCE / 1000} s`);
      await delay(POLL);
    }
  }

  /** Resolves when each has a peer. */
  private async met(nodes: Two<OnionNode>): Promise<void> {
    const deadline = performance.now() + PATIENCE;
    const alone = async ({ data }: OnionNode): Promise<boolean> => {
      const info = (await rpc(join(data, "node.sock"), "lucid_nodeInfo")) as { readonly peers: readonly unknown[] };
      return info.peers.length === 0;
    };
    while ((await Promise.all(nodes.map(alone))).includes(true)) {
      if (performance.now() > deadline) throw failed(`they have not met again within ${PATIENCE / 1000} s`);
      await delay(LOOK);
    }
  }

  /** Milliseconds from `since` until the nodes have no connection. */
  private async silence(pids: readonly number[], since: number): Promise<number> {
    while (connectedSockets(pids).length > 0) {
      if (performance.now() - since > PATIENCE) throw failed("the node keeps a connection without Tor");
      await delay(LOOK);
    }
    return performance.now() - since;
  }

  private async height({ data }: OnionNode): Promise<number> {
    return Number(await rpc(join(data, "node.sock"), "eth_blockNumber"));
  }
}

/** Without Tor there must be none. */
function connectedSockets(pids: readonly number[]): readonly ListedSocket[] {
  return pids.flatMap((pid) => socketsOf(pid)).filter(({ state }) => state === "established");
}

function seconds(since: number): number {
  return Math.round((performance.now() - since) / 100) / 10;
}

/** Over the node's unix socket, which no network namespace hides. */
function rpc(socketPath: string, method: string): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: [] });
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const asked = request({ socketPath, path: "/", method: "POST", headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      response.once("end", () => {
        const { result } = JSON.parse(text) as { readonly result?: unknown };
        if (result === undefined) reject(failed(`${method}: ${text.slice(0, 200)}`));
        else resolve(result);
      });
    });
    asked.once("error", reject);
    asked.end(body);
  });
}

/** Whether Debian's tor, with tor-gencert, is installed. */
export function hasTor(): boolean {
  return ["tor", "tor-gencert"].every(
    (program) => spawnSync(program, ["--help"], { stdio: "ignore" }).error === undefined,
  );
}

/** @returns what was measured; the folder of the run is removed. @throws ScriptError NETSIM_FAILED */
export async function onion({
  say,
  keep,
  ...options
}: OnionOptions & Pick<RunOptions, "say" | "keep">): Promise<OnionResult> {
  if (!hasTor()) {
    const message = "tor with tor-gencert is missing (apt-get install tor)";
    throw new ScriptError({ code: "NETSIM_NO_PROGRAM", message });
  }
  const folder = await mkdtemp(join(tmpdir(), "lucid-onion-"));
  const run = new OnionRun(folder, options, say);
  try {
    return await run.run();
  } finally {
    await run.stop();
    if (keep) say(`kept: ${folder}`);
    else await rm(folder, { recursive: true, force: true });
  }
}
