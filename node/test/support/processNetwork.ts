import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { BlsSigner, type Signer, type SigningContext } from "@lucid/consensus";
import type { Libp2pNetwork } from "@lucid/p2p";
import { TEST_MNEMONIC } from "../../src/cli/devnet/accounts.js";
import { DEVNET_PASSPHRASE, openDevnet } from "../../src/cli/devnet/network.js";
import { freePorts } from "../../src/cli/ports.js";
import { topics } from "../../src/driver/topics.js";
import { deriveIdentity, type GenesisFile, genesisRootOf } from "../../src/networks/index.js";
import { type CliResult, finished, lucid, startLucid } from "../e2e/cli/harness.js";
import { testPeer } from "./testPeer.js";
import { SignatureLog } from "./testValidator.js";

const HOST = "127.0.0.1";
const ENV = { LUCID_PASSPHRASE: DEVNET_PASSPHRASE } as const;

interface Ready {
  readonly rpc: string;
  readonly nodeId: string;
  readonly p2p: string;
  readonly metrics: string;
  readonly pid: number;
}

/** One `lucid start`, to be killed without warning. */
export class NodeProcess {
  readonly data: string;
  /** Beside those that every one of these is started with. */
  readonly args: readonly string[];
  readonly ready: Promise<Ready>;
  readonly exit: Promise<CliResult>;
  private readonly child: ChildProcess;

  constructor(data: string, args: readonly string[]) {
    this.data = data;
    this.args = args;
    this.child = startLucid(
      ["start", "--json", "--data", data, "--rpc-port", "0", "--metrics-port", "0", "--log-format", "json", ...args],
      { env: ENV },
    );
    this.exit = finished(this.child);
    const { stdout } = this.child;
    assert.ok(stdout !== null);
    const line = new Promise<string>((resolve) => createInterface({ input: stdout }).once("line", resolve));
    this.ready = Promise.race([line, this.exit]).then((first) => {
      if (typeof first === "string") return JSON.parse(first) as Ready;
      return assert.fail(`lucid start ended before it was ready: ${first.stderr.slice(-1_000)}`);
    });
    this.ready.catch(() => undefined);
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Processor time since its start, milliseconds; of Linux, whose clock has 100 ticks a second. */
  async processorTime(): Promise<number> {
    const { pid } = await this.ready;
    const fields = (await readFile(`/proc/${pid}/stat`, "latin1")).split(") ")[1]?.split(" ") ?? [];
    return 10 * (Number(fields[11]) + Number(fields[12]));
  }

  /**
   * Memory that is resident and bytes that it has read from files and sockets; its processor time, milliseconds. Of Linux.
   */
  async usage(): Promise<{ readonly resident: number; readonly read: number; readonly processor: number }> {
    const { pid } = await this.ready;
    const [status, io] = await Promise.all(["status", "io"].map((file) => readFile(`/proc/${pid}/${file}`, "latin1")));
    const resident = 1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(status ?? "")?.[1]);
    const read = Number(/^rchar: (\d+)$/m.exec(io ?? "")?.[1]);
    return { resident, read, processor: await this.processorTime() };
  }

  /** A metric without labels. */
  async metric(name: string): Promise<number> {
    const { metrics } = await this.ready;
    const text = await (await fetch(`${metrics}/metrics`)).text();
    const value = new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1];
    return value === undefined ? assert.fail(`no metric ${name}`) : Number(value);
  }

  async kill(): Promise<CliResult> {
    this.child.kill("SIGKILL");
    return this.exit;
  }

  async stop(): Promise<CliResult> {
    this.child.kill("SIGTERM");
    return this.exit;
  }

  async rpc<T>(method: string, params: readonly unknown[] = []): Promise<T> {
    const { rpc } = await this.ready;
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const answer = await fetch(rpc, { method: "POST", headers: { "content-type": "application/json" }, body });
    const { result, error } = (await answer.json()) as { result?: T; error?: unknown };
    assert.equal(error, undefined, JSON.stringify(error));
    return result as T;
  }

  async height(): Promise<number> {
    return Number(await this.rpc<string>("eth_blockNumber"));
  }
}

/** Polls, since what is waited for happens in other processes. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  seconds = 180,
): Promise<T> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    assert.ok(performance.now() < end, `waited ${seconds} s for: ${what}`);
    await delay(50);
  }
}

export interface LeaderRow {
  readonly slot: string;
  readonly primary: string;
  readonly height: string;
  readonly result: { readonly winner: string | null; readonly reason: string } | null;
}

/** A network of real processes on loopback, with an observer that remembers every signature of all their lives. */
export class ProcessNetwork {
  readonly genesis: GenesisFile;
  readonly folder: string;
  readonly nodes: NodeProcess[] = [];
  readonly votes = new SignatureLog();
  private readonly data: readonly string[];
  private readonly addresses: readonly string[];
  private readonly others: NodeProcess[] = [];
  private readonly networks: Libp2pNetwork[] = [];

