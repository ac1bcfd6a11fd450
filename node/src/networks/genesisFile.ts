import { readFile } from "node:fs/promises";
import { z } from "zod";
import { NodeError } from "../errors.js";

/** Largest genesis file that is read, bytes: contract code and ten thousand validators fit many times. */
const MAX_FILE = 32 * 2 ** 20;

const hex = (bytes: number) =>
  z.string().regex(new RegExp(`^0x[0-9a-f]{${2 * bytes}}$`), { error: `must be 0x and ${2 * bytes} small hex digits` });
const anyHex = z.string().regex(/^0x([0-9a-f]{2})*$/, { error: "must be 0x and whole bytes of small hex digits" });
const u32 = z.number().int().min(0).max(0xffff_ffff);
const decimal = z.string().regex(/^(0|[1-9]\d{0,77})$/, { error: "must be a decimal number" });

const allocAccount = z.strictObject({
  /** Wei, decimal. */
  balance: decimal,
  nonce: decimal.optional(),
  code: anyHex.optional(),
  /** 32-byte slot to 32-byte value. */
  storage: z.record(hex(32), hex(32)).optional(),
});

export const genesisValidatorSchema = z.strictObject({
  blsPublicKey: hex(48),
  proofOfPossession: hex(96),
  /** Ed25519 public key; the libp2p peer id is its identity multihash. */
  peerId: hex(32),
  operator: hex(20),
});

/**
 * The file that founds a network. It is complete (contract code included), so that a later release with other contract
 * sources still computes the same genesis root.
 */
export const genesisFileSchema = z.strictObject({
  format: z.literal(1, { error: "is of another format; use the release of lucid that the network asks for" }),
  network: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, { error: "must be 1 to 32 of a-z, 0-9 and -" }),
  preset: z.enum(["devnet", "testnet", "mainnet"]),
  chainId: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
  forkVersion: u32,
  /** Unix seconds: start of slot 0. */
  genesisTime: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  /** Seconds. */
  slotDuration: z.number().int().min(1).max(120),
  /** Root of the EVM state that `alloc` makes. */
  stateRoot: hex(32),
  validators: z.array(genesisValidatorSchema).min(1).max(10_000),
  alloc: z.record(hex(20), allocAccount),
});

export type GenesisFile = z.infer<typeof genesisFileSchema>;
export type GenesisFileValidator = z.infer<typeof genesisValidatorSchema>;
export type GenesisFileAccount = z.infer<typeof allocAccount>;

function damaged(path: string, why: string, cause?: unknown): NodeError {
  return new NodeError({ code: "GENESIS_FILE", message: `the genesis file ${path} ${why}`, cause });
}

/** @throws NodeError GENESIS_FILE naming the first field that is wrong. */
export function parseGenesisFile(text: string, path: string): GenesisFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw damaged(path, "is not JSON", cause);
  }
  const result = genesisFileSchema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const place = issue === undefined || issue.path.length === 0 ? "" : `field ${issue.path.join(".")} `;
  throw damaged(path, `is damaged (${place}${issue?.message ?? "does not fit"})`);
}

/** @throws NodeError GENESIS_FILE; the file system's error when it cannot be read. */
export async function loadGenesisFile(path: string): Promise<GenesisFile> {
  const text = await readFile(path, "utf8");
  if (text.length > MAX_FILE) throw damaged(path, "is larger than any genesis file can be");
  return parseGenesisFile(text, path);
}

/** Text of the file: stable, so that equal networks give equal files. */
export function formatGenesisFile(file: GenesisFile): string {
  return `${JSON.stringify(file, null, 2)}\n`;
}
