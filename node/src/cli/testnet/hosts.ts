import { InvalidArgumentError } from "commander";
import { NodeError } from "../../errors.js";
import type { ValueParser } from "../spec.js";

/** Port of a node that has its machine to itself. */
const P2P_PORT = 30_120;
/** Nodes that share a machine take ports from these on. */
const RPC_PORT = 8_545;
const METRICS_PORT = 9_545;

/** A machine as people write it: 192.0.2.1, [2001:db8::1], node.example, each with or without :port. */
export interface HostPort {
  /** ip4, ip6 or dns4, as in a multiaddress. */
  readonly kind: "ip4" | "ip6" | "dns4";
  readonly host: string;
  readonly port: number | undefined;
}

function parseHost(text: string): HostPort {
  const match = /^(?:\[([0-9a-fA-F:]+)\]|([^:\s/[\]]+))(?::(\d{1,5}))?$/.exec(text.trim());
  const port = match?.[3] === undefined ? undefined : Number(match[3]);
  const host = match?.[1] ?? match?.[2];
  if (host === undefined || (port !== undefined && (port < 1 || port > 65_535))) {
    throw new InvalidArgumentError("it must be host names or addresses such as 192.0.2.1 or node.example:30120");
  }
  const kind = match?.[1] !== undefined ? "ip6" : /^\d+(\.\d+){3}$/.test(host) ? "ip4" : "dns4";
  return { kind, host, port };
}

export const hostList: ValueParser = (text) => text.split(",").map(parseHost);
export const oneHost: ValueParser = (text) => parseHost(text);

export function multiaddrOf({ kind, host, port }: HostPort): string {
  return `/${kind}/${host}/tcp/${port ?? P2P_PORT}`;
}

export interface Place {
  /** What others dial. */
  readonly address: string;
  /** Given when several nodes share the machine. */
  readonly rpcPort?: number;
  readonly metricsPort?: number;
}

/**
 * Where `count` nodes live: one host each, or all on one host with ports that follow each other.
 * @throws NodeError USAGE when the numbers do not fit
 */
export function places(hosts: readonly HostPort[], count: number): readonly Place[] {
  if (hosts.length === count && count > 1) return hosts.map((host) => ({ address: multiaddrOf(host) }));
  const [only] = hosts;
  if (hosts.length !== 1 || only === undefined) {
    throw new NodeError({
      code: "USAGE",
      message: `there are ${hosts.length} hosts for ${count} validators`,
      meta: { fix: "give one host for each, or one for all" },
    });
  }
  const first = only.port ?? P2P_PORT + 1;
  return Array.from({ length: count }, (_, index) => ({
    address: multiaddrOf({ ...only, port: first + index }),
    rpcPort: RPC_PORT + index,
    metricsPort: METRICS_PORT + index,
  }));
}
