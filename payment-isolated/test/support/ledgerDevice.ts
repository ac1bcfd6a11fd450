/**
 * A Ledger with the TRON app behind Speculos' HTTP API, as LedgerHQ/app-tron's docs/APDU.md describes it: paths, chunks, settings
 * and status words. It parses the transaction with protobufjs when the last chunk is there, and has no screen.
 */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { HDNodeWallet, keccak256, SigningKey } from "ethers";
import { addressFromHex } from "../../src/domain/address.js";
import { signTxid } from "../../src/tron/transactions.js";
import { decodeRaw } from "../emulator/tronProto.js";

const CLA = 0xe0;
const STATUS = {
  ok: 0x9000,
  length: 0x6700,
  refused: 0x6985,
  data: 0x6a80,
  path: 0x6a8a,
  hash: 0x6a8c,
  custom: 0x6a8d,
  parameters: 0x6b00,
  instruction: 0x6d00,
  class: 0x6e00,
  locked: 0x5515,
} as const;
/** transfer(address,uint256) and approve(address,uint256): what the app shows in full. */
const KNOWN_CALLS = ["a9059cbb", "095ea7b3"];

class StatusError {
  readonly status: number;
  constructor(status: number) {
    this.status = status;
  }
}

export interface LedgerSettings {
  customContracts: boolean;
  signByHash: boolean;
}

export class LedgerDevice {
  readonly settings: LedgerSettings = { customContracts: true, signByHash: true };
  /** What its holder saw and decided on. */
  readonly shown: string[] = [];
  approves = true;
  locked = false;
  /** Another app is open. */
  closed = false;
  /** Answers of another device, or of none. */
  script: ((apdu: Buffer) => string | undefined) | undefined;
  readonly apdus: Buffer[] = [];
  #words: string;
  #server: Server | undefined;
  #stream: { readonly path: string; bytes: Buffer } | undefined;

  constructor(words: string) {
    this.#words = words;
  }

  /** Another device is plugged in. */
  replace(words: string): void {
    this.#words = words;
  }

  /** The URL of its API. */
  async start(): Promise<string> {
    const server = createServer((request, response) => {
      void this.#answer(request).then((text) => response.end(text));
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  async #answer(request: IncomingMessage): Promise<string> {
    let text = "";
    for await (const part of request) text += String(part);
    const apdu = Buffer.from((JSON.parse(text) as { data: string }).data, "hex");
    this.apdus.push(apdu);
    const scripted = this.script?.(apdu);
    if (scripted !== undefined) return scripted;
    let [data, status]: [Buffer, number] = [Buffer.alloc(0), STATUS.ok];
    try {
      data = this.#run(apdu);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      status = error.status;
    }
    const ending = Buffer.alloc(2);
    ending.writeUInt16BE(status);
    return JSON.stringify({ data: Buffer.concat([data, ending]).toString("hex") });
  }

  #run(apdu: Buffer): Buffer {
    if (this.locked) throw new StatusError(STATUS.locked);
    const [cla, ins, p1 = 0, p2 = 0, length = 0] = apdu;
    const data = apdu.subarray(5);
    if (this.closed || cla !== CLA) throw new StatusError(STATUS.class);
    if (data.length !== length) throw new StatusError(STATUS.length);
    switch (ins) {
      case 0x02:
        return this.#address(data);
      case 0x04:
        return this.#sign(p1, p2, data);
      case 0x08:
        return this.#signMessage(p1, p2, data);
      case 0x05:
        return this.#signHash(p1, p2, data);
      default:
        throw new StatusError(STATUS.instruction);
    }
  }

  #address(data: Buffer): Buffer {
    const { path } = readPath(data);
    const { publicKey, address } = this.#key(path);
    return Buffer.concat([Buffer.from([65]), publicKey, Buffer.from([address.length]), Buffer.from(address, "ascii")]);
  }

