import { setMaxListeners } from "node:events";
import { statSync } from "node:fs";
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { join, relative, resolve as resolvePath } from "node:path";
import { hasCode, toHex } from "@lucid/consensus/base";
import { NodeError } from "../errors.js";

/** Longest JSON answer that is read, bytes. */
const MAX_JSON = 64 * 2 ** 20;
/** Longest chunk blob that is read, bytes: the largest chunk, header and tag, with room. */
const MAX_BLOB = 65 * 2 ** 20;
/** Longest socket path that every system takes, bytes. */
const MAX_SOCKET_PATH = 100;

export interface NodeAddress {
  /** Unix socket, or undefined for a URL. */
  readonly socketPath: string | undefined;
  readonly url: URL;
  /** For messages. */
  readonly shown: string;
}

/** The socket of a data directory (or of a path that is the socket itself). */
export function socketAddress(where: string): NodeAddress {
  const path = resolvePath(where);
  const isDirectory = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? !path.endsWith(".sock");
  const full = isDirectory ? join(path, "node.sock") : path;
  // The kernel takes 107 bytes; a relative path is often shorter.
  const short = Buffer.byteLength(full) > MAX_SOCKET_PATH ? relative(process.cwd(), full) : full;
  return { socketPath: short, url: new URL("http://localhost/"), shown: full };
}

/** @throws NodeError USAGE unless an http or https URL. */
export function urlAddress(text: string): NodeAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new NodeError({
      code: "USAGE",
      message: `"${text}" is not the address of a node`,
      meta: { fix: "give an address such as http://127.0.0.1:8545" },
    });
  }
  return { socketPath: undefined, url, shown: text };
}

interface Answer {
  readonly status: number;
  readonly body: Uint8Array;
}

export interface CandidatePart {
  readonly root: string;
  readonly index: number;
  readonly size: number;
}

/** Copies of a session that the node is making (replication.CopiesReport). */
export interface SessionCopies {
  readonly chunks: number;
  readonly confirmed: number;
  readonly copies: number;
  readonly refusals: Readonly<Record<string, number>>;
  readonly complete: boolean;
}

/** What the node answered with an error to a JSON-RPC call. */
export interface RpcFailure {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

export function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function callTimeout(method: string, milliseconds: unknown): NodeError {
  const limit = typeof milliseconds === "number" ? ` of ${milliseconds / 1000} s` : "";
  return new NodeError({
    code: "CALL_TIMEOUT",
    message: `the node ended ${method} at its time limit${limit} for one call; it has not judged the call`,
    meta: { method, ...(typeof milliseconds === "number" ? { milliseconds } : {}) },
  });
}

/** Puts the pieces of an answer together; one of announced length goes straight to where it stays. */
class BodyCollector {
  private readonly limit: number;
  private readonly whole: Uint8Array | undefined;
  private readonly parts: Buffer[] = [];
  private length = 0;

  constructor(announced: number, limit: number, into: Uint8Array | undefined) {
    this.limit = limit;
    if (announced > 0 && announced <= limit) {
      const fits = into !== undefined && announced <= into.length;
      this.whole = fits ? into.subarray(0, announced) : Buffer.allocUnsafeSlow(announced);
    }
  }

  /** False when it is more than the limit. */
  add(part: Buffer): boolean {
    if (this.whole !== undefined) part.copy(this.whole, this.length);
    else this.parts.push(part);
    this.length += part.length;
    return this.length <= this.limit;
  }

  bytes(): Uint8Array {
    return this.whole?.subarray(0, this.length) ?? Buffer.concat(this.parts);
  }
}

/** A node as the command line talks to it: JSON-RPC, and on the unix socket chunks too. One connection pool. */
export class NodeClient {
  readonly address: NodeAddress;
  private readonly agent: HttpAgent;
  private readonly timeoutMs: number;
  private nextId = 1;

  constructor(address: NodeAddress, timeoutMs = 60_000) {
    this.address = address;
    this.timeoutMs = timeoutMs;
    const options = { keepAlive: true, maxSockets: 16 };
    this.agent = address.url.protocol === "https:" ? new HttpsAgent(options) : new HttpAgent(options);
  }

  close(): void {
    this.agent.destroy();
  }

  /** @throws NodeError NODE_REFUSED with the node's text, CALL_TIMEOUT, NODE_UNREACHABLE. */
  async rpc(method: string, parameters: readonly unknown[] = []): Promise<unknown> {
    const answer = await this.rpcAnswer(method, parameters);
    if ("error" in answer) {
      throw new NodeError({
        code: "NODE_REFUSED",
        message: `the node refused ${method} (${answer.error.message})`,
        meta: { rpcCode: answer.error.code, rpcMessage: answer.error.message },
      });
    }
    return answer.result;
  }

