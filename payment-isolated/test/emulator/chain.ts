import { createHash } from "node:crypto";
import { keccak256 } from "ethers";
import { recover } from "tiny-secp256k1";
import { type Account, applySystemContract, checkPermission, newAccount } from "./accounts.js";
import type { Execution, Ledger } from "./ledger.js";
import { RefusedError } from "./refused.js";
import { contractTypes, decodeSigned, type SignedTransaction } from "./tronProto.js";

export interface ChainOptions {
  readonly ledger: Ledger;
  /** Milliseconds between blocks; TRON has 3000. */
  readonly blockMs?: number;
  /** Blocks until solid; TRON has about 19. */
  readonly solidLag?: number;
  readonly genesisTime?: number;
  /** Pending transactions are dropped after this; TRON has 60 s. */
  readonly pendingMs?: number;
  readonly genesisSeed?: string;
}

export interface ChainTransaction extends SignedTransaction {
  readonly txid: string;
  readonly hex: string;
}

export interface ChainBlock {
  readonly number: number;
  readonly id: string;
  readonly parentId: string;
  readonly timestamp: number;
  readonly transactions: readonly ChainTransaction[];
  readonly receipts: ReadonlyMap<string, Receipt>;
}

/** In the form of gettransactioninfobyid. */
export interface Receipt {
  readonly id: string;
  readonly blockNumber: number;
  readonly [field: string]: unknown;
}

const DAY_MS = 24 * 3600 * 1000;
export const ENERGY_PRICE = 100;
export const BANDWIDTH_PRICE = 1000;
export const MULTISIGN_FEE = 1_000_000;
export const PERMISSION_FEE = 100_000_000;

interface Mark {
  readonly ledger: unknown;
  readonly accounts: Map<string, Account>;
}

/** One chain with a pending pool. Blocks are made when `produce` is called: time passes only then. */
export class TronChain {
  readonly ledger: Ledger;
  readonly blockMs: number;
  readonly solidLag: number;
  readonly #pendingMs: number;
  readonly #blocks: ChainBlock[] = [];
  /** State before each block that is not solid. */
  readonly #marks = new Map<number, Mark>();
  readonly #places = new Map<string, number>();
  readonly #pending = new Map<string, { transaction: ChainTransaction; since: number }>();
  readonly #recovered = new Map<string, string>();
  #accounts = new Map<string, Account>();
  #forks = 0;
  /** Never falls, whatever rolls back. */
  #solid = 0;

  constructor(options: ChainOptions) {
    this.ledger = options.ledger;
    this.blockMs = options.blockMs ?? 3000;
    this.solidLag = options.solidLag ?? 19;
    this.#pendingMs = options.pendingMs ?? 60_000;
    const id = blockId(0, options.genesisSeed ?? "emulator");
    const timestamp = options.genesisTime ?? 1_700_000_000_000;
    this.#blocks.push({ number: 0, id, parentId: "0".repeat(64), timestamp, transactions: [], receipts: new Map() });
  }

  get genesisId(): string {
    return this.#blocks[0]?.id ?? "";
  }
  get head(): ChainBlock {
    return this.#blocks[this.#blocks.length - 1] as ChainBlock;
  }
  get solidNumber(): number {
    return this.#solid;
  }
  get pendingCount(): number {
    return this.#pending.size;
  }
  block(number: number): ChainBlock | undefined {
    return this.#blocks[number];
  }
  account(address: string): Account | undefined {
    return this.#accounts.get(address);
  }
  /** Number of the block that holds a transaction. */
  place(txid: string): number | undefined {
    return this.#places.get(txid);
  }
  receipt(txid: string): Receipt | undefined {
    const number = this.#places.get(txid);
    return number === undefined ? undefined : this.#blocks[number]?.receipts.get(txid);
  }
  transaction(txid: string): ChainTransaction | undefined {
    const number = this.#places.get(txid);
    if (number === undefined) return this.#pending.get(txid)?.transaction;
    return this.#blocks[number]?.transactions.find((one) => one.txid === txid);
  }

  /** An activated account; addresses are 21 bytes in hex. */
  createAccount(address: string, balanceSun: number): Account {
    const account = newAccount(address, balanceSun);
    this.#accounts.set(address, account);
    return account;
  }

