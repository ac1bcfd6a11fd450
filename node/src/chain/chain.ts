import { setImmediate } from "node:timers/promises";
import { type CommitCertificate, headerRoot, type Voters } from "@lucid/consensus";
import { equalBytes } from "@lucid/consensus/base";
import type { KeyValueStore } from "@lucid/storage";
import { NodeError } from "../errors.js";
import type { ChainReader, FoundLog, LogFilter, Receipt, StoredBlock, TransactionLocation } from "../interfaces.js";
import { BlockStore } from "./blockStore.js";
import { findLogs } from "./logQuery.js";
import { PostingStore } from "./postingStore.js";
import type { ReceiptsRecord } from "./receiptsCodec.js";

export interface ChainOptions {
  readonly chainId: number;
  readonly genesisRoot: Uint8Array;
}

export interface ChainModules {
  readonly store: KeyValueStore;
  /** A listener of final blocks threw; the block stays final. */
  readonly onListenerError: (error: unknown) => void;
}

/** Decoded blocks that are kept: what clients ask for again is the newest few. */
const CACHED_BLOCKS = 16;
/** Milliseconds of reading logs before the event loop gets a turn. */
const SLICE = 5;

/**
 * The final chain as it lies in the database. Reading is synchronous but for log queries. Blocks enter by `adopt`,
 * which whoever committed them calls after the batch is on disk.
 */
export class Chain implements ChainReader {
  readonly chainId: number;
  readonly genesisRoot: Uint8Array;
  readonly blocks: BlockStore;
  private readonly postings: PostingStore;
  private readonly cache = new Map<number, StoredBlock>();
  private readonly listeners = new Set<(block: StoredBlock) => void>();
  private readonly onListenerError: (error: unknown) => void;
  /** First height whose block is here, genesis apart. */
  private readonly base: number;
  private current: StoredBlock;
  /** Roots of blocks that are decided and about to be written, by height. */
  private readonly coming = new Map<number, Uint8Array>();

  /**
   * Opens a database that holds at least the genesis block.
   * @throws NodeError CHAIN_CORRUPT, CHAIN_GENESIS_MISMATCH
   */
  constructor(options: ChainOptions, modules: ChainModules) {
    this.onListenerError = modules.onListenerError;
    this.chainId = options.chainId;
    this.genesisRoot = options.genesisRoot;
    this.blocks = new BlockStore(modules.store);
    this.postings = new PostingStore(modules.store);
    const genesis = this.blocks.block(0);
    if (genesis !== undefined && !equalBytes(genesis.header.parentRoot, options.genesisRoot)) {
      throw new NodeError({ code: "CHAIN_GENESIS_MISMATCH", message: "the database was made for another genesis" });
    }
    const head = this.blocks.head();
    const block = head === undefined ? undefined : this.blocks.block(head.height);
    if (genesis === undefined || head === undefined || block === undefined || !equalBytes(block.root, head.root)) {
      throw new NodeError({ code: "CHAIN_CORRUPT", message: "the head of the chain and its block do not fit" });
    }
    this.current = block;
    this.base = this.blocks.base();
  }

  head(): StoredBlock {
    return this.current;
  }

  earliestHeight(): number {
    return this.base === 1 ? 0 : this.base;
  }

  /** Root of a final block; also of those before a snapshot with which the chain began, as far as BLOCKHASH reaches. */
  rootAt(height: number): Uint8Array | undefined {
    const coming = this.coming.get(height);
    if (coming !== undefined) return coming;
    const block = this.blockByHeight(height);
    if (block !== undefined || height < 0 || height >= this.base) return block?.root;
    const header = this.blocks.header(height);
    return header === undefined ? undefined : headerRoot(header);
  }

