import { resolve as resolvePath } from "node:path";
import { parseDocument } from "yaml";
import { NodeError } from "../errors.js";
import { toNatOptions } from "./natSettings.js";
import type { NodeConfig } from "./nodeConfig.js";
import { toRpcLimits } from "./rpcLimitSettings.js";
import { type Origin, type SettingName, type SettingValues, settings } from "./settings.js";
import { toTorConfig } from "./torSettings.js";

/** What each source says, before checking. Only what was really given is present. */
export interface ConfigSources {
  readonly flags: Partial<Record<SettingName, unknown>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Text of config.yaml and the path to show in messages. */
  readonly file: { readonly path: string; readonly text: string } | undefined;
}

export interface ResolvedConfig {
  readonly values: SettingValues;
  readonly origins: Readonly<Record<SettingName, Origin>>;
}

const names = Object.keys(settings) as SettingName[];

function invalid(message: string): NodeError {
  return new NodeError({ code: "CONFIG_INVALID", message });
}

function flatten(value: unknown, prefix: string, into: Map<string, unknown>, path: string): void {
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    into.set(prefix, value);
    return;
  }
  for (const [key, inner] of Object.entries(value)) {
    const dotted = prefix === "" ? key : `${prefix}.${key}`;
    // An empty section ("rpc:" and nothing below) says nothing.
    if (inner === null) continue;
    flatten(inner, dotted, into, path);
  }
}

/** Keys and values of a YAML configuration, dotted. @throws NodeError CONFIG_INVALID with line and column. */
export function parseConfigFile(text: string, path: string): ReadonlyMap<string, unknown> {
  const document = parseDocument(text, { prettyErrors: true });
  const [error] = document.errors;
  if (error !== undefined) {
    const place = error.linePos?.[0];
    const where = place === undefined ? "" : `, line ${place.line}`;
    throw invalid(`${path}${where} is not valid YAML (${error.message.split("\n")[0]?.replace(/ at line.*$/, "")})`);
  }
  let value: unknown;
  try {
    // Bounded: a few aliases of aliases would fill the memory.
    value = document.toJS({ maxAliasCount: 10 });
  } catch {
    throw invalid(`${path} is not valid YAML (an alias without an anchor, or too many)`);
  }
  const flat = new Map<string, unknown>();
  if (value === null || value === undefined) return flat;
  if (typeof value !== "object" || Array.isArray(value)) throw invalid(`${path} must hold "name: value" lines`);
  flatten(value, "", flat, path);
  const known = new Set(names.filter((name) => settings[name].inFile).map((name) => settings[name].key));
  for (const key of flat.keys()) {
    if (known.has(key)) continue;
    const near = nearest(key, [...known]);
    throw invalid(`${path} has the unknown setting "${key}"${near === undefined ? "" : `; did you mean "${near}"?`}`);
  }
  return flat;
}

/** The candidate at an edit distance of at most a third of the word, undefined if none. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word, candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitute = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(substitute, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}

function check<N extends SettingName>(name: N, value: unknown, source: string): SettingValues[N] {
  const result = settings[name].schema.safeParse(value);
  if (!result.success) {
    const shown = typeof value === "string" ? value : JSON.stringify(value);
    throw invalid(`${source} is "${shown}" but ${result.error.issues[0]?.message ?? "is not allowed"}`);
  }
  // The table ties name and schema together; TypeScript cannot follow the index.
  return result.data as SettingValues[N];
}

/** Merges the sources: flag, then environment, then file, then default. @throws NodeError CONFIG_INVALID */
export function resolveConfig(sources: ConfigSources): ResolvedConfig {
  const file =
    sources.file === undefined ? new Map<string, unknown>() : parseConfigFile(sources.file.text, sources.file.path);
  const values: Partial<Record<SettingName, unknown>> = {};
  const found: Partial<Record<SettingName, Origin>> = {};
  for (const name of names) {
    const { key, flag, env, fallback } = settings[name];
    const flagValue = sources.flags[name];
    const envValue = sources.env[env];
    if (flagValue !== undefined) {
      values[name] = check(name, flagValue, flag.split(" ")[0] ?? flag);
      found[name] = "flag";
    } else if (envValue !== undefined && envValue !== "") {
      values[name] = check(name, envValue, env);
      found[name] = "environment";
    } else if (file.has(key)) {
      values[name] = check(name, file.get(key), `${key} in ${sources.file?.path ?? "the file"}`);
      found[name] = "file";
    } else {
      values[name] = fallback;
      found[name] = "default";
    }
  }
  return { values: values as SettingValues, origins: found as Record<SettingName, Origin> };
}

/** The node's view of the settings; `terminal` decides what log.format auto means. */
export function toNodeConfig(values: SettingValues, terminal: boolean): NodeConfig {
  return {
    dataDir: resolvePath(values.dataDir),
    validator: values.validator,
    rpc: {
      enabled: values.rpcEnabled,
      host: values.rpcHost,
      port: values.rpcPort,
      modules: values.rpcModules,
      corsOrigins: values.rpcCors,
      allowedHosts: values.rpcHosts,
      limits: toRpcLimits(values),
    },
    metrics: { enabled: values.metricsEnabled, host: values.metricsHost, port: values.metricsPort },
    p2p: {
      listen: values.p2pListen,
      announce: values.p2pAnnounce,
      peers: values.p2pPeers,
      directPeers: values.p2pDirectPeers,
      bootnodes: values.p2pBootnodes,
      discovery: values.p2pDiscovery,
      maxPeers: values.p2pMaxPeers,
      nat: toNatOptions(values),
      tor: toTorConfig(values),
    },
    log: {
      level: values.logLevel,
      format: values.logFormat === "auto" ? (terminal ? "pretty" : "json") : values.logFormat,
    },
    chunks: { quota: values.chunkQuota },
    chain: { archive: values.archive, checkpoint: values.checkpoint, snapshots: values.snapshots },
  };
}
