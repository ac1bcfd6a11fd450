import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BlsSigner } from "@lucid/consensus";
import type { Libp2pNetwork, PeerId } from "@lucid/p2p";
import { ProtocolNames, RawPeer, Strain } from "@lucid/p2p/testing";
import { TEST_MNEMONIC } from "../../src/cli/devnet/accounts.js";
import { openDevnet } from "../../src/cli/devnet/network.js";
import { resolveConfig, type SettingName, toNodeConfig } from "../../src/config/index.js";
import { deriveIdentity, type GenesisFile, genesisRootOf } from "../../src/networks/index.js";
import { startNode } from "../../src/node/startNode.js";
import type { RunningNode } from "../../src/node/types.js";
import { until } from "./processNetwork.js";
import { testPeer } from "./testPeer.js";

/** The only validator of a devnet with all that `lucid start` opens, in this process: whoever strains it can be measured. */
export class FullNode {
  readonly running: RunningNode;
  readonly names: ProtocolNames;
  private readonly genesis: GenesisFile;
  private readonly networks: Libp2pNetwork[] = [];

  private constructor(running: RunningNode, genesis: GenesisFile) {
    this.running = running;
    this.genesis = genesis;
    this.names = new ProtocolNames(genesisRootOf(genesis), genesis.forkVersion);
  }

  /** @param flags settings beside those that take free ports and let everybody in */
  static async start(folder: string, flags: Partial<Record<SettingName, unknown>> = {}): Promise<FullNode> {
    const { genesis, nodes } = await openDevnet({ folder, validators: 1, slotSeconds: 2 });
    const [dataDir] = nodes;
    const { values } = resolveConfig({
      flags: {
        dataDir,
        validator: true,
        rpcPort: 0,
        metricsPort: 0,
        p2pListen: "/ip4/127.0.0.1/tcp/0",
        logLevel: "silent",
        ...flags,
      },
      env: {},
      file: undefined,
    });
    const { bls } = await deriveIdentity(TEST_MNEMONIC, 0);
    const running = await startNode({ config: toNodeConfig(values, false), blsSecretKey: bls.secretKey });
    return new FullNode(running, genesis);
  }

  get address(): string {
    return this.running.p2pAddress ?? assert.fail("the node does not listen");
  }

  /** A peer that keeps the rules. */
  async peer(): Promise<Libp2pNetwork> {
    const network = testPeer(this.genesis, { peers: [this.address] });
    this.networks.push(network);
    await network.start();
    await until("a peer that is connected", () => network.peers().length === 1);
    return network;
  }

  /** The founder's key, as devnets have it. */
  async signer(): Promise<BlsSigner> {
    return new BlsSigner((await deriveIdentity(TEST_MNEMONIC, 0)).bls.secretKey);
  }

  /** Values of a metric by its only label. */
  async metric(name: string): Promise<ReadonlyMap<string, number>> {
    const text = await (await fetch(`${this.running.metricsUrl}/metrics`)).text();
    const rows = text.matchAll(new RegExp(`^${name}\\{\\w+="([^"]*)"\\} (\\S+)$`, "gm"));
    return new Map([...rows].map(([, label, value]) => [label ?? "", Number(value)]));
  }

  async height(): Promise<number> {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_blockNumber", params: [] });
    const headers = { "content-type": "application/json" };
    const answer = await fetch(this.running.rpcUrl ?? "", { method: "POST", headers, body });
    return Number(((await answer.json()) as { readonly result: string }).result);
  }

  async stop(): Promise<void> {
    await Promise.all(this.networks.map((network) => network.stop()));
    await this.running.stop();
  }
}

/** A full node that makes blocks, a peer that keeps the rules, and those that do not; `before` and `after` of one suite. */
export class BesiegedNode {
  readonly node: FullNode;
  readonly honest: Libp2pNetwork;
  readonly attackers: RawPeer[] = [];
  private readonly folder: string;

  private constructor(folder: string, node: FullNode, honest: Libp2pNetwork) {
    this.folder = folder;
    this.node = node;
    this.honest = honest;
  }

  static async start(flags: Partial<Record<SettingName, unknown>> = {}): Promise<BesiegedNode> {
    const folder = await mkdtemp(join(tmpdir(), "lucid-besieged-"));
    const node = await FullNode.start(folder, flags);
    const besieged = new BesiegedNode(folder, node, await node.peer());
    await until("a block", async () => (await node.height()) >= 1);
    return besieged;
  }

  /** The node as the honest peer knows it. */
  get victim(): PeerId {
    return this.honest.peers()[0]?.id ?? assert.fail("the honest peer is not connected");
  }

  /** Watches memory, event loop, and all that the node keeps on the disk. */
  strain(): Strain {
    return new Strain(this.folder);
  }

  async attacker(): Promise<RawPeer> {
    const peer = await RawPeer.connect(this.node.address, this.node.names);
    this.attackers.push(peer);
    return peer;
  }

  async stop(): Promise<void> {
    await Promise.all(this.attackers.map((attacker) => attacker.stop()));
    await this.node.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
