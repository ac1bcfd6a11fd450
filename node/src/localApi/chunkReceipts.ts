import { type ChunkReceipt, chunkReceiptSigningRoot, type Signer, type SigningContext } from "@lucid/consensus";
import { fromHex, toHex } from "@lucid/consensus/base";

/** A receipt as the local API answers it. */
export interface ChunkReceiptJson {
  readonly chunkRoot: `0x${string}`;
  /** Bytes of the blob. */
  readonly blobLength: number;
  /** nodeId of who holds it. */
  readonly node: `0x${string}`;
  readonly epoch: number;
  readonly forkVersion: number;
  /** BLS signature, 96 bytes. */
  readonly signature: `0x${string}`;
}

export interface ReceiptSignerOptions {
  readonly nodeId: Uint8Array;
  readonly signer: Signer;
  /** Epoch of the clock and the signing context that hold now. */
  readonly now: () => { readonly epoch: number; readonly context: SigningContext };
}

export interface SignedReceipt {
  readonly receipt: ChunkReceipt;
  readonly forkVersion: number;
  readonly signature: Uint8Array;
}

/** Signs that this node holds a chunk. Only what is synced may be signed for. */
export function receiptFor(root: Uint8Array, blobLength: number, options: ReceiptSignerOptions): SignedReceipt {
  const { epoch, context } = options.now();
  const receipt: ChunkReceipt = { chunkRoot: root, blobLength: BigInt(blobLength), nodeId: options.nodeId, epoch };
  const signature = options.signer.sign(chunkReceiptSigningRoot(receipt, context));
  return { receipt, forkVersion: context.forkVersion, signature };
}

export function signChunkReceipt(
  root: Uint8Array,
  blobLength: number,
  options: ReceiptSignerOptions,
): ChunkReceiptJson {
  const { receipt, forkVersion, signature } = receiptFor(root, blobLength, options);
  return {
    chunkRoot: toHex(root),
    blobLength,
    node: toHex(options.nodeId),
    epoch: receipt.epoch,
    forkVersion,
    signature: toHex(signature),
  };
}

/** The signed statement in a receipt of the API; for the client that checks it. @throws BaseError BAD_HEX */
export function parseChunkReceipt(json: ChunkReceiptJson): { receipt: ChunkReceipt; signature: Uint8Array } {
  return {
    receipt: {
      chunkRoot: fromHex(json.chunkRoot, 32),
      blobLength: BigInt(json.blobLength),
      nodeId: fromHex(json.node, 32),
      epoch: json.epoch,
    },
    signature: fromHex(json.signature, 96),
  };
}
