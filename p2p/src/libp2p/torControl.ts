import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { type FileHandle, open } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { P2pError } from "../errors.js";

/*
 * What an onion service needs of Tor's control protocol (https://spec.torproject.org/control-spec): PROTOCOLINFO,
 * AUTHENTICATE by cookie or password, ADD_ONION, SIGNAL NEWNYM. Tor removes the service when the connection ends.
 */

/** Longest answer; Tor's are a few hundred bytes. */
const MAX_REPLY = 64 * 1024;
const REPLY_MS = 10_000;
const COOKIE_BYTES = 32;
const SERVER_TO_CONTROLLER = "Tor safe cookie authentication server-to-controller hash";
const CONTROLLER_TO_SERVER = "Tor safe cookie authentication controller-to-server hash";

export interface TorControlOptions {
  readonly host: string;
  readonly port: number;
  /** Where Tor has HashedControlPassword instead of a cookie. */
  readonly password?: string | undefined;
}

export interface OnionServiceRequest {
  /** ED25519-V3 key, 64 bytes. */
  readonly expandedSecret: Uint8Array;
  /** Port of the .onion address. */
  readonly virtualPort: number;
  /** Where Tor hands connections over. */
  readonly target: { readonly host: string; readonly port: number };
}

interface Waiting {
  resolve(lines: readonly string[]): void;
  reject(error: P2pError): void;
  readonly timer: NodeJS.Timeout;
}

/** A connection to Tor's control port. */
export class TorControl {
  private readonly socket: Socket;
  private readonly options: TorControlOptions;
  private readonly waiting: Waiting[] = [];
  private buffered = "";
  private lines: string[] = [];
  /** Settles when the connection has ended. */
  readonly closed: Promise<void>;

