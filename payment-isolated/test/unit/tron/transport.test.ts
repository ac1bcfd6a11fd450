import assert from "node:assert/strict";
import { createServer as createHttp, type Server as HttpServer } from "node:http";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { inspect } from "node:util";
import { hasCode, PayoutError } from "../../../src/errors.js";
import { HttpTransport } from "../../../src/tron/transport.js";

const KEY = "planted-api-key-31337";

function portOf(server: Server | HttpServer): number {
  return (server.address() as AddressInfo).port;
}

function listen<S extends Server | HttpServer>(server: S): Promise<S> {
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

describe("HTTP transport", function () {
  this.timeout(30_000);
  const closing: (Server | HttpServer)[] = [];
  const sockets = new Set<Socket>();

  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    for (const server of closing.splice(0)) await new Promise<void>((resolve) => server.close(() => resolve()));
  });

  async function raw(answer: (socket: Socket) => void): Promise<string> {
    const server = await listen(
      createServer((socket) => {
        sockets.add(socket);
        socket.on("error", () => undefined);
        socket.once("data", () => answer(socket));
      }),
    );
    closing.push(server);
    return `http://127.0.0.1:${portOf(server)}`;
  }

  const unreachable = (error: unknown) => {
    assert.ok(error instanceof PayoutError && hasCode(error, "NODE_UNREACHABLE"), inspect(error));
    assert.ok(
      !inspect(error, { depth: 9 }).includes(KEY) && !JSON.stringify(error).includes(KEY),
      "the key is in the error",
    );
    return true;
  };

  const hostile: Record<string, (socket: Socket) => void> = {
    "never answers": () => undefined,
    "hangs up": (socket) => socket.destroy(),
    "speaks another protocol": (socket) => socket.end("SSH-2.0-OpenSSH_9.6\r\n"),
    "breaks off in the body": (socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"),
    drips: (socket) => void socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"),
    "sends without end": (socket) => {
      socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      const chunk = Buffer.alloc(1 << 20, 0x20);
      const pump = () => {
        while (
          !socket.destroyed &&
          socket.write(Buffer.concat([Buffer.from("100000\r\n"), chunk, Buffer.from("\r\n")]))
        );
      };
      socket.on("drain", pump);
      pump();
    },
  };
  for (const [name, answer] of Object.entries(hostile)) {
    it(`a node that ${name}: a coded error in time, without the API key`, async () => {
      const transport = new HttpTransport({
        url: await raw(answer),
        apiKey: KEY,
        timeoutMs: name === "sends without end" ? 20_000 : 300,
      });
      await assert.rejects(transport.post("/wallet/getnowblock", {}), unreachable);
      transport.close();
    });
  }

  it("nothing listens: the same", async () => {
    const transport = new HttpTransport({ url: "http://127.0.0.1:1", apiKey: KEY });
    await assert.rejects(transport.post("/wallet/getnowblock", {}), unreachable);
  });

  it("sends the key as a header, does not follow redirects, and takes no proxy from the environment", async () => {
    let header: string | string[] | undefined;
    const server = await listen(
      createHttp((request, response) => {
        header = request.headers["tron-pro-api-key"];
        response.writeHead(302, { location: "http://127.0.0.1:1/" });
        response.end();
      }),
    );
    closing.push(server);
    process.env["HTTP_PROXY"] = "http://127.0.0.1:1";
    try {
      const transport = new HttpTransport({ url: `http://127.0.0.1:${portOf(server)}`, apiKey: KEY });
      assert.equal((await transport.post("/x", {})).status, 302);
      assert.equal(header, KEY);
      transport.close();
    } finally {
      delete process.env["HTTP_PROXY"];
    }
  });

  it("goes through the SOCKS proxy, which resolves the name", async () => {
    const target = await listen(createHttp((_request, response) => response.end('{"through":"proxy"}')));
    closing.push(target);
    let asked = "";
    const proxy = await listen(
      createServer((socket) => {
        sockets.add(socket);
        socket.on("error", () => undefined);
        socket.once("data", () => {
          socket.write(Buffer.from([5, 0]));
          socket.once("data", (request: Buffer) => {
            asked = request.subarray(5, 5 + (request[4] ?? 0)).toString();
            socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
            const upstream = connect(portOf(target), "127.0.0.1");
            sockets.add(upstream);
            socket.pipe(upstream).pipe(socket);
          });
        });
      }),
    );
    closing.push(proxy);
    const transport = new HttpTransport({
      url: "http://node.example.onion",
      proxy: `socks5h://127.0.0.1:${portOf(proxy)}`,
    });
    assert.equal((await transport.post("/x", {})).text, '{"through":"proxy"}');
    assert.equal(asked, "node.example.onion");
    transport.close();
  });

  it("refuses URLs that are none, and such with credentials", () => {
    for (const url of ["ftp://x", "x", "http://user:pw@host"])
      assert.throws(
        () => new HttpTransport({ url }),
        (error: unknown) => hasCode(error, "CONFIG_INVALID"),
      );
  });
});
