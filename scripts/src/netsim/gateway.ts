/** The part of a home's router that opens ports for programs that ask (UPnP IGD): miniupnpd. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { ScriptError } from "../errors.js";
import { check } from "./run.js";

const run = promisify(execFile);

/** Chains of rules that miniupnpd keeps. Where one is missing it answers every wish with 501 (ActionFailed). */
const CHAIN = "MINIUPNPD";
const CHAIN_OUT = `${CHAIN}-POSTROUTING`;
/** Debian's miniupnpd-iptables writes to the tables of this program, whatever `iptables` is. */
export const GATEWAY_TABLES = "iptables-legacy";

/** What gives a router of Linux those chains. */
const RULES = [
  ["-N", CHAIN],
  ["-A", "FORWARD", "-i", "eth0", "-j", CHAIN],
  ["-t", "nat", "-N", CHAIN],
  ["-t", "nat", "-A", "PREROUTING", "-i", "eth0", "-j", CHAIN],
  ["-t", "nat", "-N", CHAIN_OUT],
  ["-t", "nat", "-A", "POSTROUTING", "-o", "eth0", "-j", CHAIN_OUT],
];

export interface GatewayOptions {
  /** Words before a command that make it run on the router. */
  readonly prefix: readonly string[];
  /** For its configuration and log. */
  readonly folder: string;
}

/** A router's miniupnpd: "eth0" leads out, "lan" to the home 192.168.1.0/24. */
export class Gateway {
  private readonly prefix: readonly string[];
  private readonly log: string;
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown>;

  private constructor(prefix: readonly string[], log: string, args: readonly string[]) {
    this.prefix = prefix;
    this.log = log;
    const [program = "", ...words] = [...prefix, "miniupnpd", ...args];
    const output = openSync(log, "a", 0o600);
    this.child = spawn(program, words, { stdio: ["ignore", output, output] });
    closeSync(output);
    this.ended = once(this.child, "exit");
    process.on("exit", this.kill);
  }

  /** @throws ScriptError NETSIM_NO_PROGRAM where miniupnpd or iptables-legacy is not installed */
  static async needs(): Promise<void> {
    for (const [program, option] of [
      ["miniupnpd", "--version"],
      [GATEWAY_TABLES, "--version"],
    ] as const) {
      await run(program, [option]).catch((cause: unknown) => {
        const message = `${program} is missing (apt-get install miniupnpd miniupnpd-iptables iptables)`;
        throw new ScriptError({ code: "NETSIM_NO_PROGRAM", message, cause });
      });
    }
  }

  static async start({ prefix, folder }: GatewayOptions): Promise<Gateway> {
    const [program = "", ...words] = prefix;
    for (const rule of RULES) await run(program, [...words, GATEWAY_TABLES, ...rule]);
    const file = join(folder, "gateway.conf");
    const lines = [
      ...["ext_ifname=eth0", "listening_ip=lan", "port=0", "enable_upnp=yes", "enable_natpmp=no"],
      // A program opens ports to its own machine only, as routers that are sold have it.
      ...["secure_mode=yes", "allow 1024-65535 192.168.1.0/24 1024-65535"],
      ...[`uuid=${randomUUID()}`, `upnp_forward_chain=${CHAIN}`, `upnp_nat_chain=${CHAIN}`],
      `upnp_nat_postrouting_chain=${CHAIN_OUT}`,
    ];
    await writeFile(file, `${lines.join("\n")}\n`);
    const pid = join(folder, "gateway.pid");
    return new Gateway(prefix, join(folder, "gateway.log"), ["-d", "-f", file, "-P", pid]);
  }

  /** Ports that it has opened. @throws ScriptError NETSIM_FAILED when it has ended */
  async openPorts(): Promise<readonly number[]> {
    const words = () => readFileSync(this.log, "utf8").trimEnd().split("\n").slice(-3).join("\n");
    check(this.child.exitCode === null && this.child.signalCode === null, `miniupnpd has ended: ${words()}`);
    const [program = "", ...rest] = this.prefix;
    const { stdout } = await run(program, [...rest, GATEWAY_TABLES, "-t", "nat", "-S", CHAIN]);
    return [...stdout.matchAll(/--dport (\d+)/g)].map(([, port]) => Number(port));
  }

  async stop(): Promise<void> {
    this.kill();
    await this.ended;
    process.off("exit", this.kill);
  }

  private readonly kill = (): void => void this.child.kill("SIGKILL");
}
