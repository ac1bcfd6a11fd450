import { concatBytes, u32be, u64be } from "@lucid/consensus/base";
import {
  type BatchOp,
  bytesCodec,
  type Codec,
  type KeyValueStore,
  namespaces,
  Repository,
  rawCodec,
  tupleCodec,
  u32Codec,
} from "@lucid/storage";
import { NodeError } from "../errors.js";
import { CONSENT_BYTES, decodeConsent, encodeConsent, type UploadConsent } from "./uploadConsent.js";
import { ROOTS_PER_PART, type RootsPart, type SessionRef, splitRoots } from "./wire.js";

/** A session as the chain has it, with what this node knows of it. */
export interface AnchoredSession extends SessionRef {
  readonly merkleRoot: Uint8Array;
  readonly chunkCount: number;
  /** Unix seconds, as the next one. */
  readonly registeredAt: number;
  readonly paidUntil: number;
  /** The list of its roots is here and has the Merkle root of the chain. */
  readonly rootsKnown: boolean;
}

export interface UploadRecord {
  readonly consent: UploadConsent;
  /** Of its chunks that were stored here. */
  readonly bytes: number;
  /** Unix milliseconds: when it began, or its consent was renewed. */
  readonly since: number;
  /** Its owner is a client of this node, which passes the chunks on. */
  readonly forward: boolean;
}

/** What another node has signed. */
export interface StoredReceipt {
  readonly epoch: number;
  readonly forkVersion: number;
  readonly signature: Uint8Array;
}

function corrupt(what: string): NodeError {
  return new NodeError({ code: "CHAIN_CORRUPT", message: `not a record of ${what}` });
}