  /** @throws RefusedError with the code that java-tron gives, in its order of checks */
  async broadcast(bytes: Uint8Array): Promise<ChainTransaction> {
    const transaction = parse(bytes);
    const nextSlot = this.head.timestamp + this.blockMs;
    if (transaction.raw.expiration < nextSlot)
      throw new RefusedError("TRANSACTION_EXPIRATION_ERROR", "Transaction expired");
    this.#validate(transaction, this.head);
    if (this.#pending.has(transaction.txid)) throw new RefusedError("DUP_TRANSACTION_ERROR", "Dup transaction.");
    this.#pending.set(transaction.txid, { transaction, since: this.head.timestamp });
    return transaction;
  }

  /** Drops everything that waits, as a node does when it restarts. */
  dropPending(): void {
    this.#pending.clear();
  }

  async produce(count = 1): Promise<void> {
    for (let done = 0; done < count; done++) await this.#produceOne(this.head.timestamp + this.blockMs);
  }

  /** One block with this time, as after a pause of the chain. */
  async produceAt(timestamp: number): Promise<void> {
    await this.#produceOne(Math.max(timestamp, this.head.timestamp + this.blockMs));
  }

  /** Takes the last blocks back; what they held waits again, or is gone. Solid blocks stay. */
  async rollback(count: number, keepTransactions = true): Promise<void> {
    this.#forks += 1;
    for (let done = 0; done < count && this.head.number > this.#solid; done++) {
      const block = this.#blocks.pop() as ChainBlock;
      const mark = this.#marks.get(block.number);
      if (mark === undefined) break;
      await this.ledger.restore(mark.ledger);
      this.#accounts = cloneAccounts(mark.accounts);
      for (const transaction of block.transactions) {
        this.#places.delete(transaction.txid);
        if (keepTransactions) this.#pending.set(transaction.txid, { transaction, since: block.timestamp });
      }
    }
  }

  async #produceOne(timestamp: number): Promise<void> {
    const parent = this.head;
    const number = parent.number + 1;
    this.#marks.set(number, { ledger: await this.ledger.mark(), accounts: cloneAccounts(this.#accounts) });
    this.#marks.delete(number - this.solidLag - 2);
    const included: ChainTransaction[] = [];
    const receipts = new Map<string, Receipt>();
    for (const [txid, { transaction, since }] of [...this.#pending]) {
      this.#pending.delete(txid);
      if (parent.timestamp - since > this.#pendingMs) continue;
      try {
        this.#validate(transaction, parent);
      } catch (error) {
        if (error instanceof RefusedError) continue;
        throw error;
      }
      const receipt = await this.#execute(transaction, number, timestamp);
      if (receipt === undefined) continue;
      included.push(transaction);
      receipts.set(txid, receipt);
      this.#places.set(txid, number);
    }
    const content = `${parent.id}/${timestamp}/${this.#forks}/${included.map(({ txid }) => txid).join()}`;
    const block = {
      number,
      id: blockId(number, content),
      parentId: parent.id,
      timestamp,
      transactions: included,
      receipts,
    };
    this.#blocks.push(block);
    this.#solid = Math.max(this.#solid, number - this.solidLag);
  }

  #validate(transaction: ChainTransaction, head: ChainBlock): void {
    const { raw, txid } = transaction;
    const owner = Buffer.from(raw.value.owner_address ?? []).toString("hex");
    const account = this.#accounts.get(owner);
    if (account === undefined)
      throw new RefusedError("CONTRACT_VALIDATE_ERROR", "Contract validate error : account does not exist");
    checkPermission(account, raw.permissionId, contractTypes[raw.type], transaction.signatures, (signature) =>
      this.#recover(txid, signature),
    );
    const reference = this.#blocks.findLast((block) => hex2(block.number) === raw.refBlockBytes);
    if (reference === undefined || reference.id.slice(16, 32) !== raw.refBlockHash) {
      throw new RefusedError("TAPOS_ERROR", "Tapos check error.");
    }
    if (raw.expiration <= head.timestamp || raw.expiration > head.timestamp + DAY_MS) {
      throw new RefusedError("TRANSACTION_EXPIRATION_ERROR", "Transaction expired");
    }
    if (this.#places.has(txid)) throw new RefusedError("DUP_TRANSACTION_ERROR", "Transaction already exists.");
    if (account.balance < this.#fixedFee(transaction, account).total) {
      throw new RefusedError("BANDWITH_ERROR", "Account resource insufficient error.");
    }
  }

  #fixedFee(transaction: ChainTransaction, account: Account): { bandwidth: number; net: number; total: number } {
    const net = transaction.hex.length / 2 + 64;
    const free = account.netLimit - account.netUsed >= net;
    const bandwidth = free ? 0 : net * BANDWIDTH_PRICE;
    const multi = transaction.signatures.length > 1 ? MULTISIGN_FEE : 0;
    const permission = transaction.raw.type === "AccountPermissionUpdateContract" ? PERMISSION_FEE : 0;
    return { bandwidth, net, total: bandwidth + multi + permission };
  }

  #recover(txid: string, signature: Uint8Array): string {
    const hex = Buffer.from(signature).toString("hex");
    const key = `${txid}${hex}`;
    const known = this.#recovered.get(key);
    if (known !== undefined) return known;
    if (this.#recovered.size > 5000) this.#recovered.clear();
    const v = signature[64] ?? 0;
    const recovery = (v < 27 ? v : v - 27) as 0 | 1 | 2 | 3;
    const point = recover(Buffer.from(txid, "hex"), signature.subarray(0, 64), recovery, false);
    if (point === null) throw new RefusedError("SIGERROR", "Validate signature error: signature cannot be recovered");
    const address = `41${keccak256(point.subarray(1)).slice(26)}`;
    this.#recovered.set(key, address);
    return address;
  }

  async #execute(transaction: ChainTransaction, number: number, timestamp: number): Promise<Receipt | undefined> {
    const { raw, txid } = transaction;
    const owner = Buffer.from(raw.value.owner_address).toString("hex");
    const account = this.#accounts.get(owner) as Account;
    const fixed = this.#fixedFee(transaction, account);
    account.balance -= fixed.total;
    if (fixed.bandwidth === 0) account.netUsed += fixed.net;
    const net = fixed.bandwidth === 0 ? { net_usage: fixed.net } : { net_fee: fixed.bandwidth };
    const base = { id: txid, blockNumber: number, blockTimeStamp: timestamp, contractResult: [""] };
    if (raw.type !== "TriggerSmartContract") {
      const problem = applySystemContract(this.#accounts, raw.type, raw.value, timestamp);
      if (problem !== undefined) return undefined;
      return { ...base, ...(fixed.total > 0 ? { fee: fixed.total } : {}), receipt: net };
    }
    const contract = Buffer.from(raw.value.contract_address ?? [])
      .toString("hex")
      .slice(2);
    const staked = Math.max(0, account.energyLimit - account.energyUsed);
    const limit = Math.min(staked + account.balance / ENERGY_PRICE, raw.feeLimit / ENERGY_PRICE);
    const data = Buffer.from(raw.value.data ?? []).toString("hex");
    const done = await this.ledger.execute(
      owner.slice(2),
      contract,
      data,
      { number, timestamp: Math.floor(timestamp / 1000) },
      limit,
    );
    return {
      ...base,
      ...this.#energyReceipt(account, done, staked, fixed.total, net),
      contractResult: [done.data],
      contract_address: `41${contract}`,
    };
  }

  #energyReceipt(account: Account, done: Execution, staked: number, fixed: number, net: object): object {
    const usage = Math.min(staked, done.energy);
    const fee = (done.energy - usage) * ENERGY_PRICE;
    account.energyUsed += usage;
    account.balance -= fee;
    const total = fee + fixed;
    const receipt = {
      ...(usage > 0 ? { energy_usage: usage } : {}),
      ...(fee > 0 ? { energy_fee: fee } : {}),
      energy_usage_total: done.energy,
      ...net,
      result: done.result,
    };
    const failed = done.ok
      ? {}
      : {
          result: "FAILED",
          resMessage: Buffer.from(
            done.result === "REVERT" ? "REVERT opcode executed" : "Not enough energy for operation",
          ).toString("hex"),
        };
    return {
      ...(total > 0 ? { fee: total } : {}),
      receipt,
      ...(done.logs.length > 0 ? { log: done.logs } : {}),
      ...failed,
    };
  }
}

function parse(bytes: Uint8Array): ChainTransaction {
  try {
    const signed = decodeSigned(bytes);
    const txid = createHash("sha256").update(signed.rawBytes).digest("hex");
    return { ...signed, txid, hex: Buffer.from(bytes).toString("hex") };
  } catch {
    throw new RefusedError("OTHER_ERROR", "Error: protobuf");
  }
}

function blockId(number: number, content: string): string {
  const hash = createHash("sha256").update(content).digest("hex");
  return number.toString(16).padStart(16, "0") + hash.slice(16);
}

function hex2(number: number): string {
  return number.toString(16).padStart(8, "0").slice(-4);
}

function cloneAccounts(accounts: Map<string, Account>): Map<string, Account> {
  return new Map([...accounts].map(([address, account]) => [address, structuredClone(account)]));
}
