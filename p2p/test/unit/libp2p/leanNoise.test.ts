import "../../../src/promiseWithResolvers.js";
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, Socket } from "node:net";
import type { MessageStream } from "@libp2p/interface";
import { noise } from "@libp2p/noise";
import { tcp } from "@libp2p/tcp";
import { yamux } from "@libp2p/yamux";
import { createLibp2p } from "libp2p";
import { joinWrites } from "../../../src/libp2p/leanNoise.js";

describe("Noise with fewer calls of the system", () => {
  it("a connection of libp2p still has the insides that are reached for", async () => {
    // The day one of them is gone ours does nothing, and only this says so.
    const seen: { socket: boolean; sendData: boolean; decrypt: boolean; handshake: boolean }[] = [];
    const spying: typeof noise = () => (components) => {
      const encrypter = noise()(components);
      const secure = encrypter.secureOutbound.bind(encrypter);
      encrypter.secureOutbound = async (connection, options) => {
        const secured = await secure(connection, options);
        const [owner, inner] = [connection, secured.connection] as unknown as [
          { socket?: unknown; sendData?: unknown },
          { decrypt?: unknown; handshake?: { decrypt?: unknown } },
        ];
        seen.push({
          socket: owner.socket instanceof Socket,
          sendData: typeof owner.sendData === "function",
          decrypt: typeof inner.decrypt === "function",
          handshake: typeof inner.handshake?.decrypt === "function",
        });
        return secured;
      };
      return encrypter;
    };
    const options = { transports: [tcp()], streamMuxers: [yamux()], connectionEncrypters: [spying()] };
    const server = await createLibp2p({ ...options, addresses: { listen: ["/ip4/127.0.0.1/tcp/0"] } });
    const client = await createLibp2p(options);
    try {
      await client.dial(server.getMultiaddrs());
      assert.deepEqual(seen, [{ socket: true, sendData: true, decrypt: true, handshake: true }]);
    } finally {
      await Promise.all([client.stop(), server.stop()]);
    }
  });

  it("what is sent at a time is one write, and says when its writer must wait", async () => {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
    const [[peer]] = (await Promise.all([once(server, "connection"), once(socket, "connect")])) as [[Socket], unknown];
    const connection = { socket, sendData: () => assert.fail("it was not replaced") };
    joinWrites(connection as unknown as MessageStream);
    const send = connection.sendData as unknown as (data: readonly Uint8Array[] & { byteLength: number }) => {
      sentBytes: number;
      canSendMore: boolean;
    };
    const list = (parts: Uint8Array[]) =>
      Object.assign(parts, { byteLength: parts.reduce((sum, part) => sum + part.length, 0) });
    let calls = 0;
    const handle = (socket as unknown as { _handle: { writev: (...all: unknown[]) => unknown } })._handle;
    const writev = handle.writev.bind(handle);
    handle.writev = (...all) => {
      calls++;
      return writev(...all);
    };
    const sent = send(list([Uint8Array.of(0, 3), Uint8Array.of(1, 2, 3), new Uint8Array(16)]));
    assert.deepEqual(sent, { sentBytes: 21, canSendMore: true });
    assert.equal(calls, 1);
    peer.pause();
    let more = true;
    let total = 21;
    while (more) {
      const { sentBytes, canSendMore } = send(list([new Uint8Array(2), new Uint8Array(65_535)]));
      total += sentBytes;
      more = canSendMore;
    }
    assert.ok(socket.writableNeedDrain, "the event that lets the writer go on will come");
    let received = 0;
    peer.on("data", (part: Uint8Array) => {
      received += part.length;
    });
    peer.resume();
    await once(socket, "drain");
    socket.end();
    await once(peer, "end");
    assert.equal(received, total);
    peer.destroy();
    server.close();
  });
});
