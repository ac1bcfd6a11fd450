import { request as httpRequest } from "node:http";
import { PayoutError, type PayoutErrorCode, payoutErrorInfo } from "../errors.js";

export interface ApiClientOptions {
  readonly socket: string;
  readonly token: string;
}

const MAX_ANSWER = 64 << 20;

/** Calls the running service over its unix socket; an error of the service is thrown here with its code. */
export async function callApi(
  options: ApiClientOptions,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const { status, text, type } = await send(options, method, path, body);
  if (type.includes("text/csv") && status === 200) return text;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new PayoutError("STORE_UNREACHABLE", `the service answered something else than JSON (HTTP ${status})`);
  }
  if (status >= 200 && status < 300) return value;
  const error = (value as { error?: { code?: string; message?: string } }).error;
  const code =
    error?.code !== undefined && error.code in payoutErrorInfo ? (error.code as PayoutErrorCode) : "INTERNAL";
  throw new PayoutError(code, error?.message ?? `HTTP ${status}`);
}

function send(
  options: ApiClientOptions,
  method: string,
  path: string,
  body: unknown,
): Promise<{ status: number; text: string; type: string }> {
  const payload = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      socketPath: options.socket,
      method,
      path,
      headers: {
        authorization: `Bearer ${options.token}`,
        ...(payload === undefined
          ? {}
          : { "content-type": "application/json", "content-length": Buffer.byteLength(payload) }),
      },
      timeout: 300_000,
    });
    request.on("timeout", () => request.destroy(new PayoutError("STORE_UNREACHABLE", "the service does not answer")));
    request.on("error", (error: Error & { code?: string }) =>
      reject(
        error instanceof PayoutError
          ? error
          : new PayoutError(
              "STORE_UNREACHABLE",
              `the service does not run (${error.code ?? "no connection"} at ${options.socket}); start it with lucid-payout serve`,
            ),
      ),
    );
    request.on("response", (response) => {
      const parts: Buffer[] = [];
      let size = 0;
      response.on("data", (part: Buffer) => {
        size += part.length;
        if (size > MAX_ANSWER) request.destroy(new PayoutError("BUSY", "the answer is too large"));
        else parts.push(part);
      });
      response.on("aborted", () => reject(new PayoutError("STORE_UNREACHABLE", "the answer broke off")));
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          text: Buffer.concat(parts).toString("utf8"),
          type: response.headers["content-type"] ?? "",
        }),
      );
    });
    request.end(payload);
  });
}