  blockByHeight(height: number): StoredBlock | undefined {
    if (height === this.current.header.height) return this.current;
    if (!Number.isInteger(height) || height < 0 || height > this.current.header.height) return undefined;
    if (height > 0 && height < this.base) return undefined;
    const cached = this.cache.get(height);
    if (cached !== undefined) return cached;
    const block = this.blocks.block(height);
    if (block === undefined) throw new NodeError({ code: "CHAIN_CORRUPT", message: `block ${height} is missing` });
    this.cache.set(height, block);
    if (this.cache.size > CACHED_BLOCKS) {
      const oldest = this.cache.keys().next();
      if (!oldest.done) this.cache.delete(oldest.value);
    }
    return block;
  }

  blockByRoot(root: Uint8Array): StoredBlock | undefined {
    const height = this.heightOfRoot(root);
    return height === undefined ? undefined : this.blockByHeight(height);
  }

  heightOfRoot(root: Uint8Array): number | undefined {
    return root.length === 32 ? this.blocks.heightOfRoot(root) : undefined;
  }

  receipts(height: number): readonly Receipt[] | undefined {
    return this.record(height)?.receipts();
  }

  senders(height: number): readonly Uint8Array[] | undefined {
    return this.known(height) ? this.blocks.senders(height)?.senders : undefined;
  }

  transaction(hash: Uint8Array): TransactionLocation | undefined {
    return hash.length === 32 ? this.blocks.location(hash) : undefined;
  }

  commit(height: number): CommitCertificate | undefined {
    return this.known(height) ? this.blocks.commit(height) : undefined;
  }

  coinbase(height: number): Uint8Array {
    return (this.known(height) ? this.blocks.senders(height)?.coinbase : undefined) ?? new Uint8Array(20);
  }

  prevRandao(height: number): Uint8Array {
    return (this.known(height) ? this.blocks.senders(height)?.prevRandao : undefined) ?? new Uint8Array(32);
  }

  voters(activeSetRoot: Uint8Array): Voters | undefined {
    return activeSetRoot.length === 32 ? this.blocks.voters(activeSetRoot) : undefined;
  }

  async logs(filter: LogFilter, limit: number): Promise<readonly FoundLog[]> {
    const toHeight = Math.min(filter.toHeight, this.current.header.height);
    if (filter.fromHeight > toHeight) return [];
    const positions = await findLogs(this.postings, { ...filter, toHeight }, limit);
    const found: FoundLog[] = [];
    let record: ReceiptsRecord | undefined;
    let recordHeight = -1;
    let turn = performance.now();
    for (const { height, logIndex } of positions) {
      if (height !== recordHeight) {
        if (performance.now() - turn > SLICE) {
          await setImmediate();
          turn = performance.now();
        }
        record = this.record(height);
        recordHeight = height;
      }
      if (record === undefined)
        throw new NodeError({ code: "CHAIN_CORRUPT", message: `no receipts of block ${height}` });
      const log = record.log(logIndex);
      // A wildcard position demands that the log has a topic there; the index does not know that.
      if (log.topics.length < filter.topics.length) continue;
      found.push({ ...log, height, logIndex, blockRoot: record.blockRoot });
    }
    return found;
  }

  onBlock(listener: (block: StoredBlock) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** A block after the head is decided and about to be written: only `rootAt` knows it, for whoever executes the next one. */
  foresee(height: number, root: Uint8Array): void {
    this.coming.set(height, root);
  }

  /** The block is committed: it becomes the head, and listeners hear of it. A listener's failure stays its own. */
  adopt(block: StoredBlock): void {
    this.current = block;
    this.coming.delete(block.header.height);
    for (const listener of this.listeners) {
      try {
        listener(block);
      } catch (error) {
        this.onListenerError(error);
      }
    }
  }

  private record(height: number): ReceiptsRecord | undefined {
    return this.known(height) ? this.blocks.receipts(height) : undefined;
  }

  private known(height: number): boolean {
    return Number.isInteger(height) && height >= 0 && height <= this.current.header.height;
  }
}
