import assert from "node:assert/strict";
import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { connect, type Socket } from "node:net";
import { z } from "zod";
import { defineMethod } from "../../../src/rpc/index.js";
import { type RpcAnswer, RpcNode, type RpcNodeOptions } from "../../support/rpcNode.js";
import { WsClient } from "../../support/wsClient.js";

const CHAIN_ID = '{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}';

describe("json-rpc: hostile clients", () => {
  let node: RpcNode;
  const start = async (options: RpcNodeOptions) => {
    node = await RpcNode.start(options);
  };
  afterEach(async () => {
    // Whatever was done to it, it answers the next client and holds nothing back.
    assert.equal(await node.call("eth_chainId"), "0x1d53a");
    await node.stop();
    assert.equal(node.server.bytesInFlight, 0);
    assert.equal(node.core.backend.hub.size, 0);
  });

  const socket = async (): Promise<Socket> => {
    const { hostname, port } = new URL(node.url);
    const client = connect(Number(port), hostname);
    client.on("error", () => {});
    await once(client, "connect");
    return client;
  };
  const code = async (response: Response) => ((await response.json()) as RpcAnswer).error?.code;

  it("refuses a body over the limit, with and without a length", async () => {
    await start({ limits: { maxBodyBytes: 1_000 } });
    const large = await node.post("x".repeat(1_001));
    assert.equal(large.status, 413);
    assert.equal(await code(large), -32600);
    const client = await socket();
    const head =
      "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    client.write(`${head}${(2_000).toString(16)}\r\n${"y".repeat(2_000)}\r\n`);
    const [answer] = (await once(client, "data")) as [Buffer];
    assert.match(answer.toString(), /^HTTP\/1\.1 413/);
    client.destroy();
  });

  it("refuses nesting before it parses, however deep", async () => {
    await start({});
    for (const body of ["[".repeat(2_000_000), `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`]) {
      assert.equal(await code(await node.post(body)), -32700);
    }
    const inString = JSON.stringify({ jsonrpc: "2.0", id: "[".repeat(200), method: "eth_chainId" });
    assert.equal(await code(await node.post(inString)), undefined);
  });

  it("answers a batch of 10,000 with as many refusals, quickly and without executing any", async () => {
    let executed = 0;
    const count = defineMethod({
      name: "eth_count",
      summary: "Counts.",
      params: [],
      result: z.null(),
      handler: () => {
        executed++;
        return null;
      },
    });
    await start({ extraMethods: [count] });
    const batch = Array.from({ length: 10_000 }, (_, id) => ({ jsonrpc: "2.0", id, method: "eth_count" }));
    const answers = (await (await node.post(JSON.stringify(batch))).json()) as RpcAnswer[];
    assert.equal(answers.length, 10_000);
    assert.ok(answers.every(({ error }) => error?.code === -32600));
    assert.equal(executed, 0);
  });

  it("refuses text that is not UTF-8", async () => {
    await start({});
    const body = Buffer.concat([Buffer.from('{"jsonrpc":"2.0","id":"'), Buffer.of(0xc3, 0x28), Buffer.from('"}')]);
    assert.equal(await code(await node.post(body)), -32700);
    assert.equal(await code(await node.post(Buffer.of(0xff, 0xfe, 0x00))), -32700);
  });

  it("refuses other content types, since a browser sends those to other sites unasked", async () => {
    await start({});
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]) {
      const response = await node.post(CHAIN_ID, { "content-type": type });
      assert.equal(response.status, 415, type);
    }
    assert.equal((await node.post(CHAIN_ID, { "content-type": "application/json; charset=utf-8" })).status, 200);
  });

  it("answers only Host headers that are addresses or listed (DNS rebinding)", async () => {
    await start({ server: { allowedHosts: ["localhost", "node.example"] } });
    const { port } = new URL(node.url);
    const status = (host: string | undefined) =>
      new Promise<number | undefined>((resolve, reject) => {
        const headers = { "content-type": "application/json", ...(host !== undefined && { host }) };
        const outgoing = httpRequest({ port, method: "POST", host: "127.0.0.1", headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        });
        outgoing.on("error", reject);
        outgoing.end(CHAIN_ID);
      });
    for (const host of ["localhost", `localhost:${port}`, "127.0.0.1", "[::1]:8545", "NODE.example", "node.example."]) {
      assert.equal(await status(host), 200, host);
    }
    for (const host of [
      "evil.example",
      "localhost.evil.example",
      "localhost@evil.example",
      "a b",
      "127.0.0.1.evil.example",
    ]) {
      assert.equal(await status(host), 403, host);
    }
    await assert.rejects(WsClient.open(node.wsUrl, { headers: { host: "evil.example" } }));
  });

  it("lets browsers read answers, and open WebSockets, from listed origins only", async () => {
    await start({ server: { corsOrigins: ["https://wallet.example"] } });
    const preflight = (origin: string) =>
      fetch(node.url, {
        method: "OPTIONS",
        headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "content-type" },
      });
    const good = await preflight("https://wallet.example");
    assert.equal(good.headers.get("access-control-allow-origin"), "https://wallet.example");
    const bad = await preflight("https://evil.example");
    assert.equal(bad.headers.get("access-control-allow-origin"), null);
    const socketFrom = (origin: string) => WsClient.open(node.wsUrl, { headers: { origin } });
    await (await socketFrom("https://wallet.example")).close();
    await (await socketFrom(node.url)).close();
    for (const origin of ["https://evil.example", "null", "https://wallet.example.evil.example"]) {
      await assert.rejects(socketFrom(origin), origin);
    }
  });

  it("closes a connection that sends its request drop by drop (slow-loris)", async () => {
    await start({ limits: { requestTimeout: 200 } });
    const [header, body] = [await socket(), await socket()];
    const closed = Promise.all([once(header, "close"), once(body, "close")]);
    for (const client of [header, body]) client.resume();
    header.write("POST / HTTP/1.1\r\nHost: loc");
    body.write("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{");
    assert.ok(node.server.bytesInFlight <= 1_000);
    await closed;
  });

  it("limits the rate of a client, in units of work, and lets it go on later", async () => {
    await start({ limits: { rateLimit: { perSecond: 1, burst: 60 } } });
    let refused = 0;
    for (let i = 0; i < 5; i++) {
      const { error } = await node.ask("eth_getLogs", { fromBlock: "0x0" });
      if (error !== undefined) {
        assert.equal(error.code, -32005);
        assert.match(error.message, /rate limit/);
        refused++;
      }
    }
    assert.ok(refused >= 2);
    const batch = Array.from({ length: 100 }, (_, id) => ({ jsonrpc: "2.0", id, method: "eth_chainId" }));
    const answers = (await (await node.post(JSON.stringify(batch))).json()) as RpcAnswer[];
    assert.ok(answers.filter(({ error }) => error?.code === -32005).length >= 40);
    node.clock.advanceTo(node.clock.now() + 2_000);
  });

  it("bounds the calls that wait", async () => {
    await start({ limits: { concurrentCalls: 1, queuedCalls: 2 } });
    const call = { jsonrpc: "2.0", id: 1, method: "eth_call", params: [{ to: `0x${"00".repeat(18)}ffff` }] };
    const answers = await Promise.all(
      Array.from({ length: 12 }, async () => (await (await node.post(JSON.stringify(call))).json()) as RpcAnswer),
    );
    const codes = new Set(answers.map(({ error }) => error?.code));
    assert.ok([...codes].every((one) => one === undefined || one === -32005));
    assert.ok(codes.has(undefined));
  });

  it("refuses WebSockets over the cap", async () => {
    await start({ limits: { maxWebSockets: 2 } });
    const first = await WsClient.open(node.wsUrl);
    const second = await WsClient.open(node.wsUrl);
    await assert.rejects(WsClient.open(node.wsUrl));
    await first.close();
    while (node.server.webSockets > 1) await new Promise((resolve) => setImmediate(resolve));
    await (await WsClient.open(node.wsUrl)).close();
    await second.close();
  });

  it("drops a WebSocket that reads its notifications too slowly, with a code", async () => {
    await start({ limits: { maxSendBufferBytes: 64 * 1024, pingInterval: 3_600_000 } });
    const slow = await WsClient.open(node.wsUrl);
    assert.ok("result" in (await slow.ask("eth_subscribe", "newHeads")));
    slow.socket.pause();
    const { hub } = node.core.backend;
    const channel = { blocks: 0 };
    while (hub.size > 0) {
      for (let i = 0; i < 50; i++) await node.chain.announceAgain();
      channel.blocks += 50;
      assert.ok(channel.blocks < 1_000_000);
    }
    assert.ok(node.server.bytesInFlight < 16 * 1024 * 1024);
    slow.socket.resume();
    const { code: closeCode, reason } = await slow.closed;
    assert.equal(closeCode, 1008);
    assert.match(reason, /slow reader/);
  });

  it("stops reading from a WebSocket that does not take its answers", async () => {
    const blob = defineMethod({
      name: "eth_blob",
      summary: "Large.",
      params: [],
      result: z.string(),
      handler: () => "x".repeat(100_000),
    });
    await start({ extraMethods: [blob], limits: { maxSendBufferBytes: 256 * 1024 } });
    const slow = await WsClient.open(node.wsUrl);
    slow.socket.pause();
    const text = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_blob" });
    for (let i = 0; i < 2_000; i++) slow.send(text);
    // A second client is served all the while, and what the first one holds stays bounded.
    for (let i = 0; i < 50; i++) assert.equal(await node.call("eth_chainId"), "0x1d53a");
    assert.ok(node.server.bytesInFlight < 32 * 1024 * 1024, String(node.server.bytesInFlight));
    slow.socket.resume();
    for (let i = 0; i < 2_000; i++) await slow.next();
    await slow.close();
  });

  it("ends a WebSocket that sends binary, or a message over the limit", async () => {
    await start({ limits: { maxBodyBytes: 1_000 } });
    const binary = await WsClient.open(node.wsUrl);
    binary.send(Buffer.from(CHAIN_ID));
    assert.equal((await binary.closed).code, 1003);
    const large = await WsClient.open(node.wsUrl);
    large.send("x".repeat(1_001));
    assert.equal((await large.closed).code, 1009);
  });

  it("refuses what does not fit into the memory for requests and answers", async () => {
    const blob = defineMethod({
      name: "eth_blob",
      summary: "Large.",
      params: [],
      result: z.string(),
      handler: () => "x".repeat(50_000),
    });
    await start({ extraMethods: [blob], limits: { maxBytesInFlight: 40_000 } });
    assert.equal((await node.post("x".repeat(40_001))).status, 503);
    assert.equal((await node.post('{"jsonrpc":"2.0","id":1,"method":"eth_blob"}')).status, 503);
  });

  it("survives clients that hang up in the middle of everything", async () => {
    await start({});
    for (let i = 0; i < 20; i++) {
      const client = await socket();
      client.write(
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
      );
      client.destroy();
      const ws = await WsClient.open(node.wsUrl);
      ws.send('{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]}');
      ws.socket.terminate();
    }
    await node.chain.mine();
  });

  it("answers plain GET with what to do", async () => {
    await start({});
    const response = await fetch(node.url);
    assert.equal(response.status, 405);
    assert.equal(response.headers.get("allow"), "POST");
    assert.equal((await fetch(`${node.url}/nowhere`)).status, 404);
  });
});
