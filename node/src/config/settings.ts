import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { RPC_MODULES } from "../rpc/modules.js";
import { parseCheckpoint } from "../sync/checkpoint.js";
import { natSettings } from "./natSettings.js";
import type { NodeConfig } from "./nodeConfig.js";
import { rpcLimitSettings } from "./rpcLimitSettings.js";
import { count, flagValue, type Setting, setting, size } from "./setting.js";
import { torSettings } from "./torSettings.js";

/** Where the value of a setting came from, strongest first. */
export const origins = ["flag", "environment", "file", "default"] as const;
export type Origin = (typeof origins)[number];

const port = z.coerce
  .number({ error: "must be a port number" })
  .int({ error: "must be a port number" })
  .min(0, { error: "must be 0 to 65535" })
  .max(65_535, { error: "must be 0 to 65535" });

const host = z.string().regex(/^[0-9A-Za-z.:-]+$/, { error: "must be an IP address or a host name" });

const list = z.preprocess(
  (value) =>
    typeof value === "string"
      ? value
          .split(",")
          .map((part) => part.trim())
          .filter((part) => part !== "")
      : value,
  z.array(z.string(), { error: "must be a list" }).readonly(),
);

const moduleNames: readonly string[] = [...RPC_MODULES, "rpc"];

function listOf(fits: (item: string) => boolean, error: string): z.ZodType<readonly string[]> {
  return list.refine((items) => items.every(fits), { error });
}

/** The network reads them closely; this tells early what they look like. */
const addresses = listOf(
  (text) =>
    /^\/([a-z0-9]+\/[^/\s]+\/tcp\/|onion3\/[a-z2-7]{56}:)\d{1,5}(\/p2p\/\w+(\/p2p-circuit(\/p2p\/\w+)?)?)?$/.test(text),
  "must be addresses such as /ip4/127.0.0.1/tcp/30120",
).refine((items) => items.length <= 256, { error: "must be 256 addresses at most" });

function isOrigin(text: string): boolean {
  return text === "*" || (URL.canParse(text) && new URL(text).origin === text);
}

