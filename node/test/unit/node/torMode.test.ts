import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resolveConfig, toNodeConfig } from "../../../src/config/index.js";
import { checkOnionOnly, torOptions } from "../../../src/node/torMode.js";

describe("Tor mode", () => {
  function config(flags: Parameters<typeof resolveConfig>[0]["flags"]): ReturnType<typeof toNodeConfig> {
    return toNodeConfig(resolveConfig({ flags, env: {}, file: undefined }).values, false);
  }

  it("takes Debian's port of Tor, or the one that is given, and nothing of it unless it is asked for", async () => {
    assert.equal(config({}).p2p.tor, undefined);
    assert.deepEqual(await torOptions(config({ p2pTor: true }).p2p.tor), {
      only: true,
      proxy: { host: "127.0.0.1", port: 9050 },
    });
    assert.deepEqual(await torOptions(config({ torProxy: "[::1]:9150", torControl: "10.0.0.2:9051" }).p2p.tor), {
      only: false,
      proxy: { host: "::1", port: 9150 },
      control: { host: "10.0.0.2", port: 9051, password: undefined },
    });
    for (const wrong of ["localhost:9050", "127.0.0.1", "tor.example:1", "::1:9050"]) {
      assert.throws(() => config({ torProxy: wrong }), { code: "CONFIG_INVALID" });
    }
  });

  it("uses no Tor that is out on the internet", async () => {
    for (const far of ["192.0.2.1:9050", "[2001:db8::1]:9050", "172.32.0.1:9050"]) {
      await assert.rejects(torOptions(config({ torProxy: far }).p2p.tor), { code: "TOR_CLEARNET" });
      await assert.rejects(torOptions(config({ p2pTor: true, torControl: far }).p2p.tor), { code: "TOR_CLEARNET" });
    }
  });

  it("lets nobody in or out in another way", () => {
    checkOnionOnly(config({ p2pTor: true }));
    checkOnionOnly(config({ p2pTor: true, rpcHost: "localhost", metricsHost: "::1" }));
    // What is switched off listens nowhere.
    checkOnionOnly(config({ p2pTor: true, rpcEnabled: false, rpcHost: "0.0.0.0" }));
    checkOnionOnly(config({ rpcHost: "0.0.0.0", p2pUpnp: true, p2pMdns: true, p2pRelay: "server" }));
    for (const open of [
      { rpcHost: "0.0.0.0" },
      { rpcHost: "node.example" },
      { metricsHost: "::" },
      { p2pUpnp: true },
      { p2pMdns: true },
      { p2pRelay: "client" },
    ]) {
      assert.throws(() => checkOnionOnly(config({ p2pTor: true, ...open })), { code: "TOR_CLEARNET" });
    }
  });

  it("reads the control port's password from a file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "lucid-tor-"));
    const file = join(folder, "password");
    const options = () => torOptions(config({ torControl: "127.0.0.1:9051", torPasswordFile: file }).p2p.tor);
    try {
      await assert.rejects(options(), { code: "TOR_PASSWORD" });
      await writeFile(file, "\n");
      await assert.rejects(options(), { code: "TOR_PASSWORD" });
      await writeFile(file, "open sesame\r\n");
      assert.equal((await options())?.control?.password, "open sesame");
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
