import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { hasCode } from "@lucid/consensus/base";
import { StorageError } from "@lucid/storage";
import { mediaTypeOf } from "../../../src/cli/session/mediaType.js";
import { PlaybackServer } from "../../../src/cli/session/playback.js";

const CHUNK = 256 * 1024;
const content = randomBytes(40 * CHUNK + 123);

/** A session's bytes chunk by chunk, as a SessionReader gives them; notes what was asked for and given. */
class Reader {
  readonly bytes = content.length;
  readonly ranges: (readonly [number, number])[] = [];
  open = 0;
  given = 0;
  /** Chunk that nobody has. */
  missing = -1;

  async *read({ start = 0, end = this.bytes, signal }: { start?: number; end?: number; signal?: AbortSignal }) {
    this.ranges.push([start, end]);
    this.open++;
    try {
      for (let at = start; at < end; ) {
        await delay(0);
        if (signal?.aborted === true) throw new StorageError({ code: "SESSION_ABORTED", message: "aborted" });
        const index = Math.floor(at / CHUNK);
        if (index === this.missing) throw new StorageError({ code: "CHUNK_NOT_FOUND", message: "nobody has it" });
        const to = Math.min(end, (index + 1) * CHUNK);
        this.given++;
        yield new Uint8Array(content.subarray(at, to));
        at = to;
      }
    } finally {
      this.open--;
    }
  }
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
  /** It ended before its announced length. */
  readonly broken: boolean;
}

function ask(url: string, headers: Record<string, string> = {}, method = "GET"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method, headers, agent: false }, (answer) => {
      const parts: Buffer[] = [];
      const done = (broken: boolean) =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(parts), broken });
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.once("end", () => done(false));
      answer.once("error", () => done(true));
    });
    call.once("error", reject);
    call.end();
  });
}

async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 500 && !holds(); turn++) await delay(10);
  assert.ok(holds());
}

