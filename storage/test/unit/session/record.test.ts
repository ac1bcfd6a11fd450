import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import {
  closeRecording,
  type RecordedCommand,
  type RecordOptions,
  recordSession,
  type SessionProgress,
  SessionReader,
  type SessionResult,
  systemClock,
} from "../../../src/session/index.js";
import { noise } from "../chunk/chunkFixtures.js";
import {
  CHUNK,
  collect,
  createClient,
  description,
  keyOf,
  removeTemporaryFolders,
  SlowSink,
  type TestClient,
} from "./sessionFixtures.js";

const never = new AbortController().signal;

function command(script: string, ...args: string[]): RecordedCommand {
  return { file: process.execPath, args: ["-e", script, ...args], stderr: "ignore" };
}

function optionsFor(source: RecordOptions["source"], more: Partial<RecordOptions> = {}): RecordOptions {
  return { source, stop: never, chunkSize: CHUNK, description, keyOf, restart: { restartPause: 5 }, ...more };
}

async function read(client: TestClient, result: SessionResult): Promise<{ bytes: Buffer; reader: SessionReader }> {
  const modules = { source: client.network, createEngine: client.createEngine };
  const reader = await SessionReader.open({ anchor: result.anchor, key: keyOf(result.sessionId) }, modules);
  return { bytes: await collect(reader.read()), reader };
}

async function realClient(): Promise<TestClient> {
  const client = await createClient();
  return { ...client, clock: systemClock } as unknown as TestClient;
}