  private constructor(folder: string, genesis: GenesisFile, data: readonly string[], addresses: readonly string[]) {
    this.folder = folder;
    this.genesis = genesis;
    this.data = data;
    this.addresses = addresses;
  }

  static async start(folder: string, validators: number, slotSeconds: number): Promise<ProcessNetwork> {
    const { genesis, nodes } = await openDevnet({ folder: join(folder, "network"), validators, slotSeconds });
    const ports = await freePorts(HOST, validators);
    const network = new ProcessNetwork(
      folder,
      genesis,
      nodes,
      ports.map((port) => `/ip4/${HOST}/tcp/${port}`),
    );
    for (const index of nodes.keys()) network.spawn(index);
    await Promise.all(network.nodes.map((node) => node.ready));
    const observer = await network.peer();
    // By voter, not by sender: a thief signs with the same key from elsewhere.
    observer.subscribe(topics.vote, (signed) => {
      network.votes.note(topics.vote, signed, `voter ${signed.voter}`);
      return "accept";
    });
    observer.subscribe(topics.proposal, (signed) => {
      network.votes.note(topics.proposal, signed, "proposer");
      return "accept";
    });
    return network;
  }

  get clock(): { readonly genesisTime: number; readonly slotSeconds: number } {
    return { genesisTime: this.genesis.genesisTime, slotSeconds: this.genesis.slotDuration };
  }

  slotNow(): number {
    return Math.floor((Date.now() / 1000 - this.clock.genesisTime) / this.clock.slotSeconds);
  }

  /** Unix milliseconds. */
  startOf(slot: number): number {
    return (this.clock.genesisTime + slot * this.clock.slotSeconds) * 1000;
  }

  node(index: number): NodeProcess {
    return this.nodes[index] ?? assert.fail(`no node ${index}`);
  }

  /** Starts the node of this number, in its own life or a new one. */
  spawn(index: number): NodeProcess {
    const [own, data] = [this.addresses[index], this.data[index]];
    assert.ok(own !== undefined && data !== undefined);
    const peers = this.addresses.filter((address) => address !== own).join(",");
    const node = new NodeProcess(data, ["--validator", "--p2p-listen", own, "--peers", peers]);
    this.nodes[index] = node;
    return node;
  }

  /** A process of another data directory that knows all nodes. */
  spawnOther(data: string, args: readonly string[]): NodeProcess {
    const node = new NodeProcess(data, ["--peers", this.addresses.join(","), ...args]);
    this.others.push(node);
    return node;
  }

  /** A peer that is no node: it hears and says what a test wants. */
  async peer(addresses: readonly string[] = this.addresses): Promise<Libp2pNetwork> {
    const network = testPeer(this.genesis, { peers: addresses, maxPeers: 64 });
    this.networks.push(network);
    await network.start();
    await until("a peer that is connected", () => network.peers().length === addresses.length);
    return network;
  }

  address(index: number): string {
    return this.addresses[index] ?? assert.fail();
  }

  lucid(index: number, args: readonly string[], input?: string): Promise<CliResult> {
    const env = { ...ENV, LUCID_DATA: this.node(index).data };
    return lucid(args, { env, ...(input === undefined ? {} : { input }) });
  }

  /** The key of a node: devnet keys are known to everybody. */
  async signer(index: number): Promise<Signer> {
    return new BlsSigner((await deriveIdentity(TEST_MNEMONIC, index)).bls.secretKey);
  }

  context(forkVersion = 1): SigningContext {
    return { genesisRoot: genesisRootOf(this.genesis), forkVersion };
  }

  async row(index: number, slot: number): Promise<LeaderRow> {
    const [row] = await this.node(index).rpc<readonly LeaderRow[]>("lucid_getLeaderSchedule", [slot, 1]);
    assert.ok(row !== undefined && Number(row.slot) === slot);
    return row;
  }

  /** Number of the node with this id. */
  async indexOf(nodeId: string): Promise<number> {
    const ids = await Promise.all(this.nodes.map(async (node) => (await node.ready).nodeId));
    return ids.indexOf(nodeId);
  }

  async stop(): Promise<void> {
    await Promise.all(this.networks.map((network) => network.stop()));
    await Promise.all([...this.nodes, ...this.others].filter((node) => node.running).map((node) => node.stop()));
  }
}
