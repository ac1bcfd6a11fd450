import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { label } from "../domain/primitives.js";
import { PayoutError } from "../errors.js";

export const roles = ["requester", "approver", "auditor"] as const;
export type Role = (typeof roles)[number];

const tokensSchema = z
  .array(
    z.strictObject({ name: label, roles: z.array(z.enum(roles)).min(1), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  )
  .max(1000);
export type TokenEntry = z.infer<typeof tokensSchema>[number];

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** Only hashes are kept: tokens have 256 bits, so a plain hash suffices. */
export function loadTokens(file: string): TokenEntry[] {
  if (!existsSync(file)) return [];
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    throw new PayoutError("CONFIG_INVALID", `${file} is no JSON`);
  }
  const parsed = tokensSchema.safeParse(value);
  if (!parsed.success)
    throw new PayoutError("CONFIG_INVALID", `${file}: ${parsed.error.issues[0]?.message ?? "invalid"}`);
  return parsed.data;
}

/** Adds or replaces a token and gives it, once. */
export function addToken(file: string, name: string, given: readonly Role[]): string {
  const token = `lp_${randomBytes(32).toString("base64url")}`;
  const rest = loadTokens(file).filter((entry) => entry.name !== name);
  const entries = [...rest, { name, roles: [...given], sha256: sha256(token).toString("hex") }];
  writeFileSync(file, `${JSON.stringify(entries, null, 2)}\n`, { mode: 0o600 });
  return token;
}

export function removeToken(file: string, name: string): boolean {
  const entries = loadTokens(file);
  const rest = entries.filter((entry) => entry.name !== name);
  writeFileSync(file, `${JSON.stringify(rest, null, 2)}\n`, { mode: 0o600 });
  return rest.length < entries.length;
}

/** @throws PayoutError UNAUTHENTICATED, ROLE_MISSING */
export function authorize(entries: readonly TokenEntry[], header: string | undefined, role: Role): string {
  const token = /^Bearer ([\w-]{20,100})$/.exec(header ?? "")?.[1];
  if (token === undefined) throw new PayoutError("UNAUTHENTICATED", "the request has no bearer token");
  const hash = sha256(token);
  const entry = entries.find((one) => timingSafeEqual(Buffer.from(one.sha256, "hex"), hash));
  if (entry === undefined) throw new PayoutError("UNAUTHENTICATED", "the token is unknown");
  if (!entry.roles.includes(role)) throw new PayoutError("ROLE_MISSING", `${entry.name} is not ${role}`);
  return entry.name;
}