function viewOf(bytes: Uint8Array, length: number, what: string): DataView {
  if (bytes.length !== length) throw corrupt(what);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

const anchoredCodec: Codec<AnchoredSession> = {
  encode: ({ owner, sessionId, merkleRoot, chunkCount, registeredAt, paidUntil, rootsKnown }) =>
    concatBytes(
      owner,
      sessionId,
      merkleRoot,
      u32be(chunkCount),
      u64be(registeredAt),
      u64be(paidUntil),
      Uint8Array.of(Number(rootsKnown)),
    ),
  decode(bytes) {
    const view = viewOf(bytes, 105, "an anchored session");
    return {
      owner: bytes.slice(0, 20),
      sessionId: bytes.slice(20, 52),
      merkleRoot: bytes.slice(52, 84),
      chunkCount: view.getUint32(84),
      registeredAt: Number(view.getBigUint64(88)),
      paidUntil: Number(view.getBigUint64(96)),
      rootsKnown: view.getUint8(104) === 1,
    };
  },
};

const uploadCodec: Codec<UploadRecord> = {
  encode: ({ consent, bytes, since, forward }) =>
    concatBytes(encodeConsent(consent), u64be(bytes), u64be(Math.trunc(since)), Uint8Array.of(Number(forward))),
  decode(bytes) {
    const view = viewOf(bytes, CONSENT_BYTES + 17, "an upload");
    return {
      consent: decodeConsent(bytes.subarray(0, CONSENT_BYTES)),
      bytes: Number(view.getBigUint64(CONSENT_BYTES)),
      since: Number(view.getBigUint64(CONSENT_BYTES + 8)),
      forward: view.getUint8(CONSENT_BYTES + 16) === 1,
    };
  },
};

const receiptCodec: Codec<StoredReceipt> = {
  encode: ({ epoch, forkVersion, signature }) => concatBytes(u32be(epoch), u32be(forkVersion), signature),
  decode(bytes) {
    const view = viewOf(bytes, 104, "a receipt");
    return { epoch: view.getUint32(0), forkVersion: view.getUint32(4), signature: bytes.slice(8) };
  },
};

const partCodec: Codec<RootsPart> = {
  encode: ({ total, roots }) => concatBytes(u32be(total), ...roots),
  decode: (bytes) => ({ total: u32Codec.decode(bytes.slice(0, 4)), roots: splitRoots(bytes.subarray(4)) }),
};

/** The records of replication. Chunks themselves are the chunk store's. */
export class ReplicationStore {
  readonly anchored: Repository<number, AnchoredSession>;
  readonly uploads: Repository<readonly [Uint8Array, Uint8Array], UploadRecord>;
  readonly receipts: Repository<readonly [Uint8Array, Uint8Array, Uint8Array], StoredReceipt>;
  readonly released: Repository<Uint8Array, number>;
  private readonly parts: Repository<readonly [Uint8Array, Uint8Array, number], RootsPart>;
  /** The same records, not taken apart: u32 total, then the roots. */
  private readonly rawParts: Repository<readonly [Uint8Array, Uint8Array, number], Uint8Array>;
  private readonly store: KeyValueStore;

  constructor(store: KeyValueStore) {
    this.store = store;
    const [address, hash] = [bytesCodec(20), bytesCodec(32)];
    this.anchored = new Repository(store, {
      namespace: namespaces.anchoredSession,
      key: u32Codec,
      value: anchoredCodec,
    });
    this.uploads = new Repository(store, {
      namespace: namespaces.upload,
      key: tupleCodec(address, hash),
      value: uploadCodec,
    });
    this.receipts = new Repository(store, {
      namespace: namespaces.chunkReceipt,
      key: tupleCodec(hash, hash, hash),
      value: receiptCodec,
    });
    this.released = new Repository(store, { namespace: namespaces.releasedChunk, key: hash, value: u32Codec });
    this.parts = new Repository(store, {
      namespace: namespaces.sessionRoots,
      key: tupleCodec(address, hash, u32Codec),
      value: partCodec,
    });
    this.rawParts = new Repository(store, {
      namespace: namespaces.sessionRoots,
      key: tupleCodec(address, hash, u32Codec),
      value: rawCodec,
    });
  }

  write(ops: readonly BatchOp[], sync: boolean): Promise<void> {
    return this.store.batch([...ops], { sync });
  }

  rootsPart({ owner, sessionId }: SessionRef, part: number): RootsPart | undefined {
    return this.parts.get([owner, sessionId, part]);
  }

  rootsPartOp({ owner, sessionId }: SessionRef, part: number, value: RootsPart): BatchOp {
    return this.parts.putOp([owner, sessionId, part], value);
  }

  /** One root of a session's list. */
  rootAt({ owner, sessionId }: SessionRef, index: number): Uint8Array | undefined {
    const part = this.rawParts.get([owner, sessionId, Math.floor(index / ROOTS_PER_PART)]);
    const at = 4 + 32 * (index % ROOTS_PER_PART);
    return part === undefined || part.length < at + 32 ? undefined : part.slice(at, at + 32);
  }

  /** All roots of a session in the order of its tree; undefined when a part is missing. */
  roots(ref: SessionRef): Uint8Array[] | undefined {
    const first = this.rootsPart(ref, 0);
    if (first === undefined) return undefined;
    const roots = [...first.roots];
    for (let part = 1; roots.length < first.total; part++) {
      const next = this.rootsPart(ref, part);
      if (next === undefined || next.roots.length === 0) return undefined;
      roots.push(...next.roots);
    }
    return roots.length === first.total ? roots : undefined;
  }

  rootsOps(ref: SessionRef, roots: readonly Uint8Array[]): BatchOp[] {
    return partsOf(roots).map((part, number) => this.rootsPartOp(ref, number, part));
  }

  /** Owner, session and number of every part of a list of roots. */
  partIds(): AsyncGenerator<readonly [Uint8Array, Uint8Array, number], void, void> {
    return this.parts.ids();
  }

  /** Takes a session's list of roots away. */
  async forgetRootsOps({ owner, sessionId }: SessionRef): Promise<BatchOp[]> {
    const ops: BatchOp[] = [];
    const prefix = concatBytes(owner, sessionId);
    for await (const id of this.parts.ids({ prefix })) ops.push(this.parts.delOp(id));
    return ops;
  }

  /** Receipts for one chunk, by node. */
  async receiptsOf(sessionId: Uint8Array, root: Uint8Array): Promise<Map<string, StoredReceipt>> {
    const found = new Map<string, StoredReceipt>();
    const range = {
      gte: [sessionId, root, new Uint8Array(32)] as const,
      lte: [sessionId, root, new Uint8Array(32).fill(0xff)] as const,
    };
    for await (const [[, , node], receipt] of this.receipts.entries(range)) {
      found.set(Buffer.from(node).toString("hex"), receipt);
    }
    return found;
  }

  async forgetReceiptsOps(sessionId: Uint8Array): Promise<BatchOp[]> {
    const ops: BatchOp[] = [];
    for await (const id of this.receipts.ids({ prefix: sessionId })) ops.push(this.receipts.delOp(id));
    return ops;
  }
}

/** A list of roots as it is stored and told. */
export function partsOf(roots: readonly Uint8Array[]): RootsPart[] {
  const count = Math.max(1, Math.ceil(roots.length / ROOTS_PER_PART));
  return Array.from({ length: count }, (_, part) => ({
    total: roots.length,
    roots: roots.slice(part * ROOTS_PER_PART, (part + 1) * ROOTS_PER_PART),
  }));
}
