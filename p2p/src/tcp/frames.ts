import { concatBytes, equalBytes, u32be } from "@lucid/consensus/base";
import { P2pError } from "../errors.js";

/**
 * Frame: u32 length of what follows | u8 kind | content. All integers big-endian.
 *   hello     magic "LCDN" | u8 version | genesisRoot 32 | connection id 32
 *   gossip    u8 length | topic | message
 *   request   u32 number | u8 length | protocol | message
 *   response  u32 number | message
 *   failure   u32 number | code as ASCII
 */
export const FrameKind = { hello: 0, gossip: 1, request: 2, response: 3, failure: 4 } as const;

export type Frame =
  | { readonly kind: "hello"; readonly version: number; readonly genesisRoot: Uint8Array; readonly id: Uint8Array }
  | { readonly kind: "gossip"; readonly topic: string; readonly message: Uint8Array }
  | { readonly kind: "request"; readonly number: number; readonly protocol: string; readonly message: Uint8Array }
  | { readonly kind: "response"; readonly number: number; readonly message: Uint8Array }
  | { readonly kind: "failure"; readonly number: number; readonly code: string };

export const PROTOCOL_VERSION = 1;
const MAGIC = new TextEncoder().encode("LCDN");
const HELLO_BYTES = 4 + 1 + 32 + 32;
const MAX_CODE_BYTES = 64;

const ascii = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

function named(name: string): Uint8Array {
  const bytes = Buffer.from(name, "latin1");
  return concatBytes(Uint8Array.of(bytes.length), bytes);
}

function content(frame: Frame): Uint8Array[] {
  switch (frame.kind) {
    case "hello":
      return [MAGIC, Uint8Array.of(frame.version), frame.genesisRoot, frame.id];
    case "gossip":
      return [named(frame.topic), frame.message];
    case "request":
      return [u32be(frame.number), named(frame.protocol), frame.message];
    case "response":
      return [u32be(frame.number), frame.message];
    case "failure":
      return [u32be(frame.number), Buffer.from(frame.code.slice(0, MAX_CODE_BYTES), "latin1")];
  }
}

export function encodeFrame(frame: Frame): Uint8Array {
  const parts = content(frame);
  const length = parts.reduce((sum, part) => sum + part.length, 1);
  return concatBytes(u32be(length), Uint8Array.of(FrameKind[frame.kind]), ...parts);
}

function bad(message: string): P2pError {
  return new P2pError({ code: "P2P_BAD_FRAME", message });
}

function splitName(bytes: Uint8Array): { name: string; rest: Uint8Array } {
  const length = bytes[0];
  if (length === undefined || length === 0 || bytes.length < 1 + length) throw bad("name is cut off");
  return { name: ascii(bytes.subarray(1, 1 + length)), rest: bytes.subarray(1 + length) };
}

function splitNumber(bytes: Uint8Array): { number: number; rest: Uint8Array } {
  if (bytes.length < 4) throw bad("number is cut off");
  return { number: Buffer.from(bytes.buffer, bytes.byteOffset, 4).readUInt32BE(), rest: bytes.subarray(4) };
}

/** Decodes what follows the length. @throws P2pError P2P_BAD_FRAME */
export function decodeFrame(bytes: Uint8Array): Frame {
  const rest = bytes.subarray(1);
  switch (bytes[0]) {
    case FrameKind.hello: {
      if (rest.length !== HELLO_BYTES || !equalBytes(rest.subarray(0, 4), MAGIC)) throw bad("not a hello");
      return { kind: "hello", version: rest[4] ?? 0, genesisRoot: rest.slice(5, 37), id: rest.slice(37, 69) };
    }
    case FrameKind.gossip: {
      const { name, rest: message } = splitName(rest);
      return { kind: "gossip", topic: name, message };
    }
    case FrameKind.request: {
      const { number, rest: after } = splitNumber(rest);
      const { name, rest: message } = splitName(after);
      return { kind: "request", number, protocol: name, message };
    }
    case FrameKind.response: {
      const { number, rest: message } = splitNumber(rest);
      return { kind: "response", number, message };
    }
    case FrameKind.failure: {
      const { number, rest: code } = splitNumber(rest);
      if (code.length > MAX_CODE_BYTES) throw bad("code is too long");
      return { kind: "failure", number, code: ascii(code) };
    }
    default:
      throw bad("unknown kind");
  }
}

/** Cuts a byte stream into frames; never holds more than one frame and one read. */
export class FrameReader {
  /** Largest frame, bytes; small until the other end has said hello. */
  maxFrame: number;
  private parts: Uint8Array[] = [];
  private held = 0;
  private wanted: number | undefined;

  constructor(maxFrame: number) {
    this.maxFrame = maxFrame;
  }

  /** Hands over each frame that is complete with `chunk`. @throws P2pError P2P_BAD_FRAME for a length out of bounds. */
  push(chunk: Uint8Array, onFrame: (frame: Frame) => void): void {
    this.parts.push(chunk);
    this.held += chunk.length;
    for (;;) {
      if (this.wanted === undefined) {
        if (this.held < 4) return;
        const length = this.take(4);
        this.wanted = Buffer.from(length.buffer, length.byteOffset, 4).readUInt32BE();
        if (this.wanted === 0 || this.wanted > this.maxFrame) throw bad(`frame of ${this.wanted} bytes`);
      }
      if (this.held < this.wanted) return;
      const bytes = this.take(this.wanted);
      this.wanted = undefined;
      onFrame(decodeFrame(bytes));
    }
  }

  private take(length: number): Uint8Array {
    const all = this.parts.length === 1 ? this.parts[0] : concatBytes(...this.parts);
    if (all === undefined) throw bad("nothing to take");
    this.held -= length;
    this.parts = this.held === 0 ? [] : [all.subarray(length)];
    return all.subarray(0, length);
  }
}
