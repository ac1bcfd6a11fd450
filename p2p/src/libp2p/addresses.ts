import "../promiseWithResolvers.js";
import { CODE_ONION3, CODE_P2P, type Multiaddr, multiaddr } from "@multiformats/multiaddr";
import { P2pError } from "../errors.js";
import { isOnionAddress } from "./onionAddress.js";

const HOST_NAMES = new Set(["ip4", "ip6", "dns", "dns4", "dns6"]);

/** Host and port of an onion service. */
export interface OnionTarget {
  /** With ".onion". */
  readonly host: string;
  readonly port: number;
}

/**
 * Reads an address such as /ip4/192.0.2.1/tcp/30120, /dns4/host.example/tcp/30120/p2p/12D3Koo... or
 * /onion3/ADDRESS:30120/p2p/12D3Koo....
 * @throws P2pError P2P_BAD_ADDRESS
 */
export function parseAddress(text: string): Multiaddr {
  let address: Multiaddr;
  try {
    address = multiaddr(text);
  } catch (cause) {
    throw badAddress(text, cause);
  }
  const [host, ...others] = address.getComponents();
  const [port, ...rest] = host?.code === CODE_ONION3 ? [host, ...others] : others;
  const known = host !== undefined && HOST_NAMES.has(host.name) && port?.name === "tcp";
  if (!known && onionOf(address) === undefined) throw badAddress(text);
  if (rest.length > 1 || rest.some(({ name }) => name !== "p2p")) throw badAddress(text);
  return address;
}

/** The onion service of an address; undefined when it has none, or one that cannot exist. */
export function onionOf(address: Multiaddr): OnionTarget | undefined {
  const [first] = address.getComponents();
  if (first?.code !== CODE_ONION3) return undefined;
  const [name = "", port] = (first.value ?? "").split(":");
  return isOnionAddress(name) ? { host: `${name}.onion`, port: Number(port) } : undefined;
}

/** Whether it is an address of this machine that nobody else can reach. */
export function isLoopbackAddress(address: Multiaddr): boolean {
  return isLoopback(hostOf(address) ?? "");
}

/** The peer that the address names. */
export function peerOfAddress(address: Multiaddr): string | undefined {
  return address.getComponents().findLast(({ code }) => code === CODE_P2P)?.value;
}

/** IP address of the other end; undefined for relayed connections and onion services. */
export function hostOf(address: Multiaddr): string | undefined {
  const [host] = address.getComponents();
  return host?.name === "ip4" || host?.name === "ip6" ? host.value : undefined;
}

export function isLoopback(host: string): boolean {
  return host.startsWith("127.") || host === "::1" || host.startsWith("::ffff:127.");
}

function badAddress(text: string, cause?: unknown): P2pError {
  return new P2pError({
    code: "P2P_BAD_ADDRESS",
    message: `"${text}" is not an address such as /ip4/192.0.2.1/tcp/30120`,
    meta: { address: text },
    cause,
  });
}
