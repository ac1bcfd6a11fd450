import assert from "node:assert/strict";
import { z } from "zod";
import { defineMethod } from "../../../src/rpc/index.js";
import { type RpcAnswer, RpcNode } from "../../support/rpcNode.js";

describe("json-rpc: protocol", () => {
  let node: RpcNode;
  const testMethods = [
    defineMethod({
      name: "eth_fails",
      summary: "Throws what no client may see.",
      params: [],
      result: z.null(),
      handler: () => {
        // What a defect throws: not one of our errors.
        return JSON.parse("secret path") as null;
      },
    }),
    defineMethod({
      name: "eth_large",
      summary: "Long.",
      params: [],
      result: z.string(),
      handler: () => "x".repeat(600),
    }),
    defineMethod({ name: "admin_stop", summary: "Stops.", params: [], result: z.boolean(), handler: () => true }),
    defineMethod({ name: "lab_off", summary: "Off.", params: [], result: z.boolean(), handler: () => true }),
  ];
  before(async () => {
    node = await RpcNode.start({ extraMethods: testMethods, limits: { maxBatch: 10, maxResponseBytes: 1_000 } });
  });
  after(() => node.stop());

  const send = async (body: unknown): Promise<RpcAnswer> =>
    (await (await node.post(typeof body === "string" ? body : JSON.stringify(body))).json()) as RpcAnswer;
  const request = (id: unknown, method = "eth_chainId") => ({ jsonrpc: "2.0", id, method });

  it("echoes every kind of id", async () => {
    for (const id of ["a", "", 0, -1, 1.5, Number.MAX_SAFE_INTEGER, null]) {
      assert.deepEqual(await send(request(id)), { jsonrpc: "2.0", id, result: "0x1d53a" });
    }
  });

  it("refuses ids that it could not echo", async () => {
    for (const id of [2 ** 53 + 2, "x".repeat(300), {}, [], true]) {
      const answer = await send(request(id));
      assert.equal(answer.error?.code, -32600);
      assert.equal(answer.id, null);
    }
  });

  it("gives each malformed request its code", async () => {
    const cases: [unknown, number][] = [
      ["", -32700],
      ["{", -32700],
      ["[1", -32700],
      ["null", -32600],
      ["1", -32600],
      ["[]", -32600],
      [{}, -32600],
      [{ jsonrpc: "1.0", id: 1, method: "eth_chainId" }, -32600],
      [{ id: 1, method: "eth_chainId" }, -32600],
      [{ jsonrpc: "2.0", id: 1 }, -32600],
      [{ jsonrpc: "2.0", id: 1, method: 5 }, -32600],
      [{ jsonrpc: "2.0", id: 1, method: "eth_chainId", params: "x" }, -32600],
      [{ jsonrpc: "2.0", id: 1, method: "eth_getBalance", params: { address: "0x" } }, -32602],
      [{ jsonrpc: "2.0", id: 1, method: "eth_nothing" }, -32601],
      [{ jsonrpc: "2.0", id: 1, method: "constructor" }, -32601],
      [{ jsonrpc: "2.0", id: 1, method: "__proto__" }, -32601],
      [{ jsonrpc: "2.0", id: 1, method: "toString" }, -32601],
    ];
    for (const [body, code] of cases) {
      const answer = await send(body);
      assert.equal(answer.error?.code, code, JSON.stringify(body));
      assert.equal(answer.jsonrpc, "2.0");
    }
  });

  it("names a method that does not exist in ethers' words", async () => {
    assert.match((await node.fail("eth_nothing")).message, /the method eth_nothing does not exist/);
  });

  it("says nothing to notifications", async () => {
    const single = await node.post('{"jsonrpc":"2.0","method":"eth_chainId"}');
    assert.equal(single.status, 204);
    assert.equal(await single.text(), "");
    const batch = await node.post('[{"jsonrpc":"2.0","method":"eth_chainId"},{"jsonrpc":"2.0","method":"nope"}]');
    assert.equal(batch.status, 204);
    const mixed = (await send([{ jsonrpc: "2.0", method: "eth_chainId" }, request(7)])) as unknown as RpcAnswer[];
    assert.deepEqual(mixed, [{ jsonrpc: "2.0", id: 7, result: "0x1d53a" }]);
  });

  it("answers each member of a batch, good or bad", async () => {
    const answers = (await send([request(1), 5, request("b", "nope"), { id: 9 }])) as unknown as RpcAnswer[];
    assert.deepEqual(
      answers.map(({ id, error }) => [id, error?.code]),
      [
        [1, undefined],
        [null, -32600],
        ["b", -32601],
        [9, -32600],
      ],
    );
  });

  it("executes nothing of a batch over the cap and tells each member", async () => {
    const batch = Array.from({ length: 11 }, (_, id) => request(id));
    const answers = (await send(batch)) as unknown as RpcAnswer[];
    assert.equal(answers.length, 11);
    assert.ok(answers.every(({ error }) => error?.code === -32600));
    assert.deepEqual(
      answers.map(({ id }) => id),
      batch.map(({ id }) => id),
    );
  });

  it("caps an answer, and the sum of a batch's answers", async () => {
    assert.equal((await node.ask("eth_large")).error, undefined);
    const answers = (await send([
      request(1, "eth_large"),
      request(2, "eth_large"),
      request(3),
    ])) as unknown as RpcAnswer[];
    assert.deepEqual(
      answers.map(({ error }) => error?.code),
      [undefined, -32003, undefined],
    );
  });

  it("hides what went wrong inside, and logs it", async () => {
    const error = await node.fail("eth_fails");
    assert.deepEqual(error, { code: -32603, message: "internal error" });
    assert.equal(node.defects.length, 1);
    assert.match(String(node.defects.pop()), /SyntaxError/);
  });

  it("keeps admin methods and modules that are off away from the network", async () => {
    assert.equal((await node.fail("admin_stop")).code, -32601);
    assert.equal((await node.fail("lab_off")).code, -32601);
    const context = { transport: "unix", client: "unix", admin: true } as const;
    const answer = await node.core.dispatcher.handle('{"jsonrpc":"2.0","id":1,"method":"admin_stop"}', context);
    assert.deepEqual(JSON.parse(answer ?? ""), { jsonrpc: "2.0", id: 1, result: true });
  });

  it("switches modules by name", async () => {
    const small = await RpcNode.start({ modules: ["net"] });
    try {
      assert.equal(await small.call("net_version"), "120122");
      assert.equal((await small.fail("eth_chainId")).code, -32601);
      const document = (await small.call("rpc.discover")) as { methods: { name: string }[] };
      assert.deepEqual(
        document.methods.map(({ name }) => name),
        ["net_listening", "net_peerCount", "net_version", "rpc.discover"],
      );
    } finally {
      await small.stop();
    }
  });
});
