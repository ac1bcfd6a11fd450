import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hasCode } from "@lucid/consensus/base";
import { StorageError } from "../../../src/errors.js";
import {
  anchorSession,
  deliverSession,
  discardSession,
  type PutOptions,
  putSession,
  restoreSession,
  type SessionProgress,
  type SessionRecord,
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
  writeSource,
} from "./sessionFixtures.js";

const content = noise(6 * CHUNK + 100);

function optionsFor(path: string, more: Partial<PutOptions> = {}): PutOptions {
  return { path, chunkSize: CHUNK, description, keyOf, ...more };
}

/** A put that is interrupted once `chunks` chunks are acknowledged. */
async function interrupted(client: TestClient, path: string, chunks: number): Promise<SessionRecord> {
  const abort = new AbortController();
  const onProgress = ({ chunksAcknowledged }: SessionProgress) => {
    if (chunksAcknowledged >= chunks) abort.abort();
  };
  await assert.rejects(putSession(optionsFor(path, { signal: abort.signal, onProgress }), client), {
    code: "SESSION_ABORTED",
  });
  const [record] = await records(client);
  assert.equal(record?.state, "writing");
  return record;
}

async function records(client: TestClient): Promise<SessionRecord[]> {
  const all: SessionRecord[] = [];
  for await (const record of client.journal.list()) all.push(record);
  return all;
}

async function roots(client: TestClient, sessionId: Uint8Array): Promise<string[]> {
  const all: string[] = [];
  for await (const chunk of client.journal.chunks(sessionId)) all.push(Buffer.from(chunk.root).toString("hex"));
  return all;
}

async function restored(client: TestClient, anchor: Parameters<typeof restoreSession>[0]["anchor"]): Promise<Buffer> {
  const modules = { source: client.network, createEngine: client.createEngine };
  return collect(restoreSession({ anchor, key: keyOf(anchor.sessionId) }, modules));
}

describe("an interrupted put", () => {
  after(removeTemporaryFolders);

  it("goes on in the same session, keeps what was acknowledged and reads only the rest", async () => {
    const client = await createClient();
    const path = await writeSource(client.folder, content);
    const { sessionId } = await interrupted(client, path, 2);
    const before = await roots(client, sessionId);
    assert.ok(before.length >= 2 && before.length < 7);
    const seen: SessionProgress[] = [];
    const result = await putSession(optionsFor(path, { onProgress: (progress) => seen.push(progress) }), client);
    assert.deepEqual(result.sessionId, sessionId);
    assert.deepEqual((await roots(client, sessionId)).slice(0, before.length), before);
    assert.equal(seen[0]?.phase, "checking");
    assert.equal(seen.at(-1)?.chunksAcknowledged, 7);
    assert.equal(seen.at(-1)?.chunksDelivered, 8);
    assert.ok((await restored(client, result.anchor)).equals(content));
  });

  it("refuses a file that is not the same: longer, shorter, or with another byte in what was done", async () => {
    const client = await createClient();
    const path = await writeSource(client.folder, content);
    await interrupted(client, path, 2);
    await writeFile(path, Buffer.concat([content, Buffer.of(1)]));
    await assert.rejects(putSession(optionsFor(path), client), { code: "SOURCE_CHANGED" });
    await writeFile(path, content.subarray(1));
    await assert.rejects(putSession(optionsFor(path), client), { code: "SOURCE_CHANGED" });
    const other = content.slice();
    other[CHUNK + 5] = (other[CHUNK + 5] ?? 0) ^ 1;
    await writeFile(path, other);
    await assert.rejects(putSession(optionsFor(path), client), { code: "SOURCE_CHANGED" });
    // Nothing was damaged by the refusals, and a new session can be asked for.
    const fresh = await putSession(optionsFor(path, { resume: "never" }), client);
    assert.ok((await restored(client, fresh.anchor)).equals(other));
    assert.equal((await records(client)).length, 2);
  });

  it("makes a staged blob anew that was damaged or lost, and removes leftovers", async () => {
    const client = await createClient();
    const path = await writeSource(client.folder, content);
    const { sessionId } = await interrupted(client, path, 3);
    const folder = client.staging.sessionFolder(sessionId);
    const [, second] = await roots(client, sessionId);
    const damaged = join(folder, `${second}.lck`);
    const bytes = await readFile(damaged);
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    await writeFile(damaged, bytes);
    await writeFile(join(folder, "leftover.tmp"), "x");
    const result = await putSession(optionsFor(path), client);
    assert.ok((await restored(client, result.anchor)).equals(content));
    const names = await readdir(folder);
    assert.deepEqual(names.sort(), (await roots(client, sessionId)).map((root) => `${root}.lck`).sort());
  });

  it("is a new session once the old one is anchored; a sealed one is checked and kept", async () => {
    const client = await createClient();
    const path = await writeSource(client.folder, content);
    const first = await putSession(optionsFor(path), client);
    const again = await putSession(optionsFor(path), client);
    assert.deepEqual(again, first);
    await anchorSession(first.sessionId, { txHash: new Uint8Array(32), blockNumber: 1 }, client);
    const next = await putSession(optionsFor(path), client);
    assert.notDeepEqual(next.sessionId, first.sessionId);
    await assert.rejects(putSession(optionsFor(path, { resume: first.sessionId }), client), { code: "SESSION_STATE" });
    await assert.rejects(discardSession(first.sessionId, client), { code: "SESSION_STATE" });
    await discardSession(next.sessionId, client);
    assert.equal(client.journal.get(next.sessionId), undefined);
  });

  it("of a sealed session that was damaged is a new session: the old manifest may be on the chain", async () => {
    const client = await createClient();
    const path = await writeSource(client.folder, content);
    const first = await putSession(optionsFor(path), client);
    const [, , third] = await roots(client, first.sessionId);
    await writeFile(join(client.staging.sessionFolder(first.sessionId), `${third}.lck`), "damaged");
    const second = await putSession(optionsFor(path), client);
    assert.notDeepEqual(second.sessionId, first.sessionId);
    assert.deepEqual(client.journal.get(first.sessionId)?.summary?.manifestHash, first.anchor.manifestHash);
    assert.ok((await restored(client, second.anchor)).equals(content));
  });

  it("refuses a file that becomes shorter while it is read", async () => {
    const client = await createClient();
    const path = await writeSource(client.folder, content);
    let cut = false;
    const onProgress = ({ chunksAcknowledged }: SessionProgress) => {
      if (chunksAcknowledged === 1 && !cut) {
        cut = true;
        void writeFile(path, content.subarray(0, CHUNK));
      }
    };
    await assert.rejects(putSession(optionsFor(path, { onProgress }), client), { code: "SOURCE_CHANGED" });
  });

  it("says what is wrong with the file or the chunk size", async () => {
    const client = await createClient();
    await assert.rejects(putSession(optionsFor("/nowhere/at/all"), client), { code: "IO_NOT_FOUND" });
    const path = await writeSource(client.folder, content);
    for (const chunkSize of [0, CHUNK - 1, 2 ** 27, 1.5]) {
      await assert.rejects(putSession(optionsFor(path, { chunkSize }), client), { code: "CHUNK_SIZE" });
    }
    assert.deepEqual(await records(client), []);
  });
});

