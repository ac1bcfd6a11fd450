import { chmod, rm } from "node:fs/promises";
import { CodedError, fromHex, hasCode, toHex } from "@lucid/consensus/base";
import { CHUNK_HEADER_LENGTH, CHUNK_OVERHEAD, type ChunkStore, MAX_CHUNK_SIZE } from "@lucid/storage";
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from "fastify";
import { NodeError } from "../errors.js";
import type { FetchedChunk } from "../replication/chunkFetcher.js";
import type { Replication } from "../replication/replication.js";
import { type RpcDispatcher, UNIX_CLIENT } from "../rpc/index.js";
import { BodyBuffers, readBody } from "./bodyReader.js";
import { ChunkBound } from "./chunkBound.js";
import type { ChunkHasher } from "./chunkHasher.js";
import { type ReceiptSignerOptions, signChunkReceipt } from "./chunkReceipts.js";
import { parseRange } from "./range.js";
import { Slots } from "./slots.js";
import { addStorageRoutes } from "./storageRoutes.js";

export interface LocalApiOptions {
  readonly socketPath: string;
  /** Bytes of plaintext that a chunk may have now: governance moves it, within the format's limit. */
  readonly maxChunkSize: () => number;
  /** Undefined when the node has no key: then nobody can show that it took a chunk. */
  readonly receipts: ReceiptSignerOptions | undefined;
}

export interface LocalApiModules {
  readonly chunks: ChunkStore;
  readonly hasher: ChunkHasher;
  readonly dispatcher: RpcDispatcher;
  /** Other nodes; undefined where there are none. */
  readonly replication?: Replication | undefined;
  readonly onDefect: (error: unknown) => void;
}

/** Largest blob of the format, which no vote can exceed. */
const MAX_BLOB = MAX_CHUNK_SIZE + CHUNK_OVERHEAD;
/** Chunks that are in memory at a time: more do not make the disk faster. Others wait unread in the socket. */
const UPLOADS = 4;
const WAITING_UPLOADS = 64;
/** Chunks of other nodes that pass through at a time: each waits for a round trip, so more than those that are stored. */
const FETCHES = 12;
const MAX_RPC_BODY = 5 * 1024 * 1024;
/** Manifest parts count down from 2^32 - 1; a manifest of more parts than this is not of our making. */
const MAX_MANIFEST_PARTS = 1_024;
/** With those of other nodes. */
const MAX_LISTED_PARTS = 4 * MAX_MANIFEST_PARTS;
const FIRST_MANIFEST_INDEX = 2 ** 32 - MAX_MANIFEST_PARTS;

const STATUS: Readonly<Record<string, number>> = {
  BAD_HEX: 400,
  LOCAL_BAD_REQUEST: 400,
  LOCAL_ROOT_MISMATCH: 400,
  CHUNK_ROOT_MISMATCH: 400,
  CHUNK_TOO_LARGE: 413,
  LOCAL_TOO_LARGE: 413,
  CHUNK_NOT_FOUND: 404,
  CHUNK_MISSING: 404,
  CHUNK_DAMAGED: 404,
  LOCAL_NOT_FOUND: 404,
  UPLOAD_REFUSED: 403,
  UPLOAD_LIMIT: 507,
  CHUNK_RANGE: 416,
  LOCAL_BUSY: 503,
  STORE_BUSY: 503,
  STORE_CLOSED: 503,
  DRIVER_STOPPED: 503,
  STORE_FULL: 507,
  DISK_FULL: 507,
};

function statusOf(code: string): number {
  return STATUS[code] ?? (code.startsWith("CHUNK_") ? 400 : 500);
}

/**
 * The node's own door for programs of its owner: a unix socket that only this user may open. Chunks go in and out as raw
 * bytes; everything else is JSON-RPC, with the admin methods.
 */
export class LocalApi {
  private readonly options: LocalApiOptions;
  private readonly modules: LocalApiModules;
  private readonly server: FastifyInstance;
  private readonly bound: ChunkBound;
  private readonly slots = new Slots(UPLOADS, WAITING_UPLOADS);
  private readonly fetches = new Slots(FETCHES, WAITING_UPLOADS);
  private readonly buffers = new BodyBuffers(UPLOADS);
  private listening = false;

