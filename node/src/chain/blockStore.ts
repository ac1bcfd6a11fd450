import { Block, Body, CommitCertificate, ConsensusState, Header, Voters } from "@lucid/consensus";
import { concatBytes } from "@lucid/consensus/base";
import {
  type BatchOp,
  bytesCodec,
  type Codec,
  emptyCodec,
  type KeyValueStore,
  namespaces,
  Repository,
  rawCodec,
  tupleCodec,
  u32Codec,
} from "@lucid/storage";
import { NodeError } from "../errors.js";
import type { Receipt, StoredBlock, TransactionLocation } from "../interfaces.js";
import { readChainBase } from "../state/stateHead.js";
import { postingOps } from "./postingStore.js";
import { encodeReceipts, ReceiptsRecord } from "./receiptsCodec.js";

export interface ChainHead {
  readonly height: number;
  readonly root: Uint8Array;
}

/** All that a final block leaves in the database beside the EVM state. */
export interface FinalBlock {
  readonly block: StoredBlock;
  readonly receipts: readonly Receipt[];
  readonly transactionHashes: readonly Uint8Array[];
  readonly senders: readonly Uint8Array[];
  /** Operator account of the proposer. */
  readonly coinbase: Uint8Array;
  /** The beacon that the EVM saw. */
  readonly prevRandao: Uint8Array;
  /** None for genesis. */
  readonly commit: CommitCertificate | undefined;
  /** Whose root is the header's activeSetRoot. */
  readonly voters: Voters;
  /** SSZ of the consensus state after the block. */
  readonly consensusState: Uint8Array;
}

interface Senders {
  readonly coinbase: Uint8Array;
  readonly prevRandao: Uint8Array;
  readonly senders: readonly Uint8Array[];
}

const SENDERS_HEAD = 20 + 32;

const sendersCodec: Codec<Senders> = {
  encode: ({ coinbase, prevRandao, senders }) => concatBytes(coinbase, prevRandao, ...senders),
  decode(bytes) {
    const count = (bytes.length - SENDERS_HEAD) / 20;
    if (count < 0 || !Number.isInteger(count)) throw corrupt("senders record of odd length");
    const at = (index: number) => SENDERS_HEAD + 20 * index;
    return {
      coinbase: bytes.slice(0, 20),
      prevRandao: bytes.slice(20, SENDERS_HEAD),
      senders: Array.from({ length: count }, (_, index) => bytes.slice(at(index), at(index + 1))),
    };
  },
};

const headCodec: Codec<ChainHead> = {
  encode: ({ height, root }) => concatBytes(u32Codec.encode(height), root),
  decode(bytes) {
    if (bytes.length !== 36) throw corrupt("head record of odd length");
    return { height: u32Codec.decode(bytes.slice(0, 4)), root: bytes.slice(4) };
  },
};

const locationCodec = tupleCodec(u32Codec, u32Codec);

/** Records are our own, so the types' limits are enough; a record that does not decode is RECORD_CORRUPT. */
function sszCodec<T>(type: { serialize(value: T): Uint8Array; deserialize(bytes: Uint8Array): T }): Codec<T> {
  return { encode: (value) => type.serialize(value), decode: (bytes) => type.deserialize(bytes) };
}

function corrupt(message: string): NodeError {
  return new NodeError({ code: "CHAIN_CORRUPT", message });
}

/** Blocks with everything that is looked up by them. Writes nothing itself: `finalOps` go into the block's one batch. */
export class BlockStore {
  private readonly blocks: Repository<number, Block>;
  private readonly heights: Repository<Uint8Array, number>;
  private readonly commits: Repository<number, CommitCertificate>;
  private readonly receiptRecords: Repository<number, Uint8Array>;
  private readonly senderRecords: Repository<number, Senders>;
  private readonly locations: Repository<Uint8Array, readonly [number, number]>;
  private readonly voterSets: Repository<Uint8Array, Voters>;
  private readonly heads: Repository<undefined, ChainHead>;
  private readonly states: Repository<undefined, Uint8Array>;
  private readonly ancestors: Repository<number, Header>;
  private readonly store: KeyValueStore;

  constructor(store: KeyValueStore) {
    this.store = store;
    this.blocks = new Repository(store, { namespace: namespaces.block, key: u32Codec, value: sszCodec(Block) });
    this.heights = new Repository(store, { namespace: namespaces.heightByRoot, key: bytesCodec(32), value: u32Codec });
    this.commits = new Repository(store, {
      namespace: namespaces.commitCertificate,
      key: u32Codec,
      value: sszCodec(CommitCertificate),
    });
    this.receiptRecords = new Repository(store, { namespace: namespaces.receipts, key: u32Codec, value: rawCodec });
    this.senderRecords = new Repository(store, { namespace: namespaces.senders, key: u32Codec, value: sendersCodec });
    this.locations = new Repository(store, {
      namespace: namespaces.transactionLocation,
      key: bytesCodec(32),
      value: locationCodec,
    });
    this.voterSets = new Repository(store, {
      namespace: namespaces.voterSet,
      key: bytesCodec(32),
      value: sszCodec(Voters),
    });
    this.heads = new Repository(store, { namespace: namespaces.head, key: emptyCodec, value: headCodec });
    this.ancestors = new Repository(store, {
      namespace: namespaces.ancestorHeader,
      key: u32Codec,
      value: sszCodec(Header),
    });
    this.states = new Repository(store, { namespace: namespaces.consensusState, key: emptyCodec, value: rawCodec });
  }

