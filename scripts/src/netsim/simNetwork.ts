import { join } from "node:path";
import { freePorts } from "@lucid/node/cli";
import { lucid } from "../lucid.js";
import type { Lab } from "./lab.js";
import type { LabNode } from "./labNode.js";
import { check, PASSPHRASE, type Run } from "./run.js";

export interface SimNetworkOptions {
  readonly validators: number;
  readonly slotSeconds: number;
  /** Seconds until the first slot: so long the start of all processes takes. */
  readonly lead: number;
  /** Options of Node.js for the validators. */
  readonly nodeArgs?: readonly string[];
  /** More options of the bootstrap node. */
  readonly bootArgs?: readonly string[];
  /** Machines for all; without one they share loopback. */
  readonly lab?: Lab;
}

interface Created {
  readonly file: string;
  readonly genesisRoot: string;
  readonly genesisTime: number;
  readonly bootnodes: readonly string[];
  readonly nodes: readonly { readonly name: string; readonly data: string; readonly address: string }[];
}

export interface FinalBlock {
  readonly height: number;
  readonly slot: number;
  readonly round: number;
  readonly hash: string;
}

/** A network that `lucid testnet create` founded: a bootstrap node and validators that know only it. */
export class SimNetwork {
  readonly run: Run;
  readonly slotSeconds: number;
  readonly genesisTime: number;
  readonly file: string;
  readonly bootnode: string;
  readonly validators: LabNode[] = [];
  private readonly options: SimNetworkOptions;

  private constructor(run: Run, options: SimNetworkOptions, created: Created) {
    this.run = run;
    this.options = options;
    this.slotSeconds = options.slotSeconds;
    this.genesisTime = created.genesisTime;
    this.file = created.file;
    this.bootnode = created.bootnodes[0] ?? "";
  }

  static async start(run: Run, options: SimNetworkOptions): Promise<SimNetwork> {
    const { lab, validators, slotSeconds, lead } = options;
    const names = Array.from({ length: validators }, (_, index) => `operator${index + 1}`);
    const hosts: string[] = [];
    for (const name of ["bootnode", ...names]) hosts.push(await (lab?.machine(name) ?? freeAddress()));
    const [bootHost = "", ...others] = hosts;
    const out = join(run.folder, "net");
    const created = (await lucid(
      [
        ...["testnet", "create", "--preset", "devnet", "--out", out, "--light-kdf", "--name", "netsim"],
        ...["--validators", String(validators), "--slot-seconds", String(slotSeconds)],
        ...["--bootnode", bootHost, "--hosts", others.join(","), "--genesis-time", `+${lead}`],
      ],
      { env: { LUCID_PASSPHRASE: PASSPHRASE }, signal: run.signal },
    )) as Created;
    const network = new SimNetwork(run, options, created);
    const boot = run.start({
      name: "bootnode",
      data: join(out, "bootnode"),
      args: ["bootnode", ...listenOf(created.bootnodes[0] ?? ""), ...(options.bootArgs ?? [])],
      ...(lab === undefined ? {} : { lab }),
    });
    await boot.ready();
    for (const { name, data } of created.nodes.slice(1)) network.startValidator(name, data);
    await Promise.all(network.validators.map((node) => node.ready()));
    return network;
  }

  private startValidator(name: string, data: string): void {
    this.validators.push(this.startNode(name, data, []));
  }

  /** A node that knows the bootstrap node and nobody else. */
  startNode(name: string, data: string, args: readonly string[]): LabNode {
    const { lab, nodeArgs = [] } = this.options;
    const ports = lab === undefined ? ["--rpc-port", "0", "--metrics-port", "0"] : [];
    return this.run.start({
      name,
      data,
      nodeArgs,
      args: ["start", "--bootnodes", this.bootnode, "--log-format", "json", ...ports, ...args],
      ...(lab === undefined ? {} : { lab }),
    });
  }

  node(index: number): LabNode {
    const node = this.validators[index];
    check(node !== undefined, `there is no validator ${index}`);
    return node;
  }

  /** The slot of this moment; negative before genesis. */
  slotNow(): number {
    return Math.floor((Date.now() / 1000 - this.genesisTime) / this.slotSeconds);
  }

  /** Milliseconds into the slot. */
  intoSlot(slot: number): number {
    return Date.now() - (this.genesisTime + slot * this.slotSeconds) * 1000;
  }

  async untilSlot(slot: number): Promise<void> {
    const wait = -this.intoSlot(slot);
    if (wait > 0) await this.run.sleep(wait);
  }

  async untilHeight(node: LabNode, height: number, seconds: number): Promise<void> {
    await this.run.until(`block ${height} at ${node.name}`, seconds, async () => (await node.height()) >= height);
  }

  /** The certificate's view of a block. */
  async block(node: LabNode, height: number): Promise<FinalBlock | undefined> {
    const found = await node.rpc<{ number: string; hash: string; slot: string; round: string } | null>(
      "lucid_getFinality",
      `0x${height.toString(16)}`,
    );
    if (found === null) return undefined;
    return { height: Number(found.number), slot: Number(found.slot), round: Number(found.round), hash: found.hash };
  }

  /** Blocks whose slots lie in [from, to), with how many slots there are. */
  async blocksBetween(node: LabNode, from: number, to: number): Promise<readonly FinalBlock[]> {
    const found: FinalBlock[] = [];
    for (let height = await node.height(); height > 0; height--) {
      const block = await this.block(node, height);
      if (block === undefined || block.slot < from) break;
      if (block.slot < to) found.unshift(block);
    }
    return found;
  }

  /** All nodes hold the same block at the lowest of their heads. @returns that height */
  async agree(nodes: readonly LabNode[]): Promise<{ readonly height: number; readonly same: boolean }> {
    const height = Math.min(...(await Promise.all(nodes.map((node) => node.height()))));
    const hashes = await Promise.all(nodes.map(async (node) => (await this.block(node, height))?.hash));
    return { height, same: new Set(hashes).size === 1 };
  }
}

/** 127.0.0.1 with a port that nobody has at this moment. */
async function freeAddress(): Promise<string> {
  const [port] = await freePorts("127.0.0.1", 1);
  return `127.0.0.1:${port}`;
}

function listenOf(address: string): readonly string[] {
  const [, , host = "127.0.0.1", , port = "30120"] = address.split("/");
  return ["--p2p-listen", `/ip4/0.0.0.0/tcp/${port}`, "--p2p-announce", `/ip4/${host}/tcp/${port}`];
}
