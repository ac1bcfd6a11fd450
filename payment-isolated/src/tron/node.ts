import type { z } from "zod";
import { addressFromHex, addressToHex } from "../domain/address.js";
import { PayoutError } from "../errors.js";
import {
  type AccountAnswer,
  absentAnswer,
  accountAnswer,
  blockAnswer,
  blocksAnswer,
  broadcastAnswer,
  constantAnswer,
  contractInfoAnswer,
  headerAnswer,
  parametersAnswer,
  type ReceiptAnswer,
  type ResourcesAnswer,
  receiptAnswer,
  resourcesAnswer,
  transactionAnswer,
} from "./schemas.js";
import type { Transport } from "./transport.js";

export interface Header {
  readonly number: number;
  readonly id: string;
  readonly parentId: string;
  /** Milliseconds. */
  readonly timestamp: number;
}

export interface Block extends Header {
  readonly txids: readonly string[];
}

export interface CallResult {
  /** False when the call would revert. */
  readonly ok: boolean;
  readonly data: string;
  readonly energyUsed: number;
  readonly message: string;
}

/** What a broadcast may have meant. Only `refused` says that this node did not take the transaction. */
export interface BroadcastResult {
  readonly outcome: "accepted" | "duplicate" | "refused" | "unknown";
  readonly code: string;
  readonly message: string;
}

export type View = "solid" | "head";

/** Codes after which the same bytes may still be in the network; everything that is not named here is refused by this node. */
const POSSIBLY_SENT = new Set([
  "SERVER_BUSY",
  "NO_CONNECTION",
  "NOT_ENOUGH_EFFECTIVE_CONNECTION",
  "BLOCK_UNSOLIDIFIED",
  "OTHER_ERROR",
]);
const REFUSED = new Set([
  "SIGERROR",
  "CONTRACT_VALIDATE_ERROR",
  "CONTRACT_EXE_ERROR",
  "BANDWITH_ERROR",
  "TAPOS_ERROR",
  "TOO_BIG_TRANSACTION_ERROR",
  "TRANSACTION_EXPIRATION_ERROR",
]);

/**
 * One TRON node, read strictly: an answer either has the documented form and speaks of what was asked, or the call throws
 * and the matter is unknown. "Not there" is returned only for the literal `{}`, and even that proves nothing alone.
 */
export class TronNode {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  get name(): string {
    return this.#transport.name;
  }

  close(): void {
    this.#transport.close();
  }

  async latest(view: View): Promise<Header> {
    const path = view === "solid" ? "/walletsolidity/getblock" : "/wallet/getblock";
    return this.#header(await this.#ask(path, { detail: false }, headerAnswer));
  }

  async genesisId(): Promise<string> {
    const block = await this.block("head", 0);
    if (block === undefined) throw this.#bad("/wallet/getblockbynum", "no genesis block");
    return block.id;
  }

  async block(view: View, number: number): Promise<Block | undefined> {
    const path = view === "solid" ? "/walletsolidity/getblockbynum" : "/wallet/getblockbynum";
    const answer = await this.#ask(path, { num: number }, blockAnswer.or(absentAnswer));
    if (!("blockID" in answer)) return undefined;
    const block = this.#block(answer as z.infer<typeof blockAnswer>);
    if (block.number !== number) throw this.#bad(path, `block ${block.number} instead of ${number}`);
    return block;
  }

