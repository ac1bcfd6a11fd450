import { P2pError } from "../errors.js";

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

const LOOPBACK = new Set(["127.0.0.1", "::1", "localhost"]);

/**
 * Reads HOST:PORT or [IPV6]:PORT; port 0 asks for a free one.
 * @throws P2pError P2P_BAD_ADDRESS, P2P_NOT_LOOPBACK
 */
export function parseLoopbackAddress(text: string): HostPort {
  const match = /^(?:\[([0-9a-fA-F:]+)\]|([^:\s]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || !(port <= 65_535)) {
    throw new P2pError({ code: "P2P_BAD_ADDRESS", message: `"${text}" is not HOST:PORT`, meta: { address: text } });
  }
  if (!LOOPBACK.has(host)) {
    throw new P2pError({
      code: "P2P_NOT_LOOPBACK",
      message: `${host} is not an address of this machine; the plain transport may only use loopback`,
      meta: { address: text },
    });
  }
  return { host: host === "localhost" ? "127.0.0.1" : host, port };
}

export function formatAddress(address: HostPort): string {
  return address.host.includes(":") ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}
