import assert from "node:assert/strict";
import { hasCode } from "@lucid/consensus/base";
import fc from "fast-check";
import {
  nearest,
  parseConfigFile,
  parseSize,
  resolveConfig,
  rpcLimitSettings,
  settings,
  toNodeConfig,
} from "../../../src/config/index.js";
import { DEFAULT_RPC_LIMITS } from "../../../src/rpc/limits.js";

const invalid = (error: unknown): boolean => hasCode(error, "CONFIG_INVALID");

describe("configuration", () => {
  it("prefers flag over environment over file over default", () => {
    const file = { path: "config.yaml", text: "rpc:\n  port: 1\n  host: 10.0.0.1\nmetrics:\n  port: 3\n" };
    const env = { LUCID_RPC_PORT: "2", LUCID_METRICS_PORT: "4" };
    const { values, origins } = resolveConfig({ flags: { metricsPort: "5" }, env, file });
    assert.equal(values.rpcPort, 2);
    assert.equal(values.rpcHost, "10.0.0.1");
    assert.equal(values.metricsPort, 5);
    assert.equal(values.logLevel, "info");
    assert.deepEqual(
      [origins.rpcPort, origins.rpcHost, origins.metricsPort, origins.logLevel],
      ["environment", "file", "flag", "default"],
    );
  });

  it("takes an empty file and an empty variable as nothing said", () => {
    const { origins } = resolveConfig({ flags: {}, env: { LUCID_RPC_PORT: "" }, file: { path: "f", text: "" } });
    assert.ok(Object.values(origins).every((origin) => origin === "default"));
    assert.doesNotThrow(() => resolveConfig({ flags: {}, env: {}, file: { path: "f", text: "rpc:\n" } }));
  });

  it("takes the address of a peer behind a relay, and none that ends in the middle of a name", () => {
    const base = "/ip4/192.0.2.1/tcp/30120/p2p/12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN/p2p-circuit";
    const behind = `${base}/p2p/12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN`;
    const peersOf = (address: string) =>
      resolveConfig({ flags: { p2pPeers: address }, env: {}, file: undefined }).values.p2pPeers;
    for (const address of [base, behind]) assert.deepEqual(peersOf(address), [address]);
    for (const wrong of [`${behind}/p2p`, `${base}/tcp/1`, "/ip4/192.0.2.1/tcp/30120/p2p-circuit"]) {
      assert.throws(() => peersOf(wrong), invalid);
    }
  });

  it("reads lists from text with commas and from YAML lists", () => {
    const fromEnv = resolveConfig({ flags: {}, env: { LUCID_RPC_MODULES: "eth, net" }, file: undefined });
    assert.deepEqual(fromEnv.values.rpcModules, ["eth", "net"]);
    const fromFile = resolveConfig({ flags: {}, env: {}, file: { path: "f", text: "rpc: { modules: [eth, web3] }" } });
    assert.deepEqual(fromFile.values.rpcModules, ["eth", "web3"]);
  });

  it("names an unknown setting and the one that was meant", () => {
    assert.throws(() => parseConfigFile("rpc:\n  prot: 1\n", "my.yaml"), {
      code: "CONFIG_INVALID",
      message: 'my.yaml has the unknown setting "rpc.prot"; did you mean "rpc.port"?',
    });
  });

  it("names the line of bad YAML and refuses what is no mapping", () => {
    assert.throws(() => parseConfigFile("a: [1\nb: 2\n", "my.yaml"), /my\.yaml, line \d+ is not valid YAML/);
    assert.throws(() => parseConfigFile("- 1\n", "my.yaml"), invalid);
    assert.throws(() => parseConfigFile("data: /tmp\n", "my.yaml"), /unknown setting "data"/);
  });

  it("says which source a bad value came from", () => {
    const at = (sources: Partial<Parameters<typeof resolveConfig>[0]>) => () =>
      resolveConfig({ flags: {}, env: {}, file: undefined, ...sources });
    assert.throws(at({ flags: { rpcPort: "70000" } }), /^NodeError: --rpc-port is "70000" but must be 0 to 65535$/);
    assert.throws(at({ env: { LUCID_RPC_PORT: "x" } }), /LUCID_RPC_PORT is "x" but must be a port number/);
    assert.throws(at({ file: { path: "c.yaml", text: "log: {level: loud}" } }), /log\.level in c\.yaml is "loud"/);
    assert.throws(at({ file: { path: "c.yaml", text: "validator: maybe" } }), /validator in c\.yaml/);
  });

  it("brings every limit of JSON-RPC from its setting to its place", () => {
    const values = {
      "rpc.maxBody": ["2KiB", "maxBodyBytes", 2048],
      "rpc.maxBatch": ["3", "maxBatch", 3],
      "rpc.maxResponse": ["70KiB", "maxResponseBytes", 71_680],
      "rpc.rate": [5, "rateLimit", { perSecond: 5, burst: 2001 }],
      "rpc.burst": [2001, "rateLimit", { perSecond: 5, burst: 2001 }],
      "rpc.callGas": ["30_000", "callGas", 30_000n],
      "rpc.callTime": [8, "callMilliseconds", 8],
      "rpc.maxLogs": [9, "maxLogs", 9],
      "rpc.maxLogRange": [10, "maxLogRange", 10],
      "rpc.maxConnections": [11, "maxConnections", 11],
      "rpc.maxWebSockets": [0, "maxWebSockets", 0],
      "rpc.maxSubscriptions": [13, "maxSubscriptionsPerConnection", 13],
    } as const;
    assert.deepEqual(
      Object.keys(values).sort(),
      Object.values(rpcLimitSettings)
        .map(({ key }) => key)
        .sort(),
    );
    const lines = Object.entries(values).map(([key, [value]]) => `  ${key.slice("rpc.".length)}: ${value}\n`);
    const resolved = resolveConfig({ flags: {}, env: {}, file: { path: "f", text: `rpc:\n${lines.join("")}` } });
    const { limits } = toNodeConfig(resolved.values, false).rpc;
    for (const [key, [, place, expected]] of Object.entries(values)) assert.deepEqual(limits[place], expected, key);
    const defaults = toNodeConfig(resolveConfig({ flags: {}, env: {}, file: undefined }).values, false);
    assert.deepEqual(defaults.rpc.limits, DEFAULT_RPC_LIMITS);
  });

  it("leaves room for two of the largest requests with their answers", () => {
    const flags = { rpcMaxBody: "64MiB", rpcMaxResponse: "128MiB" };
    const { values } = resolveConfig({ flags, env: {}, file: undefined });
    assert.equal(toNodeConfig(values, false).rpc.limits.maxBytesInFlight, 2 * 192 * 2 ** 20);
  });

  it("refuses what is beyond the bounds of a limit, in one sentence", () => {
    for (const name of Object.keys(rpcLimitSettings) as (keyof typeof rpcLimitSettings)[]) {
      const { env, flag } = rpcLimitSettings[name];
      for (const value of ["-1", "1.5", "many", "", " ", "0x10", "1e3", "99999999999999", "true"]) {
        const sources = [
          { flags: { [name]: value }, env: {} },
          ...(value === "" ? [] : [{ flags: {}, env: { [env]: value } }]),
        ];
        for (const source of sources) {
          assert.throws(
            () => resolveConfig({ ...source, file: undefined }),
            (error: Error) =>
              invalid(error) &&
              /^(--rpc-[a-z-]+|LUCID_RPC_[A-Z_]+) is "[^"]*" but must be a (whole number|size) from \d+\w* to \d+\w*$/.test(
                error.message,
              ),
            `${flag} ${value}`,
          );
        }
      }
    }
    const file = (text: string) => () => resolveConfig({ flags: {}, env: {}, file: { path: "f", text } });
    assert.throws(
      file("rpc: {maxBatch: true}"),
      /rpc\.maxBatch in f is "true" but must be a whole number from 1 to 10000/,
    );
    assert.throws(file("rpc: {maxBatch: [1]}"), /but must be a whole number/);
    assert.throws(file("rpc: {burst: 1999}"), /from 2000 to/);
  });

  it("refuses a module and an origin that cannot be", () => {
    const flag = (flags: Record<string, string>) => () => resolveConfig({ flags, env: {}, file: undefined });
    assert.throws(flag({ rpcModules: "eth,debgu" }), /--rpc-modules is "eth,debgu" but must be of eth, net, /);
    assert.throws(flag({ rpcCors: "wallet.example" }), /must be \* or origins such as https:\/\/wallet\.example/);
    assert.throws(flag({ rpcCors: "https://wallet.example/" }), /must be \* or origins/);
    assert.doesNotThrow(flag({ rpcCors: "https://wallet.example,http://localhost:3000" }));
    assert.doesNotThrow(flag({ rpcCors: "*" }));
  });

  it("never throws anything uncoded on arbitrary files", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        try {
          resolveConfig({ flags: {}, env: {}, file: { path: "f", text } });
        } catch (error) {
          assert.ok(invalid(error), String(error));
        }
      }),
      { seed: 20261123, numRuns: 300 },
    );
  });

  it("parses sizes", () => {
    assert.equal(parseSize("64GiB"), 64 * 2 ** 30);
    assert.equal(parseSize("1.5 MB"), 1_500_000);
    assert.equal(parseSize("17"), 17);
    for (const bad of ["", "x", "1 XB", "-1", "9999999999 TB"]) assert.equal(parseSize(bad), undefined, bad);
  });

  it("has one flag, one variable and one key a setting", () => {
    const all = Object.values(settings);
    for (const field of ["key", "flag", "env"] as const) {
      assert.equal(new Set(all.map((setting) => setting[field])).size, all.length, field);
    }
    for (const { env } of all) assert.match(env, /^LUCID_[A-Z0-9_]+$/);
  });

  it("turns into the node's configuration", () => {
    const { values } = resolveConfig({ flags: { dataDir: "x" }, env: {}, file: undefined });
    const config = toNodeConfig(values, false);
    assert.ok(config.dataDir.startsWith("/"));
    assert.equal(config.log.format, "json");
    assert.equal(toNodeConfig(values, true).log.format, "pretty");
  });

  it("guesses only what is near", () => {
    assert.equal(nearest("rpc.prot", ["rpc.port", "log.level"]), "rpc.port");
    assert.equal(nearest("zzzzzz", ["rpc.port", "log.level"]), undefined);
  });
});
