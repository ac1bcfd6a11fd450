import { randomUUID } from "node:crypto";
import { fromHex } from "@lucid/consensus/base";
import { SESSION_ID_LENGTH } from "../chunk/index.js";
import { StorageError } from "../errors.js";

/** RFC 9562 version 4, variant 10, lower case. */
const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** A fresh session id: a random UUIDv4 in the first 16 of 32 bytes, zeros behind. */
export function newSessionId(): Uint8Array {
  return parseSessionId(randomUUID());
}

/** Accepts the UUID, or 64 hex digits with or without 0x. @throws StorageError SESSION_UNKNOWN for anything else */
export function parseSessionId(text: string): Uint8Array {
  const lower = text.trim().toLowerCase();
  const hex = lower.startsWith("0x") ? lower.slice(2) : lower;
  if (/^[0-9a-f]{64}$/.test(hex)) {
    const bytes = fromHex(hex, SESSION_ID_LENGTH);
    if (isSessionId(bytes)) return bytes;
  }
  if (!UUID_V4.test(lower)) {
    throw new StorageError({ code: "SESSION_UNKNOWN", message: `"${text}" is no session id (a UUID is expected)` });
  }
  const bytes = new Uint8Array(SESSION_ID_LENGTH);
  bytes.set(fromHex(lower.replaceAll("-", ""), 16));
  return bytes;
}

/** The UUID of a session id. */
export function formatSessionId(sessionId: Uint8Array): string {
  const hex = Buffer.from(sessionId.subarray(0, 16)).toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** True for 32 bytes that hold a UUIDv4, left-aligned. */
export function isSessionId(bytes: Uint8Array): boolean {
  return (
    bytes.length === SESSION_ID_LENGTH &&
    bytes.subarray(16).every((byte) => byte === 0) &&
    UUID_V4.test(formatSessionId(bytes))
  );
}
