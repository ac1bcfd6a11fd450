import assert from "node:assert/strict";
import { multiaddrConnectionPair } from "@libp2p/utils";
import { yamux } from "@libp2p/yamux";
import { P2pError } from "../../../src/errors.js";
import { steadyYamux } from "../../../src/libp2p/muxer.js";

describe("the multiplexer", () => {
  /** What sends one frame after the connection has closed. */
  function afterClose(make: ReturnType<typeof yamux>): () => unknown {
    const [connection] = multiaddrConnectionPair();
    const muxer = make().createStreamMuxer(connection) as unknown as { send(data: Uint8Array): boolean };
    connection.abort(new TypeError("cut"));
    return () => muxer.send(new Uint8Array(12));
  }

  const ours = (streams: number) => {
    let left = streams;
    const take = (): void => {
      if (left-- === 0) throw new P2pError({ code: "P2P_BUSY", message: "too fast" });
    };
    return steadyYamux({}, { take });
  };

  it("sends a frame that comes after the end of its connection nowhere", () => {
    // The library throws: in a microtask of its own, which ends the process. The day it no longer does, ours can go.
    assert.throws(afterClose(yamux()), { name: "StreamStateError" });
    assert.equal(afterClose(ours(8))(), false);
  });

  it("closes a connection whose peer opens more streams than it may, though it takes each back at once", async () => {
    const [outbound, inbound] = multiaddrConnectionPair();
    const attacker = yamux()().createStreamMuxer(outbound);
    const victim = ours(8)().createStreamMuxer(inbound);
    let streams = 0;
    victim.addEventListener("stream", () => streams++);
    const open = async (): Promise<void> => (await attacker.createStream()).abort(new TypeError("never mind"));
    for (let i = 0; i < 8; i++) await open();
    while (streams < 8 || victim.streams.length > 0) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(inbound.status, "open");
    await open();
    while (inbound.status === "open") await new Promise((resolve) => setImmediate(resolve));
    assert.equal(streams, 8);
  });
});
