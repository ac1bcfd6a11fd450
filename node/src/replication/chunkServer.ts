import { concatBytes, equalBytes, toHex, u32be } from "@lucid/consensus/base";
import { type ByteChannel, type ConsensusNetwork, P2pError, type StreamNetwork } from "@lucid/p2p";
import { CHUNK_OVERHEAD, type ChunkStore, parseChunkHeader, StorageError } from "@lucid/storage";
import { NodeError } from "../errors.js";
import { BodyBuffers } from "../localApi/bodyReader.js";
import type { ChunkHasher } from "../localApi/chunkHasher.js";
import { type ReceiptSignerOptions, receiptFor } from "../localApi/chunkReceipts.js";
import type { Logger } from "../node/logging.js";
import { replicationLimits } from "./limits.js";
import type { PlacementView } from "./placementView.js";
import type { ReplicationStore, UploadRecord } from "./replicationStore.js";
import type { SessionLedger } from "./sessionLedger.js";
import { CONSENT_BYTES, decodeConsent } from "./uploadConsent.js";
import type { Uploads } from "./uploads.js";
import {
  chunkGet,
  chunkPut,
  GET_REQUEST_BYTES,
  MAX_LISTED_CHUNKS,
  MAX_SESSION_CHUNKS,
  type OfferedRoots,
  PIECE_BYTES,
  PUT_REQUEST_BYTES,
  ROOTS_PER_PART,
  replicationProtocols,
} from "./wire.js";

export interface ChunkServerOptions {
  /** Undefined without a validator key: such a node serves what it has and takes nothing. */
  readonly receipts: ReceiptSignerOptions | undefined;
  /** Bytes of plaintext that a chunk may have now. */
  readonly maxChunkSize: () => number;
}

export interface ChunkServerModules {
  readonly network: ConsensusNetwork & StreamNetwork;
  readonly chunks: ChunkStore;
  readonly hasher: ChunkHasher;
  readonly placement: PlacementView;
  readonly store: ReplicationStore;
  readonly uploads: Uploads;
  readonly ledger: Pick<SessionLedger, "knowsRoots">;
  readonly logger: Logger;
}

const RECEIVE_BYTES = replicationLimits.receiving.value;
/** Buffers that are kept for the next chunks: for as many as one peer sends at a time. */
const KEPT_BUFFERS = chunkPut.streamsPerPeer;

/** Serves chunks to other nodes and takes those that this one is assigned. */
export class ChunkServer {
  private readonly options: ChunkServerOptions;
  private readonly modules: ChunkServerModules;
  private readonly buffers = new BodyBuffers(KEPT_BUFFERS);
  private readonly pieces = new BodyBuffers(2 * KEPT_BUFFERS);
  private readonly ends: (() => void)[] = [];
  private receiving = 0;

  constructor(options: ChunkServerOptions, modules: ChunkServerModules) {
    this.options = options;
    this.modules = modules;
  }

  start(): void {
    const { network, chunks } = this.modules;
    this.ends.push(
      network.handleStream(chunkGet, (channel) => this.serveGet(channel)),
      network.handle(replicationProtocols.sessionRoots, ({ owner, sessionId, part }) => {
        const found = this.modules.store.rootsPart({ owner, sessionId }, part);
        return found ?? { total: 0, roots: [] };
      }),
      network.handle(replicationProtocols.sessionChunks, async ({ sessionId, from }) => {
        const list: { root: Uint8Array; index: number; size: number }[] = [];
        for await (const { root, index, size } of chunks.session(sessionId, from)) {
          list.push({ root, index, size });
          if (list.length >= MAX_LISTED_CHUNKS) break;
        }
        return list;
      }),
      network.handle(replicationProtocols.chunksHeld, (roots) => roots.map((root) => chunks.has(root))),
    );
    if (this.options.receipts === undefined) return;
    this.ends.push(
      network.handleStream(chunkPut, (channel) => this.servePut(channel)),
      network.handle(replicationProtocols.offerRoots, (offer) => this.takeRoots(offer)),
    );
  }

  stop(): void {
    for (const end of this.ends.splice(0)) end();
  }

  private async serveGet(channel: ByteChannel): Promise<void> {
    const { chunks } = this.modules;
    const request = new Uint8Array(GET_REQUEST_BYTES);
    await channel.read(request);
    const view = new DataView(request.buffer);
    const root = request.subarray(0, 32);
    const [start, asked] = [view.getUint32(32), view.getUint32(36)];
    const record = chunks.get(root);
    if (record?.state !== "stored") {
      throw new NodeError({ code: "LOCAL_NOT_FOUND", message: `chunk ${toHex(root)} is not here` });
    }
    const length = asked === 0 ? record.size - start : asked;
    // One piece is read while the other one is on its way.
    const memory = [this.pieces.take(PIECE_BYTES), this.pieces.take(PIECE_BYTES)] as const;
    const read = async (at: number): Promise<Uint8Array> => {
      const which = (at / PIECE_BYTES) % 2 === 0 ? memory[0] : memory[1];
      const piece = new Uint8Array(which, 0, Math.min(PIECE_BYTES, Math.max(0, length - at)));
      await chunks.readInto(root, start + at, piece);
      return piece;
    };
    // Read before anything is promised: a file that is damaged or gone is refused with its code.
    let piece = await read(0);
    await channel.accept();
    await channel.write(concatBytes(u32be(record.size), u32be(length)));
    for (let at = PIECE_BYTES; ; at += PIECE_BYTES) {
      const next = at < length ? read(at) : undefined;
      // The write may fail first; then nobody waits for the read.
      next?.catch(() => undefined);
      await channel.write(piece);
      if (next === undefined) break;
      piece = await next;
    }
    // Not after a failure: a read may still be under way.
    for (const each of memory) this.pieces.give(each);
  }

