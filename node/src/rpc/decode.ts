import { isJsonObject, type Json } from "./json.js";
import { RpcError } from "./rpcError.js";

export type RequestId = string | number | null;

export interface RpcRequest {
  /** Undefined for a notification, which gets no answer. */
  readonly id: RequestId | undefined;
  readonly method: string;
  readonly params: readonly Json[];
}

/** A member of a batch (or the only request) that is not a request; the id is echoed where it can be read. */
export interface BadRequest {
  readonly id: RequestId;
  readonly error: RpcError;
}

export interface DecodedPayload {
  readonly batch: boolean;
  readonly items: readonly (RpcRequest | BadRequest)[];
}

/** Ids longer than this are refused: they are echoed, and a client has no use for them. */
const MAX_ID_LENGTH = 256;
const utf8 = new TextDecoder("utf-8", { fatal: true });

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const OPEN_OBJECT = 0x7b;
const CLOSE_ARRAY = 0x5d;
const CLOSE_OBJECT = 0x7d;

/**
 * True when arrays and objects nest deeper than `limit`. It runs over the raw bytes before JSON.parse sees them, so
 * that no later recursive walk over a request can be driven into the ground.
 */
export function isDeeperThan(bytes: Uint8Array, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    if (inString) {
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) {
      inString = true;
    } else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) {
      depth++;
      if (depth > limit) return true;
    } else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) {
      depth--;
    }
  }
  return false;
}

/**
 * Bytes of an HTTP body or a WebSocket message to requests. Errors of single batch members come back as members.
 * @throws RpcError RPC_PARSE for text that is not UTF-8, not JSON or too deep; RPC_INVALID_REQUEST for an empty batch.
 */
export function decodePayload(bytes: Uint8Array, limits: { maxDepth: number; maxBatch: number }): DecodedPayload {
  if (isDeeperThan(bytes, limits.maxDepth)) {
    throw new RpcError("RPC_PARSE", `parse error: nested deeper than ${limits.maxDepth}`);
  }
  const value = parseJson(bytes);
  if (!Array.isArray(value)) return { batch: false, items: [decodeRequest(value)] };
  if (value.length === 0) throw new RpcError("RPC_INVALID_REQUEST", "invalid request: empty batch");
  if (value.length <= limits.maxBatch) return { batch: true, items: value.map(decodeRequest) };
  // Nothing of a batch over the cap is executed: a client that ignores one answer in a thousand must not half succeed.
  return { batch: true, items: value.flatMap((item) => refuseOversized(item, value.length, limits.maxBatch)) };
}

function parseJson(bytes: Uint8Array): Json {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch (cause) {
    throw new RpcError("RPC_PARSE", "parse error: not valid UTF-8", { cause });
  }
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new RpcError("RPC_PARSE", "parse error: not valid JSON", { cause });
  }
}

function refuseOversized(item: Json, length: number, limit: number): readonly BadRequest[] {
  const id = readId(item);
  if (id === undefined) return [];
  const error = new RpcError("RPC_INVALID_REQUEST", `batch of ${length} requests is over the limit of ${limit}`, {
    data: { limit },
  });
  return [{ id, error }];
}

/** The id to echo; undefined for a notification; null where there is none that can be echoed. */
function readId(item: Json): RequestId | undefined {
  if (!isJsonObject(item)) return null;
  if (!Object.hasOwn(item, "id")) return undefined;
  return isId(item["id"]) ? item["id"] : null;
}

function isId(value: Json | undefined): value is RequestId {
  // A number that a double cannot hold would be echoed rounded, so that the client never finds its answer.
  if (typeof value === "number") return Math.abs(value) <= Number.MAX_SAFE_INTEGER;
  if (typeof value === "string") return value.length <= MAX_ID_LENGTH;
  return value === null;
}

export function decodeRequest(item: Json): RpcRequest | BadRequest {
  const bad = (text: string): BadRequest => ({
    id: readId(item) ?? null,
    error: new RpcError("RPC_INVALID_REQUEST", `invalid request: ${text}`),
  });
  if (!isJsonObject(item)) return bad("not an object");
  const { jsonrpc, method, params } = item;
  if (jsonrpc !== "2.0") return bad('jsonrpc is not "2.0"');
  if (typeof method !== "string" || method.length > 100) return bad("method is not a name");
  const id = Object.hasOwn(item, "id") ? item["id"] : undefined;
  if (id !== undefined && !isId(id)) return bad("id is not a short string, a safe number or null");
  if (params === undefined || params === null) return { id, method, params: [] };
  if (Array.isArray(params)) return { id, method, params };
  if (isJsonObject(params) && id !== undefined) {
    return { id, error: new RpcError("RPC_INVALID_PARAMS", "parameters are given by position, in an array") };
  }
  return bad("params is not an array");
}
