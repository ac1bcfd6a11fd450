import assert from "node:assert/strict";
import { sha256, u32be } from "@lucid/consensus/base";
import { enumerateCrashes, type FaultDisk } from "../../../src/faults/index.js";
import {
  emptyCodec,
  type KeyValueStore,
  migrateSchema,
  namespaces,
  Repository,
  rawCodec,
  textCodec,
  u32Codec,
} from "../../../src/index.js";

/** A chain in small: block, state, index and head change in one batch; transactions are journalled before. */
function openChain(store: KeyValueStore) {
  const blocks = new Repository(store, { namespace: namespaces.block, key: u32Codec, value: rawCodec });
  const heights = new Repository(store, { namespace: namespaces.heightByRoot, key: rawCodec, value: u32Codec });
  const state = new Repository(store, { namespace: namespaces.account, key: u32Codec, value: u32Codec });
  const head = new Repository(store, { namespace: namespaces.head, key: emptyCodec, value: u32Codec });
  const journal = new Repository(store, { namespace: namespaces.mempoolJournal, key: u32Codec, value: textCodec });
  return {
    blocks,
    heights,
    state,
    head,
    journal,
    admit: (id: number) => store.batch([journal.putOp(id, `transaction ${id}`)], { sync: true }),
    commit: async (height: number, transactions: readonly number[]) => {
      const body = u32be(height);
      await store.batch(
        [
          blocks.putOp(height, body),
          heights.putOp(sha256(body), height),
          ...Array.from({ length: 5 }, (_, account) => state.putOp(account, height * 10 + account)),
          head.putOp(undefined, height),
          ...transactions.map((id) => journal.delOp(id)),
        ],
        { sync: true },
      );
    },
  };
}

interface State {
  height: number;
  readonly admitted: Set<number>;
  /** Transactions of blocks whose commit was begun: they may be in the journal or in the chain. */
  readonly offered: Map<number, number>;
}

describe("a block commit stopped at every point", () => {
  const run = async (disk: FaultDisk, state: State) => {
    await migrateSchema(disk.store());
    const chain = openChain(disk.store());
    for (let height = (chain.head.get(undefined) ?? 0) + 1; height <= 4; height++) {
      await chain.admit(height);
      state.admitted.add(height);
      state.offered.set(height, height);
      await chain.commit(height, [height]);
      state.height = height;
    }
  };

  const check = async (disk: FaultDisk, state: State) => {
    await migrateSchema(disk.store());
    const chain = openChain(disk.store());
    const head = chain.head.get(undefined) ?? 0;
    assert.ok(head >= state.height, "a decided block is lost");
    for (let height = 1; height <= 5; height++) {
      assert.equal(chain.blocks.has(height), height <= head, `block ${height} with head ${head}`);
      assert.equal(chain.heights.get(sha256(u32be(height))), height <= head ? height : undefined);
    }
    for (let account = 0; account < 5; account++) {
      assert.equal(chain.state.get(account), head === 0 ? undefined : head * 10 + account, "torn state");
    }
    for (const id of state.admitted) {
      const included = (state.offered.get(id) ?? Number.POSITIVE_INFINITY) <= head;
      assert.equal(chain.journal.has(id), !included, `transaction ${id} was acknowledged`);
    }
  };

  const begin = (): State => ({ height: 0, admitted: new Set(), offered: new Map() });

  it("is whole or absent, and nothing acknowledged is lost", async () => {
    const summary = await enumerateCrashes({ begin, run, check });
    assert.deepEqual(summary, { points: 27, runs: 162 });
  });

  it("goes on after the restart, also when that is stopped again", async () => {
    const summary = await enumerateCrashes({ begin, run, recover: run, check, nested: true });
    assert.ok(summary.runs > 1_500, JSON.stringify(summary));
  });
});
