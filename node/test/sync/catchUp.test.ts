import assert from "node:assert/strict";
import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fromHex, toHex } from "@lucid/consensus/base";
import { dataPaths, openDatabase } from "@lucid/storage";
import { BlockStore } from "../../src/chain/blockStore.js";
import { DEVNET_PASSPHRASE } from "../../src/cli/devnet/network.js";
import {
  deriveIdentity,
  factsOf,
  formatNetworkFile,
  newNetworkFile,
  writeNodeDirectory,
} from "../../src/networks/index.js";
import { createSnapshot } from "../../src/snapshot/createSnapshot.js";
import { snapshotPath } from "../../src/snapshot/snapshotShelf.js";
import { type CliResult, JUNK_WORDS, lucid, temporaryFolder } from "../e2e/cli/harness.js";
import { BuiltChain, type BuiltNetwork, builtNetwork, richWallets } from "../support/builtChain.js";
import { NodeProcess, until } from "../support/processNetwork.js";
import { sessionAnchor } from "../support/sessionAnchors.js";

const BLOCKS = 80;
/** Blocks above the snapshot that a node keeps. */
const ABOVE = 10;
/** Seconds, as on mainnet: no slot begins during the test. */
const SLOT = 120;

interface Created {
  readonly height: number;
  readonly root: string;
  readonly checkpoint: string;
}

