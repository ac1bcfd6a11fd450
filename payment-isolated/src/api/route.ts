import type { z } from "zod";
import type { PayoutBook } from "../engine/book.js";
import type { EngineContext } from "../engine/context.js";
import type { Engine } from "../engine/engine.js";
import type { Role } from "./tokens.js";

export interface ApiContext {
  readonly context: EngineContext;
  readonly book: PayoutBook;
  readonly engine: Engine;
  readonly network: string;
  readonly mainnet: boolean;
}

export interface Call<P, B, Q> {
  readonly params: P;
  readonly body: B;
  readonly query: Q;
  /** Name of the token. */
  readonly by: string;
  readonly api: ApiContext;
}

export interface RouteSpec {
  readonly method: "GET" | "POST" | "PUT";
  readonly path: string;
  readonly role: Role;
  readonly summary: string;
  readonly params?: z.ZodType;
  readonly body?: z.ZodType;
  readonly query?: z.ZodType;
  readonly contentType?: string;
  readonly run: (call: Call<unknown, unknown, unknown>) => Promise<unknown>;
}

/** A call with its schemas; what `run` gets has the types of the schemas. */
export function route<
  P extends z.ZodType = z.ZodUndefined,
  B extends z.ZodType = z.ZodUndefined,
  Q extends z.ZodType = z.ZodUndefined,
>(spec: {
  method: RouteSpec["method"];
  path: string;
  role: Role;
  summary: string;
  params?: P;
  body?: B;
  query?: Q;
  contentType?: string;
  run: (call: Call<z.infer<P>, z.infer<B>, z.infer<Q>>) => Promise<unknown>;
}): RouteSpec {
  return spec as unknown as RouteSpec;
}