/** The only place that lists the settings. */
export const settings = {
  dataDir: setting({
    key: "data",
    flag: "--data <dir>",
    env: "LUCID_DATA",
    summary: "data directory",
    fallback: join(homedir(), ".lucid"),
    schema: z.string().min(1, { error: "must be a path" }),
    inFile: false,
  }),
  validator: setting({
    key: "validator",
    flag: "--validator",
    env: "LUCID_VALIDATOR",
    summary: "propose and vote with the key in keys/bls.json",
    fallback: false,
    schema: flagValue,
  }),
  rpcEnabled: setting({
    key: "rpc.enabled",
    flag: "--no-rpc",
    env: "LUCID_RPC_ENABLED",
    summary: "serve JSON-RPC over HTTP and WebSocket (--no-rpc switches it off)",
    fallback: true,
    schema: flagValue,
  }),
  rpcHost: setting({
    key: "rpc.host",
    flag: "--rpc-host <address>",
    env: "LUCID_RPC_HOST",
    summary: "address that JSON-RPC listens on",
    fallback: "127.0.0.1",
    schema: host,
  }),
  rpcPort: setting({
    key: "rpc.port",
    flag: "--rpc-port <port>",
    env: "LUCID_RPC_PORT",
    summary: "port of JSON-RPC; 0 takes a free one",
    fallback: 8545,
    schema: port,
  }),
  rpcModules: setting<readonly string[]>({
    key: "rpc.modules",
    flag: "--rpc-modules <names>",
    env: "LUCID_RPC_MODULES",
    summary: "method groups that are switched on, separated by commas",
    fallback: [...RPC_MODULES, "rpc"],
    schema: listOf((name) => moduleNames.includes(name), `must be of ${moduleNames.join(", ")}`),
  }),
  rpcCors: setting<readonly string[]>({
    key: "rpc.cors",
    flag: "--rpc-cors <origins>",
    env: "LUCID_RPC_CORS",
    summary: "web origins that may call, separated by commas; * is any",
    fallback: [],
    schema: listOf(isOrigin, "must be * or origins such as https://wallet.example"),
  }),
  rpcHosts: setting<readonly string[]>({
    key: "rpc.hosts",
    flag: "--rpc-hosts <names>",
    env: "LUCID_RPC_HOSTS",
    summary: "Host headers that are answered, separated by commas; * is any",
    fallback: ["localhost", "127.0.0.1", "[::1]"],
    schema: list,
  }),
  ...rpcLimitSettings,
  metricsEnabled: setting({
    key: "metrics.enabled",
    flag: "--no-metrics",
    env: "LUCID_METRICS_ENABLED",
    summary: "serve /metrics, /livez and /readyz (--no-metrics switches it off)",
    fallback: true,
    schema: flagValue,
  }),
  metricsHost: setting({
    key: "metrics.host",
    flag: "--metrics-host <address>",
    env: "LUCID_METRICS_HOST",
    summary: "address that metrics and health listen on",
    fallback: "127.0.0.1",
    schema: host,
  }),
  metricsPort: setting({
    key: "metrics.port",
    flag: "--metrics-port <port>",
    env: "LUCID_METRICS_PORT",
    summary: "port of metrics and health; 0 takes a free one",
    fallback: 9545,
    schema: port,
  }),
  p2pListen: setting<readonly string[]>({
    key: "p2p.listen",
    flag: "--p2p-listen <addresses>",
    env: "LUCID_P2P_LISTEN",
    summary: "addresses on which other nodes are let in, such as /ip4/0.0.0.0/tcp/30120; none lets nobody in",
    fallback: [],
    schema: addresses,
  }),
  p2pAnnounce: setting<readonly string[]>({
    key: "p2p.announce",
    flag: "--p2p-announce <addresses>",
    env: "LUCID_P2P_ANNOUNCE",
    summary: "addresses that other nodes are told instead, such as /dns4/node.example/tcp/30120 behind a router",
    fallback: [],
    schema: addresses,
  }),
  p2pPeers: setting<readonly string[]>({
    key: "p2p.peers",
    flag: "--peers <addresses>",
    env: "LUCID_P2P_PEERS",
    summary: "addresses of nodes to keep a connection to, such as /ip4/192.0.2.1/tcp/30120",
    fallback: [],
    schema: addresses,
  }),
  p2pDirectPeers: setting<readonly string[]>({
    key: "p2p.directPeers",
    flag: "--direct-peers <addresses>",
    env: "LUCID_P2P_DIRECT_PEERS",
    summary:
      "addresses with /p2p/ID of nodes of people you know: gossip always passes between them and you, if they name you too",
    fallback: [],
    schema: addresses,
  }),
  p2pBootnodes: setting<readonly string[]>({
    key: "p2p.bootnodes",
    flag: "--bootnodes <addresses>",
    env: "LUCID_P2P_BOOTNODES",
    summary: "addresses of bootstrap nodes, which know who else is there",
    fallback: [],
    schema: addresses,
  }),
  p2pDiscovery: setting({
    key: "p2p.discovery",
    flag: "--no-discovery",
    env: "LUCID_P2P_DISCOVERY",
    summary: "look for other nodes than those of --peers (--no-discovery switches it off)",
    fallback: true,
    schema: flagValue,
  }),
  p2pMaxPeers: setting({
    key: "p2p.maxPeers",
    flag: "--max-peers <count>",
    env: "LUCID_P2P_MAX_PEERS",
    summary: "most connections to other nodes, three quarters of them opened by others",
    fallback: 64,
    schema: count(4, 512),
  }),
  ...natSettings,
  ...torSettings,
  logLevel: setting<NodeConfig["log"]["level"]>({
    key: "log.level",
    flag: "--log-level <level>",
    env: "LUCID_LOG_LEVEL",
    summary: "trace, debug, info, warn, error or silent",
    fallback: "info",
    schema: z.enum(["trace", "debug", "info", "warn", "error", "silent"], {
      error: "must be trace, debug, info, warn, error or silent",
    }),
  }),
  logFormat: setting<"auto" | "pretty" | "json">({
    key: "log.format",
    flag: "--log-format <format>",
    env: "LUCID_LOG_FORMAT",
    summary: "auto (pretty on a terminal, else json), pretty or json",
    fallback: "auto",
    schema: z.enum(["auto", "pretty", "json"], { error: "must be auto, pretty or json" }),
  }),
  chunkQuota: setting({
    key: "chunks.quota",
    flag: "--chunk-quota <size>",
    env: "LUCID_CHUNK_QUOTA",
    summary: "most bytes of chunks that the node keeps, such as 64GiB",
    fallback: 64 * 2 ** 30,
    schema: size,
  }),
  checkpoint: setting({
    key: "chain.checkpoint",
    flag: "--checkpoint <height:root>",
    env: "LUCID_CHECKPOINT",
    summary:
      "a recent final block that you trust, as `lucid status` of another node shows it: a new node starts from a snapshot at or below it",
    fallback: "",
    schema: z.string().refine((text) => text === "" || parseCheckpoint(text) !== undefined, {
      error: "must be a height and a block root, such as 1234:0x and 64 hex digits",
    }),
  }),
  snapshots: setting({
    key: "chain.snapshots",
    flag: "--no-snapshots",
    env: "LUCID_SNAPSHOTS",
    summary:
      "make a snapshot of the state each day of the chain and keep the last two for newcomers (--no-snapshots: none)",
    fallback: true,
    schema: flagValue,
  }),
  archive: setting({
    key: "chain.archive",
    flag: "--archive",
    env: "LUCID_ARCHIVE",
    summary: "keep the state history of every block",
    fallback: false,
    schema: flagValue,
  }),
} as const;

export type SettingName = keyof typeof settings;
type ValueOf<S> = S extends Setting<infer T> ? T : never;
export type SettingValues = { readonly [Name in SettingName]: ValueOf<(typeof settings)[Name]> };