describe("playback of a session over HTTP", () => {
  let reader: Reader;
  let server: PlaybackServer;
  let failures: unknown[];
  let page: string;
  let url: string;

  beforeEach(async () => {
    reader = new Reader();
    failures = [];
    const options = { port: 0, type: "video/webm", tag: "one" };
    server = new PlaybackServer(options, { reader, onFailure: (error) => failures.push(error) });
    page = await server.start();
    url = `${page}recording`;
  });

  afterEach(async () => {
    await server.stop();
    await until(() => reader.open === 0);
  });

  it("the whole, any range, and their headers", async () => {
    const whole = await ask(url);
    assert.deepEqual([whole.status, whole.headers["content-length"]], [200, String(content.length)]);
    assert.ok(whole.body.equals(content));
    assert.deepEqual(
      ["accept-ranges", "content-type", "etag", "cache-control"].map((name) => whole.headers[name]),
      ["bytes", "video/webm", '"one"', "no-store"],
    );
    for (const [range, start, end] of [
      ["bytes=0-0", 0, 1],
      ["bytes=262143-262144", 262_143, 262_145],
      [`bytes=${content.length - 1}-`, content.length - 1, content.length],
      ["bytes=-10", content.length - 10, content.length],
      [`bytes=100-${10 * content.length}`, 100, content.length],
    ] as const) {
      const part = await ask(url, { range });
      assert.equal(part.status, 206, range);
      assert.ok(part.body.equals(content.subarray(start, end)), range);
      assert.equal(part.headers["content-range"], `bytes ${start}-${end - 1}/${content.length}`);
      assert.deepEqual(reader.ranges.at(-1), [start, end]);
    }
  });

  it("HEAD reads nothing; a range outside is 416; what may be ignored is", async () => {
    const head = await ask(url, { range: "bytes=0-9" }, "HEAD");
    assert.deepEqual([head.status, head.body.length, head.headers["content-length"]], [200, 0, String(content.length)]);
    for (const range of [`bytes=${content.length}-`, "bytes=-0"]) {
      const outside = await ask(url, { range });
      assert.deepEqual([outside.status, outside.headers["content-range"]], [416, `bytes */${content.length}`], range);
    }
    assert.deepEqual(reader.ranges, []);
    for (const range of ["lines=1-2", "bytes=0-1,5-6", "bytes=9-1", "nonsense"]) {
      assert.equal((await ask(url, { range })).status, 200, range);
    }
  });

  it("If-Range gives the range of this version only; If-None-Match gives nothing", async () => {
    const range = "bytes=5-9";
    const statuses: number[] = [];
    for (const condition of ['"one"', '"two"', 'W/"one"', "Fri, 27 Nov 2026 22:00:00 GMT"]) {
      statuses.push((await ask(url, { range, "if-range": condition })).status);
    }
    assert.deepEqual(statuses, [206, 200, 200, 200]);
    const asked = reader.ranges.length;
    assert.equal((await ask(url, { "if-none-match": '"zero", "one"' })).status, 304);
    assert.equal(reader.ranges.length, asked);
  });

  it("nobody gets it without the token, by another name of this machine, or by another method", async () => {
    const { origin, pathname } = new URL(page);
    const [token = ""] = pathname.slice(1).split("/");
    assert.ok(Buffer.from(token, "base64url").length >= 32);
    for (const path of ["/", "/recording", `/${token.slice(1)}/recording`, `/${token}x/recording`, `/${token}/other`]) {
      assert.equal((await ask(origin + path)).status, 404, path);
    }
    assert.equal((await ask(url, { host: "evil.example:80" })).status, 403);
    assert.equal((await ask(url, {}, "POST")).status, 405);
    assert.deepEqual(reader.ranges, []);
    const html = await ask(page);
    assert.match(html.body.toString(), /<video controls src="recording">/);
    assert.match(String(html.headers["content-security-policy"]), /default-src 'none'/);
    assert.equal(html.headers["access-control-allow-origin"], undefined);
  });

  it("what cannot be had is an error, and what ends in the middle is broken off, never filled", async () => {
    reader.missing = 0;
    const none = await ask(url);
    assert.deepEqual([none.status, none.headers["x-lucid-error"], none.body.length], [502, "CHUNK_NOT_FOUND", 0]);
    reader.missing = 20;
    const part = await ask(url);
    assert.deepEqual([part.status, part.broken], [200, true]);
    assert.ok(part.body.equals(content.subarray(0, part.body.length)) && part.body.length <= 20 * CHUNK);
    assert.equal((await ask(url, { range: `bytes=${21 * CHUNK}-` })).status, 206);
    assert.ok(failures.length === 2 && failures.every((error) => hasCode(error, "CHUNK_NOT_FOUND")));
  });

  it("who does not read is not read ahead for; who leaves ends the reading; the oldest makes room", async () => {
    const { hostname, port, pathname } = new URL(url);
    const sockets = [];
    // One more than may read: the first is broken off.
    for (let i = 0; i < 5; i++) {
      const socket = connect({ host: hostname, port: Number(port) });
      socket.on("error", () => undefined);
      socket.pause();
      socket.write(`GET ${pathname} HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`);
      sockets.push(socket);
      await until(() => reader.ranges.length === i + 1);
    }
    await until(() => reader.open === 4);
    await delay(100);
    const given = reader.given;
    await delay(200);
    assert.equal(reader.given, given, "it goes on reading for somebody who does not");
    for (const socket of sockets) socket.destroy();
    await until(() => reader.open === 0);
    assert.deepEqual(failures, []);
  });

  it("tells what a recording is by its first bytes", () => {
    const ebml = Buffer.from("1a45dfa3", "hex");
    for (const [start, type] of [
      [Buffer.concat([ebml, Buffer.from("....matroska")]), "video/matroska"],
      [Buffer.concat([ebml, Buffer.from("....webm")]), "video/webm"],
      [Buffer.from("\0\0\0 ftypisom"), "video/mp4"],
      [Buffer.from("OggS"), "application/ogg"],
      [Buffer.from('{"version": 2, "width": 80}'), "application/x-asciicast"],
      [Buffer.from("anything"), "application/octet-stream"],
      [Buffer.alloc(0), "application/octet-stream"],
    ] as const) {
      assert.equal(mediaTypeOf(start), type);
    }
  });
});