  constructor(options: LocalApiOptions, modules: LocalApiModules) {
    this.options = options;
    this.modules = modules;
    this.bound = new ChunkBound({ maxChunkSize: options.maxChunkSize }, modules.chunks);
    this.server = fastify({ bodyLimit: MAX_RPC_BODY, forceCloseConnections: true });
    this.server.removeAllContentTypeParsers();
    this.server.addContentTypeParser("application/json", { parseAs: "buffer" }, (_, body, done) => done(null, body));
    // Read by the handler, into memory of ours.
    this.server.addContentTypeParser("application/octet-stream", (_, payload, done) => done(null, payload));
    this.server.setErrorHandler((error: Error & { statusCode?: number }, _, reply) => this.onError(error, reply));
    this.server.setNotFoundHandler((_, reply) => sendError(reply, 404, "LOCAL_NOT_FOUND", "there is no such resource"));
    this.server.put("/v1/chunks/:root", { bodyLimit: MAX_BLOB }, (request, reply) => this.putChunk(request, reply));
    this.server.get("/v1/chunks/:root", (request, reply) => this.getChunk(request, reply));
    this.server.get("/v1/sessions/:sessionId/manifest", (request) => this.manifest(request));
    if (modules.replication !== undefined) addStorageRoutes(this.server, modules.replication);
    this.server.post("/", (request, reply) => this.rpc(request, reply));
  }

  /**
   * The caller holds the lock of the data directory, so a socket that is there is left over from a crash.
   * @throws NodeError NODE_PORT_IN_USE
   */
  async start(): Promise<void> {
    const { socketPath } = this.options;
    await rm(socketPath, { force: true });
    try {
      await this.server.listen({ path: socketPath });
      await chmod(socketPath, 0o600);
    } catch (cause) {
      const why =
        hasCode(cause, "EINVAL") || socketPath.length > 100
          ? "its path is too long for a socket"
          : "it cannot be opened";
      throw new NodeError({ code: "NODE_PORT_IN_USE", message: `no local API at ${socketPath}: ${why}`, cause });
    }
    this.listening = true;
  }

  async stop(): Promise<void> {
    await this.server.close();
    if (this.listening) await rm(this.options.socketPath, { force: true });
    this.listening = false;
  }

  private async putChunk(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const root = parameter(request, "root", 32);
    const length = Number(request.headers["content-length"]);
    if (!Number.isSafeInteger(length) || length < 1 || request.headers["content-type"] !== "application/octet-stream") {
      throw new NodeError({
        code: "LOCAL_BAD_REQUEST",
        message: "a chunk is sent as application/octet-stream with a Content-Length",
      });
    }
    if (length > MAX_BLOB) {
      throw new NodeError({
        code: "LOCAL_TOO_LARGE",
        message: `a chunk of ${length} bytes is larger than any chunk, ${MAX_BLOB}`,
        meta: { length, limit: MAX_BLOB },
      });
    }
    const release = await this.slots.acquire();
    try {
      await this.store(request, root, length);
    } finally {
      release();
    }
    const { receipts } = this.options;
    const receipt = receipts === undefined ? null : signChunkReceipt(root, length, receipts);
    return reply.send({ receipt });
  }

  private async store(request: FastifyRequest, root: Uint8Array, length: number): Promise<void> {
    const { chunks, hasher } = this.modules;
    const buffer = this.buffers.take(1 + length);
    await readBody(request.raw, buffer, 1, length, CHUNK_HEADER_LENGTH, (start) => this.bound.admit(start, length));
    const hashed = await hasher.root(buffer, length);
    try {
      if (toHex(hashed.root) !== toHex(root)) {
        const message = "the bytes of the chunk do not have the root under which they were sent";
        throw new NodeError({ code: "LOCAL_ROOT_MISMATCH", message });
      }
      const blob = new Uint8Array(hashed.buffer, 1, length);
      const { created, record } = await chunks.put(root, blob, { verified: true });
      if (created) this.modules.replication?.chunkStored(record.sessionId, root, length);
    } finally {
      this.buffers.give(hashed.buffer);
    }
  }

