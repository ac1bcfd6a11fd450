import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { ScriptError } from "../errors.js";

function ip(...words: readonly string[]): boolean {
  return spawnSync("ip", words, { stdio: "ignore" }).status === 0;
}

/**
 * A network namespace with a way out that leads into a trap: a route to everywhere, over a link whose packets are counted.
 * Whatever a program inside sends to anything but this machine is seen, a name query as well.
 */
export class IsolatedNet {
  private readonly name: string;
  private readonly inside: string;

  private constructor(name: string) {
    this.name = name;
    this.inside = `${name}i`;
  }

  /** Undefined where namespaces are not allowed; then only sockets can be listed. */
  static create(): IsolatedNet | undefined {
    const net = new IsolatedNet(`lucid${process.pid % 100_000}`);
    if (net.build()) return net;
    net.remove();
    return undefined;
  }

  private build(): boolean {
    const { name, inside } = this;
    const outside = `${name}o`;
    const within = (...words: readonly string[]) => ip("-n", name, ...words);
    return (
      ip("netns", "add", name) &&
      ip("link", "add", outside, "type", "veth", "peer", "name", inside, "netns", name) &&
      // The kernel's own multicasts on a new link are none of a program's.
      within("link", "set", inside, "addrgenmode", "none", "multicast", "off") &&
      ip("link", "set", outside, "addrgenmode", "none") &&
      within("link", "set", "lo", "up") &&
      within("addr", "add", "10.99.0.2/24", "dev", inside) &&
      within("link", "set", inside, "up") &&
      ip("link", "set", outside, "up") &&
      within("neigh", "add", "10.99.0.1", "lladdr", "02:00:00:00:00:01", "dev", inside, "nud", "permanent") &&
      within("route", "add", "default", "via", "10.99.0.1")
    );
  }

  spawn(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
    return spawn("ip", ["netns", "exec", this.name, command, ...args], options);
  }

  /** Packets that left by the way out since the beginning. @throws ScriptError NETSIM_FAILED */
  packetsOut(): number {
    const { stdout } = spawnSync("ip", ["netns", "exec", this.name, "cat", "/proc/net/dev"], { encoding: "utf8" });
    const line = stdout.split("\n").find((each) => each.trim().startsWith(`${this.inside}:`));
    const sent = Number(line?.split(":")[1]?.trim().split(/\s+/)[9]);
    if (!Number.isInteger(sent)) throw new ScriptError({ code: "NETSIM_FAILED", message: "no counter of packets" });
    return sent;
  }

  /** Sends one packet to an address of documentation: the trap must see it, or it proves nothing. */
  spring(): void {
    const before = this.packetsOut();
    const script = "require('node:dgram').createSocket('udp4').send('x', 53, '192.0.2.1', () => process.exit(0))";
    spawnSync("ip", ["netns", "exec", this.name, process.execPath, "-e", script], { stdio: "ignore" });
    if (this.packetsOut() > before) return;
    throw new ScriptError({ code: "NETSIM_FAILED", message: "the trap for packets does not see one" });
  }

  remove(): void {
    ip("link", "del", `${this.name}o`);
    ip("netns", "del", this.name);
  }
}

/** Text of a file of /proc; empty when the process is gone. */
export function procText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
