import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BlsSigner, BlsVerifier, chunkReceiptSigningRoot, nodeIdOf } from "@lucid/consensus";
import { toHex } from "@lucid/consensus/base";
import { ChunkStore, LevelStore, sealChunk } from "@lucid/storage";
import { z } from "zod";
import { ChunkHasher } from "../../../src/localApi/chunkHasher.js";
import { type ChunkReceiptJson, parseChunkReceipt } from "../../../src/localApi/chunkReceipts.js";
import { LocalApi } from "../../../src/localApi/localApi.js";
import { DEFAULT_RPC_LIMITS, defineMethod, RpcDispatcher } from "../../../src/rpc/index.js";
import { MethodTable } from "../../../src/rpc/method.js";

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

const context = { genesisRoot: new Uint8Array(32).fill(3), forkVersion: 1 };
const signer = new BlsSigner(new Uint8Array(32).fill(5));

describe("local API", () => {
  let folder = "";
  let socketPath = "";
  let store: LevelStore;
  let chunks: ChunkStore;
  let hasher: ChunkHasher;
  let api: LocalApi;
  const defects: unknown[] = [];

  function send(
    method: string,
    path: string,
    body?: Uint8Array,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const type = body === undefined ? {} : { "content-type": "application/octet-stream" };
      const request = httpRequest({ socketPath, method, path, headers: { ...type, ...headers } }, (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
        );
      });
      request.on("error", reject);
      if (body === undefined) request.end();
      else request.setHeader("content-length", headers["content-length"] ?? body.length).end(body);
    });
  }

  const json = (answer: Answer): Record<string, unknown> =>
    JSON.parse(answer.body.toString()) as Record<string, unknown>;

  async function chunk(options: { length?: number; index?: number; manifest?: boolean; sessionId?: Uint8Array } = {}) {
    return sealChunk(randomBytes(options.length ?? 10_000), {
      sessionKey: new Uint8Array(32).fill(1),
      sessionId: options.sessionId ?? new Uint8Array(32).fill(2),
      index: options.index ?? 0,
      last: false,
      manifest: options.manifest ?? false,
    });
  }

  let maxChunkSize = 1 << 20;

  async function open(quotaBytes: number): Promise<void> {
    maxChunkSize = 1 << 20;
    folder = await mkdtemp(join(tmpdir(), "lucid-api-"));
    socketPath = join(folder, "node.sock");
    store = await LevelStore.open({ location: join(folder, "db") });
    chunks = await ChunkStore.open({ folder: join(folder, "chunks"), quotaBytes, reservedFreeBytes: 0 }, { store });
    hasher = new ChunkHasher();
    const echo = defineMethod({
      name: "test_echo",
      summary: "The parameter.",
      params: [{ name: "text", schema: z.string() }],
      result: z.string(),
      handler: ([text], { transport, admin }) => `${text} ${transport} ${admin}`,
    });
    const dispatcher = new RpcDispatcher(
      { limits: DEFAULT_RPC_LIMITS },
      { table: new MethodTable([[echo]], new Set(["test"])) },
    );
    const nodeId = nodeIdOf(signer.publicKey);
    api = new LocalApi(
      {
        socketPath,
        maxChunkSize: () => maxChunkSize,
        receipts: { nodeId, signer, now: () => ({ epoch: 7, context }) },
      },
      { chunks, hasher, dispatcher, onDefect: (error) => defects.push(error) },
    );
    await api.start();
  }

  beforeEach(() => open(1 << 30));

  afterEach(async () => {
    await api.stop();
    await hasher.stop();
    await chunks.close();
    await store.close();
    await rm(folder, { recursive: true });
    assert.deepEqual(defects.splice(0), []);
  });

  it("is a socket that only the owner may open, and is gone after stop", async () => {
    assert.equal((await stat(socketPath)).mode & 0o777, 0o600);
    await api.stop();
    assert.ok(!(await readdir(folder)).includes("node.sock"));
  });

  it("stores a chunk, signs for it, and gives it back whole or in part", async () => {
    const { root, blob } = await chunk();
    const path = `/v1/chunks/${toHex(root)}`;
    const put = await send("PUT", path, blob);
    assert.equal(put.status, 200);
    const { receipt, signature } = parseChunkReceipt(json(put)["receipt"] as ChunkReceiptJson);
    assert.deepEqual(receipt.chunkRoot, root);
    assert.equal(receipt.blobLength, BigInt(blob.length));
    assert.equal(receipt.epoch, 7);
    const message = chunkReceiptSigningRoot(receipt, context);
    assert.ok(new BlsVerifier().verify(signer.publicKey, message, signature));
    assert.ok(
      !new BlsVerifier().verify(
        signer.publicKey,
        chunkReceiptSigningRoot({ ...receipt, epoch: 8 }, context),
        signature,
      ),
    );

    const whole = await send("GET", path);
    assert.equal(whole.status, 200);
    assert.ok(whole.body.equals(blob));
    const part = await send("GET", path, undefined, { range: "bytes=100-199" });
    assert.equal(part.status, 206);
    assert.equal(part.headers["content-range"], `bytes 100-199/${blob.length}`);
    assert.ok(part.body.equals(Buffer.from(blob.subarray(100, 200))));
    const beyond = await send("GET", path, undefined, { range: `bytes=${blob.length}-` });
    assert.equal(beyond.status, 416);
  });

  it("answers a chunk that it has already with a receipt again", async () => {
    const { root, blob } = await chunk();
    const first = await send("PUT", `/v1/chunks/${toHex(root)}`, blob);
    const second = await send("PUT", `/v1/chunks/${toHex(root)}`, blob);
    assert.deepEqual(json(second), json(first));
  });

  it("takes many at once, of different sizes, within its memory", async () => {
    const all = await Promise.all(
      Array.from({ length: 24 }, (_, index) => chunk({ index, length: 1 + index * 40_000 })),
    );
    const answers = await Promise.all(all.map(({ root, blob }) => send("PUT", `/v1/chunks/${toHex(root)}`, blob)));
    assert.deepEqual(new Set(answers.map((answer) => answer.status)), new Set([200]));
    for (const { root, blob } of all) assert.ok((await send("GET", `/v1/chunks/${toHex(root)}`)).body.equals(blob));
  });

  it("refuses what is damaged, too large, no chunk, or unknown, each with its code", async () => {
    const { root, blob } = await chunk();
    const path = `/v1/chunks/${toHex(root)}`;
    const flipped = blob.slice();
    flipped[500] = (flipped[500] ?? 0) ^ 1;
    const codes: [Promise<Answer>, number, string][] = [
      [send("PUT", path, flipped), 400, "LOCAL_ROOT_MISMATCH"],
      [send("PUT", path, blob.subarray(1)), 400, "LOCAL_ROOT_MISMATCH"],
      [send("PUT", "/v1/chunks/0x1234", blob), 400, "BAD_HEX"],
      [send("PUT", path, new Uint8Array((1 << 20) + 88)), 413, "LOCAL_TOO_LARGE"],
      [send("PUT", path, blob, { "content-type": "text/plain" }), 415, "LOCAL_BAD_REQUEST"],
      [send("GET", path), 404, "LOCAL_NOT_FOUND"],
      [send("GET", "/v1/nothing"), 404, "LOCAL_NOT_FOUND"],
      [send("GET", "/v1/sessions/0x12/manifest"), 400, "BAD_HEX"],
    ];
    for (const [answer, status, code] of codes) {
      const { status: found, body } = await answer;
      assert.deepEqual([found, (JSON.parse(body.toString()) as { code: string }).code], [status, code]);
    }
    assert.equal(chunks.stats().chunks, 0);
  });

  it("follows the bound on chunks as governance moves it, but lets a session that began above it go on", async () => {
    const put = async ({ root, blob }: Awaited<ReturnType<typeof chunk>>) => {
      const { status, body } = await send("PUT", `/v1/chunks/${toHex(root)}`, blob);
      const { code } = JSON.parse(body.toString()) as { code?: string };
      return code ?? status;
    };
    const begun = new Uint8Array(32).fill(7);
    const length = 900_000;
    assert.equal(await put(await chunk({ sessionId: begun, index: 0, length })), 200);
    const small = new Uint8Array(32).fill(8);
    assert.equal(await put(await chunk({ sessionId: small, index: 0, length: 500_000 })), 200);
    maxChunkSize = 500_000;
    assert.equal(await put(await chunk({ length })), "LOCAL_TOO_LARGE", "a new session");
    assert.equal(await put(await chunk({ sessionId: small, index: 1, length })), "LOCAL_TOO_LARGE", "began within it");
    assert.equal(await put(await chunk({ sessionId: begun, index: 1, length })), 200);
    assert.equal(await put(await chunk({ length: 500_000 })), 200);
    assert.equal(await put(await chunk({ length: 500_001 })), "LOCAL_TOO_LARGE");
    // Compressed, the blob is small, what it declares is not.
    const zeros = await sealChunk(new Uint8Array(length), {
      sessionKey: new Uint8Array(32).fill(1),
      sessionId: new Uint8Array(32).fill(3),
      index: 0,
      last: false,
      manifest: false,
    });
    assert.ok(zeros.blob.length < 10_000);
    assert.equal(await put(zeros), "LOCAL_TOO_LARGE");
    maxChunkSize = 1 << 20;
    assert.equal(await put(zeros), 200);
  });

  it("takes nothing from a client that goes away in the middle", async () => {
    const { root, blob } = await chunk({ length: 500_000 });
    await new Promise<void>((resolve) => {
      const request = httpRequest({
        socketPath,
        method: "PUT",
        path: `/v1/chunks/${toHex(root)}`,
        headers: { "content-type": "application/octet-stream", "content-length": blob.length },
      });
      request.on("error", () => resolve());
      request.write(blob.subarray(0, 100_000), () =>
        request.destroy(Object.assign(new Error("gone"), { code: "ECONNRESET" })),
      );
    });
    assert.equal((await send("PUT", `/v1/chunks/${toHex(root)}`, blob)).status, 200);
    defects.length = 0;
  });

  it("says 507 when the store is full, and keeps what it has", async () => {
    await api.stop();
    await hasher.stop();
    await chunks.close();
    await store.close();
    await rm(folder, { recursive: true });
    await open(200_000);
    const [first, second] = [await chunk({ length: 100_000 }), await chunk({ length: 100_000, index: 1 })];
    assert.equal((await send("PUT", `/v1/chunks/${toHex(first.root)}`, first.blob)).status, 200);
    const full = await send("PUT", `/v1/chunks/${toHex(second.root)}`, second.blob);
    assert.deepEqual([full.status, json(full)["code"]], [507, "STORE_FULL"]);
    assert.equal((await send("GET", `/v1/chunks/${toHex(first.root)}`)).status, 200);
  });

  it("names the chunks that claim to be parts of a session's manifest", async () => {
    const sessionId = new Uint8Array(32).fill(9);
    const part = await chunk({ sessionId, index: 2 ** 32 - 1, manifest: true });
    const data = await chunk({ sessionId, index: 0 });
    const other = await chunk({ index: 2 ** 32 - 1, manifest: true });
    for (const { root, blob } of [part, data, other]) await send("PUT", `/v1/chunks/${toHex(root)}`, blob);
    const answer = await send("GET", `/v1/sessions/${toHex(sessionId)}/manifest`);
    assert.deepEqual(JSON.parse(answer.body.toString()), [
      { root: toHex(part.root), index: 2 ** 32 - 1, size: part.blob.length },
    ]);
  });

  it("serves JSON-RPC to the owner", async () => {
    const call = { jsonrpc: "2.0", id: 1, method: "test_echo", params: ["hello"] };
    const answer = await send("POST", "/", Buffer.from(JSON.stringify(call)), { "content-type": "application/json" });
    assert.deepEqual(json(answer), { jsonrpc: "2.0", id: 1, result: "hello unix true" });
  });
});
