import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { equalBytes, toHex, VirtualClock } from "@lucid/consensus/base";
import { MemoryHub } from "@lucid/p2p";
import {
  ChunkStore,
  checkDatabase,
  chunkInvariants,
  databaseInvariants,
  migrateSchema,
  reconcileChunks,
  sealChunk,
} from "@lucid/storage";
import { type CrashScenario, enumerateCrashes, type FaultDisk } from "@lucid/storage/faults";
import { chainInvariants } from "../../../src/chain/chainInvariants.js";
import type { GenesisFile } from "../../../src/networks/index.js";
import { stateInvariants } from "../../../src/state/stateInvariants.js";
import {
  GENESIS_TIME,
  run,
  SignatureLog,
  SLOT_SECONDS,
  settle,
  TestValidator,
  testGenesis,
  wallets,
} from "../../support/testValidator.js";
import { GWEI } from "../../support/wallet.js";

/** What the outside has been told, over all lives of the machine. */
interface World {
  readonly clock: VirtualClock;
  readonly hub: MemoryHub;
  readonly signatures: SignatureLog;
  readonly transactions: Uint8Array[];
  readonly blocks: Map<number, Uint8Array>;
  readonly chunks: { readonly root: Uint8Array; readonly hash: string }[];
  readonly forgetful: boolean;
}

/** Seconds into a slot at which the block of the next one is built. */
const BUILT = SLOT_SECONDS - 0.2;

const sha = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describe("a validator that stops at any write or fsync", () => {
  let genesis: GenesisFile;
  let genesisRoot: Uint8Array;
  let chunk: Awaited<ReturnType<typeof sealChunk>>;

  before(async () => {
    genesis = await testGenesis(1);
    chunk = await sealChunk(new Uint8Array(5_000).fill(7), {
      sessionKey: new Uint8Array(32).fill(1),
      sessionId: new Uint8Array(32).fill(2),
      index: 0,
      last: true,
      manifest: false,
    });
  });

  const begin = (forgetful: boolean): World => ({
    forgetful,
    clock: new VirtualClock(GENESIS_TIME * 1000),
    hub: new MemoryHub(),
    signatures: new SignatureLog(),
    transactions: [],
    blocks: new Map(),
    chunks: [],
  });

  async function withNode(
    disk: FaultDisk,
    world: World,
    live: (node: TestValidator, chunks: ChunkStore) => Promise<void>,
  ) {
    const store = disk.store();
    await migrateSchema(store);
    const node = await TestValidator.start({ genesis, index: 0, forgetful: world.forgetful }, { ...world, store });
    genesisRoot = node.config.genesisRoot;
    node.chain.onBlock((block) => world.blocks.set(block.header.height, block.root));
    const options = { folder: "/chunks", quotaBytes: 1 << 30, reservedFreeBytes: 0 };
    try {
      const chunks = await ChunkStore.open(options, { store, files: disk.files, now: () => world.clock.now() });
      await reconcileChunks(chunks, { extra: "remove" });
      await live(node, chunks);
      await chunks.close();
      await node.stop();
    } catch (error) {
      node.kill();
      // The driver must not go on in the background while the next life of the machine runs.
      await node.stop().catch(() => undefined);
      throw error;
    }
  }

  async function send(node: TestValidator, world: World, nonce: number): Promise<void> {
    const [from, to] = wallets;
    assert.ok(from !== undefined && to !== undefined);
    const raw = from.sign({ nonce, to: to.address, value: 1n, gasLimit: 21_000n, maxFeePerGas: 100n * GWEI });
    world.transactions.push(await node.mempool.add(raw, "local"));
  }

  async function seconds(node: TestValidator, world: World, count: number): Promise<void> {
    await run([node], world, { seconds: count });
  }

  const scenario = (forgetful: boolean): CrashScenario<World> => ({
    begin: () => begin(forgetful),
    async run(disk, world) {
      await withNode(disk, world, async (node, chunks) => {
        await send(node, world, 0);
        await seconds(node, world, BUILT);
        // The block of this slot is built by now; one that is built again in it would hold this transaction too, so a
        // vote that was forgotten shows as a double vote.
        await send(node, world, 1);
        await seconds(node, world, SLOT_SECONDS - BUILT);
        await chunks.put(chunk.root, chunk.blob);
        world.chunks.push({ root: chunk.root, hash: sha(chunk.blob) });
        await seconds(node, world, SLOT_SECONDS);
      });
    },
    async recover(disk, world) {
      await withNode(disk, world, async (node) => {
        // The slot in which it stopped and the next one: what it still has to vote, and a new block.
        await seconds(node, world, 2 * SLOT_SECONDS);
      });
    },
    async check(disk, world) {
      assert.deepEqual(world.signatures.conflicts, []);
      await withNode(disk, world, async (node, chunks) => {
        await settle([node], world.hub);
        for (const [height, root] of world.blocks) {
          const found = node.chain.blockByHeight(height)?.root;
          assert.ok(found !== undefined && equalBytes(found, root), `block ${height} is lost`);
        }
        for (const hash of world.transactions) {
          const there = node.chain.transaction(hash) !== undefined || node.mempool.get(hash) !== undefined;
          assert.ok(there, `transaction ${toHex(hash)} is lost`);
        }
        for (const { root, hash } of world.chunks) assert.equal(sha(await chunks.read(root)), hash);
        const store = disk.store();
        const report = await checkDatabase([
          ...databaseInvariants(store),
          ...chainInvariants(store, genesisRoot),
          ...stateInvariants(store),
          ...chunkInvariants(chunks, { deep: true }),
        ]);
        assert.deepEqual(report.problems, []);
      });
    },
    survivals: ["none", "all", { seed: 1 }],
  });

  it("starts again, is sound, has lost nothing that it acknowledged, and never signs twice", async function () {
    this.timeout(240_000);
    const summary = await enumerateCrashes(scenario(false));
    assert.ok(summary.points > 40, `only ${summary.points} points`);
  });

  it("would be caught if it signed before it wrote", async function () {
    this.timeout(240_000);
    await assert.rejects(enumerateCrashes(scenario(true)), /node 0/);
  });
});
