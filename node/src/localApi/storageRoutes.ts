import { fromHex, toHex } from "@lucid/consensus/base";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { NodeError } from "../errors.js";
import type { Replication } from "../replication/replication.js";
import { MAX_ASKED_RECEIPTS } from "../replication/uploadReceipts.js";
import { MAX_SESSION_CHUNKS, splitRoots } from "../replication/wire.js";
import { readBody } from "./bodyReader.js";

const hex = (bytes: number) => z.string().regex(new RegExp(`^0x[0-9a-fA-F]{${2 * bytes}}$`));
const u64 = z.string().regex(/^\d{1,19}$/);
const consentSchema = z.strictObject({
  account: hex(20),
  sessionId: hex(32),
  maxBytes: u64,
  expiry: u64,
  signature: hex(65),
});
const drillSchema = z.strictObject({ chunks: z.number().int().min(1).max(10_000) });
/** Longest wait for a change, milliseconds. */
const MAX_WAIT = 10_000;

/** What the owner's programs ask of replication. */
export function addStorageRoutes(server: FastifyInstance, replication: Replication): void {
  server.put("/v1/uploads", async (request) => {
    const value = parse(consentSchema, request.body);
    await replication.beginUpload({
      account: fromHex(value.account, 20),
      sessionId: fromHex(value.sessionId, 32),
      maxBytes: BigInt(value.maxBytes),
      expiry: BigInt(value.expiry),
      signature: fromHex(value.signature, 65),
    });
    return {};
  });
  server.put("/v1/sessions/:sessionId/roots", { bodyLimit: 32 * MAX_SESSION_CHUNKS }, async (request) => {
    await replication.takeRoots(sessionIdOf(request), await readRoots(request, MAX_SESSION_CHUNKS));
    return {};
  });
  server.post("/v1/sessions/:sessionId/receipts", async (request) =>
    replication.receipts(sessionIdOf(request), await readRoots(request, MAX_ASKED_RECEIPTS)),
  );
  server.get("/v1/sessions/:sessionId/copies", async (request, reply) => {
    const wait = Number((request.query as Readonly<Record<string, string | undefined>>)["wait"] ?? 0);
    if (!Number.isFinite(wait) || wait < 0) throw bad("wait is a number of milliseconds");
    const report = await replication.copies(sessionIdOf(request), Math.min(wait, MAX_WAIT));
    if (report !== undefined) return report;
    return notFound(reply, "no copies of this session are being made");
  });
  server.get("/v1/storage", async () => replication.status());
  server.post("/v1/storage/repair", async () => replication.repair());
  server.post("/v1/storage/drill", async (request) => {
    const { missing, ...report } = await replication.drill(parse(drillSchema, request.body).chunks);
    return { ...report, missing: missing.map(toHex) };
  });
}

function sessionIdOf(request: FastifyRequest): Uint8Array {
  return fromHex((request.params as { readonly sessionId: string }).sessionId, 32);
}

/** Roots in a body, 32 bytes each. @throws NodeError LOCAL_BAD_REQUEST for none, parts of one, or more than `most` */
async function readRoots(request: FastifyRequest, most: number): Promise<Uint8Array[]> {
  const length = Number(request.headers["content-length"]);
  const fits = Number.isSafeInteger(length) && length > 0 && length % 32 === 0 && length <= 32 * most;
  if (!fits || request.headers["content-type"] !== "application/octet-stream") {
    throw bad(`roots are sent as application/octet-stream, 32 bytes each, ${most} at most, with a Content-Length`);
  }
  const buffer = new ArrayBuffer(length);
  await readBody(request.raw, buffer, 0, length, 0, async () => undefined);
  return splitRoots(new Uint8Array(buffer));
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(body as Uint8Array).toString("utf8"));
  } catch {
    throw bad("the body is not JSON");
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw bad(`${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not as it should be"}`);
}

function bad(message: string): NodeError {
  return new NodeError({ code: "LOCAL_BAD_REQUEST", message });
}

function notFound(reply: FastifyReply, message: string): FastifyReply {
  return reply.code(404).send({ code: "LOCAL_NOT_FOUND", message });
}
