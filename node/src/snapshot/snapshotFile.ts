import { type FileHandle, open } from "node:fs/promises";
import { CHUNK_BYTES } from "@lucid/consensus";
import { concatBytes, equalBytes, u32be } from "@lucid/consensus/base";
import { NodeError } from "../errors.js";

/**
 * A snapshot as a file: "LUCIDSN1", genesis root 32, height u32, block root 32, pieces of the head u32, chunks (pieces of the
 * head included) u32; then each chunk as length u32 and bytes. Big-endian. What is in the chunks proves itself against the
 * block root; the counts are 0 until the file is whole.
 */
const MAGIC = new TextEncoder().encode("LUCIDSN1");
const HEADER_BYTES = MAGIC.length + 32 + 4 + 32 + 4 + 4;
/** Chunks of CHUNK_TARGET: 256 GiB. */
const MAX_CHUNKS = 1 << 20;

export interface SnapshotName {
  readonly genesisRoot: Uint8Array;
  readonly height: number;
  readonly root: Uint8Array;
}

export interface SnapshotFacts extends SnapshotName {
  readonly headPieces: number;
  readonly chunks: number;
}

function encodeHeader({ genesisRoot, height, root, headPieces, chunks }: SnapshotFacts): Uint8Array {
  return concatBytes(MAGIC, genesisRoot, u32be(height), root, u32be(headPieces), u32be(chunks));
}

/** Writes chunks one after the other; the file says that it is whole only after `finish`. */
export class SnapshotWriter {
  readonly #file: FileHandle;
  readonly #name: SnapshotName;
  #end = HEADER_BYTES;
  #chunks = 0;

  private constructor(file: FileHandle, name: SnapshotName) {
    this.#file = file;
    this.#name = name;
  }

  /** @throws errors of the file system */
  static async create(path: string, name: SnapshotName): Promise<SnapshotWriter> {
    const file = await open(path, "w", 0o644);
    const writer = new SnapshotWriter(file, name);
    await file.write(encodeHeader({ ...name, headPieces: 0, chunks: 0 }), 0, undefined, 0);
    return writer;
  }

  /** Goes on behind the chunks that an earlier run wrote; `chunks` and `bytes` as a reader of it says. */
  static async resume(
    path: string,
    name: SnapshotName,
    at: { chunks: number; bytes: number },
  ): Promise<SnapshotWriter> {
    const file = await open(path, "r+");
    const writer = new SnapshotWriter(file, name);
    writer.#chunks = at.chunks;
    writer.#end = at.bytes;
    await file.truncate(at.bytes);
    return writer;
  }

  get chunks(): number {
    return this.#chunks;
  }

  get bytes(): number {
    return this.#end;
  }

  async add(chunk: Uint8Array): Promise<void> {
    const record = concatBytes(u32be(chunk.length), chunk);
    await this.#file.write(record, 0, undefined, this.#end);
    this.#end += record.length;
    this.#chunks++;
  }

  /** Everything is on the disk when it resolves. */
  async finish(headPieces: number): Promise<void> {
    await this.#file.sync();
    await this.#file.write(encodeHeader({ ...this.#name, headPieces, chunks: this.#chunks }), 0, undefined, 0);
    await this.#file.sync();
    await this.close();
  }

  async sync(): Promise<void> {
    await this.#file.sync();
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** Reads chunks by their number. It believes nothing: lengths and counts are compared with the file's size. */
export class SnapshotReader {
  readonly facts: SnapshotFacts;
  /** Where the chunks end. */
  readonly bytes: number;
  readonly #file: FileHandle;
  readonly #offsets: readonly number[];

  private constructor(file: FileHandle, facts: SnapshotFacts, offsets: readonly number[], bytes: number) {
    this.#file = file;
    this.facts = facts;
    this.#offsets = offsets;
    this.bytes = bytes;
  }

  /**
   * @param partial a download under way: as many whole chunks as there are
   * @throws NodeError SNAPSHOT_DAMAGED
   */
  static async open(path: string, options: { readonly partial?: boolean } = {}): Promise<SnapshotReader> {
    const file = await open(path, "r");
    try {
      const { size } = await file.stat();
      const facts = decodeHeader(await read(file, 0, Math.min(size, HEADER_BYTES)));
      const offsets: number[] = [];
      let at = HEADER_BYTES;
      while (at + 4 <= size && offsets.length <= MAX_CHUNKS) {
        const head = await read(file, at, 4);
        const length = new DataView(head.buffer, head.byteOffset).getUint32(0);
        if (length === 0 || length > CHUNK_BYTES || at + 4 + length > size) break;
        offsets.push(at);
        at += 4 + length;
      }
      const whole = facts.chunks > 0 && offsets.length === facts.chunks && at === size && facts.headPieces > 0;
      if (!whole && options.partial !== true) {
        const what = facts.chunks === 0 ? "it was never completed" : "it is cut off or something follows its end";
        throw damaged(what);
      }
      return new SnapshotReader(file, facts, offsets, at);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Whole chunks in the file. */
  get chunks(): number {
    return this.#offsets.length;
  }

  /** Where chunk `index` begins, or the chunks end. */
  endOf(index: number): number {
    return this.#offsets[index] ?? this.bytes;
  }

  async chunk(index: number): Promise<Uint8Array | undefined> {
    const at = this.#offsets[index];
    if (at === undefined) return undefined;
    const end = this.#offsets[index + 1] ?? this.bytes;
    return read(this.#file, at + 4, end - at - 4);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

function decodeHeader(bytes: Uint8Array): SnapshotFacts {
  const name = MAGIC.length - 1;
  if (bytes.length < HEADER_BYTES || !equalBytes(bytes.subarray(0, name), MAGIC.subarray(0, name))) {
    throw damaged("it is no snapshot");
  }
  if (bytes[name] !== MAGIC[name]) {
    const message = `the snapshot has format "${Buffer.from(bytes.subarray(0, name + 1)).toString("latin1")}", which this version does not know`;
    throw new NodeError({ code: "SNAPSHOT_VERSION", message });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    genesisRoot: bytes.slice(8, 40),
    height: view.getUint32(40),
    root: bytes.slice(44, 76),
    headPieces: view.getUint32(76),
    chunks: view.getUint32(80),
  };
}

async function read(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) throw damaged("it is cut off");
    done += bytesRead;
  }
  return bytes;
}

function damaged(what: string): NodeError {
  return new NodeError({ code: "SNAPSHOT_DAMAGED", message: `the snapshot is damaged: ${what}` });
}
