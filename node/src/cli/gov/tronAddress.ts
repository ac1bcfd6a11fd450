import { fromHex, sha256 } from "@lucid/consensus/base";
import { createBase58check } from "@scure/base";
import { InvalidArgumentError } from "commander";

const base58 = createBase58check(sha256);

/** 21 bytes, the first 0x41, as TRON writes them. */
export function formatTronAddress(bytes: Uint8Array): string {
  return base58.encode(bytes);
}

/** T... or 41 and 40 hex digits; undefined for anything else. */
export function parseTronAddress(text: string): Uint8Array | undefined {
  if (/^(0x)?41[0-9a-fA-F]{40}$/.test(text)) return fromHex(text.replace(/^0x/, "").toLowerCase(), 21);
  try {
    const bytes = base58.decode(text);
    return bytes.length === 21 && bytes[0] === 0x41 ? bytes : undefined;
  } catch {
    return undefined;
  }
}

export function tronAddress(text: string): string {
  if (parseTronAddress(text) === undefined) throw new InvalidArgumentError("it must be a TRON address (T...)");
  return text;
}
