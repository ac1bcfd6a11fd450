import type { z } from "zod";
import type { RpcContext } from "./context.js";
import type { Json } from "./json.js";
import { invalidParams, RpcError } from "./rpcError.js";

/** One positional parameter. A schema that accepts undefined makes it optional; null then counts as left out. */
export interface Param<S extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly summary?: string;
  readonly schema: S;
}

type ParamValues<P extends readonly Param[]> = { readonly [I in keyof P]: z.output<P[I]["schema"]> };

export interface MethodSpec<P extends readonly Param[], R extends z.ZodType> {
  /** module_name; the part before the underscore switches it on and off. */
  readonly name: string;
  readonly summary: string;
  readonly params: P;
  /** Schema of the answer: for the documentation, the types, and the tests, which check every answer against it. */
  readonly result: R;
  /** What the call takes from the client's rate, in units of a simple call. */
  readonly cost?: number;
  /** Offered on connections that can push only (WebSocket). */
  readonly pushOnly?: boolean;
  readonly handler: (args: ParamValues<P>, context: RpcContext) => z.input<R> | Promise<z.input<R>>;
}

/** A method as the dispatcher and the document generator see it. */
export interface RpcMethod {
  readonly name: string;
  readonly module: string;
  readonly summary: string;
  readonly params: readonly Param[];
  readonly result: z.ZodType;
  readonly cost: number;
  readonly pushOnly: boolean;
  readonly invoke: (params: readonly Json[], context: RpcContext) => Json | Promise<Json>;
}

/** The one way to make a method: the schemas give the handler its types, the validation and the documentation. */
export function defineMethod<const P extends readonly Param[], R extends z.ZodType>(spec: MethodSpec<P, R>): RpcMethod {
  const optional = spec.params.map((param) => param.schema.safeParse(undefined).success);
  return {
    name: spec.name,
    module: moduleOf(spec.name),
    summary: spec.summary,
    params: spec.params,
    result: spec.result,
    cost: spec.cost ?? 1,
    pushOnly: spec.pushOnly ?? false,
    invoke: (params, context) => {
      const args = parseParams(spec.params, optional, params);
      // The values come out of exactly these schemas, which the compiler cannot follow through the loop.
      return spec.handler(args as ParamValues<P>, context) as Json | Promise<Json>;
    },
  };
}

export function moduleOf(name: string): string {
  return name.split(/[_.]/, 1)[0] ?? name;
}

function parseParams(specs: readonly Param[], optional: readonly boolean[], params: readonly Json[]): unknown[] {
  if (params.length > specs.length) {
    throw invalidParams(`too many arguments, want at most ${specs.length}`);
  }
  return specs.map((spec, index) => {
    const given = params[index];
    const value = given === null && optional[index] === true ? undefined : given;
    const parsed = spec.schema.safeParse(value);
    if (parsed.success) return parsed.data;
    if (value === undefined) throw invalidParams(`missing value for required argument ${index} (${spec.name})`);
    throw invalidParams(`invalid argument ${index} (${spec.name}): ${issueText(parsed.error)}`);
  });
}

/** The first problem, with its path; a union's last member is the one whose text says most. */
function issueText(error: z.core.$ZodError): string {
  let path: readonly PropertyKey[] = [];
  let issues: readonly z.core.$ZodIssue[] = error.issues;
  for (;;) {
    const issue = issues[0];
    if (issue === undefined) return "invalid";
    path = [...path, ...issue.path];
    const inner = issue.code === "invalid_union" ? issue.errors.at(-1) : undefined;
    if (inner === undefined || inner.length === 0) {
      return path.length === 0 ? issue.message : `${path.map(String).join(".")}: ${issue.message}`;
    }
    issues = inner;
  }
}

/** An explicit list of what can be called; nothing is found by reflection. */
export class MethodTable {
  private readonly methods = new Map<string, RpcMethod>();

  constructor(groups: readonly (readonly RpcMethod[])[], modules: ReadonlySet<string>) {
    for (const method of groups.flat()) {
      if (!modules.has(method.module)) continue;
      if (this.methods.has(method.name)) {
        throw new RpcError("RPC_METHOD_DUPLICATE", `the JSON-RPC method ${method.name} is registered twice`);
      }
      this.methods.set(method.name, method);
    }
  }

  get(name: string): RpcMethod | undefined {
    return this.methods.get(name);
  }

  list(): readonly RpcMethod[] {
    return [...this.methods.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  modules(): readonly string[] {
    return [...new Set(this.list().map((method) => method.module))];
  }
}
