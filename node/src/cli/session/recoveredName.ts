import type { SessionDetails } from "@lucid/storage";
import { formatSessionId } from "../format.js";
import type { ChainSession } from "./anchors.js";

/** Longest part of a title in a file name, characters: with four bytes each the name stays below 255. */
const TITLE = 40;

/**
 * A name that every file system takes and that no title can turn into a path: date, title, beginning of the id. The chain
 * does not know what kind of file a recording is, so it has no ending.
 */
export function fileNameOf(
  session: Pick<ChainSession, "sessionId" | "startedAt">,
  details: Pick<SessionDetails, "title"> | undefined,
): string {
  const seconds = Number(session.startedAt);
  const date =
    Number.isSafeInteger(seconds) && seconds < 8.64e12 ? new Date(seconds * 1000).toISOString().slice(0, 10) : "";
  const words = (details?.title ?? "").normalize("NFC").replaceAll(/[^\p{L}\p{N}]+/gu, "-");
  const title = [...words.replaceAll(/^-+|-+$/g, "")].slice(0, TITLE).join("");
  return [date, title, formatSessionId(session.sessionId)].filter((part) => part !== "").join("_");
}
