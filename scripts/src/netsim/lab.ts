/** Linux network namespaces joined by bridges: machines of a network, on one machine. Needs root and iproute2. */
import { execFile, execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import { ScriptError } from "../errors.js";
import { GATEWAY_TABLES } from "./gateway.js";

const run = promisify(execFile);
/** Every namespace of ours begins so; then comes the process that made it. */
const PREFIX = "lucidsim-";
/** The machines' own network; it exists inside the namespaces only. */
const PRIVATE = "10.77.0";
/** One that libp2p takes for the Internet: what it does for nodes behind routers it does with public addresses only. */
const PUBLIC = "45.77.0";
const SWITCH = "switch";

async function command(program: string, args: readonly string[]): Promise<string> {
  try {
    return (await run(program, [...args])).stdout;
  } catch (cause) {
    const said = cause instanceof Error && "stderr" in cause ? String(cause.stderr).trim() : String(cause);
    throw new ScriptError({ code: "NETSIM_FAILED", message: `${program} ${args.join(" ")}: ${said}`, cause });
  }
}

function refuse(why: string, cause?: unknown): never {
  throw new ScriptError({ code: "NETSIM_NOT_PERMITTED", message: `no network namespaces here: ${why}`, cause });
}

function pidOf(namespace: string): number | undefined {
  const match = new RegExp(`^${PREFIX}(\\d+)-`).exec(namespace);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

/** Machines (namespaces) on one switch, which can be cut in two. */
export class Lab {
  private readonly machines: string[] = [];
  /** Behind routers of their own. */
  private readonly homes: string[] = [];
  private readonly network: string;

  private constructor(network: string) {
    this.network = network;
    // Whatever ends this process, nothing stays behind.
    process.on("exit", this.removeNow);
  }

  /** @throws ScriptError NETSIM_NOT_PERMITTED where the system has no namespaces for us */
  static async open(addresses: "private" | "public" = "private"): Promise<Lab> {
    if (process.platform !== "linux") refuse("they are a feature of Linux");
    if (process.getuid?.() !== 0) refuse("it needs root");
    await run("ip", ["-V"]).catch((cause: unknown) => refuse("the command ip (package iproute2) is missing", cause));
    await Lab.sweep();
    const lab = new Lab(addresses === "public" ? PUBLIC : PRIVATE);
    try {
      await command("ip", ["netns", "add", lab.nameOf(SWITCH)]);
      await lab.inside(SWITCH, "ip", "link", "add", "left", "type", "bridge");
      await lab.inside(SWITCH, "ip", "link", "add", "right", "type", "bridge");
      for (const bridge of ["left", "right"]) await lab.inside(SWITCH, "ip", "link", "set", bridge, "up");
    } catch (cause) {
      lab.close();
      refuse(cause instanceof Error ? cause.message : String(cause), cause);
    }
    return lab;
  }

  /** What a run that was killed has left. */
  private static async sweep(): Promise<void> {
    const names = (await command("ip", ["netns", "list"])).split("\n").map((line) => line.split(" ")[0] ?? "");
    for (const name of names) {
      const pid = pidOf(name);
      if (pid !== undefined && !existsSync(`/proc/${pid}`)) await command("ip", ["netns", "del", name]);
    }
  }

  /** Adds a machine. @returns its IPv4 address */
  async machine(name: string): Promise<string> {
    this.machines.push(name);
    const address = `${this.network}.${this.machines.length}`;
    await command("ip", ["netns", "add", this.nameOf(name)]);
    const port = this.portOf(name);
    const pair = ["type", "veth", "peer", "name", "eth0", "netns", this.nameOf(name)];
    await this.inside(SWITCH, "ip", "link", "add", port, ...pair);
    await this.inside(SWITCH, "ip", "link", "set", port, "master", "left", "up");
    await this.inside(name, "ip", "link", "set", "lo", "up");
    await this.inside(name, "ip", "address", "add", `${address}/24`, "dev", "eth0");
    await this.inside(name, "ip", "link", "set", "eth0", "up");
    return address;
  }

  /**
   * Adds a machine in a home: its router translates addresses and lets nothing in that was not asked for. Needs iptables.
   * @param kind what the router does with strangers: most say nothing, some refuse; "strict" says nothing and shows each connection
   *   under another port; "upnp" says nothing, and its tables are those of a `Gateway`
   * @returns the router's address
   */
  async home(name: string, kind: "silent" | "refusing" | "strict" | "upnp"): Promise<string> {
    // Rules of both kinds would apply, each by itself.
    const tables = kind === "upnp" ? GATEWAY_TABLES : "iptables";
    await run(tables, ["-V"]).catch((cause: unknown) => {
      const message = `${tables} is missing (apt-get install iptables)`;
      throw new ScriptError({ code: "NETSIM_NO_PROGRAM", message, cause });
    });
    const router = `${name}-router`;
    const outside = await this.machine(router);
    this.homes.push(name);
    await command("ip", ["netns", "add", this.nameOf(name)]);
    const pair = ["type", "veth", "peer", "name", "eth0", "netns", this.nameOf(name)];
    await this.inside(router, "ip", "link", "add", "lan", ...pair);
    await this.inside(router, "ip", "address", "add", "192.168.1.1/24", "dev", "lan");
    await this.inside(router, "ip", "link", "set", "lan", "up");
    await this.inside(name, "ip", "link", "set", "lo", "up");
    await this.inside(name, "ip", "address", "add", "192.168.1.2/24", "dev", "eth0");
    await this.inside(name, "ip", "link", "set", "eth0", "up");
    await this.inside(name, "ip", "route", "add", "default", "via", "192.168.1.1");
    await this.inside(router, "sysctl", "-qw", "net.ipv4.ip_forward=1");
    const stranger = ["-A", "INPUT", "-i", "eth0", "-p", "tcp", "-m", "conntrack", "--ctstate", "NEW,INVALID"];
    const rules = [
      ["-t", "nat", "-A", "POSTROUTING", "-o", "eth0", "-j", "MASQUERADE", ...(kind === "strict" ? ["--random"] : [])],
      [...stranger, "-j", ...(kind === "refusing" ? ["REJECT", "--reject-with", "tcp-reset"] : ["DROP"])],
      ["-P", "FORWARD", "DROP"],
      ["-A", "FORWARD", "-i", "lan", "-j", "ACCEPT"],
      ["-A", "FORWARD", "-i", "eth0", "-m", "conntrack", "--ctstate", "ESTABLISHED,RELATED", "-j", "ACCEPT"],
    ];
    for (const rule of rules) await this.inside(router, tables, ...rule);
    return outside;
  }

  /** The address that `machine` gave. */
  addressOf(name: string): string {
    return `${this.network}.${this.machines.indexOf(name) + 1}`;
  }

  /** Words before a command that make it run on that machine. */
  prefix(name: string): readonly string[] {
    return ["ip", "netns", "exec", this.nameOf(name)];
  }

  /** Cuts the cable between these machines and all others. Connections hang, as in a real partition. */
  async part(names: readonly string[]): Promise<void> {
    for (const name of names) await this.inside(SWITCH, "ip", "link", "set", this.portOf(name), "master", "right");
  }

  async heal(): Promise<void> {
    for (const name of this.machines)
      await this.inside(SWITCH, "ip", "link", "set", this.portOf(name), "master", "left");
  }

  /** Both directions of a machine's link carry this many kilobits a second, with half a second of queue. */
  async slow(name: string, kilobits: number): Promise<void> {
    const shape = ["root", "tbf", "rate", `${kilobits}kbit`, "burst", "4kb", "latency", "500ms"];
    await this.inside(name, "tc", "qdisc", "replace", "dev", "eth0", ...shape);
    await this.inside(SWITCH, "tc", "qdisc", "replace", "dev", this.portOf(name), ...shape);
  }

  async fast(name: string): Promise<void> {
    await this.inside(name, "tc", "qdisc", "del", "dev", "eth0", "root");
    await this.inside(SWITCH, "tc", "qdisc", "del", "dev", this.portOf(name), "root");
  }

  /** Bytes that a machine has sent and received, link layer included. */
  async traffic(name: string): Promise<{ readonly sent: number; readonly received: number }> {
    const text = await command("ip", ["-n", this.nameOf(name), "-j", "-s", "link", "show", "eth0"]);
    const [link] = JSON.parse(text) as readonly [{ stats64: { rx: { bytes: number }; tx: { bytes: number } } }];
    return { sent: link.stats64.tx.bytes, received: link.stats64.rx.bytes };
  }

  /** Removes every machine; idempotent. Their processes must have ended. */
  close(): void {
    process.off("exit", this.removeNow);
    this.removeNow();
  }

  private readonly removeNow = (): void => {
    for (const name of [...this.homes.splice(0), ...this.machines.splice(0), SWITCH]) {
      try {
        execFileSync("ip", ["netns", "del", this.nameOf(name)], { stdio: "ignore" });
      } catch {
        // It was not made, or is gone.
      }
    }
  };

  private nameOf(machine: string): string {
    return `${PREFIX}${process.pid}-${machine}`;
  }

  /** Interface names have 15 characters at most. */
  private portOf(machine: string): string {
    return `p${this.machines.indexOf(machine)}`;
  }

  private inside(machine: string, program: string, ...args: readonly string[]): Promise<string> {
    return command("ip", ["netns", "exec", this.nameOf(machine), program, ...args]);
  }
}
