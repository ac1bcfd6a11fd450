import { StorageError } from "../errors.js";
import { clockOf, HybridClock } from "./hybridClock.js";
import {
  encodeIndexEntry,
  type IndexItem,
  indexItem,
  isFloor,
  type UnsignedIndexEntry,
  unsignedFloor,
} from "./indexEntry.js";
import { type IndexSigner, isSignedByOwner, type KeyRecovery, signIndexEntry } from "./indexSignature.js";
import { openDetails, sealDeletion, sealDetails } from "./sealedEntry.js";
import type { SessionDetails } from "./sessionDetails.js";

/** Deleted entries are kept so long, milliseconds: devices of one owner that meet within it lose nothing to a floor. */
export const KEEP_DELETED = 30 * 24 * 3_600_000;

export interface IndexWriterOptions {
  /** Account on the chain, 20 bytes. */
  readonly owner: Uint8Array;
  /** `deriveIndexKey`, 32 bytes. */
  readonly indexKey: Uint8Array;
  /** `indexDomainSeparator`, 32 bytes. */
  readonly separator: Uint8Array;
  readonly signer: IndexSigner;
  /** A faster one than the default. */
  readonly recover?: KeyRecovery;
}

export interface OpenedEntry {
  readonly item: IndexItem;
  readonly details: SessionDetails;
}

export interface OpenedIndex {
  readonly entries: readonly OpenedEntry[];
  /** Entries whose signature or seal does not hold, or that a newer version wrote. */
  readonly unreadable: readonly { readonly item: IndexItem; readonly error: unknown }[];
}

/** The owner's side: seals, signs and opens entries. The keys stay here; a node gets what it returns. */
export class IndexWriter {
  private readonly options: IndexWriterOptions;
  private readonly clock: HybridClock;
  private readonly now: () => number;

  /** @param now Unix milliseconds */
  constructor(options: IndexWriterOptions, now: () => number) {
    this.options = options;
    this.now = now;
    this.clock = new HybridClock(now);
  }

  /**
   * Opens the entries that a node gave, which it may have made up, and takes note of their clocks. Each session is there
   * once: whose key is whose is in the key of the entry.
   */
  open(items: readonly IndexItem[]): OpenedIndex {
    const { indexKey } = this.options;
    const entries: OpenedEntry[] = [];
    const unreadable: { readonly item: IndexItem; readonly error: unknown }[] = [];
    for (const item of items) {
      try {
        this.checkOwn(item);
        this.clock.observe(item.entry.clock);
        if (!item.entry.deleted) entries.push({ item, details: openDetails(indexKey, item.entry) });
      } catch (error) {
        unreadable.push({ item, error });
      }
    }
    return { entries, unreadable };
  }

  /** @throws StorageError INDEX_DETAILS_INVALID, INDEX_CLOCK_AHEAD */
  async put(details: SessionDetails): Promise<IndexItem> {
    const { owner, indexKey } = this.options;
    return await this.sign(sealDetails(indexKey, details, { owner, clock: this.clock.tick() }));
  }

  /** @throws StorageError INDEX_CLOCK_AHEAD */
  async remove(sessionId: Uint8Array): Promise<IndexItem> {
    const { owner, indexKey } = this.options;
    return await this.sign(sealDeletion(indexKey, sessionId, { owner, clock: this.clock.tick() }));
  }

  /**
   * The entries that make room: a floor as new as the newest deleted entry that is older than `keep`, after the live ones
   * that it would take along, written anew. They must be stored in this order; none when there is nothing to remove.
   * @param items all entries of the owner
   */
  async compact(items: readonly IndexItem[], keep = KEEP_DELETED): Promise<readonly IndexItem[]> {
    const border = clockOf(Math.max(0, this.now() - keep));
    const removable = items.filter(({ entry }) => entry.deleted && !isFloor(entry) && entry.clock <= border);
    if (removable.length === 0) return [];
    const floor = removable.reduce((newest, { entry }) => (entry.clock > newest ? entry.clock : newest), 0n);
    const { entries, unreadable } = this.open(items);
    const lost = unreadable.find(({ item }) => item.entry.clock <= floor);
    if (lost !== undefined) {
      throw new StorageError({
        code: "INDEX_KEY_WRONG",
        message: "an entry that the floor would remove cannot be read with this key; nothing was written",
        cause: lost.error,
      });
    }
    const written: IndexItem[] = [];
    for (const { item, details } of entries) if (item.entry.clock <= floor) written.push(await this.put(details));
    written.push(await this.sign(unsignedFloor(this.options.owner, floor)));
    return written;
  }

  private checkOwn({ entry }: IndexItem): void {
    const { owner, separator, recover } = this.options;
    if (Buffer.compare(entry.owner, owner) === 0 && isSignedByOwner(entry, separator, recover)) return;
    throw new StorageError({ code: "INDEX_SIGNATURE", message: "an entry of the index that its owner did not sign" });
  }

  private async sign(unsigned: UnsignedIndexEntry): Promise<IndexItem> {
    const { separator, signer } = this.options;
    return indexItem(encodeIndexEntry(await signIndexEntry(unsigned, separator, signer)));
  }
}