  /**
   * The answer with the node's error as a value, but for the one that says nothing about the request: that the node had no
   * time for it. @throws NodeError CALL_TIMEOUT, NODE_UNREACHABLE
   */
  async rpcAnswer(
    method: string,
    parameters: readonly unknown[] = [],
  ): Promise<{ readonly result: unknown } | { readonly error: RpcFailure }> {
    const body = JSON.stringify({ jsonrpc: "2.0", id: this.nextId++, method, params: parameters });
    const { status, body: text } = await this.exchange("POST", this.address.url.pathname, MAX_JSON, {
      body: Buffer.from(body),
      type: "application/json",
    });
    const value = this.json(text, status);
    const error = value["error"];
    if (isObject(error)) {
      const { code, message, data } = error;
      if (isObject(data) && data["code"] === "CALL_TIMEOUT") throw callTimeout(method, data["milliseconds"]);
      return { error: { code: Number(code), message: String(message), ...(data === undefined ? {} : { data }) } };
    }
    if (!("result" in value)) throw this.unreachable(`answered ${method} with neither result nor error`);
    return { result: value["result"] };
  }

  /** Hands a blob over; the node has verified and synced it when this resolves. The answer is its receipt. */
  async putChunk(root: Uint8Array, blob: Uint8Array, signal?: AbortSignal): Promise<unknown> {
    const answer = await this.exchange("PUT", `/v1/chunks/${toHex(root)}`, MAX_JSON, {
      body: blob,
      type: "application/octet-stream",
      signal,
    });
    if (answer.status === 200) return this.json(answer.body, answer.status)["receipt"];
    throw this.refused(answer, "the chunk");
  }

  /**
   * The blob of a chunk, unverified; undefined when the node does not have it. It stands in `into` when it fits there.
   */
  async getChunk(
    root: Uint8Array,
    options: {
      readonly signal?: AbortSignal | undefined;
      readonly into?: Uint8Array | undefined;
      /** Counts from 0: each later one begins with another node. */
      readonly attempt?: number;
      /** Of the chunk: with it the node can ask those that announced the session. */
      readonly sessionId?: Uint8Array | undefined;
    } = {},
  ): Promise<Uint8Array | undefined> {
    const { attempt = 0, sessionId, ...rest } = options;
    const session = sessionId === undefined ? "" : `&session=${toHex(sessionId)}`;
    const answer = await this.exchange("GET", `/v1/chunks/${toHex(root)}?attempt=${attempt}${session}`, MAX_BLOB, rest);
    if (answer.status === 404) return undefined;
    if (answer.status === 200) return answer.body;
    throw this.refused(answer, "the request for a chunk");
  }

  /** Chunks that claim to be manifest parts of a session; the caller verifies them. */
  async manifestParts(sessionId: Uint8Array, signal?: AbortSignal): Promise<readonly CandidatePart[]> {
    const answer = await this.exchange("GET", `/v1/sessions/${toHex(sessionId)}/manifest`, MAX_JSON, { signal });
    if (answer.status === 404) return [];
    if (answer.status !== 200) throw this.refused(answer, "the request for a manifest");
    const value: unknown = JSON.parse(textOf(answer.body));
    const list: unknown = isObject(value) ? value["parts"] : value;
    if (!Array.isArray(list)) throw this.unreachable("answered a request for a manifest with something else");
    return list.filter(isObject).map((part) => ({
      root: String(part["root"]),
      index: Number(part["index"]),
      size: Number(part["size"]),
    }));
  }

  /** Hands the owner's consent to an upload over, as the local API takes it. @throws NodeError NODE_REFUSED */
  async putUpload(consent: Readonly<Record<string, string>>): Promise<void> {
    const body = Buffer.from(JSON.stringify(consent));
    const answer = await this.exchange("PUT", "/v1/uploads", MAX_JSON, { body, type: "application/json" });
    if (answer.status !== 200) throw this.refused(answer, "the consent to an upload");
  }

  /** All roots of a session in the order of its tree. @throws NodeError NODE_REFUSED */
  async putRoots(sessionId: Uint8Array, roots: readonly Uint8Array[]): Promise<void> {
    const body = Buffer.concat(roots);
    const answer = await this.exchange("PUT", `/v1/sessions/${toHex(sessionId)}/roots`, MAX_JSON, { body });
    if (answer.status !== 200) throw this.refused(answer, "the roots of a session");
  }

  /** Where the copies of a session stand; undefined when none are being made. Waits for a change at most so long. */
  async copies(
    sessionId: Uint8Array,
    waitMilliseconds: number,
    signal?: AbortSignal,
  ): Promise<SessionCopies | undefined> {
    const path = `/v1/sessions/${toHex(sessionId)}/copies?wait=${waitMilliseconds}`;
    const answer = await this.exchange("GET", path, MAX_JSON, { signal });
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw this.refused(answer, "the question for a session's copies");
    return this.json(answer.body, answer.status) as unknown as SessionCopies;
  }

