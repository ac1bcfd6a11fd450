import { readdirSync, readlinkSync } from "node:fs";
import { procText } from "./isolatedNet.js";

export interface ListedSocket {
  readonly protocol: "tcp" | "udp";
  /** "listen", "connecting", "established", ... */
  readonly state: string;
  /** address:port */
  readonly local: string;
  readonly remote: string;
}

/** include/net/tcp_states.h */
const STATES: Readonly<Record<string, string>> = { "01": "established", "02": "connecting", "0A": "listen" };

/** Words of four bytes in the order of the machine, as the kernel prints them. */
function addressOf(text: string): string {
  const [hex = "", port = ""] = text.split(":");
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => [...Buffer.from(word, "hex")].reverse());
  const mapped = bytes.length === 16 && bytes.slice(0, 12).every((byte, at) => byte === (at < 10 ? 0 : 255));
  if (bytes.length === 4 || mapped) return `${bytes.slice(-4).join(".")}:${Number.parseInt(port, 16)}`;
  const groups = (Buffer.from(bytes).toString("hex").match(/.{4}/g) ?? []).map((group) => group.replace(/^0{1,3}/, ""));
  return `[${groups.join(":")}]:${Number.parseInt(port, 16)}`;
}

function inodesOf(pid: number): ReadonlySet<string> {
  const found = new Set<string>();
  let names: readonly string[] = [];
  try {
    names = readdirSync(`/proc/${pid}/fd`);
  } catch {
    return found;
  }
  for (const name of names) {
    try {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${name}`))?.[1];
      if (inode !== undefined) found.add(inode);
    } catch {
      // Closed meanwhile.
    }
  }
  return found;
}

/** Internet sockets that a process has open now, read from /proc, in whatever network namespace it runs. */
export function socketsOf(pid: number): readonly ListedSocket[] {
  const own = inodesOf(pid);
  const sockets: ListedSocket[] = [];
  for (const table of ["tcp", "tcp6", "udp", "udp6"]) {
    for (const line of procText(`/proc/${pid}/net/${table}`).split("\n").slice(1)) {
      const words = line.trim().split(/\s+/);
      const [, local = "", remote = "", state = ""] = words;
      if (!own.has(words[9] ?? "")) continue;
      sockets.push({
        protocol: table.startsWith("tcp") ? "tcp" : "udp",
        state: STATES[state] ?? state,
        local: addressOf(local),
        remote: addressOf(remote),
      });
    }
  }
  return sockets;
}

/** Whether it is bound to this machine alone. */
export function isLocal({ protocol, state, local, remote }: ListedSocket): boolean {
  const loopback = (address: string) => address.startsWith("127.") || address.startsWith("[0:0:0:0:0:0:0:1]");
  return protocol === "tcp" && loopback(local) && (state === "listen" || loopback(remote));
}
