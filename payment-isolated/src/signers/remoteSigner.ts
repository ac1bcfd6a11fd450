import { request as httpRequest } from "node:http";
import { SocksProxyAgent } from "socks-proxy-agent";
import { z } from "zod";
import { hexBytes } from "../domain/primitives.js";
import { PayoutError } from "../errors.js";
import type { PayoutSigner, SignRequest } from "./signer.js";

export interface RemoteSignerOptions {
  readonly name: string;
  readonly address: string;
  /** A unix socket, or http://NAME.onion with a SOCKS proxy. */
  readonly target: { readonly socket: string } | { readonly url: string; readonly proxy: string };
  readonly token?: string | undefined;
  /** A person may think for a while; after this the service asks again later, and the answer is kept for it. */
  readonly timeoutMs?: number;
}

const answerSchema = z.union([
  z.strictObject({ signature: hexBytes(65) }),
  z.strictObject({ error: z.strictObject({ code: z.string().max(60), message: z.string().max(1000) }) }),
]);

const MAX_ANSWER = 64 << 10;

/** A key holder elsewhere: `lucid-payout signer`. What comes back is checked by whoever asked. */
export class RemoteSigner implements PayoutSigner {
  readonly name: string;
  readonly address: string;
  readonly #options: RemoteSignerOptions;
  readonly #agent: SocksProxyAgent | undefined;

  constructor(options: RemoteSignerOptions) {
    this.name = options.name;
    this.address = options.address;
    this.#options = options;
    this.#agent = "proxy" in options.target ? new SocksProxyAgent(options.target.proxy) : undefined;
  }

  async sign(request: SignRequest): Promise<string> {
    const text = await this.#post(JSON.stringify(request));
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw new PayoutError("SIGNER_UNREACHABLE", `${this.name} answered no JSON`);
    }
    const parsed = answerSchema.safeParse(value);
    if (!parsed.success)
      throw new PayoutError("SIGNER_UNREACHABLE", `${this.name} answered something else than a signature`);
    if ("signature" in parsed.data) return parsed.data.signature;
    const { code, message } = parsed.data.error;
    throw new PayoutError(
      code === "SIGNER_REFUSED" ? "SIGNER_REFUSED" : "SIGNER_UNREACHABLE",
      `${this.name}: ${message}`,
    );
  }

  async close(): Promise<void> {
    this.#agent?.destroy();
  }

  #post(body: string): Promise<string> {
    const { target, token, timeoutMs = 120_000 } = this.#options;
    const fail = (what: string) => new PayoutError("SIGNER_UNREACHABLE", `${this.name}: ${what}`);
    return new Promise((resolve, reject) => {
      const headers = {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      };
      const request =
        "socket" in target
          ? httpRequest({ socketPath: target.socket, path: "/sign", method: "POST", headers })
          : httpRequest(new URL("/sign", target.url), {
              method: "POST",
              headers,
              ...(this.#agent === undefined ? {} : { agent: this.#agent }),
            });
      const limit = setTimeout(() => request.destroy(fail("no answer in time")), timeoutMs);
      const end = (action: () => void) => {
        clearTimeout(limit);
        action();
      };
      request.on("error", (error: Error & { code?: string }) =>
        end(() => reject(error instanceof PayoutError ? error : fail(error.code ?? "not reachable"))),
      );
      request.on("response", (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (part: string) => {
          text += part;
          if (text.length > MAX_ANSWER) request.destroy(fail("the answer is too large"));
        });
        response.on("aborted", () => end(() => reject(fail("the answer broke off"))));
        response.on("end", () => end(() => resolve(text)));
      });
      request.end(body);
    });
  }
}