  private async getChunk(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { chunks } = this.modules;
    const root = parameter(request, "root", 32);
    const record = chunks.get(root);
    const elsewhere = this.modules.replication !== undefined && record?.state !== "stored";
    if (record === undefined || elsewhere) return await this.getRemote(request, reply, root);
    reply.type("application/octet-stream").header("accept-ranges", "bytes");
    const range = parseRange(request.headers.range, record.size);
    if (range === "unsatisfiable") {
      reply.header("content-range", `bytes */${record.size}`).type("application/json");
      return sendError(reply, 416, "CHUNK_RANGE", `the chunk has ${record.size} bytes`);
    }
    // The client verifies the root of what it gets, so a whole chunk is not hashed twice.
    if (range === undefined) return reply.send(Buffer.from(await chunks.read(root, { verify: false })));
    const bytes = await chunks.readRange(root, range.start, range.length);
    reply.header("content-range", `bytes ${range.start}-${range.start + range.length - 1}/${record.size}`);
    return reply.code(206).send(Buffer.from(bytes));
  }

  /** A chunk that others have, whole: it passes through and is not kept. */
  private async getRemote(request: FastifyRequest, reply: FastifyReply, root: Uint8Array): Promise<FastifyReply> {
    const { replication } = this.modules;
    if (replication === undefined) {
      throw new NodeError({ code: "LOCAL_NOT_FOUND", message: `chunk ${toHex(root)} is not here` });
    }
    const query = request.query as Readonly<Record<string, string | undefined>>;
    const attempt = Number(query["attempt"] ?? 0);
    const sessionId = query["session"] === undefined ? undefined : fromHex(query["session"], 32);
    const release = await this.fetches.acquire();
    let found: FetchedChunk | undefined;
    try {
      found = await replication.fetch(root, {
        rotate: Number.isSafeInteger(attempt) && attempt > 0 ? attempt : 0,
        sessionId,
        insist: true,
      });
      reply.type("application/octet-stream");
      await reply.send(Buffer.from(found.blob.buffer, found.blob.byteOffset, found.blob.length));
      return reply;
    } finally {
      // Not before the bytes are out: the next chunk comes to the same memory.
      const done = (): void => {
        found?.release();
        release();
      };
      if (found === undefined || reply.raw.writableFinished || reply.raw.destroyed) done();
      else reply.raw.once("close", done);
    }
  }

  /** Chunks that say that they are parts of the session's manifest; only the client's key can tell which are. */
  private async manifest(request: FastifyRequest): Promise<object[]> {
    const sessionId = parameter(request, "sessionId", 32);
    const parts: object[] = [];
    const own: Uint8Array[] = [];
    for await (const part of this.modules.chunks.session(sessionId, FIRST_MANIFEST_INDEX)) {
      if (part.manifest) {
        parts.push({ root: toHex(part.root), index: part.index, size: part.size });
        own.push(part.root);
      }
      if (parts.length >= MAX_MANIFEST_PARTS) break;
    }
    const { replication } = this.modules;
    if (replication === undefined || parts.length >= MAX_MANIFEST_PARTS) return parts;
    // Also when there are some here: what lies here may be of another upload, or only a part.
    for (const { root, index, size } of await replication.listSession(sessionId, FIRST_MANIFEST_INDEX, own)) {
      parts.push({ root: toHex(root), index, size });
    }
    return parts.slice(0, MAX_LISTED_PARTS);
  }

  private async rpc(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const context = { transport: "unix", client: UNIX_CLIENT, admin: true } as const;
    const text = await this.modules.dispatcher.handle(request.body as Buffer, context);
    return text === undefined ? reply.code(204).send() : reply.type("application/json").send(text);
  }

  private onError(error: Error & { statusCode?: number }, reply: FastifyReply): FastifyReply {
    if (error instanceof CodedError) {
      const status = statusOf(error.code);
      if (status === 500) this.modules.onDefect(error);
      return sendError(reply, status, error.code, error.message);
    }
    if (error.statusCode === 413) return sendError(reply, 413, "LOCAL_TOO_LARGE", "the body is larger than the limit");
    if (error.statusCode !== undefined && error.statusCode < 500) {
      return sendError(reply, error.statusCode, "LOCAL_BAD_REQUEST", error.message);
    }
    // A client that went away in the middle of its upload is no defect.
    if (!hasCode(error, "ECONNRESET") && !hasCode(error, "ERR_STREAM_PREMATURE_CLOSE")) this.modules.onDefect(error);
    return sendError(reply, 500, "NODE_FAILED", "the request could not be carried out; see the node's log");
  }
}

function sendError(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply.code(status).type("application/json").send({ code, message });
}

function parameter(request: FastifyRequest, name: string, length: number): Uint8Array {
  const value = (request.params as Readonly<Record<string, string | undefined>>)[name] ?? "";
  return fromHex(value, length);
}
