import { createSocket } from "node:dgram";
import { NodeError } from "../../errors.js";
import { type Check, failed, ok, skipped, warning } from "./checks.js";

/** Seconds from 1900 (NTP) to 1970 (Unix). */
const NTP_TO_UNIX = 2_208_988_800;
/** No release of this program is older than this: a clock before it is a clock that was never set. Unix seconds. */
export const EARLIEST_TIME = Date.UTC(2026, 0, 1) / 1000;
/** Agreement needs clocks within one second, a node enters a slot by its clock only within ten (consensus design). */
const WARN_SECONDS = 0.5;
const FAIL_SECONDS = 5;

/** Local clock minus server clock, seconds, from one SNTP exchange (RFC 4330). Rejects without an answer in time. */
export function clockOffset(host: string, timeoutMs: number, port = 123): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket("udp4");
    const packet = Buffer.alloc(48);
    packet[0] = 0x23; // version 4, client
    let sentAt = 0;
    const finish = (act: () => void): void => {
      clearTimeout(timer);
      socket.close();
      act();
    };
    const timer = setTimeout(() => finish(() => reject(noAnswer(host))), timeoutMs);
    socket.once("error", (error) => finish(() => reject(error)));
    socket.once("message", (answer) => {
      const receivedAt = Date.now();
      if (answer.length < 48 || answer.readUInt32BE(40) === 0) return finish(() => reject(noAnswer(host)));
      const read = (offset: number): number =>
        (answer.readUInt32BE(offset) - NTP_TO_UNIX) * 1000 + (answer.readUInt32BE(offset + 4) / 2 ** 32) * 1000;
      const serverMs = (read(32) + read(40)) / 2;
      return finish(() => resolve(((sentAt + receivedAt) / 2 - serverMs) / 1000));
    });
    socket.connect(port, host, (error?: Error) => {
      if (error) return finish(() => reject(error));
      sentAt = Date.now();
      return socket.send(packet);
    });
  });
}

function noAnswer(host: string): NodeError {
  return new NodeError({ code: "NODE_UNREACHABLE", message: `the time server ${host} did not answer` });
}

export async function checkClock(ntpHost: string): Promise<Check> {
  const now = new Date();
  if (now.getTime() / 1000 < EARLIEST_TIME) {
    return failed("clock", now.toISOString(), "the clock was never set; synchronise it (systemd-timesyncd, chrony)");
  }
  try {
    const offset = await clockOffset(ntpHost, 3000);
    const shown = `${offset >= 0 ? "+" : ""}${offset.toFixed(3)} s against ${ntpHost}`;
    const advice = "synchronise the clock (systemd-timesyncd, chrony); votes need it within a second";
    if (Math.abs(offset) > FAIL_SECONDS) return failed("clock", shown, advice);
    if (Math.abs(offset) > WARN_SECONDS) return warning("clock", shown, advice);
    return ok("clock", shown);
  } catch {
    return skipped("clock", `${now.toISOString()}; the time server ${ntpHost} could not be asked`);
  }
}