  /** Solid blocks from..to inclusive, at most 100; fewer when the node's solid head is lower. */
  async solidBlocks(from: number, to: number): Promise<Block[]> {
    const path = "/walletsolidity/getblockbylimitnext";
    const answer = await this.#ask(path, { startNum: from, endNum: to + 1 }, blocksAnswer);
    const blocks = answer.block.map((block) => this.#block(block)).sort((a, b) => a.number - b.number);
    for (const [index, block] of blocks.entries()) {
      if (block.number !== from + index || block.number > to)
        throw this.#bad(path, "blocks are not the ones asked for");
    }
    return blocks;
  }

  async transaction(view: View, txid: string): Promise<{ rawHex: string; signatures: string[] } | undefined> {
    const path = view === "solid" ? "/walletsolidity/gettransactionbyid" : "/wallet/gettransactionbyid";
    const answer = await this.#ask(path, { value: txid }, transactionAnswer.or(absentAnswer));
    if (!("txID" in answer)) return undefined;
    const found = answer as z.infer<typeof transactionAnswer>;
    if (found.txID !== txid) throw this.#bad(path, "another transaction");
    return { rawHex: found.raw_data_hex, signatures: found.signature };
  }

  async receipt(view: View, txid: string): Promise<ReceiptAnswer | undefined> {
    const path = view === "solid" ? "/walletsolidity/gettransactioninfobyid" : "/wallet/gettransactioninfobyid";
    const answer = await this.#ask(path, { value: txid }, receiptAnswer.or(absentAnswer));
    if (!("id" in answer)) return undefined;
    const found = answer as ReceiptAnswer;
    if (found.id !== txid) throw this.#bad(path, "the receipt of another transaction");
    return found;
  }

  /** Receipts of a solid block, for reconciliation. */
  async receiptsOfBlock(number: number): Promise<ReceiptAnswer[]> {
    const path = "/walletsolidity/gettransactioninfobyblocknum";
    const answer = await this.#ask(path, { num: number }, receiptAnswer.array().or(absentAnswer));
    const receipts = Array.isArray(answer) ? answer : [];
    if (receipts.some(({ blockNumber }) => blockNumber !== number)) throw this.#bad(path, "receipts of another block");
    return receipts;
  }

  async call(view: View, owner: string, contract: string, data: string): Promise<CallResult> {
    const path = view === "solid" ? "/walletsolidity/triggerconstantcontract" : "/wallet/triggerconstantcontract";
    const body = {
      owner_address: addressToHex(owner),
      contract_address: addressToHex(contract),
      data: data.replace(/^0x/, ""),
      call_value: 0,
    };
    const answer = await this.#ask(path, body, constantAnswer);
    const code = answer.result.code;
    if (!answer.result.result) throw this.#bad(path, `${code ?? "no result"} ${textOf(answer.result.message ?? "")}`);
    const failed = answer.transaction?.ret.some(({ ret }) => ret === "FAILED") === true;
    const message = textOf(answer.result.message ?? "");
    if (failed || message !== "")
      return { ok: false, data: answer.constant_result[0] ?? "", energyUsed: answer.energy_used, message };
    const data0 = answer.constant_result[0];
    if (data0 === undefined) throw this.#bad(path, "no result");
    return { ok: true, data: data0, energyUsed: answer.energy_used, message };
  }

  async account(view: View, address: string): Promise<AccountAnswer | undefined> {
    const path = view === "solid" ? "/walletsolidity/getaccount" : "/wallet/getaccount";
    const hex = addressToHex(address);
    const answer = await this.#ask(path, { address: hex }, accountAnswer.or(absentAnswer));
    if (!("address" in answer)) return undefined;
    const found = answer as AccountAnswer;
    if (found.address !== hex) throw this.#bad(path, `the account ${addressFromHex(found.address)}`);
    return found;
  }

  resources(address: string): Promise<ResourcesAnswer> {
    return this.#ask("/wallet/getaccountresource", { address: addressToHex(address) }, resourcesAnswer);
  }

  async chainParameters(): Promise<ReadonlyMap<string, number>> {
    const answer = await this.#ask("/wallet/getchainparameters", {}, parametersAnswer);
    return new Map(answer.chainParameter.map(({ key, value }) => [key, value]));
  }

  /** In ten-thousandths: 34000 means that the contract's own energy counts 4.4-fold. */
  async energyFactor(contract: string): Promise<number> {
    const answer = await this.#ask("/wallet/getcontractinfo", { value: addressToHex(contract) }, contractInfoAnswer);
    return answer.contract_state?.energy_factor ?? 0;
  }

  /** Never throws: whatever goes wrong, the bytes may have arrived. */
  async broadcast(signedHex: string, txid: string): Promise<BroadcastResult> {
    try {
      const answer = await this.#ask("/wallet/broadcasthex", { transaction: signedHex }, broadcastAnswer);
      if (answer.txid !== undefined && answer.txid !== txid) {
        return { outcome: "unknown", code: "WRONG_ID", message: "the node speaks of another transaction" };
      }
      const code = answer.code ?? (answer.result ? "SUCCESS" : "");
      const message = textOf(answer.message ?? "").slice(0, 200);
      if (answer.result && code === "SUCCESS") return { outcome: "accepted", code, message };
      if (code === "DUP_TRANSACTION_ERROR") return { outcome: "duplicate", code, message };
      if (REFUSED.has(code)) return { outcome: "refused", code, message };
      return { outcome: "unknown", code: POSSIBLY_SENT.has(code) ? code : code || "NO_CODE", message };
    } catch (error) {
      if (!(error instanceof PayoutError)) throw error;
      return { outcome: "unknown", code: error.code, message: error.message.slice(0, 200) };
    }
  }

  #header(answer: z.infer<typeof headerAnswer>): Header {
    const { number, parentHash, timestamp } = answer.block_header.raw_data;
    // The first eight bytes of a block's id are its number.
    if (Number(BigInt(`0x${answer.blockID.slice(0, 16)}`)) !== number)
      throw this.#bad("block", "the id is not of that number");
    return { number, id: answer.blockID, parentId: parentHash, timestamp };
  }

  #block(answer: z.infer<typeof blockAnswer>): Block {
    return { ...this.#header(answer), txids: answer.transactions.map(({ txID }) => txID) };
  }

  async #ask<S extends z.ZodType>(path: string, body: unknown, schema: S): Promise<z.infer<S>> {
    const { status, text } = await this.#transport.post(path, body);
    if (status === 429 || status === 403)
      throw new PayoutError("NODE_RATE_LIMITED", `${this.name}${path}: HTTP ${status}`);
    if (status !== 200) throw new PayoutError("NODE_UNREACHABLE", `${this.name}${path}: HTTP ${status}`);
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw this.#bad(path, "no JSON");
    }
    if (typeof value === "object" && value !== null && "Error" in value) {
      const message = String(value.Error).slice(0, 200);
      if (/lack of computing resources|exceeds? the allowed|rate/i.test(message)) {
        throw new PayoutError("NODE_RATE_LIMITED", `${this.name}${path}: ${message}`);
      }
      throw this.#bad(path, message);
    }
    const parsed = schema.safeParse(value);
    if (!parsed.success)
      throw this.#bad(path, `unexpected form at ${parsed.error.issues[0]?.path.join(".") || "the top"}`);
    return parsed.data;
  }

  #bad(path: string, what: string): PayoutError {
    return new PayoutError("NODE_BAD_ANSWER", `${this.name}${path}: ${what}`);
  }
}

/** Messages come as hex of UTF-8 from some calls and plain from others. */
function textOf(message: string): string {
  const text = /^(?:[0-9a-f]{2})+$/i.test(message) ? Buffer.from(message, "hex").toString("utf8") : message;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what a node sends is printed on terminals
  return text.replace(/[\u0000-\u001f\u007f]/g, " ");
}
