import { isIP } from "node:net";

/**
 * Whether a Host header may be answered. A web page can make a browser call this machine under a name that the page's
 * owner points here (DNS rebinding), so names must be listed; an address cannot be rebound. "*" allows any.
 */
export function isHostAllowed(header: string | undefined, allowed: readonly string[]): boolean {
  if (allowed.includes("*")) return true;
  const host = hostName(header ?? "");
  if (host === undefined) return false;
  return isIP(host) !== 0 || allowed.some((name) => name.toLowerCase() === host);
}

/** Lower-case host of a Host header without port and brackets; undefined where there is none. */
function hostName(header: string): string | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s/@]+))(?::\d{1,5})?$/.exec(header);
  return (match?.[1] ?? match?.[2])?.toLowerCase().replace(/\.$/, "");
}

/**
 * Whether a WebSocket may be opened from this origin: browsers do not apply CORS to WebSockets, so the server must.
 * Programs send no Origin; a page that this node served has the node's own.
 */
export function isOriginAllowed(
  origin: string | undefined,
  host: string | undefined,
  allowed: readonly string[],
): boolean {
  if (origin === undefined || allowed.includes("*") || allowed.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}
