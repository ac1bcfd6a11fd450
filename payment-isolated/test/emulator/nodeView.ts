import { PayoutError } from "../../src/errors.js";
import type { HttpAnswer, Transport } from "../../src/tron/transport.js";
import {
  type Account,
  FREE_NET,
  type Permission,
  TOTAL_ENERGY_LIMIT,
  TOTAL_ENERGY_WEIGHT,
  TOTAL_NET_LIMIT,
  TOTAL_NET_WEIGHT,
} from "./accounts.js";
import {
  type ChainBlock,
  type ChainTransaction,
  ENERGY_PRICE,
  MULTISIGN_FEE,
  PERMISSION_FEE,
  type TronChain,
} from "./chain.js";
import { RefusedError } from "./refused.js";

/** What a script may make of one request. */
export type Fault =
  /** The connection breaks before the node sees the request. */
  | "drop"
  /** The node does it, the answer is lost. */
  | "lostResponse"
  /** 200 with the node's own "lack of computing resources". */
  | "rateLimit"
  | "http429"
  | "http503"
  | "html"
  /** A bare text, as lite nodes give. */
  | "bareText"
  | "truncated"
  /** Another answer than the true one. */
  | { readonly answer: unknown };

export type FaultScript = (path: string, body: Record<string, unknown>, count: number) => Fault | undefined;

/** One node of the chain as its HTTP API shows it, with its own view and its own ways to fail. */
export class NodeView implements Transport {
  readonly name: string;
  readonly #chain: TronChain;
  #count = 0;
  /** Blocks that this node is behind. */
  lag = 0;
  /** Accepts broadcasts and loses them. */
  swallowsBroadcasts = false;
  /** Remembers ids before it validates, so that a second try is a duplicate whatever became of the first. */
  cachesIds = false;
  /** So many broadcasts still fail after the id was remembered. */
  failsFirst = 0;
  /** Denies these transactions wherever they are. */
  readonly hides = new Set<string>();
  script: FaultScript | undefined;
  readonly #cache = new Set<string>();

  constructor(name: string, chain: TronChain) {
    this.name = name;
    this.#chain = chain;
  }

  close(): void {}

