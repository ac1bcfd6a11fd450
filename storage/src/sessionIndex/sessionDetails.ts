import { equalBytes, fromHex, toHex, u32be } from "@lucid/consensus/base";
import canonicalizeModule from "canonicalize";
import { StorageError } from "../errors.js";
import { formatAddress, parseAddress } from "../keys/address.js";
import { formatSessionId, parseSessionId } from "../session/sessionId.js";

/** The package is CommonJS with types written for ESM: its default import is the function itself. */
const canonicalize = canonicalizeModule as unknown as (value: unknown) => string | undefined;

/** A session of somebody else whose key was given to us. */
export interface ReceivedSession {
  /** Account that registered the session, 20 bytes. */
  readonly owner: Uint8Array;
  /** 32 bytes. */
  readonly sessionKey: Uint8Array;
}

/** What the owner knows of a session and the chain does not. */
export interface SessionDetails {
  /** 32 bytes. */
  readonly sessionId: Uint8Array;
  readonly title?: string;
  /** Sorted, no two equal. */
  readonly tags?: readonly string[];
  /** A path such as "work/2026". */
  readonly folder?: string;
  /** To whom the session's key was given: free text. */
  readonly shares?: readonly string[];
  readonly received?: ReceivedSession;
}

/** Longest texts, characters, and lists. */
export const DETAILS_LIMITS = { title: 200, folder: 200, tag: 64, tags: 32, share: 100, shares: 32 } as const;
/** Longest padded plaintext: what an entry of 4 KiB has room for, in whole steps. */
export const MAX_DETAILS_BYTES = 3_840;
/** Plaintexts are padded to multiples of it, so that lengths tell little about titles. */
const STEP = 128;
const LENGTH_BYTES = 4;
const VERSION = 1;

/** No control characters (a title must not move the cursor of a terminal), no half characters. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

function invalid(message: string): StorageError {
  return new StorageError({ code: "INDEX_DETAILS_INVALID", message });
}

function checkText(what: string, text: unknown, longest: number): string {
  if (typeof text !== "string" || text === "" || text.length > longest || UNPRINTABLE.test(text)) {
    throw invalid(`a ${what} has 1 to ${longest} printable characters`);
  }
  return text;
}

function checkList(what: string, list: unknown, longest: number, most: number): readonly string[] {
  if (!Array.isArray(list) || list.length === 0 || list.length > most) throw invalid(`1 to ${most} ${what}s`);
  const texts = list.map((text) => checkText(what, text, longest));
  const sorted = [...new Set(texts)].sort();
  if (sorted.length !== texts.length || sorted.some((text, i) => text !== texts[i])) {
    throw invalid(`${what}s are sorted, and no two are equal`);
  }
  return texts;
}

interface DetailsJson {
  readonly version: number;
  readonly sessionId: string;
  readonly title?: string;
  readonly tags?: readonly string[];
  readonly folder?: string;
  readonly shares?: readonly string[];
  readonly received?: { readonly owner: string; readonly sessionKey: string };
}

function toJson({ sessionId, title, tags, folder, shares, received }: SessionDetails): DetailsJson {
  const { title: titles, folder: folders, tag, tags: most, share, shares: mostShares } = DETAILS_LIMITS;
  return {
    version: VERSION,
    sessionId: formatSessionId(sessionId),
    ...(title === undefined ? {} : { title: checkText("title", title, titles) }),
    ...(tags === undefined ? {} : { tags: checkList("tag", tags, tag, most) }),
    ...(folder === undefined ? {} : { folder: checkText("folder", folder, folders) }),
    ...(shares === undefined ? {} : { shares: checkList("share", shares, share, mostShares) }),
    ...(received === undefined
      ? {}
      : { received: { owner: formatAddress(received.owner), sessionKey: toHex(received.sessionKey) } }),
  };
}

/**
 * u32 length || canonical JSON (RFC 8785) || zeros up to a multiple of 128 bytes.
 * @throws StorageError INDEX_DETAILS_INVALID
 */
export function encodeDetails(details: SessionDetails): Uint8Array {
  const json = new TextEncoder().encode(canonicalize(toJson(details)));
  const length = Math.ceil((LENGTH_BYTES + json.length) / STEP) * STEP;
  if (length > MAX_DETAILS_BYTES) throw invalid("title, tags, folder and shares are together too long for an entry");
  const out = new Uint8Array(length);
  out.set(u32be(json.length));
  out.set(json, LENGTH_BYTES);
  return out;
}

const FIELDS = ["version", "sessionId", "title", "tags", "folder", "shares", "received"];

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @throws StorageError INDEX_DETAILS_INVALID, also for another spelling of the same */
export function decodeDetails(bytes: Uint8Array): SessionDetails {
  const details = fromJson(parse(bytes));
  if (!equalBytes(encodeDetails(details), bytes)) throw invalid("the details of a session in another spelling");
  return details;
}

function parse(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = bytes.length < LENGTH_BYTES ? -1 : view.getUint32(0);
  if (length < 0 || LENGTH_BYTES + length > bytes.length) throw invalid("the details of a session are cut off");
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length));
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // Said below: no JSON is no more than other JSON.
  }
  throw invalid("the details of a session are no JSON object");
}

function fromJson(value: Readonly<Record<string, unknown>>): SessionDetails {
  const { version, sessionId, title, tags, folder, shares, received } = value;
  if (version !== VERSION) throw invalid("the details of a session were written by a newer version of this program");
  if (Object.keys(value).some((field) => !FIELDS.includes(field))) throw invalid("an unknown field of a session");
  if (typeof sessionId !== "string") throw invalid("the details name no session");
  // The texts are checked when the result is encoded again.
  return {
    sessionId: readSessionId(sessionId),
    ...(title === undefined ? {} : { title: title as string }),
    ...(tags === undefined ? {} : { tags: tags as readonly string[] }),
    ...(folder === undefined ? {} : { folder: folder as string }),
    ...(shares === undefined ? {} : { shares: shares as readonly string[] }),
    ...(received === undefined ? {} : { received: readReceived(received) }),
  };
}

function readSessionId(text: string): Uint8Array {
  try {
    return parseSessionId(text);
  } catch (cause) {
    throw new StorageError({ code: "INDEX_DETAILS_INVALID", message: "the details name no session", cause });
  }
}

function readReceived(value: unknown): ReceivedSession {
  try {
    const { owner, sessionKey } = value as { owner: string; sessionKey: string };
    return { owner: parseAddress(owner), sessionKey: fromHex(sessionKey, 32) };
  } catch (cause) {
    throw new StorageError({ code: "INDEX_DETAILS_INVALID", message: "a received key is damaged", cause });
  }
}
