import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { presets } from "@lucid/consensus";
import { openDataDirectory } from "@lucid/storage";
import { WebSocket } from "ws";
import type { NodeConfig } from "../../../src/config/index.js";
import {
  createGenesisFile,
  deriveIdentity,
  type GenesisFile,
  genesisValidator,
  type NodeIdentity,
  writeNodeDirectory,
} from "../../../src/networks/index.js";
import { labelledMetrics, nodeMetrics, rpcRequestSeconds } from "../../../src/node/nodeMetrics.js";
import { startNode } from "../../../src/node/startNode.js";
import type { RunningNode } from "../../../src/node/types.js";
import { DEFAULT_RPC_LIMITS } from "../../../src/rpc/index.js";
import { wallets } from "../../support/testValidator.js";
import { ETHER, GWEI } from "../../support/wallet.js";

const WORDS = "test test test test test test test test test test test junk";
const SLOT_SECONDS = 2;

interface Receipt {
  readonly status: string;
  readonly blockHash: string;
}

describe("node", function () {
  this.timeout(60_000);
  let folder = "";
  let identities: readonly NodeIdentity[] = [];
  const running: RunningNode[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "lucid-node-"));
    identities = await Promise.all([0, 1, 2, 3].map((index) => deriveIdentity(WORDS, index)));
  });

  after(() => rm(folder, { recursive: true, force: true }));

  afterEach(async () => {
    await Promise.all(running.splice(0).map((node) => node.stop()));
  });

  function genesisOf(validators: number): Promise<GenesisFile> {
    return createGenesisFile({
      network: "test",
      preset: "devnet",
      genesisTime: Math.floor(Date.now() / 1000),
      slotDuration: SLOT_SECONDS,
      validators: identities.slice(0, validators).map((each) => genesisValidator(each, presets.devnet.chainId)),
      balances: wallets.map(({ address }) => ({ address, balance: 1_000n * ETHER })),
    });
  }

  async function directory(name: string, genesis: GenesisFile, index: number): Promise<string> {
    const dataDir = join(folder, name);
    const identity = identities[index] ?? assert.fail("no identity");
    await writeNodeDirectory({
      dataDir,
      genesis,
      keys: { identity, passphrase: "passphrase", cost: { n: 1024, r: 8, p: 1 } },
    });
    return dataDir;
  }

  function configOf(dataDir: string, p2p: Partial<NodeConfig["p2p"]> = {}): NodeConfig {
    return {
      dataDir,
      validator: true,
      rpc: {
        enabled: true,
        host: "127.0.0.1",
        port: 0,
        modules: ["eth", "net", "web3", "txpool", "lucid", "rpc"],
        corsOrigins: [],
        allowedHosts: ["127.0.0.1", "localhost"],
        limits: DEFAULT_RPC_LIMITS,
      },
      metrics: { enabled: true, host: "127.0.0.1", port: 0 },
      p2p: { listen: [], announce: [], peers: [], bootnodes: [], discovery: true, maxPeers: 16, ...p2p },
      log: { level: "silent", format: "json" },
      chunks: { quota: 1 << 30 },
      chain: { archive: false, checkpoint: "", snapshots: true },
    };
  }

  async function start(config: NodeConfig, index = 0): Promise<RunningNode> {
    const blsSecretKey = identities[index]?.bls.secretKey ?? assert.fail("no key");
    const node = await startNode({ config, blsSecretKey });
    running.push(node);
    return node;
  }

  async function rpc(node: RunningNode, method: string, params: unknown[] = []): Promise<unknown> {
    const response = await fetch(node.rpcUrl ?? "", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    });
    const { result, error } = (await response.json()) as { result?: unknown; error?: { message: string } };
    assert.equal(error, undefined, error?.message);
    return result;
  }

  function local(node: RunningNode, method: string, params: unknown[] = []): Promise<{ result?: unknown }> {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        { socketPath: node.socketPath, method: "POST", path: "/", headers: { "content-type": "application/json" } },
        (response) => {
          let text = "";
          response.on("data", (part: Buffer) => {
            text += part.toString();
          });
          response.on("end", () => resolve(JSON.parse(text) as { result?: unknown }));
        },
      );
      outgoing.on("error", reject);
      outgoing.end(JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }));
    });
  }

  /** Resolves with the number of the next block that the WebSocket tells of, once it is at least `number`. */
  async function headAtLeast(node: RunningNode, number: number): Promise<number> {
    const socket = new WebSocket(node.wsUrl ?? "");
    await once(socket, "open");
    const reached = new Promise<number>((resolve) => {
      socket.on("message", (data: Buffer) => {
        const message = JSON.parse(data.toString()) as { params?: { result: { number: string } } };
        const head = Number(message.params?.result.number ?? -1);
        if (head >= number) resolve(head);
      });
    });
    socket.send(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_subscribe", params: ["newHeads"] }));
    const head = await reached;
    socket.close();
    return head;
  }

  it("makes blocks, takes a transaction into one, and goes on after a restart", async () => {
    const genesis = await genesisOf(1);
    const config = configOf(await directory("single", genesis, 0));
    const node = await start(config);
    assert.equal(node.chainId, 120_122);
    const [from, to] = wallets;
    assert.ok(from !== undefined && to !== undefined);
    const raw = from.sign({ nonce: 0, to: to.address, value: 7n, gasLimit: 21_000n, maxFeePerGas: 100n * GWEI });
    const hash = await rpc(node, "eth_sendRawTransaction", [`0x${Buffer.from(raw).toString("hex")}`]);
    let head = await headAtLeast(node, 1);
    let receipt: Receipt | null = null;
    // Blocks are built before their slot: the transaction may be too late for the next one, or on a slow machine two.
    for (let blocks = 0; receipt === null && blocks < 5; blocks++) {
      head = await headAtLeast(node, head + 1);
      receipt = (await rpc(node, "eth_getTransactionReceipt", [hash])) as Receipt | null;
    }
    assert.equal(receipt?.status, "0x1");
    await node.stop();
    await node.stop();
    assert.equal(await node.stopped, undefined);
    const again = await start(config);
    const found = (await rpc(again, "eth_getTransactionReceipt", [hash])) as { blockHash: string };
    assert.equal(found.blockHash, receipt?.blockHash);
    assert.ok((await headAtLeast(again, head + 1)) > head);
  });

  it("tells its health, metrics and status, and obeys its owner on the socket", async () => {
    const node = await start(configOf(await directory("health", await genesisOf(1), 0)));
    await headAtLeast(node, 1);
    assert.equal((await fetch(`${node.metricsUrl}/livez`)).status, 200);
    const ready = await fetch(`${node.metricsUrl}/readyz?verbose`);
    assert.deepEqual([ready.status, (await ready.text()).split("\n").at(-2)], [200, "ready"]);
    const metrics = await (await fetch(`${node.metricsUrl}/metrics`)).text();
    // docs/metrics.md is written from the same tables: what is in it is told, and nothing of ours is told that is not.
    const listed = [...Object.values(nodeMetrics).flat(), ...labelledMetrics].map(({ name }) => name);
    const told = [...metrics.matchAll(/^# TYPE (lucid_\w+) \w+$/gm)].map(([, name]) => name ?? "");
    assert.deepEqual([...told].sort(), [...listed, rpcRequestSeconds.name].sort());
    for (const { name, type } of Object.values(nodeMetrics).flat()) {
      assert.match(metrics, new RegExp(`^# TYPE ${name} ${type}\n${name} -?[\\d.e+-]+$`, "m"));
    }
    assert.match(metrics, /^lucid_gossip_mesh_peers\{topic="vote"\} 0$/m);
    assert.match(metrics, /^nodejs_eventloop_lag_seconds /m);
    const status = (await rpc(node, "lucid_consensusStatus")) as {
      signing: string;
      seenWeight: number;
      quorumWeight: number;
    };
    assert.equal(status.signing, "active");
    assert.ok(status.seenWeight >= status.quorumWeight);
    assert.equal((await local(node, "admin_setLogLevel", ["*", "error"])).result, true);
    const levels = (await local(node, "admin_logLevels")).result as Record<string, string>;
    assert.deepEqual(new Set(Object.values(levels)), new Set(["error"]));
    const over = await fetch(node.rpcUrl ?? "", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "admin_stop", params: [] }),
    });
    assert.ok("error" in ((await over.json()) as object), "admin methods must not be open over TCP");
    await local(node, "admin_stop");
    assert.equal(await node.stopped, undefined);
  });

  it("refuses a second process on its data, a taken port and a key of nobody, and leaves nothing behind", async () => {
    const dataDir = await directory("refusals", await genesisOf(1), 0);
    const config = configOf(dataDir);
    const node = await start(config);
    await assert.rejects(start(config), { code: "DATA_LOCKED" });
    await node.stop();

    const holder = createServer().listen({ host: "127.0.0.1", port: 0 });
    await once(holder, "listening");
    const bound = holder.address();
    const port = typeof bound === "object" && bound !== null ? bound.port : 0;
    await assert.rejects(start({ ...config, rpc: { ...config.rpc, port } }), { code: "RPC_PORT_IN_USE" });
    await assert.rejects(start({ ...config, metrics: { ...config.metrics, port } }), { code: "NODE_PORT_IN_USE" });
    await assert.rejects(start(configOf(dataDir, { listen: [`/ip4/127.0.0.1/tcp/${port}`] })), {
      code: "P2P_LISTEN_FAILED",
    });
    holder.close();
    await assert.rejects(startNode({ config }), { code: "VALIDATOR_KEY_UNKNOWN" });
    await assert.rejects(startNode({ config, blsSecretKey: new Uint8Array(32) }), { code: "VALIDATOR_KEY_UNKNOWN" });
    // Whatever failed has given its lock back.
    await (await openDataDirectory(dataDir)).close();
    await headAtLeast(await start(config), 1);
  });

  it("refuses data of another network", async () => {
    const dataDir = await directory("mine", await genesisOf(1), 0);
    const other = await directory("other", { ...(await genesisOf(1)), genesisTime: 1_800_000_000 }, 0);
    const { rename, copyFile } = await import("node:fs/promises");
    await rename(join(dataDir, "genesis.json"), join(dataDir, "old.json"));
    await copyFile(join(other, "genesis.json"), join(dataDir, "genesis.json"));
    await assert.rejects(start(configOf(dataDir)), { code: "DATA_NETWORK" });
  });

  it("decides with three others over real sockets, and with two of them when one stops", async () => {
    const genesis = await genesisOf(4);
    const nodes: RunningNode[] = [];
    for (let index = 0; index < 4; index++) {
      const peers = nodes.map((node) => node.p2pAddress ?? assert.fail("not listening"));
      const p2p = { listen: ["/ip4/127.0.0.1/tcp/0"], peers };
      nodes.push(await start(configOf(await directory(`four${index}`, genesis, index), p2p), index));
    }
    const [first, second] = nodes;
    assert.ok(first !== undefined && second !== undefined);
    const head = await headAtLeast(first, 2);
    const hashes = await Promise.all(
      nodes.map(async (node) => {
        await headAtLeast(node, head);
        return ((await rpc(node, "eth_getBlockByNumber", [`0x${head.toString(16)}`, false])) as { hash: string }).hash;
      }),
    );
    assert.equal(new Set(hashes).size, 1);
    await nodes[3]?.stop();
    const before = Number(await rpc(first, "eth_blockNumber"));
    assert.ok((await headAtLeast(second, before + 2)) >= before + 2);
  });
});
