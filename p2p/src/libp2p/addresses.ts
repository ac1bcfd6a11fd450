import "../promiseWithResolvers.js";
import {
  CODE_IP6ZONE,
  CODE_ONION3,
  CODE_P2P,
  CODE_P2P_CIRCUIT,
  type Multiaddr,
  multiaddr,
} from "@multiformats/multiaddr";
import { P2pError } from "../errors.js";
import { isOnionAddress } from "./onionAddress.js";

const HOST_NAMES = new Set(["ip4", "ip6", "dns", "dns4", "dns6"]);

/** Host and port of an onion service. */
export interface OnionTarget {
  /** With ".onion". */
  readonly host: string;
  readonly port: number;
}

/** What may follow host and port: a peer, or a relay and perhaps the peer behind it. */
const ENDINGS = new Set(["", "p2p", "p2p p2p-circuit", "p2p p2p-circuit p2p"]);

/**
 * Reads an address such as /ip4/192.0.2.1/tcp/30120, /dns4/host.example/tcp/30120/p2p/12D3Koo...,
 * /onion3/ADDRESS:30120/p2p/12D3Koo... or (through a relay) /ip4/192.0.2.1/tcp/30120/p2p/12D3Koo.../p2p-circuit/p2p/12D3Koo....
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
  const ending = rest.map(({ name }) => name).join(" ");
  if (!ENDINGS.has(ending) || (host?.code === CODE_ONION3 && rest.length > 1)) throw badAddress(text);
  return address;
}

/** The onion service of an address; undefined when it has none, or one that cannot exist. */
export function onionOf(address: Multiaddr): OnionTarget | undefined {
  const [first] = address.getComponents();
  if (first?.code !== CODE_ONION3 || isRelayed(address)) return undefined;
  const [name = "", port] = (first.value ?? "").split(":");
  return isOnionAddress(name) ? { host: `${name}.onion`, port: Number(port) } : undefined;
}

/** Whether it is an address of this machine that nobody else can reach. */
export function isLoopbackAddress(address: Multiaddr): boolean {
  return isLoopback(hostOf(address) ?? "");
}

/** Whether it leads through a relay. */
export function isRelayed(address: Multiaddr): boolean {
  return address.getComponents().some(({ code }) => code === CODE_P2P_CIRCUIT);
}

/** The peer that the address names. */
export function peerOfAddress(address: Multiaddr): string | undefined {
  return address.getComponents().findLast(({ code }) => code === CODE_P2P)?.value;
}

/** IP address of the other end, or of the relay; undefined for onion services. */
export function hostOf(address: Multiaddr): string | undefined {
  const [host] = address.getComponents();
  return host?.name === "ip4" || host?.name === "ip6" ? host.value : undefined;
}

/** First bytes of an IPv4 address that is written as one of IPv6. */
const MAPPED = Buffer.from("00000000000000000000ffff", "hex");

/**
 * What counts as one address where something is allowed by address: an IPv4 address; of IPv6, where a home has 2^64 of them, the
 * network of 64 bits if it is a public one; undefined for loopback, which is one machine by its nature and where Tor hands over.
 */
export function addressGroup(address: Multiaddr): string | undefined {
  const { name, value = "", bytes } = address.getComponents().find(({ code }) => code !== CODE_IP6ZONE) ?? { name: "" };
  if (isLoopback(value)) return undefined;
  if (name !== "ip6") return value;
  // Behind the code of the protocol.
  const ip = Buffer.from((bytes ?? multiaddr(`/ip6/${value}`).bytes).subarray(1, 17));
  if (ip.subarray(0, 12).equals(MAPPED)) return ip[12] === 127 ? undefined : ip.subarray(12).join(".");
  const isPublic = (ip[0] ?? 0) >> 5 === 1;
  return isPublic ? `${ip.toString("hex", 0, 8)}/64` : value;
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
