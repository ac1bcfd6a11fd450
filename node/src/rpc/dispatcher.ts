import { CodedError } from "@lucid/consensus/base";
import type { RpcContext } from "./context.js";
import { type BadRequest, decodePayload, type RequestId, type RpcRequest } from "./decode.js";
import { translateError } from "./errorTranslation.js";
import type { Json } from "./json.js";
import type { MethodTable } from "./method.js";
import { limitExceeded, methodNotFound, RpcError, type RpcErrorObject } from "./rpcError.js";

export interface DispatcherOptions {
  readonly limits: { readonly maxDepth: number; readonly maxBatch: number; readonly maxResponseBytes: number };
  /** Takes `cost` units from the client's rate; false when there are none left. */
  readonly allow?: (client: string, cost: number) => boolean;
  /** Called with what is not the client's fault, for the log. */
  readonly onDefect?: (method: string, error: unknown) => void;
  /** Called after every request, for the metrics. */
  readonly onRequest?: (method: string, code: number, milliseconds: number) => void;
}

/** A batch gives the event loop back when it has held it for so long, milliseconds. */
const MAX_HOLD = 10;
const EMPTY_BATCH_BYTES = 2;
/** Reading a body costs as much as a simple call for each of so many bytes. */
const BYTES_PER_UNIT = 64 * 1024;

/**
 * JSON-RPC 2.0 without a transport: bytes in, text out. HTTP, WebSocket and the unix socket all come through here, so
 * that limits and error texts are the same everywhere.
 */
export class RpcDispatcher {
  readonly table: MethodTable;
  private readonly options: DispatcherOptions;

  constructor(options: DispatcherOptions, modules: { table: MethodTable }) {
    this.options = options;
    this.table = modules.table;
  }

  /** The answer's text; undefined when there is nothing to answer (notifications). Never rejects. */
  async handle(payload: Uint8Array | string, context: RpcContext): Promise<string | undefined> {
    const bytes = typeof payload === "string" ? Buffer.from(payload) : payload;
    let decoded: ReturnType<typeof decodePayload>;
    try {
      const weight = Math.floor(bytes.length / BYTES_PER_UNIT);
      if (weight > 0 && this.options.allow?.(context.client, weight) === false) throw tooFast();
      decoded = decodePayload(bytes, this.options.limits);
    } catch (error) {
      return errorText(null, this.toWire("", error));
    }
    const [first] = decoded.items;
    if (!decoded.batch) return first === undefined ? undefined : this.answer(first, context, this.budget());
    return this.answerBatch(decoded.items, context);
  }

  private budget(): number {
    return this.options.limits.maxResponseBytes;
  }

  /** One after the other: a client may rely on a transaction being pooled before the next one of the same batch. */
  private async answerBatch(
    items: readonly (RpcRequest | BadRequest)[],
    context: RpcContext,
  ): Promise<string | undefined> {
    const answers: string[] = [];
    let left = this.budget() - EMPTY_BATCH_BYTES;
    let since = performance.now();
    for (const item of items) {
      const answer = await this.answer(item, context, left);
      if (answer !== undefined) {
        answers.push(answer);
        left -= answer.length + 1;
      }
      if (performance.now() - since > MAX_HOLD) {
        await new Promise((resume) => setImmediate(resume));
        since = performance.now();
      }
    }
    return answers.length === 0 ? undefined : `[${answers.join(",")}]`;
  }

  private async answer(
    item: RpcRequest | BadRequest,
    context: RpcContext,
    budget: number,
  ): Promise<string | undefined> {
    if ("error" in item) return errorText(item.id, item.error.toWire());
    const started = performance.now();
    let code = 0;
    let text: string | undefined;
    try {
      const result = await this.call(item, context);
      text = resultText(item.id ?? null, result, budget);
    } catch (error) {
      const wire = this.toWire(item.method, error);
      code = wire.code;
      text = errorText(item.id ?? null, wire);
    }
    this.options.onRequest?.(this.table.get(item.method)?.name ?? "unknown", code, performance.now() - started);
    return item.id === undefined ? undefined : text;
  }

  private call(request: RpcRequest, context: RpcContext): Json | Promise<Json> {
    const method = this.table.get(request.method);
    if (method === undefined || (method.module === "admin" && !context.admin)) {
      if (this.options.allow?.(context.client, 1) === false) throw tooFast();
      throw methodNotFound(request.method);
    }
    if (this.options.allow?.(context.client, method.cost) === false) throw tooFast();
    if (method.pushOnly && context.push === undefined) {
      throw new RpcError("RPC_METHOD_NOT_FOUND", `the method ${method.name} does not exist/is not available over HTTP`);
    }
    return method.invoke(request.params, context);
  }

  private toWire(method: string, error: unknown): RpcErrorObject {
    const known = translateError(error);
    if (known !== undefined) return known.toWire();
    this.options.onDefect?.(method, error);
    // The text of a foreign error may hold a path or a key; only the code of our own ones is safe to show.
    const detail = error instanceof CodedError ? ` (${error.code})` : "";
    return new RpcError("RPC_INTERNAL", `internal error${detail}`).toWire();
  }
}

const tooFast = (): RpcError => limitExceeded("rate limit exceeded, send fewer requests a second");

function resultText(id: RequestId, result: Json, budget: number): string {
  const text = `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${JSON.stringify(result)}}`;
  // Our answers are ASCII, so characters are bytes.
  if (text.length > budget) {
    throw new RpcError("RPC_RESPONSE_TOO_LARGE", "response too large, ask for a smaller part");
  }
  return text;
}

function errorText(id: RequestId, error: RpcErrorObject): string {
  return JSON.stringify({ jsonrpc: "2.0", id, error });
}
