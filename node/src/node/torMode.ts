import { readFile } from "node:fs/promises";
import { BlockList, isIP, isIPv6 } from "node:net";
import { resolve as resolvePath } from "node:path";
import type { TorOptions } from "@lucid/p2p";
import type { NodeConfig, TorConfig } from "../config/index.js";
import { NodeError } from "../errors.js";

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8);
loopback.addAddress("::1", "ipv6");

/** This machine and the networks that are never routed on the internet: what goes to Tor itself is not encrypted. */
const nearby = new BlockList();
for (const [net, prefix] of [
  ["127.0.0.0", 8],
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
] as const) {
  nearby.addSubnet(net, prefix);
}
nearby.addAddress("::1", "ipv6");
nearby.addSubnet("fc00::", 7, "ipv6");

function isIn(list: BlockList, host: string): boolean {
  return isIP(host) !== 0 && list.check(host, isIPv6(host) ? "ipv6" : "ipv4");
}

/**
 * How the node uses Tor, from its settings; looked at before anything is opened.
 * @throws NodeError TOR_CLEARNET, TOR_PASSWORD
 */
export async function torOptions(tor: TorConfig | undefined): Promise<TorOptions | undefined> {
  if (tor === undefined) return undefined;
  for (const [name, endpoint] of [
    ["tor.proxy", tor.proxy],
    ["tor.control", tor.control],
  ] as const) {
    if (endpoint === undefined || isIn(nearby, endpoint.host)) continue;
    throw clearnet(`${name} is ${endpoint.host}, which is neither this machine nor a private network`);
  }
  const { only, proxy, control, passwordFile } = tor;
  if (control === undefined) return { only, proxy };
  const password = passwordFile === undefined ? undefined : await passwordIn(passwordFile);
  return { only, proxy, control: { ...control, password } };
}

/** In Tor mode nobody reaches the node in another way either. @throws NodeError TOR_CLEARNET */
export function checkOnionOnly({ p2p, rpc, metrics }: NodeConfig): void {
  if (p2p.tor?.only !== true) return;
  const { upnp = false, mdns = false, relay = "off" } = p2p.nat ?? {};
  for (const [name, on] of Object.entries({ "p2p.upnp": upnp, "p2p.mdns": mdns, "p2p.relay": relay !== "off" })) {
    if (on) throw clearnet(`${name} is on, which works without Tor only`);
  }
  for (const [name, { enabled, host }] of Object.entries({ "rpc.host": rpc, "metrics.host": metrics })) {
    if (enabled && host !== "localhost" && !isIn(loopback, host))
      throw clearnet(`${name} is ${host}, which is not loopback`);
  }
}

function clearnet(message: string): NodeError {
  return new NodeError({ code: "TOR_CLEARNET", message });
}

async function passwordIn(path: string): Promise<string> {
  try {
    const [line = ""] = (await readFile(resolvePath(path), "utf8")).split(/\r?\n/);
    if (line !== "") return line;
  } catch (cause) {
    throw new NodeError({ code: "TOR_PASSWORD", message: `${path} cannot be read`, cause });
  }
  throw new NodeError({ code: "TOR_PASSWORD", message: `the first line of ${path} is empty` });
}
