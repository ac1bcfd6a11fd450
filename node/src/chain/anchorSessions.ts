import type { AnchorLedger, ListedSession, SessionList } from "@lucid/consensus";
import { concatBytes } from "@lucid/consensus/base";
import { toBigint, toWord } from "../execution/words.js";
import type { ExecutionOutput } from "../interfaces.js";
import { keccak256 } from "../state/keccak.js";
import { textOf } from "../state/keys.js";

/** A slot of LucidAnchors in the state after the block at `height`; 32 bytes. */
export type AnchorStorage = (slot: Uint8Array, height: number) => Uint8Array;

/*
 * Places of the contract's variables (solc's storage layout; a test compares them with the artefact). Fields of a word are
 * packed from its low end.
 */
export const LEDGER_SLOT = 2;
export const ANCHORS_SLOT = 3;
export const ENTRIES_SLOT = 4;

/** Sessions whose fixed facts are in memory, about 300 bytes each. */
const KEPT = 16_384;
const WORD = 32;

interface Foreseen {
  readonly height: number;
  readonly slots: ReadonlyMap<string, Uint8Array>;
}

interface KnownSession extends Omit<ListedSession, "paidUntil"> {
  /** Slot of the word with `paidUntil`, the only one that may change. */
  readonly times: Uint8Array;
}

/**
 * The sessions of LucidAnchors, read from the contract's storage as the consensus library asks for them: without the EVM, in
 * a few reads of the database. What a registration fixes is read once.
 */
export class AnchorSessions {
  private readonly stored: AnchorStorage;
  private readonly firstChunks = new Map<number, number>();
  private readonly sessions = new Map<number, KnownSession>();
  /** What blocks have written that may not be on disk yet, in the order of their heights, without a gap. */
  private coming: Foreseen[] = [];

  constructor(storage: AnchorStorage) {
    this.stored = storage;
  }

  /** The block at this height, which follows on the one before, is decided and about to be written: what it wrote is told from here. */
  foresee(height: number, written: NonNullable<ExecutionOutput["written"]>): void {
    if (this.coming.at(-1)?.height !== height - 1) this.coming = [];
    const slots = new Map<string, Uint8Array>();
    for (let at = 0; at < written.length; at += 2 * WORD) {
      slots.set(textOf(written.subarray(at, at + WORD)), written.subarray(at + WORD, at + 2 * WORD));
    }
    this.coming.push({ height, slots });
  }

  /** The blocks up to this height are on disk. */
  settle(height: number): void {
    this.coming = this.coming.filter((block) => block.height > height);
  }

  /** In the state after the final block at `height`. @throws NodeError PRUNED, UNKNOWN_HEIGHT when something is asked */
  at(height: number): SessionList {
    return {
      ledger: () => this.ledger(height),
      firstChunk: (number) => this.firstChunk(number, height),
      session: (number) => this.session(number, height),
    };
  }

  private storage(slot: Uint8Array, height: number): Uint8Array {
    const [first] = this.coming;
    const place = first === undefined ? -1 : height - first.height;
    if (first === undefined || place < 0 || place >= this.coming.length) return this.stored(slot, height);
    const text = textOf(slot);
    for (let i = place; i >= 0; i--) {
      const value = this.coming[i]?.slots.get(text);
      if (value !== undefined) return value;
    }
    return this.stored(slot, first.height - 1);
  }

  private ledger(height: number): AnchorLedger {
    const view = viewOf(this.storage(word(LEDGER_SLOT), height));
    return {
      count: view.getUint32(28),
      totalChunks: Number(view.getBigUint64(20)),
      firstNumber: view.getUint32(16),
      firstChunk: Number(view.getBigUint64(8)),
    };
  }

  private firstChunk(number: number, height: number): number {
    let chunk = this.firstChunks.get(number);
    if (chunk === undefined) {
      chunk = Number(viewOf(this.storage(plus(entrySlot(number), 1), height)).getBigUint64(4));
      remember(this.firstChunks, number, chunk);
    }
    return chunk;
  }

  private session(number: number, height: number): ListedSession {
    let known = this.sessions.get(number);
    if (known === undefined) {
      known = this.read(number, height);
      remember(this.sessions, number, known);
    }
    const { times, ...fixed } = known;
    return { ...fixed, paidUntil: Number(viewOf(this.storage(times, height)).getBigUint64(8)) };
  }

  private read(number: number, height: number): KnownSession {
    const entry = entrySlot(number);
    const sessionId = this.storage(entry, height);
    const place = this.storage(plus(entry, 1), height);
    const owner = concatBytes(new Uint8Array(12), place.subarray(12));
    const ofOwner = keccak256(concatBytes(owner, word(ANCHORS_SLOT)));
    const anchor = keccak256(concatBytes(sessionId, ofOwner));
    const times = plus(anchor, 2);
    return {
      merkleRoot: this.storage(plus(anchor, 1), height),
      chunkCount: viewOf(place).getUint32(0),
      firstChunk: Number(viewOf(place).getBigUint64(4)),
      registeredAt: Number(viewOf(this.storage(times, height)).getBigUint64(16)),
      times,
    };
  }
}

function remember<T>(map: Map<number, T>, number: number, value: T): void {
  if (map.size >= KEPT) map.delete(map.keys().next().value ?? number);
  map.set(number, value);
}

function entrySlot(number: number): Uint8Array {
  return keccak256(concatBytes(word(number), word(ENTRIES_SLOT)));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, WORD);
}

/** A small number as a word. */
function word(value: number): Uint8Array {
  return toWord(BigInt(value));
}

/** The word that is `more` behind a slot. */
function plus(slot: Uint8Array, more: number): Uint8Array {
  return toWord(BigInt.asUintN(8 * WORD, toBigint(slot) + BigInt(more)));
}
