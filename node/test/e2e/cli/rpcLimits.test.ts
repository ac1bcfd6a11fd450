import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { contractAddresses, lucidChunkStoreAbi } from "@lucid/contracts";
import { encodeFunctionData, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { WebSocket } from "ws";
import { NodeClient, urlAddress } from "../../../src/cli/nodeClient.js";
import { signCall } from "../../../src/cli/transactions.js";
import { temporaryFolder } from "./harness.js";
import { initNode, type StartedNode, startNode } from "./startedNode.js";

interface Answer {
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

/** One node a group of limits: what is told by option, variable or file must be what the server does. */
describe("limits of JSON-RPC by the command line", function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  const data = join(folder.path, "node");
  let node: StartedNode;

  before(() => initNode(data, ["--slot-seconds", "2"]));
  after(() => folder.remove());
  afterEach(async () => {
    node.child.kill("SIGTERM");
    assert.equal((await node.end).code, 0);
  });

  const post = (body: string) =>
    fetch(node.line.rpc, { method: "POST", headers: { "content-type": "application/json" }, body });
  const request = (method: string, params: readonly unknown[] = [], id = 1) => ({ jsonrpc: "2.0", id, method, params });
  const ask = async (method: string, ...params: unknown[]) =>
    (await (await post(JSON.stringify(request(method, params)))).json()) as Answer;
  const codeOf = { address: contractAddresses.LucidAnchors };

  /** Takes so long and so much gas that both limits have something to cut off. */
  const heavy = () => ({
    to: contractAddresses.LucidChunkStore,
    data: encodeFunctionData({
      abi: lucidChunkStoreAbi,
      functionName: "anchorChunks",
      args: [toHex(1, { size: 32 }), 0, Array.from({ length: 256 }, (_, i) => toHex(i, { size: 32 }))],
    }),
  });

  it("body, batch, response, gas and range of logs, by options", async () => {
    node = await startNode(data, [
      ...["--validator", "--rpc-max-body", "20KiB", "--rpc-max-batch", "8", "--rpc-max-response", "64KiB"],
      ...["--rpc-call-gas", "30_000", "--rpc-max-log-range", "1"],
    ]);
    const large = await post(JSON.stringify(request("web3_sha3", [`0x${"00".repeat(20_000)}`])));
    assert.equal(large.status, 413);
    const nine = (await (
      await post(JSON.stringify(Array.from({ length: 9 }, (_, i) => request("eth_chainId", [], i))))
    ).json()) as Answer[];
    assert.match(nine[0]?.error?.message ?? "", /batch of 9 requests is over the limit of 8/);
    const codes = (await (
      await post(
        JSON.stringify(Array.from({ length: 8 }, (_, i) => request("eth_getCode", [codeOf.address, "latest"], i))),
      )
    ).json()) as Answer[];
    assert.ok(typeof codes[0]?.result === "string");
    assert.match(codes.at(-1)?.error?.message ?? "", /response too large/);
    const call = await ask("eth_call", { to: contractAddresses.LucidAnchors, data: "0x" }, "latest");
    assert.doesNotMatch(call.error?.message ?? "", /intrinsic gas/);
    assert.match((await ask("eth_call", heavy(), "latest")).error?.message ?? "", /gas/);
    const heads = new WebSocket(node.line.ws);
    await once(heads, "open");
    heads.send(JSON.stringify(request("eth_subscribe", ["newHeads"])));
    for (let messages = 0; messages < 2; messages++) await once(heads, "message");
    heads.close();
    const logs = await ask("eth_getLogs", { fromBlock: "0x0", toBlock: "0x1" });
    assert.deepEqual([logs.error?.code, logs.error?.data], [-32005, { limit: 1, from: "0x0", to: "0x0" }]);
  });

  it("time, rate, WebSockets and subscriptions, by variables", async () => {
    const env = {
      LUCID_RPC_CALL_TIME: "1",
      LUCID_RPC_RATE: "1",
      LUCID_RPC_BURST: "2000",
      LUCID_RPC_MAX_WEB_SOCKETS: "1",
      LUCID_RPC_MAX_SUBSCRIPTIONS: "1",
    };
    node = await startNode(data, [], { env });
    const call = await ask("eth_call", heavy(), "latest");
    assert.equal(call.error?.code, -32000);
    assert.match(call.error?.message ?? "", /execution aborted \(timeout = 1 ms\)/);
    assert.deepEqual(call.error?.data, { code: "CALL_TIMEOUT", milliseconds: 1 });
    // A command must not say that a contract refuses what the node only had no time for.
    const client = new NodeClient(urlAddress(node.line.rpc));
    await assert.rejects(signCall(client, privateKeyToAccount(toHex(1, { size: 32 })), heavy()), {
      code: "CALL_TIMEOUT",
      message: "the node ended eth_estimateGas at its time limit of 0.001 s for one call; it has not judged the call",
    });
    client.close();

    const socket = new WebSocket(node.line.ws);
    await once(socket, "open");
    const answers: Answer[] = [];
    for (let id = 1; id <= 2; id++) {
      socket.send(JSON.stringify(request("eth_subscribe", ["newHeads"], id)));
      const [text] = (await once(socket, "message")) as [Buffer];
      answers.push(JSON.parse(text.toString()) as Answer);
    }
    assert.equal(typeof answers[0]?.result, "string");
    assert.equal(answers[1]?.error?.code, -32005);
    const second = new WebSocket(node.line.ws);
    const [refused] = (await once(second, "error")) as [Error];
    assert.equal(refused.message, "Unexpected server response: 503");
    socket.close();

    const flood = Array.from({ length: 900 }, (_, i) => request("eth_getBlockByNumber", ["latest", false], i));
    const limited = (await (await post(JSON.stringify(flood))).json()) as Answer[];
    assert.match(limited.at(-1)?.error?.message ?? "", /rate limit exceeded/);
  });

  it("connections, by the file", async () => {
    const file = join(data, "config.yaml");
    const text = readFileSync(file, "utf8");
    assert.match(text, /^ {2}#maxConnections: 1024$/m);
    writeFileSync(file, text.replace("  #maxConnections: 1024", "  maxConnections: 2"));
    node = await startNode(data);
    const { hostname, port } = new URL(node.line.rpc);
    const sockets = [connect(Number(port), hostname), connect(Number(port), hostname)];
    await Promise.all(sockets.map((socket) => once(socket, "connect")));
    const third = connect(Number(port), hostname);
    await once(third, "close");
    for (const socket of sockets) socket.destroy();
  });
});
