import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { CodedError } from "@lucid/consensus/base";
import type { SessionReader } from "@lucid/storage";
import { NodeError } from "../../errors.js";
import { parseRange } from "../../localApi/range.js";
import { isVideo } from "./mediaType.js";

const HOST = "127.0.0.1";
/** A browser has one open for each place that it reads at, and leaves those of earlier places to close by and by. */
const MAX_READING = 4;
const MAX_CONNECTIONS = 32;
const TOKEN_BYTES = 32;

export interface PlaybackOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** Media type. */
  readonly type: string;
  /** Names this version of the content, for If-Range. */
  readonly tag: string;
}

export interface PlaybackModules {
  readonly reader: Pick<SessionReader, "bytes" | "read">;
  /** Told of an answer that had to be broken off, and of one that could not be begun. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * Serves the bytes of one session to programs on this machine (RFC 9110: GET, HEAD, Range, If-Range, If-None-Match). It listens
 * on loopback, the path has 256 random bits, and the Host header must be a loopback name, so that neither another user nor a web
 * page that rebinds a name gets at it. Only the chunks that hold some of the range are fetched; each is verified before a byte of it
 * is sent; what is sent is held back to the pace of whoever reads.
 */
export class PlaybackServer {
  private readonly options: PlaybackOptions;
  private readonly modules: PlaybackModules;
  private readonly server: Server;
  private readonly token = randomBytes(TOKEN_BYTES).toString("base64url");
  /** In the order in which they began. */
  private readonly reading = new Set<AbortController>();

  constructor(options: PlaybackOptions, modules: PlaybackModules) {
    this.options = options;
    this.modules = modules;
    this.server = createServer((request, response) => {
      this.answer(request, response).catch((error: unknown) => {
        modules.onFailure(error);
        response.destroy();
      });
    });
    this.server.maxConnections = MAX_CONNECTIONS;
  }

  /** @returns the address of the page with a player; the recording itself is "recording" beside it @throws NodeError NODE_PORT_IN_USE */
  async start(): Promise<string> {
    const { port } = this.options;
    await new Promise<void>((resolve, reject) => {
      this.server.once("error", (cause) =>
        reject(new NodeError({ code: "NODE_PORT_IN_USE", message: `cannot listen on ${HOST}:${port}`, cause })),
      );
      this.server.listen(port, HOST, resolve);
    });
    return `http://${HOST}:${(this.server.address() as AddressInfo).port}/${this.token}/`;
  }

  /** Ends answers that are under way. Idempotent. */
  async stop(): Promise<void> {
    for (const each of this.reading) each.abort();
    this.server.closeAllConnections();
    if (this.server.listening) await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(SAFE_HEADERS)) response.setHeader(name, value);
    if (!isLoopbackHost(request.headers.host)) return refuse(response, 403);
    const [, token = "", name = "", ...more] = (request.url ?? "").split("/");
    if (!this.isToken(token) || more.length > 0) return refuse(response, 404);
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("allow", "GET, HEAD");
      return refuse(response, 405);
    }
    if (name === "") return this.page(request, response);
    if (name === "recording") return await this.recording(request, response);
    return refuse(response, 404);
  }

  private page(request: IncomingMessage, response: ServerResponse): void {
    const html = isVideo(this.options.type) ? PLAYER : LINK;
    response.writeHead(200, { "content-type": "text/html; charset=utf-8", "content-length": Buffer.byteLength(html) });
    response.end(request.method === "HEAD" ? undefined : html);
  }

  private async recording(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { type, tag } = this.options;
    const { bytes } = this.modules.reader;
    const entity = `"${tag}"`;
    response.setHeader("accept-ranges", "bytes");
    response.setHeader("etag", entity);
    if (namesTag(request.headers["if-none-match"], entity)) {
      response.writeHead(304).end();
      return;
    }
    // Another version, or a date: then the whole of it (RFC 9110, 13.1.5). HEAD knows no ranges (14.2).
    const condition = request.headers["if-range"];
    const applies = request.method === "GET" && (condition === undefined || condition === entity);
    const range = applies ? parseRange(request.headers.range, bytes) : undefined;
    if (range === "unsatisfiable") {
      response.setHeader("content-range", `bytes */${bytes}`);
      return refuse(response, 416);
    }
    const [start, length] = [range?.start ?? 0, range?.length ?? bytes];
    const headers = {
      "content-type": type,
      "content-length": length,
      ...(range === undefined ? {} : { "content-range": `bytes ${start}-${start + length - 1}/${bytes}` }),
    };
    if (request.method === "HEAD" || length === 0) {
      response.writeHead(200, headers).end();
      return;
    }
    await this.send(response, { status: range === undefined ? 200 : 206, headers, start, end: start + length });
  }

  private async send(
    response: ServerResponse,
    what: { readonly status: number; readonly headers: object; readonly start: number; readonly end: number },
  ): Promise<void> {
    const { start, end, status, headers } = what;
    const abort = this.begin();
    const onClose = (): void => abort.abort();
    response.once("close", onClose);
    const pieces = this.modules.reader.read({ start, end, signal: abort.signal });
    try {
      // Before the header: what cannot be had is answered with an error and not with a recording that breaks off.
      const first = await pieces.next();
      if (first.done === true || response.destroyed) return;
      response.writeHead(status, { ...headers });
      const source = Readable.from(joined(first.value, pieces), { objectMode: true, highWaterMark: 1 });
      await pipeline(source, response, { signal: abort.signal });
    } catch (error) {
      // Whoever went away, or had to make room, is no failure.
      if (!abort.signal.aborted) this.modules.onFailure(error);
      if (response.headersSent || response.destroyed) response.destroy();
      else {
        response.setHeader("x-lucid-error", error instanceof CodedError ? error.code : "NODE_FAILED");
        refuse(response, 502);
      }
    } finally {
      this.reading.delete(abort);
      response.off("close", onClose);
      await pieces.return(undefined);
    }
  }

  /** A place among those that read; the oldest makes room, since a browser asks again for what it still wants. */
  private begin(): AbortController {
    const [oldest] = this.reading;
    if (oldest !== undefined && this.reading.size >= MAX_READING) {
      this.reading.delete(oldest);
      oldest.abort();
    }
    const abort = new AbortController();
    this.reading.add(abort);
    return abort;
  }

  private isToken(text: string): boolean {
    const [given, own] = [Buffer.from(text), Buffer.from(this.token)];
    return given.length === own.length && timingSafeEqual(given, own);
  }
}

async function* joined(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  yield first;
  yield* rest;
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { "content-length": 0 }).end();
}

/** Any of a list of entity tags, or "*". */
function namesTag(header: string | undefined, entity: string): boolean {
  return (header ?? "").split(",").some((each) => each.trim() === entity || each.trim() === "*");
}

/** A page elsewhere that makes its name mean 127.0.0.1 sends that name. */
function isLoopbackHost(host: string | undefined): boolean {
  return /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host ?? "");
}

const SAFE_HEADERS = {
  // Plaintext does not belong in the browser's cache on disk.
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cross-origin-resource-policy": "same-origin",
  "content-security-policy": "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'",
} as const;

const STYLE =
  "<style>body{margin:0;background:#111;color:#eee;font-family:sans-serif}video{width:100vw;height:100vh}</style>";
const HEAD = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Lucid session</title>${STYLE}`;
const PLAYER = `${HEAD}<video controls src="recording"></video></html>\n`;
const LINK = `${HEAD}<p>This recording is no video: <a href="recording" download>download it</a>.</p></html>\n`;
