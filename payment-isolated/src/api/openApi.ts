import { z } from "zod";
import { payoutErrorInfo } from "../errors.js";
import { apiRoutes } from "./routes.js";

function jsonSchema(schema: z.ZodType): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as {
    $schema?: string;
  };
  return rest;
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, object>>;
  readonly required?: readonly string[];
}

function parameters(schema: z.ZodType | undefined, where: "path" | "query"): object[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = jsonSchema(schema) as ObjectSchema;
  return Object.entries(properties).map(([name, inner]) => ({
    name,
    in: where,
    required: where === "path" || required.includes(name),
    schema: inner,
  }));
}

/** OpenAPI 3.1 from the same schemas that check the requests. */
export function openApiDocument(): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const { method, path, role, summary, params, query, body, contentType } of apiRoutes) {
    const template = path.replace(/:(\w+)/g, "{$1}");
    const entry = paths[template] ?? {};
    paths[template] = entry;
    entry[method.toLowerCase()] = {
      summary,
      description: `Needs a token with the role ${role}.`,
      parameters: [...parameters(params, "path"), ...parameters(query, "query")],
      ...(body === undefined
        ? {}
        : { requestBody: { required: true, content: { "application/json": { schema: jsonSchema(body) } } } }),
      responses: {
        "200": { description: "done", content: { [contentType ?? "application/json"]: {} } },
        default: {
          description: "an error with its code",
          content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
        },
      },
    };
  }
  return {
    openapi: "3.1.0",
    info: { title: "lucid-payout", version: "1", description: "USDT payouts on TRON, each exactly once." },
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: { bearer: { type: "http", scheme: "bearer" } },
      schemas: {
        Error: {
          type: "object",
          required: ["error"],
          properties: {
            error: {
              type: "object",
              required: ["code", "message"],
              properties: {
                code: { type: "string", enum: Object.keys(payoutErrorInfo) },
                message: { type: "string" },
                fix: { type: "string" },
              },
            },
          },
        },
      },
    },
  };
}
