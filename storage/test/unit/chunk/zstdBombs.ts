/** Hand-made zstd frames (RFC 8878): a few bytes that ask for very many. */
export function rleBlock(length: number, last: boolean): Buffer {
  const block = Buffer.alloc(4);
  block.writeUIntLE((length << 3) | (1 << 1) | (last ? 1 : 0), 0, 3);
  return block;
}

export function rleBlocks(count: number): Buffer[] {
  return Array.from({ length: count }, (_, i) => rleBlock(128 * 1024, i === count - 1));
}

/** A frame with a window of 2 MiB; with an eight-byte content size unless it is undefined. */
export function frameOf(contentSize: bigint | undefined, blocks: readonly Buffer[], windowByte = 0x58): Uint8Array {
  const head = Buffer.alloc(contentSize === undefined ? 6 : 14);
  head.writeUInt32LE(0xfd2fb528, 0);
  head[4] = contentSize === undefined ? 0 : 0xc0;
  head[5] = windowByte;
  if (contentSize !== undefined) head.writeBigUInt64LE(contentSize, 6);
  return new Uint8Array(Buffer.concat([head, ...blocks]));
}