  finalOps(final: FinalBlock): BatchOp[] {
    const { header, body, root } = final.block;
    const height = header.height;
    return [
      this.blocks.putOp(height, { header, body }),
      this.heights.putOp(root, height),
      ...(final.commit === undefined ? [] : [this.commits.putOp(height, final.commit)]),
      this.receiptRecords.putOp(height, encodeReceipts(root, final.receipts, final.transactionHashes)),
      this.senderRecords.putOp(height, {
        coinbase: final.coinbase,
        prevRandao: final.prevRandao,
        senders: final.senders,
      }),
      ...final.transactionHashes.map((hash, index) => this.locations.putOp(hash, [height, index])),
      ...postingOps(height, final.receipts),
      ...(this.voterSets.has(header.activeSetRoot) ? [] : [this.voterSets.putOp(header.activeSetRoot, final.voters)]),
      this.states.putOp(undefined, final.consensusState),
      this.heads.putOp(undefined, { height, root }),
    ];
  }

  /**
   * Takes the proofs of storage answers out of a block, which keeps its root. What is left says who answered what; the header
   * commits to the proofs that every voter has verified.
   */
  pruneProofsOps(height: number): BatchOp[] {
    const block = this.blocks.get(height);
    if (block === undefined || block.body.tasks.storage.every(({ proof }) => proof.length === 0)) return [];
    const { header, body } = block;
    const storage = body.tasks.storage.map((task) => ({ ...task, proof: [] }));
    return [this.blocks.putOp(height, { header, body: { ...body, tasks: { ...body.tasks, storage } } })];
  }

  /** Replaces the certificate of a final height by one of a lower view. */
  commitOp(certificate: CommitCertificate): BatchOp {
    return this.commits.putOp(certificate.height, certificate);
  }

  /** Header of a block before the first one of a chain that began with a snapshot. */
  ancestorOp(header: Header): BatchOp {
    return this.ancestors.putOp(header.height, header);
  }

  /** First height, genesis apart, whose block is here: 1, or that of the snapshot with which the chain began. */
  base(): number {
    return readChainBase(this.store);
  }

  head(): ChainHead | undefined {
    return this.heads.get(undefined);
  }

  consensusState(): Uint8Array | undefined {
    return this.states.get(undefined);
  }

  /** Of the head, decoded. @throws NodeError CHAIN_CORRUPT for one that is damaged, or that a build with another format wrote */
  decodedState(): ConsensusState | undefined {
    const bytes = this.consensusState();
    try {
      return bytes === undefined ? undefined : ConsensusState.deserialize(bytes);
    } catch (cause) {
      const message = "the consensus state cannot be read: it is damaged, or of a build with another format";
      throw new NodeError({ code: "CHAIN_CORRUPT", message, cause });
    }
  }

  block(height: number): StoredBlock | undefined {
    const block = this.blocks.get(height);
    return block === undefined ? undefined : storedBlock(block);
  }

  /** Also of the blocks before a snapshot, as far as BLOCKHASH reaches. */
  header(height: number): Header | undefined {
    return this.blocks.get(height)?.header ?? this.ancestors.get(height);
  }

  /** The record of a block's receipts as it is stored. */
  receiptBytes(height: number): Uint8Array | undefined {
    return this.receiptRecords.get(height);
  }

  heightOfRoot(root: Uint8Array): number | undefined {
    return this.heights.get(root);
  }

  commit(height: number): CommitCertificate | undefined {
    return this.commits.get(height);
  }

  voters(activeSetRoot: Uint8Array): Voters | undefined {
    return this.voterSets.get(activeSetRoot);
  }

  receipts(height: number): ReceiptsRecord | undefined {
    const record = this.receiptRecords.get(height);
    return record === undefined ? undefined : new ReceiptsRecord(record);
  }

  senders(height: number): Senders | undefined {
    return this.senderRecords.get(height);
  }

  location(hash: Uint8Array): TransactionLocation | undefined {
    const found = this.locations.get(hash);
    return found === undefined ? undefined : { height: found[0], index: found[1] };
  }
}

/** A block with its root and its SSZ size (header and body, without the container's offset). */
export function storedBlock(block: Block): StoredBlock {
  const size = Header.value_serializedSize(block.header) + Body.value_serializedSize(block.body);
  return { root: Header.hashTreeRoot(block.header), header: block.header, body: block.body, size };
}
