import { createHash } from "node:crypto";
import { parse } from "csv-parse/sync";
import { z } from "zod";
import { type Kyc, kycSchema, type Route, routes } from "../domain/documents.js";
import { parseUsdt } from "../domain/money.js";
import { addressSchema, label } from "../domain/primitives.js";
import { messageOf, PayoutError } from "../errors.js";

export interface DistributionRow {
  readonly line: number;
  readonly node: string;
  readonly to: string;
  readonly amount: bigint;
  readonly route: Route;
  readonly kyc?: Kyc;
}

export interface DistributionFile {
  readonly hash: string;
  readonly rows: readonly DistributionRow[];
  readonly total: bigint;
}

export const MAX_ROWS = 20_000;
export const MAX_FILE = 16 << 20;
const SHOWN_PROBLEMS = 20;

const rawRow = z.looseObject({
  node: label,
  address: addressSchema,
  amount: z.string().max(40),
  /** Left out: by rule. */
  route: z.enum([...routes, ""]).optional(),
  kycHash: z.string().optional(),
  expiry: z.string().optional(),
  nonce: z.string().optional(),
  signature: z.string().optional(),
});

function rawRows(bytes: Buffer, format: "csv" | "json"): unknown[] {
  try {
    if (format === "csv")
      return parse(bytes, {
        columns: true,
        trim: true,
        skip_empty_lines: true,
        bom: true,
        max_record_size: 4096,
      }) as unknown[];
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    if (Array.isArray(value)) return value;
  } catch (error) {
    throw new PayoutError(
      "BAD_DISTRIBUTION",
      `the file is no ${format.toUpperCase()}: ${messageOf(error).slice(0, 200)}`,
    );
  }
  throw new PayoutError("BAD_DISTRIBUTION", "the file is no JSON array");
}

function kycOf(row: z.infer<typeof rawRow>): Kyc | undefined {
  const plain = (text: string | undefined) => (text ?? "").replace(/^0x/, "").toLowerCase();
  if (plain(row.signature) === "") return undefined;
  const kyc = {
    kycHash: plain(row.kycHash),
    expiry: Number(row.expiry),
    nonce: plain(row.nonce),
    signature: plain(row.signature),
  };
  const parsed = kycSchema.safeParse(kyc);
  if (!parsed.success)
    throw new PayoutError(
      "BAD_DISTRIBUTION",
      `the compliance signature is wrong at ${parsed.error.issues[0]?.path.join(".") ?? ""}`,
    );
  return parsed.data;
}

/**
 * CSV with the columns node, address, amount (USDT, like 12.5), route (V0 or KYC; left out, by rule) and, for KYC, kycHash,
 * expiry, nonce, signature; or a JSON array of the same, all as texts.
 * @param ruleOf the route of a node whose line names none
 * @throws PayoutError BAD_DISTRIBUTION naming up to 20 lines
 */
export function parseDistribution(
  bytes: Buffer,
  format: "csv" | "json",
  ruleOf: (node: string) => Route = () => "V0",
): DistributionFile {
  if (bytes.length > MAX_FILE)
    throw new PayoutError("BAD_DISTRIBUTION", `the file has ${bytes.length} bytes; ${MAX_FILE} are allowed`);
  const raw = rawRows(bytes, format);
  if (raw.length === 0) throw new PayoutError("BAD_DISTRIBUTION", "the file has no rows");
  if (raw.length > MAX_ROWS)
    throw new PayoutError("BAD_DISTRIBUTION", `the file has ${raw.length} rows; ${MAX_ROWS} are allowed`);
  const problems: string[] = [];
  const rows: DistributionRow[] = [];
  const seen = new Map<string, number>();
  for (const [index, value] of raw.entries()) {
    const line = format === "csv" ? index + 2 : index + 1;
    try {
      const parsed = rawRow.safeParse(value);
      if (!parsed.success)
        throw new PayoutError(
          "BAD_DISTRIBUTION",
          `${parsed.error.issues[0]?.path.join(".") ?? ""}: ${parsed.error.issues[0]?.message ?? ""}`,
        );
      const { node, address } = parsed.data;
      const route = parsed.data.route || ruleOf(node);
      const amount = parseUsdt(parsed.data.amount);
      if (amount === 0n) throw new PayoutError("BAD_AMOUNT", "the amount is zero");
      const key = `${node}|${route}`;
      const before = seen.get(key);
      if (before !== undefined)
        throw new PayoutError("BAD_DISTRIBUTION", `${node} by ${route} is in line ${before} already`);
      seen.set(key, line);
      const kyc = route === "KYC" ? kycOf(parsed.data) : undefined;
      rows.push({ line, node, to: address, amount, route, ...(kyc === undefined ? {} : { kyc }) });
    } catch (error) {
      if (!(error instanceof PayoutError)) throw error;
      problems.push(`line ${line}: ${error.message}`);
    }
  }
  if (problems.length > 0) {
    const more = problems.length > SHOWN_PROBLEMS ? `; and ${problems.length - SHOWN_PROBLEMS} more` : "";
    throw new PayoutError("BAD_DISTRIBUTION", problems.slice(0, SHOWN_PROBLEMS).join("; ") + more);
  }
  return {
    hash: createHash("sha256").update(bytes).digest("hex"),
    rows,
    total: rows.reduce((sum, { amount }) => sum + amount, 0n),
  };
}
