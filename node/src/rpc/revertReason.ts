import { equalBytes, fromHex } from "@lucid/consensus/base";
import { bigintOfBytes } from "./format/hex.js";

const ERROR_SELECTOR = fromHex("08c379a0");
const PANIC_SELECTOR = fromHex("4e487b71");
const WORD = 32;
/** A reason is shown to people; the whole of it is in the error's data anyhow. */
const MAX_REASON_BYTES = 1_024;

/** Solidity's panic codes (the language's documentation, "Panic via assert and Error via require"). */
const PANICS: Readonly<Record<string, string>> = {
  "1": "assert(false)",
  "17": "arithmetic underflow or overflow",
  "18": "division or modulo by zero",
  "33": "enum overflow",
  "34": "invalid encoded storage byte array accessed",
  "49": "out-of-bounds array access; popping on an empty array",
  "50": "out-of-bounds access of an array or bytesN",
  "65": "out of memory",
  "81": "uninitialized function",
};

/** The words in what a contract reverted with: Error(string) and Panic(uint256); empty for custom errors. */
export function revertReason(returnData: Uint8Array): string {
  const selector = returnData.subarray(0, 4);
  const body = returnData.subarray(4);
  if (equalBytes(selector, PANIC_SELECTOR) && body.length >= WORD) {
    const code = bigintOfBytes(body.subarray(0, WORD)).toString();
    return `panic: ${PANICS[code] ?? `unknown panic code ${code}`}`;
  }
  if (!equalBytes(selector, ERROR_SELECTOR) || body.length < 2 * WORD) return "";
  const length = bigintOfBytes(body.subarray(WORD, 2 * WORD));
  if (length > BigInt(body.length - 2 * WORD)) return "";
  const text = body.subarray(2 * WORD, 2 * WORD + Math.min(Number(length), MAX_REASON_BYTES));
  // Anything outside printable ASCII could forge lines in a log or a terminal.
  return Buffer.from(text)
    .toString("latin1")
    .replace(/[^\x20-\x7e]/g, "?");
}
