import assert from "node:assert/strict";
import { toHex } from "@lucid/consensus/base";
import { headerAnswer, logAnswer, transactionAnswer } from "../../../src/rpc/schema/objects.js";
import { wallets } from "../../support/rpcChain.js";
import { calleeAlloc, callees } from "../../support/rpcContracts.js";
import { RpcNode } from "../../support/rpcNode.js";
import { word } from "../../support/testContracts.js";
import { WsClient } from "../../support/wsClient.js";

interface Notification {
  readonly method: string;
  readonly params: { readonly subscription: string; readonly result: Record<string, unknown> };
}

describe("json-rpc: WebSocket and subscriptions", () => {
  let node: RpcNode;
  let client: WsClient;
  const [alice] = wallets;
  assert.ok(alice !== undefined);
  const write = (nonce: number, slot: number) =>
    node.chain.parts.pool.add(
      alice.sign({ nonce, to: callees.writer.address, data: Buffer.concat([word(slot), word(1)]), gasLimit: 90_000n }),
    );

  beforeEach(async () => {
    node = await RpcNode.start({ alloc: calleeAlloc, limits: { maxSubscriptionsPerConnection: 4 } });
    client = await WsClient.open(node.wsUrl);
  });
  afterEach(async () => {
    await client.close();
    await node.stop();
    assert.deepEqual(node.defects, []);
  });

  const subscribe = async (...params: unknown[]) => (await client.ask("eth_subscribe", ...params))["result"] as string;
  const notified = async () => (await client.next()) as unknown as Notification;

  it("answers requests and batches like HTTP", async () => {
    assert.equal((await client.ask("eth_chainId"))["result"], "0x1d53a");
    client.send('[{"jsonrpc":"2.0","id":1,"method":"eth_blockNumber"},{"jsonrpc":"2.0","id":2,"method":"nope"}]');
    const batch = (await client.next()) as unknown as { id: number; error?: { code: number } }[];
    assert.deepEqual(
      batch.map(({ id, error }) => [id, error?.code]),
      [
        [1, undefined],
        [2, -32601],
      ],
    );
  });

  it("pushes each new head", async () => {
    const id = await subscribe("newHeads");
    for (const height of [1, 2]) {
      const block = await node.chain.mine();
      const { method, params } = await notified();
      assert.equal(method, "eth_subscription");
      assert.equal(params.subscription, id);
      headerAnswer.parse(params.result);
      assert.equal(params.result["hash"], toHex(block.root));
      assert.equal(Number(params.result["number"]), height);
    }
  });

  it("pushes logs that match, and only those", async () => {
    const id = await subscribe("logs", { address: toHex(callees.writer.address), topics: [[toHex(word(2))]] });
    await write(0, 1);
    await write(1, 2);
    await node.chain.mine();
    const { params } = await notified();
    assert.equal(params.subscription, id);
    logAnswer.parse(params.result);
    assert.equal(params.result["logIndex"], "0x1");
    assert.equal(client.untaken, 0);
  });

  it("pushes waiting transactions as hashes or whole", async () => {
    const hashes = await subscribe("newPendingTransactions");
    const whole = await subscribe("newPendingTransactions", true);
    const hash = await write(0, 1);
    const messages = [await notified(), await notified()];
    const byId = new Map(messages.map(({ params }) => [params.subscription, params.result]));
    assert.equal(byId.get(hashes) as unknown, toHex(hash));
    assert.equal(transactionAnswer.parse(byId.get(whole)).hash, toHex(hash));
  });

  it("pushes the beginning and the end of syncing", async () => {
    await subscribe("syncing");
    node.progress.now = { startingHeight: 0, currentHeight: 1, highestHeight: 9 };
    await node.chain.mine();
    assert.equal((await notified()).params.result["syncing"], true);
    node.progress.now = undefined;
    await node.chain.mine();
    assert.equal((await notified()).params.result as unknown, false);
  });

  it("names a subscription before it sends its first notification", async () => {
    // Both requests and the block arrive in one turn of the event loop.
    for (let i = 0; i < 4; i++) {
      client.send(
        JSON.stringify({ jsonrpc: "2.0", id: `s${i}`, method: "eth_subscribe", params: ["newPendingTransactions"] }),
      );
    }
    const adding = [write(0, 1), write(1, 1), write(2, 1)];
    await Promise.all(adding);
    const known = new Set<string>();
    for (let answers = 0; answers < 4; ) {
      const message = await client.next();
      if ("id" in message) {
        known.add(message["result"] as string);
        answers++;
      } else {
        assert.ok(known.has((message as unknown as Notification).params.subscription));
      }
    }
  });

  it("ends a subscription, and all of them with the connection", async () => {
    const id = await subscribe("newHeads");
    assert.equal((await client.ask("eth_unsubscribe", id))["result"], true);
    assert.equal((await client.ask("eth_unsubscribe", id))["result"], false);
    await node.chain.mine();
    assert.equal(client.untaken, 0);
    await subscribe("newHeads");
    assert.equal(node.core.backend.hub.size, 1);
    await client.close();
    assert.equal(node.core.backend.hub.size, 0);
  });

  it("caps the subscriptions of a connection", async () => {
    for (let i = 0; i < 4; i++) await subscribe("newHeads");
    const refused = (await client.ask("eth_subscribe", "newHeads")) as { error?: { code: number } };
    assert.equal(refused.error?.code, -32005);
  });

  it("refuses unknown kinds, bad options, and HTTP", async () => {
    for (const params of [["newBlocks"], ["logs", true], ["logs", { address: "0x1" }], []]) {
      const answer = (await client.ask("eth_subscribe", ...params)) as { error?: { code: number } };
      assert.equal(answer.error?.code, -32602, JSON.stringify(params));
    }
    assert.equal((await node.fail("eth_subscribe", "newHeads")).code, -32601);
  });

  it("drops a client that answers no pings", async () => {
    const deaf = await WsClient.open(node.wsUrl, { autoPong: false });
    node.clock.advanceTo(node.clock.now() + 30_000);
    await client.ask("eth_chainId");
    node.clock.advanceTo(node.clock.now() + 30_000);
    const { code } = await deaf.closed;
    assert.equal(code, 1006);
  });
});
