import { Agent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { SocksProxyAgent } from "socks-proxy-agent";
import { PayoutError } from "../errors.js";

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

/** How a request gets to a TRON node; tests put an emulator or a liar here. */
export interface Transport {
  /** Shown to people and stored in proofs; holds no credentials. */
  readonly name: string;
  /** @throws PayoutError NODE_UNREACHABLE; whether the node saw the request is then unknown */
  post(path: string, body: unknown): Promise<HttpAnswer>;
  close(): void;
}

export interface HttpTransportOptions {
  readonly url: string;
  /** Sent as TRON-PRO-API-KEY; never appears in an error. */
  readonly apiKey?: string;
  /** socks5h://host:port; names are resolved by the proxy. */
  readonly proxy?: string;
  readonly timeoutMs?: number;
}

/** A page of 100 full blocks is large; more than this is no answer of a node. */
const MAX_ANSWER = 64 << 20;

/** Plain node:http(s): no redirects, no environment proxies, no retries of its own, bounded in time and size. */
export class HttpTransport implements Transport {
  readonly name: string;
  readonly #url: URL;
  readonly #apiKey: string | undefined;
  readonly #timeoutMs: number;
  readonly #agent: Agent;

  constructor(options: HttpTransportOptions) {
    const url = parseUrl(options.url);
    this.#url = url;
    this.name = url.host;
    this.#apiKey = options.apiKey;
    this.#timeoutMs = options.timeoutMs ?? 15_000;
    const keep = { keepAlive: true, maxSockets: 4 };
    if (options.proxy !== undefined) this.#agent = new SocksProxyAgent(options.proxy, keep);
    else this.#agent = url.protocol === "https:" ? new HttpsAgent(keep) : new Agent(keep);
  }

  post(path: string, body: unknown): Promise<HttpAnswer> {
    const text = JSON.stringify(body);
    const send = this.#url.protocol === "https:" ? httpsRequest : httpRequest;
    const fail = (what: string) => new PayoutError("NODE_UNREACHABLE", `${this.name}${path}: ${what}`);
    return new Promise((resolve, reject) => {
      const request = send(new URL(this.#url.pathname.replace(/\/$/, "") + path, this.#url), {
        method: "POST",
        agent: this.#agent,
        headers: {
          "content-type": "application/json",
          "content-length": Buffer.byteLength(text),
          ...(this.#apiKey === undefined ? {} : { "TRON-PRO-API-KEY": this.#apiKey }),
        },
      });
      const limit = setTimeout(() => request.destroy(fail(`no answer in ${this.#timeoutMs} ms`)), this.#timeoutMs);
      const settle = (action: () => void) => {
        clearTimeout(limit);
        action();
      };
      // Only the code of the system's error: its text may carry more than it should.
      request.on("error", (error: Error & { code?: string }) =>
        settle(() => reject(error instanceof PayoutError ? error : fail(error.code ?? "connection failed"))),
      );
      request.on("response", (response) => {
        const parts: Buffer[] = [];
        let size = 0;
        response.on("data", (part: Buffer) => {
          size += part.length;
          if (size > MAX_ANSWER) request.destroy(fail("the answer is too large"));
          else parts.push(part);
        });
        response.on("error", () => settle(() => reject(fail("the answer broke off"))));
        response.on("aborted", () => settle(() => reject(fail("the answer broke off"))));
        response.on("end", () =>
          settle(() => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString("utf8") })),
        );
      });
      request.end(text);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

function parseUrl(text: string): URL {
  try {
    const url = new URL(text);
    if (url.protocol !== "http:" && url.protocol !== "https:") throw new PayoutError("CONFIG_INVALID", "protocol");
    if (url.username !== "" || url.password !== "") throw new PayoutError("CONFIG_INVALID", "credentials in the URL");
    return url;
  } catch {
    throw new PayoutError("CONFIG_INVALID", "the URL of a TRON node is no http(s) URL without credentials");
  }
}
