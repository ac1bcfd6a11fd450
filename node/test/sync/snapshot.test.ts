import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BlsVerifier } from "@lucid/consensus";
import { hasCode, toHex } from "@lucid/consensus/base";
import { checkDatabase, MemoryStore } from "@lucid/storage";
import type { BlockStore } from "../../src/chain/blockStore.js";
import { chainInvariants } from "../../src/chain/chainInvariants.js";
import { signatureInvariant } from "../../src/chain/signatureInvariant.js";
import { genesisOps } from "../../src/node/genesisChain.js";
import { recordInvariants } from "../../src/records/recordInvariants.js";
import { createSnapshot } from "../../src/snapshot/createSnapshot.js";
import { restoreSnapshot } from "../../src/snapshot/restoreSnapshot.js";
import { SnapshotReader } from "../../src/snapshot/snapshotFile.js";
import { stateInvariants } from "../../src/state/stateInvariants.js";
import { BuiltChain, type BuiltNetwork, builtNetwork, richWallets } from "../support/builtChain.js";
import { seededRandom } from "../support/random.js";
import { sessionAnchor } from "../support/sessionAnchors.js";

const BLOCKS = 24;

describe("snapshots", function () {
  this.timeout(60_000);
  let folder = "";
  let network: BuiltNetwork;
  let source: BuiltChain;
  let file = "";
  const anchors = (height: number) =>
    richWallets.slice(0, 4).map((wallet, index) => sessionAnchor(wallet, height - 1, `${height}/${index}`));

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "lucid-snapshot-"));
    network = await builtNetwork({ validators: 4, slotDuration: 2 });
    source = await BuiltChain.open(network);
    await source.extend(BLOCKS, anchors);
    file = join(folder, "head.snapshot");
    await createSnapshot(source.store, { genesisRoot: source.config.genesisRoot, path: file });
  });
  after(async () => {
    await source.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function restored(path: string): Promise<MemoryStore> {
    const store = new MemoryStore();
    const reader = await SnapshotReader.open(path);
    try {
      const { config } = source;
      const genesis = (blocks: BlockStore) => genesisOps(blocks, config);
      await restoreSnapshot(store, reader, genesis, { config, verifier: new BlsVerifier() });
      return store;
    } finally {
      await reader.close();
    }
  }

  it("bring a node to the same state, from which it takes the next blocks, and its database is sound", async () => {
    const store = await restored(file);
    const node = await BuiltChain.open(network, store);
    assert.equal(node.height, BLOCKS);
    assert.equal(node.chain.earliestHeight(), BLOCKS);
    assert.equal(toHex(node.tip.root), toHex(source.tip.root));
    const later = await BuiltChain.open(network);
    for (let height = 1; height <= BLOCKS; height++) await later.import(source.served(height));
    await later.extend(15, anchors);
    for (let height = BLOCKS + 1; height <= later.height; height++) await node.import(later.served(height));
    assert.equal(toHex(node.tip.root), toHex(later.tip.root));
    assert.equal(node.chain.blockByHeight(3), undefined);
    assert.equal(toHex(node.chain.rootAt(3) ?? new Uint8Array()), toHex(source.served(3).root));
    const report = await checkDatabase([
      ...chainInvariants(store, source.config.genesisRoot),
      signatureInvariant(store, source.config, new BlsVerifier()),
      ...recordInvariants(store),
      ...stateInvariants(store),
    ]);
    assert.deepEqual(report.problems, []);
    // And is the source of the next snapshot, whose headers reach back before its own first block.
    const next = join(folder, "next.snapshot");
    await createSnapshot(store, { genesisRoot: source.config.genesisRoot, path: next });
    const again = await BuiltChain.open(network, await restored(next));
    assert.equal(toHex(again.tip.root), toHex(later.tip.root));
    await Promise.all([node.stop(), later.stop(), again.stop()]);
  });

  it("are of the block of the moment when they were asked for, while the chain goes on", async () => {
    const chain = await BuiltChain.open(network);
    for (let height = 1; height <= BLOCKS; height++) await chain.import(source.served(height));
    const path = join(folder, "moving.snapshot");
    const created = createSnapshot(chain.store, { genesisRoot: source.config.genesisRoot, path });
    await chain.extend(10, anchors);
    assert.equal((await created).height, BLOCKS);
    assert.deepEqual(await readFile(path), await readFile(file));
    await chain.stop();
  });

  it("are refused wherever a byte is changed, cut off or added", async () => {
    const whole = await readFile(file);
    const random = seededRandom(1);
    const broken = join(folder, "broken.snapshot");
    for (let round = 0; round < 60; round++) {
      const bytes = Buffer.from(whole);
      const at = random.below(bytes.length);
      // The height in the file's own header is for people.
      if (at >= 40 && at < 44) continue;
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
      await writeFile(broken, bytes);
      await assert.rejects(
        restored(broken),
        (error) => hasCode(error, "SNAPSHOT_DAMAGED") || hasCode(error, "SNAPSHOT_NETWORK"),
        `byte ${at}`,
      );
    }
    for (const bytes of [
      whole.subarray(0, whole.length - 1),
      whole.subarray(0, 50),
      Buffer.concat([whole, whole.subarray(0, 9)]),
    ]) {
      await writeFile(broken, bytes);
      await assert.rejects(restored(broken), (error) => hasCode(error, "SNAPSHOT_DAMAGED"));
    }
  });
});
