import { decodeTransaction } from "../execution/transaction.js";
import type { ChainReader, Receipt, StoredBlock } from "../interfaces.js";
import { keccak256 } from "../state/keccak.js";
import { BoundedCache } from "./boundedCache.js";
import { type BlockAnswer, type BlockAuthors, formatBlock, formatHeader, type HeaderAnswer } from "./format/block.js";
import { toHex } from "./format/hex.js";
import { formatReceipt, type ReceiptAnswer } from "./format/receipt.js";
import { formatTransaction, recipient, type TransactionAnswer } from "./format/transaction.js";
import { blockNotFound, pruned } from "./rpcError.js";
import type { BlockReference } from "./schema/primitives.js";

/** Blocks whose transaction hashes are kept; wallets and explorers ask for the newest again and again. */
const HASH_CACHE_BLOCKS = 256;
/** Blocks whose JSON without whole transactions is kept: everybody polls the head. */
const ANSWER_CACHE_BLOCKS = 32;

/** Resolves what clients name and turns final blocks into their JSON; final blocks never change, so it may cache. */
export class ChainView {
  private readonly chain: ChainReader;
  private readonly hashes = new BoundedCache<number, readonly Uint8Array[]>(HASH_CACHE_BLOCKS);
  private readonly answers = new BoundedCache<number, BlockAnswer>(ANSWER_CACHE_BLOCKS);

  constructor(modules: { chain: ChainReader }) {
    this.chain = modules.chain;
  }

  /** The block, or undefined for one that does not exist. `pending` is the head: what waits is not a block. */
  find(reference: BlockReference): StoredBlock | undefined {
    if (typeof reference === "number") return this.atHeight(reference);
    if (typeof reference === "object") return this.chain.blockByRoot(reference.root);
    if (reference === "earliest") return this.atHeight(this.chain.earliestHeight());
    return this.chain.head();
  }

  /** @throws RpcError RPC_PRUNED for a height that existed and is no longer kept. */
  private atHeight(height: number): StoredBlock | undefined {
    const block = this.chain.blockByHeight(height);
    if (block === undefined && height >= 0 && height < this.chain.earliestHeight()) throw pruned();
    return block;
  }

  /** @throws RpcError RPC_RESOURCE_NOT_FOUND, RPC_PRUNED */
  require(reference: BlockReference): StoredBlock {
    const block = this.find(reference);
    if (block === undefined) throw blockNotFound();
    return block;
  }

  /**
   * Height for reading state: cheaper than the block where the reference is a tag.
   * @throws RpcError RPC_RESOURCE_NOT_FOUND
   */
  height(reference: BlockReference): number {
    if (typeof reference === "number") {
      if (reference > this.headHeight()) throw blockNotFound();
      return reference;
    }
    if (reference === "earliest") return this.chain.earliestHeight();
    if (typeof reference === "string") return this.headHeight();
    const height = this.chain.heightOfRoot(reference.root);
    if (height === undefined) throw blockNotFound();
    return height;
  }

  earliest(): number {
    return this.chain.earliestHeight();
  }

  headHeight(): number {
    return this.chain.head().header.height;
  }

  transactionHashes(block: StoredBlock): readonly Uint8Array[] {
    const { height } = block.header;
    const known = this.hashes.get(height);
    if (known !== undefined) return known;
    const hashes = block.body.transactions.map((raw) => keccak256(raw));
    this.hashes.set(height, hashes);
    return hashes;
  }

  /** @throws RpcError RPC_PRUNED */
  senders(height: number): readonly Uint8Array[] {
    const senders = this.chain.senders(height);
    if (senders === undefined) throw pruned();
    return senders;
  }

  /** @throws RpcError RPC_PRUNED */
  receiptsOf(height: number): readonly Receipt[] {
    const receipts = this.chain.receipts(height);
    if (receipts === undefined) throw pruned();
    return receipts;
  }

  authors(block: Pick<StoredBlock, "header">): BlockAuthors {
    return { miner: this.chain.coinbase(block.header.height), mixHash: this.chain.prevRandao(block.header.height) };
  }

  header(block: StoredBlock): HeaderAnswer {
    return formatHeader(block, this.authors(block));
  }

  block(block: StoredBlock, full: boolean): BlockAnswer {
    const { height } = block.header;
    const known = full ? undefined : this.answers.get(height);
    if (known !== undefined) return known;
    const hashes = this.transactionHashes(block);
    if (full) {
      const transactions = hashes.flatMap((_, index) => this.transaction(block, index) ?? []);
      return formatBlock(block, this.authors(block), transactions);
    }
    const answer = formatBlock(
      block,
      this.authors(block),
      hashes.map((hash) => toHex(hash)),
    );
    this.answers.set(height, answer);
    return answer;
  }

  /** Undefined for an index that the block does not have. */
  transaction(block: StoredBlock, index: number): TransactionAnswer | undefined {
    const raw = block.body.transactions[index];
    const hash = this.transactionHashes(block)[index];
    if (raw === undefined || hash === undefined) return undefined;
    const { height, baseFeePerGas } = block.header;
    const sender = this.senders(height)[index];
    if (sender === undefined) throw pruned();
    return formatTransaction(raw, hash, sender, { blockRoot: block.root, height, index, baseFeePerGas });
  }

  receipts(block: StoredBlock): readonly ReceiptAnswer[] {
    const receipts = this.receiptsOf(block.header.height);
    let logsBefore = 0;
    return receipts.map((receipt, index) => {
      const answer = this.formatReceipt(block, receipt, index, logsBefore);
      logsBefore += receipt.logs.length;
      return answer;
    });
  }

  /** Undefined for an index that the block does not have. */
  receipt(block: StoredBlock, index: number): ReceiptAnswer | undefined {
    const receipts = this.receiptsOf(block.header.height);
    const receipt = receipts[index];
    if (receipt === undefined) return undefined;
    const logsBefore = receipts.slice(0, index).reduce((sum, before) => sum + before.logs.length, 0);
    return this.formatReceipt(block, receipt, index, logsBefore);
  }

  private formatReceipt(block: StoredBlock, receipt: Receipt, index: number, logsBefore: number): ReceiptAnswer {
    const raw = block.body.transactions[index];
    const hash = this.transactionHashes(block)[index];
    const from = this.senders(block.header.height)[index];
    if (raw === undefined || hash === undefined || from === undefined) throw pruned();
    const to = recipient(decodeTransaction(raw));
    return formatReceipt(receipt, {
      height: block.header.height,
      blockRoot: block.root,
      index,
      hash,
      from,
      to,
      logsBefore,
    });
  }
}
