import assert from "node:assert/strict";
import { ConsensusState, type Header, type Tip } from "@lucid/consensus";
import { fromHex, toHex, VirtualClock } from "@lucid/consensus/base";
import { MemoryHub } from "@lucid/p2p";
import { checkDatabase, MemoryStore, namespaces } from "@lucid/storage";
import { recordInvariants } from "../../../src/records/recordInvariants.js";
import { RecordStore } from "../../../src/records/recordStore.js";
import { RecordView } from "../../../src/records/recordView.js";
import type { RpcBackend } from "../../../src/rpc/backend.js";
import { ChainView } from "../../../src/rpc/chainView.js";
import type { Json } from "../../../src/rpc/index.js";
import { lucidRecordMethods } from "../../../src/rpc/methods/lucidRecords.js";
import { GENESIS_TIME, run, SLOT_SECONDS, TestValidator, testGenesis } from "../../support/testValidator.js";

interface Row {
  readonly slot: string;
  readonly primary: string;
  readonly fallbacks: readonly string[];
  readonly height: string;
  readonly result: { readonly winner: string | null; readonly reason: string } | null;
}
interface Tally {
  readonly epoch: string;
  readonly open: boolean;
  readonly entities: readonly (Record<string, string> & { readonly id: string; readonly entityId: string })[];
}
type Task = Readonly<Record<"nodeId" | "slot" | "type" | "value" | "sig" | "ts", string>>;