/** Everything here is a process that a person would start, over TCP. */
describe("joining a network that has a history", function () {
  this.timeout(240_000);
  const folder = temporaryFolder();
  const at = (name: string) => join(folder.path, name);
  const env = { LUCID_PASSPHRASE: DEVNET_PASSPHRASE };
  const running: NodeProcess[] = [];
  let network: BuiltNetwork;
  let tip = "";
  let sources = "";

  /** A data directory with a key that founded the network, or the chain itself. */
  async function directory(name: string, index: number): Promise<string> {
    const identity = await deriveIdentity(JUNK_WORDS, 10 + index);
    const keys = { identity, passphrase: DEVNET_PASSPHRASE, cost: { n: 1024, r: 8, p: 1 } };
    await writeNodeDirectory({ dataDir: at(name), genesis: network.genesis, keys });
    return at(name);
  }

  function start(data: string, ...more: string[]): NodeProcess {
    const node = new NodeProcess(data, ["--no-discovery", "--p2p-listen", "/ip4/127.0.0.1/tcp/0", ...more]);
    running.push(node);
    return node;
  }

  const reached = (node: NodeProcess, height: number) =>
    until(`block ${height}`, async () => (await node.height()) >= height, 150);

  const headOf = (node: NodeProcess) =>
    node.rpc<{ hash: string }>("eth_getBlockByNumber", ["latest", false]).then(({ hash }) => hash);

  async function isSound(data: string): Promise<void> {
    const { code, stdout, stderr } = await lucid(["db", "check", "--data", data], { env });
    assert.equal(code, 0, stdout + stderr);
  }

  before(async () => {
    const genesisTime = Math.floor(Date.now() / 1000) - SLOT * (BLOCKS + 3);
    network = await builtNetwork({ validators: 4, slotDuration: SLOT, genesisTime });
    const data = await directory("first", 0);
    const paths = dataPaths(data);
    const store = await openDatabase({ location: paths.chain });
    const chain = await BuiltChain.open(network, store);
    const [owner, other] = richWallets;
    assert.ok(owner !== undefined && other !== undefined);
    const anchors = (height: number) =>
      [owner, other].map((each, i) => sessionAnchor(each, height - 1, `${height}/${i}`));
    await chain.extend(BLOCKS - ABOVE, anchors);
    const path = snapshotPath(paths.snapshots, BLOCKS - ABOVE);
    await createSnapshot(store, { genesisRoot: chain.config.genesisRoot, path });
    await chain.extend(ABOVE, anchors);
    tip = toHex(chain.tip.root);
    await chain.stop();
    await store.close();
    await directory("second", 1);
    cpSync(paths.chain, dataPaths(at("second")).chain, { recursive: true });
  });
  after(async () => {
    await Promise.all(running.filter((node) => node.running).map((node) => node.stop()));
    folder.remove();
  });

  describe("by lucid snapshot", () => {
    const file = at("state.lucid");
    const broken = at("broken.lucid");
    let created: Created;

    const refused = ({ code, stdout, stderr }: CliResult, name: string): void => {
      assert.notEqual(code, 0, stdout);
      assert.match(stderr, new RegExp(`^error: [^\\n]+ \\[${name}\\]\\n$`));
    };
    const restore = (data: string, path: string, ...more: string[]) =>
      lucid(["snapshot", "restore", path, "--data", data, ...more], { env });

    it("writes the state of a stopped node, and no file over another", async () => {
      const create = ["snapshot", "create", file, "--data", at("second")];
      const result = await lucid([...create, "--json"], { env });
      assert.equal(result.code, 0, result.stderr);
      created = JSON.parse(result.stdout) as Created;
      assert.equal(created.checkpoint, `${BLOCKS}:${tip}`);
      refused(await lucid(create, { env }), "FILE_EXISTS");
    });

    it("refuses what is cut off, changed, newer, of another network or not vouched for, and leaves nothing behind", async () => {
      const data = await directory("restored", 2);
      const whole = readFileSync(file);
      const tries: readonly (readonly [Uint8Array, string])[] = [
        [whole.subarray(0, whole.length - 1), "SNAPSHOT_DAMAGED"],
        [whole.map((byte, index) => (index === whole.length >> 1 ? byte ^ 1 : byte)), "SNAPSHOT_DAMAGED"],
        [whole.map((byte, index) => (index === 7 ? byte + 1 : byte)), "SNAPSHOT_VERSION"],
        [whole.map((byte, index) => (index === 8 ? byte ^ 1 : byte)), "SNAPSHOT_NETWORK"],
      ];
      for (const [bytes, code] of tries) {
        writeFileSync(broken, bytes);
        refused(await restore(data, broken, "--checkpoint", created.checkpoint), code);
      }
      refused(await restore(data, file), "SNAPSHOT_UNTRUSTED");
      refused(await restore(at("second"), file, "--checkpoint", created.checkpoint), "IMPORT_NOT_EMPTY");
      const store = await openDatabase({ location: dataPaths(data).chain });
      assert.equal(new BlockStore(store).head(), undefined);
      await store.close();
      assert.ok(!existsSync(dataPaths(data).chainImport));
    });

    it("begins the chain of a directory with it", async () => {
      const result = await restore(at("restored"), file, "--checkpoint", created.checkpoint);
      assert.equal(result.code, 0, result.stderr);
      await isSound(at("restored"));
      const node = start(at("restored"));
      await node.ready;
      assert.equal(await headOf(node), tip);
      await node.stop();
    });
  });

  describe("over the network", () => {
    it("follows from genesis with two peers, and goes on where it was after kill -9", async () => {
      const nodes = [start(at("first")), start(at("second"))];
      sources = (await Promise.all(nodes.map(async (node) => (await node.ready).p2p))).join(",");
      const data = await directory("newcomer", 3);
      const began = performance.now();
      const killed = start(data, "--peers", sources);
      const seen = await until("blocks of the newcomer", async () => {
        const height = await killed.height();
        return height >= BLOCKS / 4 && height;
      });
      await killed.kill();
      const again = start(data, "--peers", sources);
      await again.ready;
      assert.ok((await again.height()) >= seen, "it has what it had told of");
      await reached(again, BLOCKS);
      const seconds = (performance.now() - began) / 1000;
      assert.equal(await headOf(again), tip);
      // Two starts included; a quiet machine needs a tenth of it.
      assert.ok(seconds < 120, `${seconds} s for ${BLOCKS} blocks`);
      await again.stop();
      await isSound(data);
    });

    it("begins at a trusted block with the state from a peer, within a minute", async () => {
      const data = await directory("light", 2);
      // As a network's file has it; --checkpoint says the same for one node.
      const file = newNetworkFile(network.genesis, []);
      const facts = factsOf({ ...file, checkpoint: { height: BLOCKS, blockRoot: tip } });
      writeFileSync(dataPaths(data).network, formatNetworkFile(facts));
      const began = performance.now();
      const node = start(data, "--peers", sources);
      await node.ready;
      const seconds = (performance.now() - began) / 1000;
      await reached(node, BLOCKS);
      assert.equal(await headOf(node), tip);
      assert.ok(seconds < 60, `ready after ${seconds} s`);
      await assert.rejects(node.rpc("eth_getBlockByNumber", ["0x5", false]), /4444/, "blocks before it are not there");
      const [owner] = richWallets;
      const address = toHex(owner?.address ?? fromHex("0x"));
      assert.equal(Number(await node.rpc<string>("eth_getTransactionCount", [address, "latest"])), BLOCKS);
      await node.stop();
      await isSound(data);
    });
  });
});