  #sign(p1: number, p2: number, data: Buffer): Buffer {
    if (p2 !== 0) throw new StatusError(STATUS.parameters);
    if (p1 === 0x00 || p1 === 0x10) {
      const { path, rest } = readPath(data);
      this.#stream = { path, bytes: rest };
    } else if (p1 === 0x80 || p1 === 0x90) {
      if (this.#stream === undefined) throw new StatusError(STATUS.parameters);
      this.#stream.bytes = Buffer.concat([this.#stream.bytes, data]);
    } else throw new StatusError(STATUS.parameters);
    if (p1 === 0x00 || p1 === 0x80) return Buffer.alloc(0);
    const { path, bytes } = this.#stream;
    this.#stream = undefined;
    this.#show(bytes);
    return this.#signature(path, createHash("sha256").update(bytes).digest("hex"));
  }

  /** What the app shows of a transaction. */
  #show(bytes: Buffer): void {
    let raw: ReturnType<typeof decodeRaw>;
    try {
      raw = decodeRaw(bytes);
    } catch {
      throw new StatusError(STATUS.data);
    }
    if (raw.permissionId > 9) throw new StatusError(STATUS.data);
    if (raw.type === "AccountPermissionUpdateContract" && !this.settings.signByHash) throw new StatusError(STATUS.hash);
    const account = addressFromHex(Buffer.from(raw.value.owner_address ?? []).toString("hex"));
    const from = raw.permissionId > 0 ? `P${raw.permissionId} - ${account}` : account;
    const selector = Buffer.from(raw.value.data ?? [])
      .toString("hex")
      .slice(0, 8);
    const custom = raw.type === "TriggerSmartContract" && !KNOWN_CALLS.includes(selector);
    if (custom && !this.settings.customContracts) throw new StatusError(STATUS.custom);
    this.shown.push(custom ? `${from} calls ${selector}` : `${from} ${raw.type}`);
  }

  #signHash(p1: number, p2: number, data: Buffer): Buffer {
    if (p1 !== 0 || p2 !== 0) throw new StatusError(STATUS.parameters);
    const { path, rest } = readPath(data);
    if (rest.length !== 32) throw new StatusError(STATUS.length);
    if (!this.settings.signByHash) throw new StatusError(STATUS.hash);
    this.shown.push(`hash ${rest.toString("hex")}`);
    return this.#signature(path, rest.toString("hex"));
  }

  /** Of one chunk, as a digest is. */
  #signMessage(p1: number, p2: number, data: Buffer): Buffer {
    if (p1 !== 0 || p2 !== 0) throw new StatusError(STATUS.parameters);
    const { path, rest } = readPath(data);
    const message = rest.subarray(4);
    if (rest.length < 4 || rest.readUInt32BE(0) !== message.length) throw new StatusError(STATUS.length);
    this.shown.push(`message ${message.toString("hex")}`);
    const prefix = Buffer.from(`\x19TRON Signed Message:\n${message.length}`, "ascii");
    return this.#signature(path, keccak256(Buffer.concat([prefix, message])).slice(2));
  }

  #signature(path: string, hash: string): Buffer {
    if (!this.approves) throw new StatusError(STATUS.refused);
    const signature = Buffer.from(signTxid(hash, this.#key(path).privateKey), "hex");
    // The app gives the parity where TRON's own tools give 27 or 28.
    signature[64] = (signature[64] ?? 27) - 27;
    return signature;
  }

  #key(path: string) {
    const { privateKey, address } = HDNodeWallet.fromPhrase(this.#words, undefined, path);
    return {
      privateKey: Buffer.from(privateKey.slice(2), "hex"),
      publicKey: Buffer.from(SigningKey.computePublicKey(privateKey, false).slice(2), "hex"),
      address: addressFromHex(address.slice(2).toLowerCase()),
    };
  }
}

function readPath(data: Buffer): { readonly path: string; readonly rest: Buffer } {
  const count = data[0] ?? 0;
  if (count < 1 || count > 10 || data.length < 1 + 4 * count) throw new StatusError(STATUS.path);
  const parts = Array.from({ length: count }, (_, index) => {
    const part = data.readUInt32BE(1 + 4 * index);
    return part >= 0x8000_0000 ? `${part - 0x8000_0000}'` : String(part);
  });
  return { path: `m/${parts.join("/")}`, rest: data.subarray(1 + 4 * count) };
}