  async post(path: string, body: unknown): Promise<HttpAnswer> {
    const fields = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
    this.#count += 1;
    const fault = this.script?.(path, fields, this.#count);
    switch (fault) {
      case "drop":
        throw new PayoutError("NODE_UNREACHABLE", `${this.name}${path}: ECONNRESET`);
      case "lostResponse":
        await this.#answer(path, fields);
        throw new PayoutError("NODE_UNREACHABLE", `${this.name}${path}: no answer in time`);
      case "rateLimit":
        return json({ Error: "class java.lang.IllegalAccessException : lack of computing resources" });
      case "http429":
        return { status: 429, text: "request rate exceeded the allowed_rps(10)" };
      case "http503":
        return { status: 503, text: "" };
      case "html":
        return { status: 200, text: "<!DOCTYPE html><html><body>Just a moment...</body></html>" };
      case "bareText":
        return { status: 200, text: "this API is closed because this node is a lite fullnode" };
      case "truncated":
        return { status: 200, text: JSON.stringify(await this.#answer(path, fields)).slice(0, 20) };
      case undefined:
        break;
      default:
        return json(fault.answer);
    }
    const answer = await this.#answer(path, fields);
    return answer === undefined ? { status: 404, text: "" } : json(answer);
  }

  get #headNumber(): number {
    return Math.max(0, this.#chain.head.number - this.lag);
  }
  get #solidNumber(): number {
    return Math.max(0, Math.min(this.#chain.solidNumber, this.#headNumber - this.#chain.solidLag));
  }

  async #answer(path: string, body: Record<string, unknown>): Promise<unknown> {
    const solid = path.startsWith("/walletsolidity/");
    const top = solid ? this.#solidNumber : this.#headNumber;
    const call = path.replace(/^\/wallet(solidity)?\//, "");
    switch (call) {
      case "getblock":
        return header(this.#block(top));
      case "getnowblock":
        return this.#full(this.#block(top));
      case "getblockbynum": {
        const number = Number(body["num"]);
        return number > top ? {} : this.#full(this.#block(number));
      }
      case "getblockbylimitnext": {
        const [start, end] = [Number(body["startNum"]), Number(body["endNum"])];
        if (!(end > start) || end - start > 100) return {};
        const block = [];
        for (let number = start; number < end && number <= top; number++) block.push(this.#full(this.#block(number)));
        return block.length === 0 ? {} : { block };
      }
      case "gettransactionbyid":
        return this.#transaction(String(body["value"]), top, solid);
      case "gettransactioninfobyid": {
        const txid = String(body["value"]);
        const place = this.#chain.place(txid);
        return place === undefined || place > top || this.hides.has(txid) ? {} : this.#chain.receipt(txid);
      }
      case "gettransactioninfobyblocknum": {
        const number = Number(body["num"]);
        return number > top ? [] : [...this.#block(number).receipts.values()].filter(({ id }) => !this.hides.has(id));
      }
      case "triggerconstantcontract":
        return this.#constant(body, top);
      case "getaccount": {
        const account = this.#chain.account(String(body["address"]));
        return account === undefined ? {} : accountAnswer(account);
      }
      case "getaccountresource":
        return resourceAnswer(this.#chain.account(String(body["address"])));
      case "getchainparameters":
        return {
          chainParameter: [
            { key: "getEnergyFee", value: ENERGY_PRICE },
            { key: "getTransactionFee", value: 1000 },
            { key: "getMultiSignFee", value: MULTISIGN_FEE },
            { key: "getUpdateAccountPermissionFee", value: PERMISSION_FEE },
            { key: "getUnfreezeDelayDays", value: 14 },
            { key: "getAllowStakeV2" },
          ],
        };
      case "getcontractinfo":
        return { contract_state: {} };
      case "broadcasthex":
        return this.#broadcast(String(body["transaction"]));
      default:
        return undefined;
    }
  }

  #block(number: number): ChainBlock {
    return this.#chain.block(number) ?? this.#chain.head;
  }

  #full(block: ChainBlock): object {
    const transactions = block.transactions
      .filter(({ txid }) => !this.hides.has(txid))
      .map((one) => this.#json(one, true));
    return { ...header(block), ...(transactions.length > 0 ? { transactions } : {}) };
  }

  #transaction(txid: string, top: number, solid: boolean): object {
    const transaction = this.#chain.transaction(txid);
    const place = this.#chain.place(txid);
    if (transaction === undefined || this.hides.has(txid)) return {};
    if (place === undefined ? solid : place > top) return {};
    return this.#json(transaction, place !== undefined);
  }

  #json(transaction: ChainTransaction, executed: boolean): object {
    const { raw, txid } = transaction;
    const receipt = this.#chain.receipt(txid)?.["receipt"] as { result?: string } | undefined;
    return {
      ...(executed ? { ret: [{ contractRet: receipt?.result ?? "SUCCESS" }] } : {}),
      signature: transaction.signatures.map((one) => Buffer.from(one).toString("hex")),
      txID: txid,
      raw_data: {
        contract: [
          {
            type: raw.type,
            ...(raw.permissionId > 0 ? { Permission_id: raw.permissionId } : {}),
            parameter: { type_url: `type.googleapis.com/protocol.${raw.type}`, value: hexValues(raw.value) },
          },
        ],
        ref_block_bytes: raw.refBlockBytes,
        ref_block_hash: raw.refBlockHash,
        expiration: raw.expiration,
        ...(raw.feeLimit > 0 ? { fee_limit: raw.feeLimit } : {}),
        timestamp: raw.timestamp,
      },
      raw_data_hex: Buffer.from(transaction.rawBytes).toString("hex"),
    };
  }

  async #constant(body: Record<string, unknown>, top: number): Promise<object> {
    const owner = String(body["owner_address"]);
    const contract = String(body["contract_address"]).slice(2);
    if (!(await this.#chain.ledger.isContract(contract))) {
      return {
        result: {
          code: "CONTRACT_VALIDATE_ERROR",
          message: Buffer.from("No contract or not a valid smart contract").toString("hex"),
        },
      };
    }
    const block = this.#block(top);
    const done = await this.#chain.ledger.call(owner.slice(2), contract, String(body["data"] ?? ""), {
      number: block.number,
      timestamp: Math.floor(block.timestamp / 1000),
    });
    const message = done.ok ? {} : { message: Buffer.from("REVERT opcode executed").toString("hex") };
    return {
      result: { result: true, ...message },
      energy_used: done.energy,
      constant_result: [done.data],
      transaction: {
        ret: [done.ok ? {} : { ret: "FAILED" }],
        visible: false,
        txID: "0".repeat(64),
        raw_data: {},
        raw_data_hex: "",
      },
    };
  }

  async #broadcast(hex: string): Promise<object> {
    const bytes = Buffer.from(hex, "hex");
    try {
      const key = hex.slice(0, 400);
      if (this.cachesIds) {
        if (this.#cache.has(key)) throw new RefusedError("DUP_TRANSACTION_ERROR", "Transaction already exists.");
        this.#cache.add(key);
        if (this.failsFirst > 0) {
          this.failsFirst -= 1;
          throw new RefusedError("OTHER_ERROR", "Error: java.lang.NullPointerException");
        }
      }
      if (this.swallowsBroadcasts) return { result: true, code: "SUCCESS", message: "", txid: undefined };
      const { txid } = await this.#chain.broadcast(bytes);
      return { result: true, code: "SUCCESS", message: "", transaction: "{}", txid };
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      return { result: false, code: error.code, message: error.message, transaction: "{}" };
    }
  }
}

function json(value: unknown): HttpAnswer {
  return { status: 200, text: JSON.stringify(value) };
}

function header(block: ChainBlock): object {
  const number = block.number > 0 ? { number: block.number } : {};
  return {
    blockID: block.id,
    block_header: {
      raw_data: {
        ...number,
        txTrieRoot: "0".repeat(64),
        witness_address: `41${"0".repeat(40)}`,
        parentHash: block.parentId,
        version: 30,
        timestamp: block.timestamp,
      },
      witness_signature: "0".repeat(130),
    },
  };
}

function permissionAnswer(permission: Permission): object {
  return {
    ...(permission.type === 2 ? { type: "Active", id: permission.id } : {}),
    permission_name: permission.name,
    threshold: permission.threshold,
    ...(permission.operations === "" ? {} : { operations: permission.operations }),
    keys: permission.keys,
  };
}

function accountAnswer(account: Account): object {
  const amount = (sun: number) => (sun > 0 ? { amount: sun } : {});
  return {
    address: account.address,
    ...(account.balance > 0 ? { balance: account.balance } : {}),
    frozenV2: [
      amount(account.frozen.BANDWIDTH),
      { type: "ENERGY", ...amount(account.frozen.ENERGY) },
      { type: "TRON_POWER" },
    ],
    unfrozenV2: account.unfrozen.map(({ resource, amount: sun, expires }) => ({
      ...(resource === "ENERGY" ? { type: "ENERGY" } : {}),
      unfreeze_amount: sun,
      unfreeze_expire_time: expires,
    })),
    owner_permission: permissionAnswer(account.owner),
    active_permission: account.actives.map(permissionAnswer),
  };
}

function resourceAnswer(account: Account | undefined): object {
  if (account === undefined) return {};
  const positive = (fields: Record<string, number>) =>
    Object.fromEntries(Object.entries(fields).filter(([, value]) => value > 0));
  return positive({
    freeNetUsed: Math.min(account.netUsed, FREE_NET),
    freeNetLimit: FREE_NET,
    NetUsed: Math.max(0, account.netUsed - FREE_NET),
    NetLimit: account.netLimit - FREE_NET,
    TotalNetLimit: TOTAL_NET_LIMIT,
    TotalNetWeight: TOTAL_NET_WEIGHT,
    EnergyUsed: account.energyUsed,
    EnergyLimit: account.energyLimit,
    TotalEnergyLimit: TOTAL_ENERGY_LIMIT,
    TotalEnergyWeight: TOTAL_ENERGY_WEIGHT,
  });
}

function hexValues(value: object): object {
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      inner instanceof Uint8Array ? Buffer.from(inner).toString("hex") : inner,
    ]),
  );
}
