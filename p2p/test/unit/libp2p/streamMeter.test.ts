import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import type { Connection, Stream, StreamHandler } from "@libp2p/interface";
import type { Registrar } from "@libp2p/interface-internal";
import { streamPair } from "@libp2p/utils";
import { VirtualClock } from "@lucid/consensus/base";
import { StreamMeter } from "../../../src/libp2p/streamMeter.js";

const RATE = 1_000;
const peer = { remotePeer: { toString: () => "somebody" } } as unknown as Connection;

/** A service behind a meter: it opens streams to it whose first bytes are there before the service is told. */
async function service(reset: boolean, pause = async (): Promise<void> => undefined) {
  const clock = new VirtualClock(0);
  const meter = new StreamMeter({ bytes: { rate: RATE, burst: RATE }, peers: 8, reset }, clock);
  let handler: StreamHandler = () => undefined;
  const registrar = {
    handle: async (_protocol: string, given: StreamHandler) => {
      handler = given;
    },
  } as unknown as Registrar;
  let read = 0;
  await meter.metered(registrar).handle("/service/1", async (stream) => {
    await pause();
    stream.addEventListener("message", ({ data }) => {
      read += data.byteLength;
    });
  });
  const open = async (bytes: number): Promise<readonly [Stream, Stream]> => {
    const [outbound, inbound] = await streamPair({ delay: 0 });
    outbound.send(new Uint8Array(bytes));
    while (inbound.readBufferLength < bytes) await turn();
    await handler(inbound, peer);
    for (let n = 0; n < 3; n++) await turn();
    return [outbound, inbound];
  };
  return { clock, meter, open, read: () => read };
}

describe("the meter of streams", () => {
  it("counts what came with a stream's opening, and holds up the next stream for it", async () => {
    for (const pause of [undefined, () => turn()]) {
      const { clock, meter, open, read } = await service(false, pause);
      const [, first] = await open(3 * RATE);
      assert.deepEqual([read(), meter.slowed, first.readStatus], [3 * RATE, 1, "paused"]);
      const [, second] = await open(10);
      assert.deepEqual([read(), second.readStatus], [3 * RATE, "paused"]);
      clock.advanceTo(1_999);
      await turn();
      assert.equal(read(), 3 * RATE);
      clock.advanceTo(2_000);
      await turn();
      // Which are ten more than it has by then.
      assert.equal(read(), 3 * RATE + 10);
      clock.advanceTo(2_010);
      assert.deepEqual([first.readStatus, second.readStatus], ["readable", "readable"]);
    }
  });

  it("cuts off streams that bring their bytes at the opening, one after the other", async () => {
    const { clock, meter, open, read } = await service(true);
    for (let n = 0; n < 100; n++) {
      const [outbound] = await open(RATE / 10);
      await outbound.close();
    }
    // Ten are its share; the eleventh is seen when it is there.
    assert.deepEqual([read(), meter.slowed > 0], [1.1 * RATE, true]);
    clock.advanceTo(1_000);
    await open(RATE / 10);
    assert.equal(read(), 1.2 * RATE);
  });
});
