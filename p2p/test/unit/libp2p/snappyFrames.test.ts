import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { hasCode } from "@lucid/consensus/base";
import * as fc from "fast-check";
import { Compressor, Decompressor } from "snappy";
import { encodeFrames, FRAME_HEADER, FrameDecoder } from "../../../src/libp2p/snappyFrames.js";

function encode(message: Uint8Array): Uint8Array {
  return Buffer.concat([...encodeFrames(message)]);
}

/** Reads as a stream does: header, then as many bytes as the header says. */
function decode(bytes: Uint8Array, length: number): Uint8Array {
  const decoder = new FrameDecoder(length);
  let at = 0;
  const read = (count: number): Uint8Array => {
    at += count;
    assert.ok(at <= bytes.length, "ended");
    return bytes.subarray(at - count, at);
  };
  while (!decoder.done) {
    const header = read(FRAME_HEADER);
    decoder.push(header, read(decoder.bodyLength(header)));
  }
  return decoder.result();
}

describe("snappy frames", () => {
  it("bring any message back", () => {
    const message = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.integer({ min: 0, max: 200_000 }).map((length) => new Uint8Array(length).fill(length & 0xff)),
      fc.integer({ min: 65_000, max: 140_000 }).map((length) => new Uint8Array(randomBytes(length))),
    );
    fc.assert(
      fc.property(message, (bytes) =>
        assert.deepEqual(Buffer.from(decode(encode(bytes), bytes.length)), Buffer.from(bytes)),
      ),
      { numRuns: 60 },
    );
  });

  it("are those of others: what we write an independent reader reads, and the other way round", async () => {
    const message = Buffer.concat([Buffer.alloc(100_000, 5), randomBytes(70_000)]);
    const reader = new Decompressor();
    const read = Buffer.concat([reader.update(encode(message)), await reader.finish()]);
    assert.equal(Buffer.compare(read, message), 0);
    const writer = new Compressor();
    const written = Buffer.concat([writer.update(message), await writer.finish()]);
    assert.equal(Buffer.compare(decode(written, message.length), message), 0);
    // The example of the format's checksum: CRC-32C of "123456789" is e3069283, masked c78ab0e5.
    assert.equal(
      Buffer.from(encode(Buffer.from("123456789"))).toString("hex"),
      "ff060000734e61507059" + "010d0000" + "e5b08ac7" + "313233343536373839",
    );
  });

  it("shrink what can be shrunk and never grow by more than the headers", () => {
    assert.ok(encode(new Uint8Array(100_000)).length < 6_000);
    assert.equal(encode(randomBytes(65_536)).length, 65_536 + 10 + 8);
    assert.equal(encode(new Uint8Array()).length, 0);
  });

  it("refuse any change, a wrong length and another beginning, by code", () => {
    const message = Buffer.concat([Buffer.alloc(500, 1), randomBytes(500)]);
    const good = encode(message);
    for (let index = 0; index < good.length; index += 7) {
      const bad = Uint8Array.from(good);
      bad[index] = (bad[index] ?? 0) ^ 0x41;
      try {
        // Another way to write the same bytes is no damage.
        assert.deepEqual(Buffer.from(decode(bad, message.length)), message);
      } catch (error) {
        assert.ok(hasCode(error, "P2P_BAD_FRAME") || (error as Error).message === "ended", String(error));
      }
    }
    assert.throws(() => decode(good, message.length - 1), { code: "P2P_BAD_FRAME" });
    assert.throws(() => decode(good.subarray(10), message.length), { code: "P2P_BAD_FRAME" });
  });

  it("refuse a bomb before they unpack it", () => {
    // A block that says it is 4 GiB long.
    const block = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f, 0x00);
    const header = Uint8Array.of(0, 4 + block.length, 0, 0);
    const decoder = new FrameDecoder(65_536);
    const [identifier] = encodeFrames(Uint8Array.of(1));
    assert.ok(identifier);
    decoder.push(identifier.subarray(0, 4), identifier.subarray(4));
    assert.throws(() => decoder.push(header, Buffer.concat([Buffer.alloc(4), block])), { code: "P2P_BAD_FRAME" });
  });
});
