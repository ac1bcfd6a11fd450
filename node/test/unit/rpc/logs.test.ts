import assert from "node:assert/strict";
import { toHex } from "@lucid/consensus/base";
import { wallets } from "../../support/rpcChain.js";
import { calleeAlloc, callees } from "../../support/rpcContracts.js";
import { RpcNode } from "../../support/rpcNode.js";
import { word } from "../../support/testContracts.js";

type Log = { blockNumber: string; topics: string[]; data: string; logIndex: string; transactionHash: string };
type Limit = { limit: number; from: string; to: string };

describe("json-rpc: logs and filters", () => {
  let node: RpcNode;
  let nonce = 0;
  const [alice, bob] = wallets;
  assert.ok(alice !== undefined && bob !== undefined);
  const writer = toHex(callees.writer.address);
  const topic = (value: number) => toHex(word(value));

  const write = async (slot: number): Promise<string> => {
    const data = Buffer.concat([word(slot), word(slot * 2)]);
    const raw = alice.sign({ nonce: nonce++, to: callees.writer.address, data, gasLimit: 90_000n });
    return toHex(await node.chain.parts.pool.add(raw));
  };

  beforeEach(async () => {
    nonce = 0;
    node = await RpcNode.start({
      alloc: calleeAlloc,
      limits: { maxLogs: 5, filterLifetime: 60_000, maxFiltersPerClient: 3 },
    });
    for (const slots of [[1, 2], [], [1], [3]]) {
      for (const slot of slots) await write(slot);
      await node.chain.mine();
    }
  });
  afterEach(() => node.stop());

  const logs = async (filter: unknown) => (await node.call("eth_getLogs", filter)) as Log[];
  const numbers = async (filter: unknown) => (await logs(filter)).map((log) => Number(log.blockNumber));

  it("finds logs by range, address and topic", async () => {
    const all = { fromBlock: "0x0", toBlock: "latest" };
    assert.deepEqual(await numbers(all), [1, 1, 3, 4]);
    assert.deepEqual(await numbers({ ...all, address: writer }), [1, 1, 3, 4]);
    assert.deepEqual(await numbers({ ...all, address: [writer, toHex(bob.address)] }), [1, 1, 3, 4]);
    assert.deepEqual(await numbers({ ...all, address: toHex(bob.address) }), []);
    assert.deepEqual(await numbers({ ...all, topics: [topic(1)] }), [1, 3]);
    assert.deepEqual(await numbers({ ...all, topics: [[topic(1), topic(3)]] }), [1, 3, 4]);
    assert.deepEqual(await numbers({ ...all, topics: [null] }), [1, 1, 3, 4]);
    assert.deepEqual(await numbers({ ...all, topics: [[]] }), [1, 1, 3, 4]);
    assert.deepEqual(await numbers({ ...all, topics: [topic(1), null] }), []);
    assert.deepEqual(await numbers({ fromBlock: "0x3", toBlock: "0x3" }), [3]);
    assert.deepEqual(await numbers({}), [4]);
    assert.deepEqual(await numbers({ fromBlock: "earliest", address: null, topics: null }), [1, 1, 3, 4]);
  });

  it("finds the logs of one block by its hash", async () => {
    const blockHash = toHex(node.chain.parts.chain.blockByHeight(1)?.root ?? new Uint8Array());
    const found = await logs({ blockHash, address: writer });
    assert.deepEqual(
      found.map((log) => [log.logIndex, log.topics[0], log.data]),
      [
        ["0x0", topic(1), topic(2)],
        ["0x1", topic(2), topic(4)],
      ],
    );
    assert.equal((await node.fail("eth_getLogs", { blockHash: topic(5) })).code, -32001);
  });

  it("refuses ranges that make no sense", async () => {
    const blockHash = topic(1);
    for (const filter of [
      { fromBlock: "0x3", toBlock: "0x2" },
      { fromBlock: "0x1", toBlock: "0x64" },
      { blockHash, fromBlock: "0x1" },
      { topics: [topic(1), topic(1), topic(1), topic(1), topic(1)] },
      { topics: ["0x12"] },
      { address: "0x12" },
      { fromBlock: "soon" },
      "0x1",
    ]) {
      assert.equal((await node.fail("eth_getLogs", filter)).code, -32602, JSON.stringify(filter));
    }
  });

  it("answers a query that is too wide with a smaller range, and that range works", async () => {
    for (const slot of [4, 5, 6]) await write(slot);
    await node.chain.mine();
    let range = { from: "0x0", to: "latest" };
    const seen: number[] = [];
    for (let tries = 0; tries < 10 && seen.length < 7; tries++) {
      const answer = await node.ask("eth_getLogs", { fromBlock: range.from, toBlock: range.to });
      if (answer.error === undefined) {
        seen.push(...(answer.result as Log[]).map((log) => Number(log.blockNumber)));
        range = { from: `0x${(Number(range.to) + 1).toString(16)}`, to: "latest" };
        continue;
      }
      assert.equal(answer.error.code, -32005);
      const hint = answer.error.data as Limit;
      assert.equal(hint.limit, 5);
      const before = range.to === "latest" ? 5 : Number(range.to);
      assert.ok(Number(hint.to) < before);
      range = { from: hint.from, to: hint.to };
    }
    assert.deepEqual(seen, [1, 1, 3, 4, 5, 5, 5]);
  });

  it("holds queries to a span of blocks, says which to ask for, and lets filters catch up in such steps", async () => {
    await node.stop();
    nonce = 0;
    node = await RpcNode.start({ alloc: calleeAlloc, limits: { maxLogRange: 2 } });
    const filter = await node.call("eth_newFilter", { fromBlock: "0x0" });
    for (const slot of [1, 2, 3, 4]) {
      await write(slot);
      await node.chain.mine();
    }
    const error = await node.fail("eth_getLogs", { fromBlock: "0x1", toBlock: "0x4" });
    assert.equal(error.code, -32005);
    assert.equal(error.message, "the query spans 4 blocks, at most 2; ask for blocks 1 to 2");
    const { limit, from, to } = error.data as Limit;
    assert.equal(limit, 2);
    assert.deepEqual(await numbers({ fromBlock: from, toBlock: to }), [1, 2]);
    assert.equal((await node.fail("eth_getFilterLogs", filter)).code, -32005);
    const poll = async () => ((await node.call("eth_getFilterChanges", filter)) as Log[]).map((log) => log.blockNumber);
    assert.deepEqual([await poll(), await poll(), await poll()], [["0x1", "0x2"], ["0x3", "0x4"], []]);
  });

  it("reports each new log once to a log filter, and all of them on demand", async () => {
    const id = await node.call("eth_newFilter", { fromBlock: "0x0", topics: [topic(1)] });
    assert.deepEqual(await node.call("eth_getFilterChanges", id), []);
    await write(1);
    await write(2);
    await node.chain.mine();
    const changes = (await node.call("eth_getFilterChanges", id)) as Log[];
    assert.deepEqual(
      changes.map((log) => [log.blockNumber, log.topics[0]]),
      [["0x5", topic(1)]],
    );
    assert.deepEqual(await node.call("eth_getFilterChanges", id), []);
    assert.equal(((await node.call("eth_getFilterLogs", id)) as Log[]).length, 3);
    assert.equal(await node.call("eth_uninstallFilter", id), true);
    assert.equal(await node.call("eth_uninstallFilter", id), false);
  });

  it("lets a filter that fell far behind catch up instead of failing for ever", async () => {
    const id = await node.call("eth_newFilter", {});
    for (let block = 0; block < 4; block++) {
      for (const slot of [5, 6, 7]) await write(slot);
      await node.chain.mine();
    }
    const heights: number[] = [];
    for (let poll = 0; poll < 8; poll++) {
      const part = (await node.call("eth_getFilterChanges", id)) as Log[];
      assert.ok(part.length <= 5);
      heights.push(...part.map((log) => Number(log.blockNumber)));
    }
    assert.deepEqual(heights, [5, 5, 5, 6, 6, 6, 7, 7, 7, 8, 8, 8]);
  });

  it("reports new blocks and waiting transactions", async () => {
    const blocks = await node.call("eth_newBlockFilter");
    const pending = await node.call("eth_newPendingTransactionFilter");
    const hash = await write(1);
    assert.deepEqual(await node.call("eth_getFilterChanges", blocks), []);
    assert.deepEqual(await node.call("eth_getFilterChanges", pending), [hash]);
    assert.deepEqual(await node.call("eth_getFilterChanges", pending), []);
    const block = await node.chain.mine();
    assert.deepEqual(await node.call("eth_getFilterChanges", blocks), [toHex(block.root)]);
    assert.equal((await node.fail("eth_getFilterLogs", blocks)).code, -32000);
  });

  it("drops filters that nobody polls, with the code that makes viem start anew", async () => {
    const polled = await node.call("eth_newBlockFilter");
    const idle = await node.call("eth_newBlockFilter");
    const start = node.clock.now();
    node.clock.advanceTo(start + 40_000);
    await node.call("eth_getFilterChanges", polled);
    node.clock.advanceTo(start + 70_000);
    assert.deepEqual(await node.call("eth_getFilterChanges", polled), []);
    const error = await node.fail("eth_getFilterChanges", idle);
    assert.deepEqual([error.code, error.message], [-32000, "filter not found"]);
  });

  it("caps the filters of a client", async () => {
    for (let i = 0; i < 3; i++) await node.call("eth_newBlockFilter");
    assert.equal((await node.fail("eth_newBlockFilter")).code, -32005);
  });
});
