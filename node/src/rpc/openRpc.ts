import { z } from "zod";
import { isJsonObject, type Json, type JsonObject } from "./json.js";
import type { MethodTable, Param, RpcMethod } from "./method.js";
import { schemaRegistry } from "./schema/primitives.js";

const OPENRPC_VERSION = "1.3.2";

type Definitions = Record<string, Json>;

/** JSON Schema of a zod schema, its named parts moved to `definitions` and referred to from there. */
function jsonSchema(schema: z.ZodType, io: "input" | "output", definitions: Definitions): Json {
  const whole = z.toJSONSchema(schema, { io, metadata: schemaRegistry, unrepresentable: "any" });
  const { $schema: _, $defs, ...body } = JSON.parse(JSON.stringify(whole)) as JsonObject;
  if ($defs !== undefined && isJsonObject($defs)) {
    for (const [name, definition] of Object.entries($defs)) definitions[name] = relocate(definition);
  }
  return relocate(body);
}

/** References of a single schema's own `$defs` to references into the document. */
function relocate(value: Json): Json {
  if (typeof value === "string") return value.replace(/^#\/\$defs\//, "#/components/schemas/");
  if (Array.isArray(value)) return value.map(relocate);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== "id" && key !== "$id")
      .map(([key, inner]) => [key, relocate(inner)]),
  );
}

function describeParam(param: Param, definitions: Definitions): Json {
  return {
    name: param.name,
    ...(param.summary === undefined ? {} : { description: param.summary }),
    required: !param.schema.safeParse(undefined).success,
    schema: jsonSchema(param.schema, "input", definitions),
  };
}

function describeMethod(method: RpcMethod, definitions: Definitions): Json {
  return {
    name: method.name,
    summary: method.pushOnly ? `${method.summary} (WebSocket only)` : method.summary,
    tags: [{ name: method.module }],
    paramStructure: "by-position",
    params: method.params.map((param) => describeParam(param, definitions)),
    result: { name: "result", schema: jsonSchema(method.result, "output", definitions) },
  };
}

/** The OpenRPC document of what can be called, made from the schemas that validate the requests. */
export function openRpcDocument(table: MethodTable, version: string, withAdmin = false): JsonObject {
  const schemas: Definitions = {};
  const shown = table.list().filter((method) => withAdmin || method.module !== "admin");
  const methods = shown.map((method) => describeMethod(method, schemas));
  const sorted = Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)));
  return {
    openrpc: OPENRPC_VERSION,
    info: {
      title: "Lucid JSON-RPC",
      description: "JSON-RPC 2.0 over HTTP and WebSocket. Every block that is returned is final.",
      license: { name: "Apache-2.0" },
      version,
    },
    methods,
    components: { schemas: sorted },
  };
}