  private async servePut(channel: ByteChannel): Promise<void> {
    const { chunks, uploads, placement } = this.modules;
    const request = new Uint8Array(PUT_REQUEST_BYTES);
    await channel.read(request);
    const consent = decodeConsent(request.subarray(0, CONSENT_BYTES));
    const root = request.slice(CONSENT_BYTES, CONSENT_BYTES + 32);
    const length = new DataView(request.buffer).getUint32(CONSENT_BYTES + 32);
    const limit = this.options.maxChunkSize() + CHUNK_OVERHEAD;
    if (length < CHUNK_OVERHEAD || length > limit) {
      throw new NodeError({ code: "LOCAL_TOO_LARGE", message: `no chunk has ${length} bytes`, meta: { limit } });
    }
    const own = this.options.receipts?.nodeId ?? new Uint8Array();
    if (!placement.ranking(root).some(({ nodeId }) => equalBytes(nodeId, own))) {
      throw new NodeError({ code: "CHUNK_NOT_ASSIGNED", message: `chunk ${toHex(root)} belongs to other nodes` });
    }
    const upload = await uploads.admit(consent, false);
    const here = chunks.get(root);
    if (here?.state === "stored" && equalBytes(here.sessionId, consent.sessionId) && here.size === length) {
      await channel.accept();
      await channel.write(Uint8Array.of(1));
    } else {
      await this.receive(channel, upload, root, length);
    }
    await channel.write(this.receipt(root, length));
  }

  /** Takes the blob and stores it; afterwards the peer has been told that it is. */
  private async receive(channel: ByteChannel, upload: UploadRecord, root: Uint8Array, length: number): Promise<void> {
    const { chunks, uploads, hasher, network } = this.modules;
    if (!chunks.stats().accepting) {
      throw new StorageError({ code: "STORE_FULL", message: "the chunk store is nearly full" });
    }
    if (this.receiving > 0 && this.receiving + length > RECEIVE_BYTES) {
      throw new NodeError({ code: "LOCAL_BUSY", message: "too many chunks are on their way to this node" });
    }
    const reservation = uploads.reserve(upload, length);
    this.receiving += length;
    try {
      await channel.accept();
      await channel.write(Uint8Array.of(0));
      const buffer = this.buffers.take(1 + length);
      await channel.read(new Uint8Array(buffer, 1, length));
      const hashed = await hasher.root(buffer, length);
      try {
        const blob = new Uint8Array(hashed.buffer, 1, length);
        if (!equalBytes(hashed.root, root)) {
          const message = "the bytes of the chunk do not have the root under which they were sent";
          network.drop(channel.peer, new P2pError({ code: "P2P_BAD_FRAME", message }), { ban: true });
          throw new NodeError({ code: "LOCAL_ROOT_MISMATCH", message });
        }
        if (!equalBytes(parseChunkHeader(blob).sessionId, upload.consent.sessionId)) {
          throw new NodeError({ code: "UPLOAD_REFUSED", message: "the chunk is of another session than the consent" });
        }
        const { created } = await chunks.put(root, blob, { verified: true, purpose: "upload" });
        if (created) await reservation.keep();
      } finally {
        this.buffers.give(hashed.buffer);
      }
      await channel.accept();
    } finally {
      this.receiving -= length;
      reservation.release();
    }
  }

  private receipt(root: Uint8Array, length: number): Uint8Array {
    const { receipts } = this.options;
    if (receipts === undefined) throw new NodeError({ code: "VALIDATOR_KEY_UNKNOWN", message: "no key to sign with" });
    const { receipt, forkVersion, signature } = receiptFor(root, length, receipts);
    return concatBytes(u32be(receipt.epoch), u32be(forkVersion), signature);
  }

  /** Part of the list of roots of a session that has chunks here; it is compared with the chain once it is anchored. */
  private async takeRoots({ consent, part, total, roots }: OfferedRoots): Promise<undefined> {
    const { store, uploads, ledger } = this.modules;
    const fits = total > 0 && total <= MAX_SESSION_CHUNKS && part * ROOTS_PER_PART < total;
    if (!fits || roots.length !== Math.min(ROOTS_PER_PART, total - part * ROOTS_PER_PART)) {
      throw new NodeError({ code: "LOCAL_BAD_REQUEST", message: "not a part of a list of roots" });
    }
    const { account, sessionId } = consent;
    if ((await uploads.admit(consent, false)).bytes === 0 && !(await this.holdsSome(sessionId))) {
      throw new NodeError({ code: "UPLOAD_REFUSED", message: "this node holds nothing of the session" });
    }
    if (ledger.knowsRoots(account, sessionId)) return undefined;
    await store.write([store.rootsPartOp({ owner: account, sessionId }, part, { total, roots })], true);
    return undefined;
  }

  private async holdsSome(sessionId: Uint8Array): Promise<boolean> {
    for await (const _ of this.modules.chunks.session(sessionId)) return true;
    return false;
  }
}
