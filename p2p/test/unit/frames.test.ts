import assert from "node:assert/strict";
import { hasCode } from "@lucid/consensus/base";
import fc from "fast-check";
import { decodeFrame, encodeFrame, type Frame, FrameReader } from "../../src/tcp/frames.js";

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const name = fc.string({ unit: fc.constantFrom(..."abcdefghij-/0123456789"), minLength: 1, maxLength: 40 });
const number = fc.integer({ min: 0, max: 0xffffffff });
const message = fc.uint8Array({ maxLength: 300 });
const anyFrame: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({
    kind: fc.constant("hello" as const),
    version: fc.integer({ min: 0, max: 255 }),
    genesisRoot: bytes(32),
    id: bytes(32),
  }),
  fc.record({ kind: fc.constant("gossip" as const), topic: name, message }),
  fc.record({ kind: fc.constant("request" as const), number, protocol: name, message }),
  fc.record({ kind: fc.constant("response" as const), number, message }),
  fc.record({ kind: fc.constant("failure" as const), number, code: name }),
);

/** Buffers and views compare by content. */
const plain = (frame: Frame) =>
  Object.fromEntries(
    Object.entries(frame).map(([key, value]) => [key, value instanceof Uint8Array ? [...value] : value]),
  );

describe("frames of the plain transport", () => {
  it("come out of the reader as they went in, however the stream is cut", () => {
    fc.assert(
      fc.property(
        fc.array(anyFrame, { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 97 }), { minLength: 1 }),
        (frames, cuts) => {
          const stream = Buffer.concat(frames.map(encodeFrame));
          const reader = new FrameReader(4096);
          const out: Frame[] = [];
          for (let at = 0, turn = 0; at < stream.length; turn++) {
            const size = cuts[turn % cuts.length] ?? 1;
            reader.push(stream.subarray(at, at + size), (frame) => out.push(frame));
            at += size;
          }
          assert.deepEqual(out.map(plain), frames.map(plain));
        },
      ),
    );
  });

  it("never fail on garbage but with P2P_BAD_FRAME", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (garbage) => {
        try {
          decodeFrame(garbage);
        } catch (error) {
          assert.ok(hasCode(error, "P2P_BAD_FRAME"), String(error));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("are refused above the limit before their bytes are held", () => {
    const reader = new FrameReader(70);
    assert.throws(() => reader.push(Uint8Array.of(0, 0, 0, 71), () => assert.fail("a frame")), {
      code: "P2P_BAD_FRAME",
    });
    assert.throws(() => new FrameReader(70).push(Uint8Array.of(0, 0, 0, 0), () => assert.fail("a frame")), {
      code: "P2P_BAD_FRAME",
    });
  });
});
