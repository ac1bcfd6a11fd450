import { concatBytes } from "@lucid/consensus/base";
import { NodeError } from "../errors.js";
import type { Log, Receipt } from "../interfaces.js";

/**
 * The receipts of one block as they lie in the database. A table of offsets lets one log be read out of a block of
 * thousands without decoding the rest, which is what makes getLogs fast; the bloom is kept as its set bits, since
 * 256 bytes of zeros a receipt would be most of the record.
 *
 *   u8 version | 32 block root | u32 receipts n | u32 logs m
 *   n x: u8 type | u8 status | u64 cumulative gas | u64 gas | u256 effective gas price | u32 first log | 32 transaction hash
 *        | u32 end in the bloom section
 *   m x: u32 end in the log section
 *   bloom section: per receipt nothing (empty), 2 bytes a set bit, or the 256 bytes
 *   log section: per log 20 address | u8 topics t | t x 32 | data
 * All integers big-endian.
 */
const VERSION = 1;
const HEAD_BYTES = 1 + 32 + 4 + 4;
const RECEIPT_BYTES = 1 + 1 + 8 + 8 + 32 + 4 + 32 + 4;
const BLOOM_BYTES = 256;

export interface IndexedLog extends Log {
  readonly transactionIndex: number;
  readonly transactionHash: Uint8Array;
}

function corrupt(message: string): NodeError {
  return new NodeError({ code: "CHAIN_CORRUPT", message: `receipts record: ${message}` });
}

function packBloom(bloom: Uint8Array): Uint8Array {
  const bits: number[] = [];
  for (let i = 0; i < bloom.length; i++) {
    const byte = bloom[i] ?? 0;
    for (let bit = 0; byte >> bit !== 0; bit++) {
      if (((byte >> bit) & 1) === 1) bits.push(i * 8 + bit);
    }
  }
  if (2 * bits.length >= BLOOM_BYTES) return bloom;
  const out = Buffer.alloc(2 * bits.length);
  for (const [index, bit] of bits.entries()) out.writeUInt16BE(bit, 2 * index);
  return out;
}

function unpackBloom(packed: Buffer): Uint8Array {
  if (packed.length === BLOOM_BYTES) return new Uint8Array(packed);
  const bloom = new Uint8Array(BLOOM_BYTES);
  if (packed.length > BLOOM_BYTES || packed.length % 2 !== 0) throw corrupt("bloom of odd size");
  for (let offset = 0; offset < packed.length; offset += 2) {
    const bit = packed.readUInt16BE(offset);
    if (bit >= BLOOM_BYTES * 8) throw corrupt("bloom bit out of range");
    bloom[bit >> 3] = (bloom[bit >> 3] ?? 0) | (1 << (bit & 7));
  }
  return bloom;
}

/** `hashes` are the hashes of the block's transactions, in order. */
export function encodeReceipts(
  blockRoot: Uint8Array,
  receipts: readonly Receipt[],
  hashes: readonly Uint8Array[],
): Uint8Array {
  const logCount = receipts.reduce((sum, receipt) => sum + receipt.logs.length, 0);
  const head = Buffer.alloc(HEAD_BYTES + RECEIPT_BYTES * receipts.length + 4 * logCount);
  head.writeUInt8(VERSION, 0);
  head.set(blockRoot, 1);
  head.writeUInt32BE(receipts.length, 33);
  head.writeUInt32BE(logCount, 37);
  const blooms: Uint8Array[] = [];
  const logs: Uint8Array[] = [];
  let bloomEnd = 0;
  let logEnd = 0;
  let logIndex = 0;
  for (const [index, receipt] of receipts.entries()) {
    const hash = hashes[index];
    if (hash?.length !== 32) throw corrupt(`no hash for transaction ${index}`);
    const bloom = packBloom(receipt.logsBloom);
    blooms.push(bloom);
    bloomEnd += bloom.length;
    let at = HEAD_BYTES + RECEIPT_BYTES * index;
    at = head.writeUInt8(receipt.type, at);
    at = head.writeUInt8(receipt.status, at);
    at = head.writeBigUInt64BE(receipt.cumulativeGasUsed, at);
    at = head.writeBigUInt64BE(receipt.gasUsed, at);
    at += head.write(receipt.effectiveGasPrice.toString(16).padStart(64, "0"), at, "hex");
    at = head.writeUInt32BE(logIndex, at);
    head.set(hash, at);
    head.writeUInt32BE(bloomEnd, at + 32);
    for (const log of receipt.logs) {
      const parts = [log.address, Uint8Array.of(log.topics.length), ...log.topics, log.data];
      for (const part of parts) logEnd += part.length;
      logs.push(...parts);
      head.writeUInt32BE(logEnd, HEAD_BYTES + RECEIPT_BYTES * receipts.length + 4 * logIndex);
      logIndex++;
    }
  }
  return concatBytes(head, ...blooms, ...logs);
}