describe("session record", () => {
  after(removeTemporaryFolders);

  it("stores what a command writes, and ends when it ends", async () => {
    const client = await realClient();
    const script = "for (let i = 0; i < 20000; i++) console.log('line', i)";
    const result = await recordSession(optionsFor(command(script)), client);
    const { bytes, reader } = await read(client, result);
    const expected = Array.from({ length: 20_000 }, (_, i) => `line ${i}\n`).join("");
    assert.equal(bytes.toString(), expected);
    assert.equal(result.chunks, Math.ceil(expected.length / CHUNK));
    assert.deepEqual(reader.manifest.gaps, []);
    assert.deepEqual(reader.manifest.participants, ["alice", "bob"]);
  });

  it("starts a command again that dies, and notes the gap", async () => {
    const client = await realClient();
    const folder = join(client.folder, "marks");
    await mkdir(folder);
    // Dies twice after 1,000 bytes, the third run ends well.
    const script = `const fs = require("fs"), dir = process.argv[1], n = fs.readdirSync(dir).length;
      fs.writeFileSync(dir + "/" + n, "");
      process.stdout.write(String(n).repeat(1000), () => n < 2 ? process.kill(process.pid, "SIGKILL") : process.exit(0));`;
    const result = await recordSession(optionsFor(command(script, folder)), client);
    const { bytes, reader } = await read(client, result);
    assert.equal(bytes.toString(), "0".repeat(1000) + "1".repeat(1000) + "2".repeat(1000));
    const { gaps, startedAt, endedAt } = reader.manifest;
    assert.deepEqual(
      gaps.map(({ offset, reason }) => [offset, reason]),
      [
        [1000, "commandDied"],
        [2000, "commandDied"],
      ],
    );
    for (const gap of gaps)
      assert.ok(startedAt <= gap.startedAt && gap.startedAt <= gap.endedAt && gap.endedAt <= endedAt);
  });

  it("keeps what there is when the command dies for good, with a gap to the end", async () => {
    const client = await realClient();
    const folder = join(client.folder, "marks");
    await mkdir(folder);
    const script = `const fs = require("fs"), dir = process.argv[1];
      if (fs.readdirSync(dir).length > 0) process.exit(3);
      fs.writeFileSync(dir + "/0", "");
      process.stdout.write("data", () => process.exit(3));`;
    const restart = { restartPause: 5, maxFailures: 3 };
    const result = await recordSession(optionsFor(command(script, folder), { restart }), client);
    const { bytes } = await read(client, result);
    assert.equal(bytes.toString(), "data");
    assert.deepEqual(
      result.gaps.map(({ offset, reason }) => [offset, reason]),
      [[4, "commandDied"]],
    );
  });

  it("refuses a command that cannot be started or gives nothing, and leaves nothing behind", async () => {
    const client = await realClient();
    const missing = { file: "/no/such/program", args: [] };
    await assert.rejects(recordSession(optionsFor(missing), client), { code: "RECORD_COMMAND" });
    const restart = { restartPause: 5, maxFailures: 2 };
    await assert.rejects(recordSession(optionsFor(command("process.exit(9)"), { restart }), client), {
      code: "RECORD_COMMAND",
    });
    for await (const _ of client.journal.list()) assert.fail("a record was left");
  });

  it("ends properly on stop: the command gets SIGINT once and its last words are kept", async () => {
    const client = await realClient();
    const stop = new AbortController();
    const script = `let n = 0;
      process.on("SIGINT", () => { n++; setTimeout(() => process.stdout.write("bye" + n, () => process.exit(0)), 30) });
      process.stdout.write("hello");
      setInterval(() => undefined, 1000);`;
    let announced = "";
    const source = command(script);
    const running = recordSession(
      optionsFor(source, {
        stop: stop.signal,
        flushAfter: 1,
        onStart: (sessionId) => {
          announced = Buffer.from(sessionId).toString("hex");
        },
        onProgress: ({ chunksAcknowledged }) => {
          if (chunksAcknowledged === 1) stop.abort();
        },
      }),
      client,
    );
    const result = await running;
    assert.equal(Buffer.from(result.sessionId).toString("hex"), announced);
    const { bytes, reader } = await read(client, result);
    assert.equal(bytes.toString(), "hellobye1");
    assert.equal(reader.manifest.chunks.length, 2);
    assert.deepEqual(reader.manifest.gaps, []);
  });

  it("ends a command that ignores SIGINT by force", async () => {
    const client = await realClient();
    const stop = new AbortController();
    const script = `for (const s of ["SIGINT", "SIGTERM"]) process.on(s, () => process.stdout.write(s));
      process.stdout.write("start");
      setInterval(() => undefined, 1000);`;
    const result = await recordSession(
      optionsFor(command(script), {
        stop: stop.signal,
        flushAfter: 1,
        restart: { stopTimeout: 100 },
        onProgress: ({ chunksAcknowledged }) => {
          if (chunksAcknowledged === 1) stop.abort();
        },
      }),
      client,
    );
    assert.equal((await read(client, result)).bytes.toString(), "startSIGINTSIGTERM");
  });

  it("holds the command back when chunks cannot be delivered: what is read and not delivered stays bounded", async () => {
    const client = await realClient();
    const sink = new SlowSink();
    const onProgress = (progress: SessionProgress) => sink.onProgress(progress);
    const script = "for (let i = 0; i < 100; i++) process.stdout.write(Buffer.alloc(65536))";
    const options = optionsFor(command(script), { maxBacklog: 1, onProgress });
    const result = await recordSession(options, { ...client, sink });
    assert.equal(result.bytes, 100 * 65_536);
    assert.ok(sink.most <= 1 + 2 + 16 + 1, `${sink.most} chunks waited`);
  });

  it("stores a stream, and ends it on stop though nothing more comes", async () => {
    const client = await realClient();
    const stop = new AbortController();
    const content = noise(3 * CHUNK + 17);
    async function* stream() {
      for (let at = 0; at < content.length; at += 30_000) yield content.subarray(at, at + 30_000);
      setImmediate(() => stop.abort());
      await new Promise(() => undefined);
    }
    const result = await recordSession(optionsFor(stream(), { stop: stop.signal }), client);
    assert.ok((await read(client, result)).bytes.equals(content));
  });

  it("goes on without the node: chunks stay staged", async () => {
    const client = await realClient();
    const source = command("process.stdout.write('x'.repeat(200000))");
    const result = await recordSession(optionsFor(source), { ...client, sink: undefined });
    assert.equal(result.delivered, false);
    assert.equal(client.network.deliveries, 0);
  });

  it("that was aborted is closed with a gap marker", async () => {
    const client = await realClient();
    const abort = new AbortController();
    const script = "setInterval(() => process.stdout.write('x'.repeat(70000)), 5)";
    let sessionId = new Uint8Array();
    const options = optionsFor(command(script), {
      signal: abort.signal,
      onStart: (id) => {
        sessionId = id.slice();
      },
      onProgress: ({ chunksAcknowledged }) => {
        if (chunksAcknowledged === 3) abort.abort();
      },
    });
    await assert.rejects(recordSession(options, client), { code: "SESSION_ABORTED" });
    const result = await closeRecording(sessionId, { keyOf }, client);
    assert.ok(result.bytes >= 3 * CHUNK);
    assert.deepEqual(
      result.gaps.map(({ offset, reason }) => [offset, reason]),
      [[result.bytes, "recorderCrashed"]],
    );
    assert.equal((await read(client, result)).bytes.toString(), "x".repeat(result.bytes));
    await assert.rejects(closeRecording(sessionId, { keyOf }, client), { code: "SESSION_STATE" });
  });
});
