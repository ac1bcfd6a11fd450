/** Enough of a recording for `mediaTypeOf`, bytes. */
export const MEDIA_TYPE_BYTES = 64;

const ascii = (bytes: Uint8Array, start: number, end: number): string =>
  Buffer.from(bytes.subarray(start, end)).toString("latin1");

/**
 * The media type of a recording by its first bytes: the chain does not know what it is. Only what recorders write is told
 * apart; browsers look at the content of video themselves.
 */
export function mediaTypeOf(start: Uint8Array): string {
  // EBML, then the document type within the header (Matroska, RFC 9559).
  if (ascii(start, 0, 4) === "\x1a\x45\xdf\xa3")
    return ascii(start, 4, 64).includes("webm") ? "video/webm" : "video/matroska";
  if (ascii(start, 4, 8) === "ftyp") return "video/mp4";
  if (ascii(start, 0, 4) === "OggS") return "application/ogg";
  if (/^\{"version": ?[123],/.test(ascii(start, 0, 14))) return "application/x-asciicast";
  return "application/octet-stream";
}

export function isVideo(type: string): boolean {
  return type.startsWith("video/") || type === "application/ogg";
}
