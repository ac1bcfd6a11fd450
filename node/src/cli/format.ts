/** Sizes, durations and times as people read them; for display only. */

/** Bytes with a decimal unit: 4296804 is "4.3 MB". */
export function formatBytes(bytes: number | bigint): string {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"] as const;
  let value = Number(bytes);
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** Seconds as "4.2 s", "3 min 12 s" or "2 h 5 min". */
export function formatSeconds(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  if (whole < 86_400) return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
  return `${Math.floor(whole / 86_400)} d ${Math.floor((whole % 86_400) / 3600)} h`;
}

/** Unix seconds as "2026-11-23 05:30:00 UTC". */
export function formatTime(unixSeconds: number | bigint): string {
  return `${new Date(Number(unixSeconds) * 1000).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** Wei as LUCID without trailing zeros: 1500000000000000000n is "1.5". */
export function formatLucid(wei: bigint): string {
  const sign = wei < 0n ? "-" : "";
  const digits = (wei < 0n ? -wei : wei).toString().padStart(19, "0");
  const fraction = digits.slice(-18).replace(/0+$/, "");
  return `${sign}${digits.slice(0, -18)}${fraction === "" ? "" : `.${fraction}`}`;
}

/** Wei of a decimal text of LUCID, at most 18 places; undefined for anything else. */
export function parseLucid(text: string): bigint | undefined {
  const match = /^(\d{1,30})(?:\.(\d{1,18}))?$/.exec(text.trim());
  if (match === null) return undefined;
  return BigInt(match[1] ?? "0") * 10n ** 18n + BigInt((match[2] ?? "").padEnd(18, "0"));
}

/** UUID text of the first 16 bytes of a session id. */
export function formatSessionId(id: Uint8Array): string {
  const hex = Buffer.from(id.subarray(0, 16)).toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** The 32 bytes of a session id given as UUID, as 16 bytes or as 32 bytes of hex; undefined for anything else. */
export function parseSessionId(text: string): Uint8Array | undefined {
  const hex = text.trim().toLowerCase().replace(/^0x/, "");
  const id = new Uint8Array(32);
  if (/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(hex)) {
    id.set(Buffer.from(hex.replaceAll("-", ""), "hex"));
    return id;
  }
  if (/^[0-9a-f]{32}$/.test(hex) || /^[0-9a-f]{32}0{32}$/.test(hex)) {
    id.set(Buffer.from(hex.slice(0, 32), "hex"));
    return id;
  }
  return undefined;
}