/** Reads single receipts and logs out of a record. @throws NodeError CHAIN_CORRUPT */
export class ReceiptsRecord {
  readonly blockRoot: Uint8Array;
  readonly count: number;
  readonly logCount: number;
  private readonly bytes: Buffer;
  private readonly bloomStart: number;
  private readonly logStart: number;

  constructor(record: Uint8Array) {
    const bytes = Buffer.from(record.buffer, record.byteOffset, record.length);
    if (bytes.length < HEAD_BYTES || bytes[0] !== VERSION) throw corrupt("unknown version");
    this.bytes = bytes;
    this.blockRoot = new Uint8Array(bytes.subarray(1, 33));
    this.count = bytes.readUInt32BE(33);
    this.logCount = bytes.readUInt32BE(37);
    this.bloomStart = HEAD_BYTES + RECEIPT_BYTES * this.count + 4 * this.logCount;
    if (this.bloomStart > bytes.length) throw corrupt("cut off");
    this.logStart = this.bloomStart + this.bloomEnd(this.count - 1);
    if (this.logStart + this.logEnd(this.logCount - 1) !== bytes.length) throw corrupt("wrong length");
  }

  receipt(index: number): Receipt {
    if (index < 0 || index >= this.count) throw corrupt(`no receipt ${index}`);
    const at = HEAD_BYTES + RECEIPT_BYTES * index;
    const type = this.bytes.readUInt8(at);
    const status = this.bytes.readUInt8(at + 1);
    if ((type !== 0 && type !== 1 && type !== 2) || (status !== 0 && status !== 1)) throw corrupt("type or status");
    const first = this.firstLog(index);
    const last = this.firstLog(index + 1);
    if (first > last || last > this.logCount) throw corrupt("logs out of order");
    const logs: Log[] = [];
    for (let log = first; log < last; log++) logs.push(this.decodeLog(log));
    return {
      type,
      status,
      cumulativeGasUsed: this.bytes.readBigUInt64BE(at + 2),
      gasUsed: this.bytes.readBigUInt64BE(at + 10),
      effectiveGasPrice: BigInt(`0x${this.bytes.toString("hex", at + 18, at + 50)}`),
      logsBloom: unpackBloom(
        this.slice(this.bloomStart + this.bloomEnd(index - 1), this.bloomStart + this.bloomEnd(index)),
      ),
      logs,
    };
  }

  receipts(): readonly Receipt[] {
    return Array.from({ length: this.count }, (_, index) => this.receipt(index));
  }

  transactionHash(index: number): Uint8Array {
    if (index < 0 || index >= this.count) throw corrupt(`no transaction ${index}`);
    const at = HEAD_BYTES + RECEIPT_BYTES * index + 54;
    return new Uint8Array(this.bytes.subarray(at, at + 32));
  }

  /** `index` counts the logs of the block. */
  log(index: number): IndexedLog {
    const transactionIndex = this.receiptOfLog(index);
    return { ...this.decodeLog(index), transactionIndex, transactionHash: this.transactionHash(transactionIndex) };
  }

  private decodeLog(index: number): Log {
    if (index < 0 || index >= this.logCount) throw corrupt(`no log ${index}`);
    const log = this.slice(this.logStart + this.logEnd(index - 1), this.logStart + this.logEnd(index));
    const topicCount = log[20];
    if (topicCount === undefined || topicCount > 4 || log.length < 21 + 32 * topicCount) throw corrupt(`log ${index}`);
    const topics: Uint8Array[] = [];
    for (let topic = 0; topic < topicCount; topic++) {
      topics.push(new Uint8Array(log.subarray(21 + 32 * topic, 53 + 32 * topic)));
    }
    return {
      address: new Uint8Array(log.subarray(0, 20)),
      topics,
      data: new Uint8Array(log.subarray(21 + 32 * topicCount)),
    };
  }

  /** Last receipt whose first log is at or before `index` and which has logs: binary search over the first logs. */
  private receiptOfLog(index: number): number {
    let low = 0;
    let high = this.count - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.firstLog(middle) <= index) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  private slice(start: number, end: number): Buffer {
    if (start > end || end > this.bytes.length) throw corrupt("offsets");
    return this.bytes.subarray(start, end);
  }

  private firstLog(index: number): number {
    return index >= this.count ? this.logCount : this.bytes.readUInt32BE(HEAD_BYTES + RECEIPT_BYTES * index + 50);
  }

  private bloomEnd(index: number): number {
    return index < 0 ? 0 : this.bytes.readUInt32BE(HEAD_BYTES + RECEIPT_BYTES * index + 86);
  }

  private logEnd(index: number): number {
    return index < 0 ? 0 : this.bytes.readUInt32BE(HEAD_BYTES + RECEIPT_BYTES * this.count + 4 * index);
  }
}