  /** Who has signed for chunks of a session, unchecked: replication.ReceiptsReport. @param roots at most 1,024 */
  async receipts(sessionId: Uint8Array, roots: readonly Uint8Array[]): Promise<Readonly<Record<string, unknown>>> {
    const path = `/v1/sessions/${toHex(sessionId)}/receipts`;
    const answer = await this.exchange("POST", path, MAX_JSON, { body: Buffer.concat(roots) });
    if (answer.status !== 200) throw this.refused(answer, "the question for receipts");
    return this.json(answer.body, answer.status);
  }

  /** What the node says of the chunks that it keeps for others: /v1/storage and what is below it. */
  async storage(action?: "repair" | "drill", request: object = {}): Promise<Readonly<Record<string, unknown>>> {
    const body = Buffer.from(JSON.stringify(request));
    const answer =
      action === undefined
        ? await this.exchange("GET", "/v1/storage", MAX_JSON)
        : await this.exchange("POST", `/v1/storage/${action}`, MAX_JSON, { body, type: "application/json" });
    if (answer.status !== 200) throw this.refused(answer, "the question for its storage");
    return this.json(answer.body, answer.status);
  }

  /** A plain GET on the node's HTTP server, for health. */
  async get(path: string): Promise<Answer> {
    return await this.exchange("GET", path, MAX_JSON);
  }

  private json(body: Uint8Array, status: number): Readonly<Record<string, unknown>> {
    try {
      const value: unknown = JSON.parse(textOf(body));
      if (isObject(value)) return value;
    } catch {
      // Said below: what answers is no node.
    }
    throw this.unreachable(`answered with something that is not JSON-RPC (HTTP status ${status})`);
  }

  private refused(answer: Answer, what: string): NodeError {
    let code = `HTTP ${answer.status}`;
    let message = "";
    try {
      const value: unknown = JSON.parse(textOf(answer.body));
      if (isObject(value)) {
        code = String(value["code"] ?? code);
        message = String(value["message"] ?? "");
      }
    } catch {
      // An answer without JSON has only its status to tell.
    }
    const full = answer.status === 507 || code === "STORE_FULL";
    return new NodeError({
      code: full ? "NODE_FULL" : "NODE_REFUSED",
      message: full ? "the chunk store of the node is full" : `the node refused ${what} (${message || code})`,
      // Asking again changes nothing, but for a node that is itself in trouble.
      meta: { nodeCode: code, permanent: full || answer.status < 500 },
    });
  }

  private unreachable(what: string, cause?: unknown): NodeError {
    return new NodeError({ code: "NODE_UNREACHABLE", message: `the node at ${this.address.shown} ${what}`, cause });
  }

  private exchange(
    method: string,
    path: string,
    limit: number,
    extra: {
      readonly body?: Uint8Array;
      readonly type?: string;
      readonly signal?: AbortSignal | undefined;
      /** Memory for the body of an answer with status 200 that fits. */
      readonly into?: Uint8Array | undefined;
    } = {},
  ): Promise<Answer> {
    const { body, type = "application/octet-stream", signal, into } = extra;
    const { url, socketPath } = this.address;
    const options: RequestOptions = {
      method,
      path,
      agent: this.agent,
      timeout: this.timeoutMs,
      headers: body === undefined ? {} : { "content-type": type, "content-length": String(body.length) },
      ...(signal === undefined ? {} : { signal }),
      ...(socketPath === undefined ? { host: url.hostname, port: url.port } : { socketPath }),
    };
    // Each request that is under way listens to it, a dozen at a time.
    if (signal !== undefined) setMaxListeners(0, signal);
    return new Promise((resolve, reject) => {
      const fail = (error: unknown): void => reject(this.translate(error));
      const send = url.protocol === "https:" ? httpsRequest : httpRequest;
      const request = send(options, (response: IncomingMessage) => {
        const place = response.statusCode === 200 ? into : undefined;
        const body = new BodyCollector(Number(response.headers["content-length"]), limit, place);
        response.on("data", (part: Buffer) => {
          if (!body.add(part)) request.destroy(this.unreachable(`sent more than ${limit} bytes`));
        });
        response.on("error", fail);
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body: body.bytes() }));
      });
      request.on("timeout", () => request.destroy(this.unreachable(`gave no answer within ${this.timeoutMs} ms`)));
      request.on("error", fail);
      request.end(body);
    });
  }

  private translate(error: unknown): unknown {
    if (error instanceof NodeError) return error;
    if (hasCode(error, "ABORT_ERR"))
      return new NodeError({ code: "INTERRUPTED", message: "the request was ended", cause: error });
    if (hasCode(error, "ENOENT") || hasCode(error, "ECONNREFUSED")) return this.unreachable("does not run", error);
    if (hasCode(error, "EACCES")) return this.unreachable("may not be used by this user", error);
    return this.unreachable(`broke off (${error instanceof Error ? error.message : String(error)})`, error);
  }
}