  private constructor(socket: Socket, options: TorControlOptions) {
    this.socket = socket;
    this.options = options;
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => this.receive(text));
    socket.on("error", () => undefined);
    this.closed = new Promise((resolve) => socket.once("close", () => resolve()));
    socket.once("close", () => this.fail("ended the control connection"));
  }

  /** Connects and authenticates. @throws P2pError P2P_TOR_UNREACHABLE, P2P_TOR_REFUSED */
  static async open(options: TorControlOptions, signal: AbortSignal): Promise<TorControl> {
    const { host, port } = options;
    const socket = connect({ host, port });
    try {
      await once(socket, "connect", { signal });
    } catch (cause) {
      socket.destroy();
      const message = `Tor's control port does not answer at ${host}:${port}`;
      throw new P2pError({ code: "P2P_TOR_UNREACHABLE", message, meta: { host, port }, cause });
    }
    const control = new TorControl(socket, options);
    const onAbort = () => control.close();
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      await control.authenticate();
      return control;
    } catch (error) {
      control.close();
      throw error;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  /** The onion address without ".onion". @throws P2pError P2P_TOR_REFUSED, P2P_TOR_UNREACHABLE */
  async addOnion({ expandedSecret, virtualPort, target }: OnionServiceRequest): Promise<string> {
    const key = Buffer.from(expandedSecret).toString("base64");
    const lines = await this.ask(
      `ADD_ONION ED25519-V3:${key} Flags=DiscardPK Port=${virtualPort},${target.host}:${target.port}`,
      "ADD_ONION",
    );
    const address = lines.map((line) => /^ServiceID=([a-z2-7]{56})$/.exec(line)?.[1]).find((id) => id !== undefined);
    if (address === undefined) throw refused("answered ADD_ONION without an address");
    return address;
  }

  /**
   * Tor forgets descriptors, whom it did not find, and which points of entry have failed, and uses new circuits from now on.
   * @throws P2pError P2P_TOR_REFUSED, P2P_TOR_UNREACHABLE
   */
  async forget(): Promise<void> {
    await this.ask("SIGNAL NEWNYM", "SIGNAL NEWNYM");
  }

  close(): void {
    this.socket.destroy();
  }

  private async authenticate(): Promise<void> {
    const lines = await this.ask("PROTOCOLINFO 1", "PROTOCOLINFO");
    const auth = lines.find((line) => line.startsWith("AUTH ")) ?? "";
    const methods = /METHODS=([A-Z,]+)/.exec(auth)?.[1]?.split(",") ?? [];
    const { password } = this.options;
    if (methods.includes("NULL")) await this.ask("AUTHENTICATE", "AUTHENTICATE");
    else if (password !== undefined && methods.includes("HASHEDPASSWORD")) {
      await this.ask(`AUTHENTICATE ${Buffer.from(password, "utf8").toString("hex")}`, "AUTHENTICATE");
    } else if (methods.includes("SAFECOOKIE")) {
      await this.authenticateByCookie(/COOKIEFILE="((?:[^"\\]|\\.)*)"/.exec(auth)?.[1]);
    } else throw refused(`offers none of cookie or password (it offers ${methods.join(", ") || "nothing"})`);
  }

  /** Both sides show that they know the cookie, without showing it: what listens here may not be Tor. */
  private async authenticateByCookie(quoted: string | undefined): Promise<void> {
    const path = quoted?.replaceAll(/\\(.)/g, "$1") ?? "";
    const cookie = await readCookie(path);
    const clientNonce = randomBytes(COOKIE_BYTES);
    const [line = ""] = await this.ask(`AUTHCHALLENGE SAFECOOKIE ${clientNonce.toString("hex")}`, "AUTHCHALLENGE");
    const found = /SERVERHASH=([0-9A-F]{64}) SERVERNONCE=([0-9A-F]{64})/i.exec(line);
    const serverHash = Buffer.from(found?.[1] ?? "", "hex");
    const serverNonce = Buffer.from(found?.[2] ?? "", "hex");
    const hash = (key: string) =>
      createHmac("sha256", key).update(cookie).update(clientNonce).update(serverNonce).digest();
    const expected = hash(SERVER_TO_CONTROLLER);
    if (serverHash.length !== expected.length || !timingSafeEqual(serverHash, expected)) {
      throw refused("does not know its own cookie: what listens there is not the Tor that wrote it");
    }
    await this.ask(`AUTHENTICATE ${hash(CONTROLLER_TO_SERVER).toString("hex")}`, "AUTHENTICATE");
  }

  /** @param name of the command, for messages: the line may hold a secret */
  private ask(command: string, name: string): Promise<readonly string[]> {
    return new Promise((resolve, reject) => {
      if (this.socket.destroyed) {
        reject(new P2pError({ code: "P2P_TOR_UNREACHABLE", message: "Tor ended the control connection" }));
        return;
      }
      const timer = setTimeout(() => {
        this.fail(`did not answer ${name}`);
        this.close();
      }, REPLY_MS);
      this.waiting.push({ resolve, reject, timer });
      this.socket.write(`${command}\r\n`, "latin1");
    });
  }

  private receive(text: string): void {
    this.buffered += text;
    for (let end = this.buffered.indexOf("\r\n"); end >= 0; end = this.buffered.indexOf("\r\n")) {
      this.take(this.buffered.slice(0, end));
      this.buffered = this.buffered.slice(end + 2);
    }
    const held = this.buffered.length + this.lines.reduce((sum, line) => sum + line.length, 0);
    if (held > MAX_REPLY) {
      this.fail("answered with more than an answer can be");
      this.close();
    }
  }

  /** Lines are "250-more", "250+data" and "250 last". */
  private take(line: string): void {
    const found = /^(\d{3})([- +])(.*)$/.exec(line);
    // Events (6xx) are not asked for, and the lines of data blocks hold nothing that is wanted.
    if (found === null || found[1]?.startsWith("6")) return;
    const [, status = "", kind, rest = ""] = found;
    this.lines.push(rest);
    if (kind !== " ") return;
    const lines = this.lines;
    this.lines = [];
    const waiting = this.waiting.shift();
    if (waiting === undefined) return;
    clearTimeout(waiting.timer);
    if (status === "250") waiting.resolve(lines);
    else waiting.reject(refused(`says: ${status} ${rest.slice(0, 200)}`));
  }

  private fail(what: string): void {
    for (const { reject, timer } of this.waiting.splice(0)) {
      clearTimeout(timer);
      reject(new P2pError({ code: "P2P_TOR_UNREACHABLE", message: `Tor ${what}` }));
    }
  }
}

async function readCookie(path: string): Promise<Uint8Array> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, "r");
    const { size } = await file.stat();
    // Only a file of this length can be a cookie: whoever answers on this port must not have other files read.
    if (size === COOKIE_BYTES) return await file.readFile();
  } catch (cause) {
    throw refused(`wants its cookie, and ${path} cannot be read by this user`, cause);
  } finally {
    await file?.close();
  }
  throw refused(`names ${path} as its cookie, which is none`);
}

function refused(what: string, cause?: unknown): P2pError {
  return new P2pError({ code: "P2P_TOR_REFUSED", message: `Tor's control port ${what}`, cause });
}