describe("the sink", () => {
  after(removeTemporaryFolders);

  it("that is slow holds the source back: no more than the backlog is ever waiting", async () => {
    const client = await createClient();
    const path = await writeSource(client.folder, noise(30 * CHUNK));
    const sink = new SlowSink();
    const onProgress = (progress: SessionProgress) => sink.onProgress(progress);
    await putSession(optionsFor(path, { maxBacklog: 2, onProgress }), { ...client, sink });
    assert.equal(sink.delivered, 31);
    // Backlog, deliveries under way and appends: a fixed number, not the 30 chunks of the file.
    assert.ok(sink.most <= 2 + 2 + 16 + 1, `${sink.most} chunks waited`);
  });

  it("is tried again after a pause that doubles, then the put fails and later goes on", async () => {
    const client = await createClient();
    const path = await writeSource(client.folder, noise(2 * CHUNK));
    const pauses: number[] = [];
    const clock = {
      now: () => client.clock.now(),
      setTimer: (milliseconds: number, callback: () => void) => {
        pauses.push(milliseconds);
        setImmediate(callback);
        return { cancel: () => undefined };
      },
    };
    let calls = 0;
    const failing = {
      deliver: async () => {
        calls++;
        throw new StorageError({ code: "DB_IO", message: "the node does not answer" });
      },
    };
    await assert.rejects(putSession(optionsFor(path), { ...client, clock, sink: failing }), { code: "SINK_FAILED" });
    assert.deepEqual(pauses.slice(0, 1), [500]);
    assert.ok(pauses.includes(4000) && !pauses.includes(8000));
    assert.ok(calls >= 5);
    const result = await putSession(optionsFor(path), client);
    assert.ok(result.delivered);
  });

  it("that refuses for good is not asked again", async () => {
    const client = await createClient();
    const path = await writeSource(client.folder, noise(CHUNK));
    let calls = 0;
    const full = {
      deliver: async () => {
        calls++;
        throw new StorageError({ code: "SINK_FAILED", message: "the store of the node is full" });
      },
    };
    await assert.rejects(putSession(optionsFor(path), { ...client, sink: full }), { code: "SINK_FAILED" });
    assert.equal(calls, 1);
  });

  it("may be missing or fail when delivery is put off; deliverSession goes on", async () => {
    const client = await createClient();
    const path = await writeSource(client.folder, content);
    const { network } = client;
    const offline = await putSession(optionsFor(path), { ...client, sink: undefined });
    assert.equal(offline.delivered, false);
    assert.equal(network.deliveries, 0);
    let calls = 0;
    const flaky = {
      deliver: async () => {
        calls++;
        throw new StorageError({ code: "SINK_FAILED", message: "no" });
      },
    };
    await assert.rejects(deliverSession(offline.sessionId, {}, { ...client, sink: flaky }), (error) =>
      hasCode(error, "SINK_FAILED"),
    );
    assert.equal(calls, 1);
    const delivered = await deliverSession(offline.sessionId, {}, client);
    assert.equal(delivered.delivered, true);
    assert.equal(network.deliveries, offline.anchor.chunkCount);
    await deliverSession(offline.sessionId, {}, client);
    assert.equal(network.deliveries, offline.anchor.chunkCount);
    assert.ok((await restored(client, offline.anchor)).equals(content));
  });
});
