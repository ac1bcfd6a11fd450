import { BLOCK_BYTES, Block, decodeSsz, VOTER_RECORD_BYTES, VoterRecord } from "@lucid/consensus";
import { concatBytes, equalBytes, toHex } from "@lucid/consensus/base";
import { type BatchOp, type KeyValueStore, namespaces, prefixRange } from "@lucid/storage";
import { NodeError } from "../errors.js";

const RECORD_KEY = concatBytes(Uint8Array.of(namespaces.voterState), new TextEncoder().encode("record"));
const BLOCK_PREFIX = concatBytes(Uint8Array.of(namespaces.voterState), new TextEncoder().encode("block:"));

export interface RestoredVoter {
  readonly record: VoterRecord;
  readonly blocks: readonly Block[];
}

export interface VoterStoreOptions {
  readonly genesisRoot: Uint8Array;
  readonly nodeId: Uint8Array;
}

/**
 * The voter's own memory: what it signed in the open height, its lock and the blocks that these name. It is written and
 * synced before a signature leaves the process; the record alone, without lock and messages, could fork the chain.
 */
export class VoterStore {
  private readonly options: VoterStoreOptions;
  private readonly store: KeyValueStore;
  /** Hex roots of the blocks that are on disk. */
  private readonly written = new Map<string, number>();

  constructor(options: VoterStoreOptions, modules: { readonly store: KeyValueStore }) {
    this.options = options;
    this.store = modules.store;
  }

  /** @throws NodeError CHAIN_CORRUPT when the record is damaged or belongs to another key or network. */
  async load(): Promise<RestoredVoter | undefined> {
    const bytes = this.store.get(RECORD_KEY);
    if (bytes === undefined) return undefined;
    const record = decode(() => decodeSsz(VoterRecord, bytes, VOTER_RECORD_BYTES));
    if (!equalBytes(record.genesisRoot, this.options.genesisRoot) || !equalBytes(record.nodeId, this.options.nodeId)) {
      throw new NodeError({
        code: "CHAIN_CORRUPT",
        message: `the voter record belongs to node ${toHex(record.nodeId)}; use the data directory of this key`,
      });
    }
    const blocks: Block[] = [];
    for await (const [key, value] of this.store.entries(prefixRange(BLOCK_PREFIX))) {
      const block = decode(() => decodeSsz(Block, value, BLOCK_BYTES));
      this.written.set(Buffer.from(key.subarray(BLOCK_PREFIX.length)).toString("hex"), block.header.height);
      blocks.push(block);
    }
    return { record, blocks };
  }

  /** Resolves when record, blocks and what else belongs to them are on disk, in one batch. */
  async persist(
    record: VoterRecord,
    blocks: readonly { readonly root: Uint8Array; readonly block: Block }[],
    extra: readonly BatchOp[] = [],
  ): Promise<void> {
    const ops: BatchOp[] = [...extra, { type: "put", key: RECORD_KEY, value: VoterRecord.serialize(record) }];
    const fresh = blocks.filter(({ root }) => !this.written.has(Buffer.from(root).toString("hex")));
    for (const { root, block } of fresh) {
      ops.push({ type: "put", key: concatBytes(BLOCK_PREFIX, root), value: Block.serialize(block) });
    }
    await this.store.batch(ops, { sync: true });
    for (const { root, block } of fresh) this.written.set(Buffer.from(root).toString("hex"), block.header.height);
  }

  /** Removes the blocks of heights that are decided: part of the deciding block's batch. */
  pruneOps(decidedHeight: number): BatchOp[] {
    const ops: BatchOp[] = [];
    for (const [root, height] of this.written) {
      if (height > decidedHeight) continue;
      ops.push({ type: "del", key: concatBytes(BLOCK_PREFIX, Buffer.from(root, "hex")) });
      this.written.delete(root);
    }
    return ops;
  }
}

function decode<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new NodeError({ code: "CHAIN_CORRUPT", message: "the voter record is damaged", cause });
  }
}
