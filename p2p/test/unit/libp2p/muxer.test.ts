import assert from "node:assert/strict";
import { multiaddrConnectionPair } from "@libp2p/utils";
import { yamux } from "@libp2p/yamux";
import { steadyYamux } from "../../../src/libp2p/muxer.js";

describe("the multiplexer", () => {
  /** What sends one frame after the connection has closed. */
  function afterClose(make: typeof yamux): () => unknown {
    const [connection] = multiaddrConnectionPair();
    const muxer = make()().createStreamMuxer(connection) as unknown as { send(data: Uint8Array): boolean };
    connection.abort(new TypeError("cut"));
    return () => muxer.send(new Uint8Array(12));
  }

  it("sends a frame that comes after the end of its connection nowhere", () => {
    // The library throws: in a microtask of its own, which ends the process. The day it no longer does, ours can go.
    assert.throws(afterClose(yamux), { name: "StreamStateError" });
    assert.equal(afterClose(steadyYamux)(), false);
  });
});
