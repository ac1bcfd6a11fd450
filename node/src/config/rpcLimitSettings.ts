import { DEFAULT_RPC_LIMITS, type RpcLimits } from "../rpc/limits.js";
import { count, type Setting, setting, sizeBetween } from "./setting.js";

const KIB = 2 ** 10;
const MIB = 2 ** 20;

/** A quantity that people give; the limit's own number is the default. */
function limit(
  name: string,
  value: "count" | "units" | "gas" | "ms" | "blocks",
  summary: string,
  fallback: number,
  [minimum, maximum]: readonly [number, number],
): Setting<number> {
  return setting({ ...naming(name, value), summary, fallback, schema: count(minimum, maximum) });
}

function sizeLimit(
  name: string,
  summary: string,
  fallback: number,
  [minimum, maximum]: readonly [number, number],
): Setting<number> {
  return setting({ ...naming(name, "size"), summary, fallback, schema: sizeBetween(minimum, maximum) });
}

/** rpc.maxBody, --rpc-max-body <size>, LUCID_RPC_MAX_BODY */
function naming(name: string, value: string): Pick<Setting<number>, "key" | "flag" | "env" | "group"> {
  const words = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return {
    key: `rpc.${name}`,
    flag: `--rpc-${words} <${value}>`,
    env: `LUCID_RPC_${words.replaceAll("-", "_").toUpperCase()}`,
    group: "Limits of JSON-RPC:",
  };
}

const {
  maxBodyBytes,
  maxBatch,
  maxResponseBytes,
  rateLimit,
  callGas,
  callMilliseconds,
  maxLogs,
  maxLogRange,
  maxConnections,
  maxWebSockets,
  maxSubscriptionsPerConnection,
} = DEFAULT_RPC_LIMITS;

/** The bounds of JSON-RPC that an operator may want to move: a public endpoint down, a private one up. */
export const rpcLimitSettings = {
  rpcMaxBody: sizeLimit("maxBody", "most bytes of one request or batch", maxBodyBytes, [KIB, 64 * MIB]),
  rpcMaxBatch: limit("maxBatch", "count", "most requests in one batch", maxBatch, [1, 10_000]),
  rpcMaxResponse: sizeLimit("maxResponse", "most bytes of one answer, or of the answers of a batch", maxResponseBytes, [
    64 * KIB,
    128 * MIB,
  ]),
  rpcRate: limit(
    "rate",
    "units",
    "cost units a second for one client address; a simple call costs 1, docs/rpc.md has the others",
    rateLimit.perSecond,
    [1, 1e9],
  ),
  // The dearest method must stay callable.
  rpcBurst: limit("burst", "units", "cost units that one client address can save up", rateLimit.burst, [2_000, 1e9]),
  rpcCallGas: limit("callGas", "gas", "most gas of eth_call and its like", Number(callGas), [21_000, 1e10]),
  rpcCallTime: limit("callTime", "ms", "most milliseconds that such a call runs", callMilliseconds, [1, 600_000]),
  rpcMaxLogs: limit("maxLogs", "count", "most logs in one answer", maxLogs, [1, 1_000_000]),
  rpcMaxLogRange: limit(
    "maxLogRange",
    "blocks",
    "most blocks that one query for logs may span; 0 is any number",
    maxLogRange,
    [0, 1e9],
  ),
  rpcMaxConnections: limit("maxConnections", "count", "most connections of both kinds", maxConnections, [1, 65_535]),
  rpcMaxWebSockets: limit(
    "maxWebSockets",
    "count",
    "most WebSockets among them; 0 is none",
    maxWebSockets,
    [0, 65_535],
  ),
  rpcMaxSubscriptions: limit(
    "maxSubscriptions",
    "count",
    "most subscriptions of one WebSocket",
    maxSubscriptionsPerConnection,
    [0, 10_000],
  ),
} as const;

type RpcLimitValues = { readonly [Name in keyof typeof rpcLimitSettings]: number };

/** Requests and answers that must fit into memory at once, so that a single large one always does. */
const LARGEST_IN_FLIGHT = 2;

export function toRpcLimits(values: RpcLimitValues): RpcLimits {
  const largest = values.rpcMaxBody + values.rpcMaxResponse;
  return {
    ...DEFAULT_RPC_LIMITS,
    maxBodyBytes: values.rpcMaxBody,
    maxBatch: values.rpcMaxBatch,
    maxResponseBytes: values.rpcMaxResponse,
    maxBytesInFlight: Math.max(DEFAULT_RPC_LIMITS.maxBytesInFlight, LARGEST_IN_FLIGHT * largest),
    rateLimit: { perSecond: values.rpcRate, burst: values.rpcBurst },
    callGas: BigInt(values.rpcCallGas),
    callMilliseconds: values.rpcCallTime,
    maxLogs: values.rpcMaxLogs,
    maxLogRange: values.rpcMaxLogRange,
    maxConnections: values.rpcMaxConnections,
    maxWebSockets: values.rpcMaxWebSockets,
    maxSubscriptionsPerConnection: values.rpcMaxSubscriptions,
  };
}