describe("records of the consensus", () => {
  let running: TestValidator[] = [];

  async function network(count: number) {
    const genesis = await testGenesis(count);
    const modules = { clock: new VirtualClock(GENESIS_TIME * 1000), hub: new MemoryHub() };
    const stores = Array.from({ length: count }, () => new MemoryStore());
    const validators: TestValidator[] = [];
    for (const [index, store] of stores.entries()) {
      validators.push(await TestValidator.start({ genesis, index }, { ...modules, store }));
    }
    running = validators;
    return { ...modules, stores, validators };
  }

  afterEach(async () => {
    await Promise.all(running.splice(0).map((validator) => validator.stop()));
  });

  function records(validator: TestValidator, store: MemoryStore) {
    const { chain, config } = validator;
    const tip = (): Tip => {
      const { header, root } = chain.head();
      return { header, root, state: ConsensusState.deserialize(chain.blocks.consensusState() ?? new Uint8Array()) };
    };
    const view = new RecordView({ config, chain, tip, records: new RecordStore(store) });
    const methods = lucidRecordMethods({
      chain,
      view: new ChainView({ chain }),
      records: view,
    } as unknown as RpcBackend);
    const call = async (name: string, ...params: Json[]): Promise<unknown> => {
      const method = methods.find((each) => each.name === name) ?? assert.fail(`no method ${name}`);
      const result = await method.invoke(params, { transport: "http", client: "test", admin: false });
      return method.result.parse(result);
    };
    return {
      tip,
      schedule: async (from?: number, count?: number) =>
        (await call("lucid_getLeaderSchedule", from ?? null, count ?? null)) as Row[],
      tally: async (...params: Json[]) => (await call("lucid_getWorkTally", ...params)) as Tally,
      tasks: async (height: number, ...params: Json[]) =>
        (await call("lucid_getTaskProofs", `0x${height.toString(16)}`, ...params)) as Task[] | null,
    };
  }

  async function sound(stores: readonly MemoryStore[]): Promise<void> {
    for (const store of stores) {
      const report = await checkDatabase(recordInvariants(store));
      assert.deepEqual(report.problems, []);
      assert.ok(report.invariants.every(({ looked }) => looked > 0));
    }
  }

  it("a slot ends by its primary, by a fallback, empty, or with an earlier block carried on", async () => {
    const net = await network(4);
    const [first] = net.validators;
    const [store] = net.stores;
    assert.ok(first !== undefined && store !== undefined);
    const { schedule } = records(first, store);
    await run(net.validators, net, { seconds: 3 * SLOT_SECONDS });
    // The primary of slot 5 is cut off while the slot goes by.
    const coming = (await schedule(5, 1))[0];
    assert.equal(coming?.result, null);
    const nodeIds = first.chain.voters(first.chain.head().header.activeSetRoot)?.map(({ nodeId }) => toHex(nodeId));
    const primary = nodeIds?.indexOf(coming?.primary as `0x${string}`) ?? -1;
    assert.ok(primary >= 0);
    await run(net.validators, net, { seconds: 1.5 * SLOT_SECONDS });
    const cutOff = `node ${primary}`;
    net.hub.setLinks((from, to) => from !== cutOff && to !== cutOff);
    await run(net.validators, net, { seconds: SLOT_SECONDS });
    net.hub.setLinks(() => true);
    await run(net.validators, net, { seconds: 2 * SLOT_SECONDS });
    // Nobody hears anybody for three slots.
    const before = first.chain.head().header.slot;
    net.hub.setLinks(() => false);
    await run(net.validators, net, { seconds: 3 * SLOT_SECONDS });
    net.hub.setLinks(() => true);
    await run(net.validators, net, { seconds: 6 * SLOT_SECONDS });

    const rows = await schedule(1, before + 20);
    assert.deepEqual(
      rows.map(({ slot }) => Number(slot)),
      rows.map((_, index) => index + 1),
    );
    for (const { result, primary: leader, fallbacks } of rows.filter((row) => row.result !== null)) {
      assert.equal(fallbacks.length, 3);
      if (result?.reason === "primary") assert.equal(result.winner, leader);
      if (result?.reason === "timeout_fallback") assert.ok(fallbacks.includes(result.winner ?? ""));
      assert.equal(result?.winner === null, result?.reason === "empty");
    }
    const reasonOf = (slot: number) => rows[slot - 1]?.result?.reason;
    assert.equal(reasonOf(1), "primary");
    assert.equal(reasonOf(5), "timeout_fallback");
    assert.notEqual(rows[4]?.result?.winner, coming?.primary);
    assert.equal(reasonOf(before + 2), "empty");
    // Blocks and rows agree, whichever way a height took.
    for (let height = 1; height < first.height; height++) {
      const decided: number = first.chain.blockByHeight(height + 1)?.body.parentCommit.slot ?? 0;
      const header: Header | undefined = first.chain.blockByHeight(height)?.header;
      const expected: string =
        header?.slot !== decided ? "carried" : header.round === 0 ? "primary" : "timeout_fallback";
      assert.equal(reasonOf(decided), expected, `slot ${decided}`);
      assert.equal(Number(rows[decided - 1]?.height), height);
    }
    // All nodes keep the same rows.
    const lowest = Math.min(...net.validators.map(({ height }) => height));
    const over = first.chain.blockByHeight(lowest)?.body.parentCommit.slot ?? 0;
    for (const [index, validator] of net.validators.entries()) {
      const other = net.stores[index];
      assert.ok(other !== undefined);
      assert.deepEqual((await records(validator, other).schedule(1, over)).slice(0, over), rows.slice(0, over));
    }
    await sound(net.stores);
  }).timeout(60_000);

  it("tallies add up, epoch by epoch, and tasks are those of the certificates", async () => {
    const net = await network(3);
    const [first] = net.validators;
    const [store] = net.stores;
    assert.ok(first !== undefined && store !== undefined);
    const { tally, tasks, schedule, tip } = records(first, store);
    const { epochSlots, windowEpochs } = first.config.params;
    await run(net.validators, net, { seconds: (2 * epochSlots + 3) * SLOT_SECONDS });
    assert.ok(first.height >= 2 * epochSlots);

    const closed = await tally(windowEpochs);
    assert.equal(closed.open, false);
    assert.deepEqual(
      closed.entities.map(({ rank }) => Number(rank)),
      [1, 2, 3],
    );
    let credits = 0;
    for (const { id, entityId, credits: own, validation, uptime, storage, relay, liveScore } of closed.entities) {
      assert.equal(id, `${windowEpochs}:${entityId}`);
      assert.equal(Number(own), Number(validation) + Number(uptime));
      assert.deepEqual([storage, relay], ["0x0", "0x0"]);
      assert.equal(Number(liveScore), 10_000);
      credits += Number(own);
    }
    let granted = 0;
    for (let height = 1; height < epochSlots; height++) {
      for (const { value } of (await tasks(height)) ?? []) granted += Number(value);
    }
    assert.equal(credits, granted);
    const now = await tally();
    assert.deepEqual([Number(now.epoch), now.open], [tip().state.epoch.epoch, true]);
    const [entity] = now.entities;
    assert.deepEqual((await tally(null, entity?.entityId ?? "")).entities, [entity]);
    assert.deepEqual((await tally(9_999)).entities, []);

    const height = 5;
    const proofs = await tasks(height);
    const { parentCommit } = first.chain.blockByHeight(height)?.body ?? assert.fail("no block");
    const signatures = proofs?.filter(({ type }) => type === "validation_signature") ?? [];
    assert.equal(signatures.length, parentCommit.signers.getTrueBitIndexes().length);
    for (const { type, value, sig, slot } of signatures) {
      assert.deepEqual([type, Number(value), sig], ["validation_signature", 3000, toHex(parentCommit.signature)]);
      assert.equal(Number(slot), parentCommit.slot);
    }
    const own = proofs?.[0]?.nodeId ?? "";
    assert.deepEqual(
      await tasks(height, own),
      proofs?.filter(({ nodeId }) => nodeId === own),
    );
    assert.equal(await tasks(first.height + 1), null);
    assert.deepEqual(await tasks(0), []);

    // The schedule goes on to the end of the next epoch and no further.
    const last = (await schedule(1, 256)).at(-1);
    assert.equal((Number(last?.slot) + 1) % epochSlots, 0);
    await assert.rejects(schedule(1, 257));
    await sound(net.stores);
  }).timeout(60_000);

  it("the check finds what is missing or does not add up", async () => {
    const net = await network(1);
    const [store] = net.stores;
    const [first] = net.validators;
    assert.ok(store !== undefined && first !== undefined);
    await run(net.validators, net, { seconds: (first.config.params.epochSlots + 2) * SLOT_SECONDS });
    await sound(net.stores);
    for (const [namespace, name] of [
      [namespaces.leaderSchedule, "records.leaderSchedule"],
      [namespaces.taskProofs, "records.taskProofs"],
      [namespaces.workTally, "records.workTally"],
    ] as const) {
      for await (const key of store.keys({ gte: Uint8Array.of(namespace), limit: 1 })) {
        assert.equal(key[0], namespace);
        const value = store.get(key);
        await store.batch([{ type: "del", key }], { sync: true });
        const { problems } = await checkDatabase(recordInvariants(store));
        assert.deepEqual(
          problems.map(({ invariant }) => invariant),
          [name],
        );
        await store.batch([{ type: "put", key, value: value ?? fromHex("0x", 0) }], { sync: true });
      }
    }
    await sound(net.stores);
  }).timeout(60_000);
});
