import { type Clock, toHex } from "@lucid/consensus/base";
import { NodeError } from "../errors.js";
import { replicationLimits, uploadShares } from "./limits.js";
import type { ReplicationStore, UploadRecord } from "./replicationStore.js";
import { checkConsent, UPLOAD_SECONDS, type UploadConsent } from "./uploadConsent.js";

export interface UploadsOptions {
  readonly chainId: number;
  /** Of the chunk store. */
  readonly quotaBytes: number;
}

export interface UploadsModules {
  readonly store: ReplicationStore;
  readonly clock: Clock;
}

const MAX_UPLOADS = replicationLimits.uploads.value;

/** Bytes that were set aside for a chunk that is on its way. */
export interface Reservation {
  /** The chunk is stored: its bytes count until its session is anchored or dropped. */
  keep(): Promise<void>;
  /** It is not. Idempotent, and nothing after `keep`. */
  release(): void;
}

/** Who may store chunks of which session here, and how much of what nobody has paid for yet. */
export class Uploads {
  private readonly options: UploadsOptions;
  private readonly modules: UploadsModules;
  private readonly records = new Map<string, UploadRecord>();
  /** With what is on its way. */
  private readonly ofAccount = new Map<string, number>();
  private readonly ofSession = new Map<string, number>();
  private total = 0;

  private constructor(options: UploadsOptions, modules: UploadsModules) {
    this.options = options;
    this.modules = modules;
  }

  static async open(options: UploadsOptions, modules: UploadsModules): Promise<Uploads> {
    const uploads = new Uploads(options, modules);
    for await (const [, record] of modules.store.uploads.entries()) {
      uploads.records.set(nameOf(record.consent), record);
      uploads.count(record.consent, record.bytes);
    }
    return uploads;
  }

  all(): readonly UploadRecord[] {
    return [...this.records.values()];
  }

  has(account: Uint8Array, sessionId: Uint8Array): boolean {
    return this.records.has(toHex(account) + toHex(sessionId));
  }

  find(sessionId: Uint8Array): UploadRecord | undefined {
    const id = toHex(sessionId);
    return this.all().find(({ consent }) => toHex(consent.sessionId) === id);
  }

  get unanchoredBytes(): number {
    return this.total;
  }

  /**
   * Notes a consent, or a later one for the same session. @param forward the owner is a client of this node
   * @throws NodeError UPLOAD_REFUSED, UPLOAD_LIMIT
   */
  async admit(consent: UploadConsent, forward: boolean): Promise<UploadRecord> {
    const name = nameOf(consent);
    const known = this.records.get(name);
    const same = known?.consent.expiry === consent.expiry && known.consent.maxBytes === consent.maxBytes;
    if (known !== undefined && same && toHex(known.consent.signature) === toHex(consent.signature)) {
      this.checkTime(known);
      if (known.forward || !forward) return known;
    }
    checkConsent(consent, this.options.chainId, this.now() / 1000);
    if (known === undefined && this.records.size >= MAX_UPLOADS) await this.evict();
    const record = {
      consent,
      bytes: known?.bytes ?? 0,
      since: this.now(),
      forward: forward || (known?.forward ?? false),
    };
    this.records.set(name, record);
    await this.write(record);
    return record;
  }

  /** @throws NodeError UPLOAD_LIMIT */
  reserve({ consent }: UploadRecord, size: number): Reservation {
    const { quotaBytes } = this.options;
    const account = this.ofAccount.get(toHex(consent.account)) ?? 0;
    const session = this.ofSession.get(nameOf(consent)) ?? 0;
    if (BigInt(session + size) > consent.maxBytes) throw limit("the owner's consent covers no more bytes");
    if (account + size > quotaBytes * uploadShares.account)
      throw limit("this account has too much that is not anchored yet");
    if (this.total + size > quotaBytes * uploadShares.all) throw limit("there is too much that is not anchored yet");
    this.count(consent, size);
    let open = true;
    const release = (): void => {
      if (open) this.count(consent, -size);
      open = false;
    };
    return {
      release,
      keep: async () => {
        open = false;
        const record = this.records.get(nameOf(consent));
        if (record === undefined) {
          this.count(consent, -size);
          return;
        }
        const grown = { ...record, bytes: record.bytes + size };
        this.records.set(nameOf(consent), grown);
        await this.write(grown);
      },
    };
  }

  /** It is anchored, or dropped: its bytes are no longer counted here. */
  async forget({ consent }: UploadRecord): Promise<void> {
    const name = nameOf(consent);
    const record = this.records.get(name);
    if (record === undefined) return;
    this.records.delete(name);
    this.count(consent, -record.bytes);
    const { store } = this.modules;
    await store.write([store.uploads.delOp([consent.account, consent.sessionId])], true);
  }

  /** True when nobody has anchored it in a day. */
  isOver({ since }: UploadRecord): boolean {
    return this.now() > since + UPLOAD_SECONDS * 1000;
  }

  /** A consent without a chunk costs nobody anything, so that one of those leaves first. */
  private async evict(): Promise<void> {
    for (const record of this.records.values()) {
      if (record.bytes === 0 && !record.forward) return await this.forget(record);
    }
    throw limit("this node knows too many sessions that are not anchored yet");
  }

  private checkTime({ consent }: UploadRecord): void {
    if (Number(consent.expiry) < this.now() / 1000) {
      throw new NodeError({ code: "UPLOAD_REFUSED", message: "the owner's consent to this upload is over" });
    }
  }

  private count(consent: UploadConsent, bytes: number): void {
    for (const [map, name] of [
      [this.ofAccount, toHex(consent.account)],
      [this.ofSession, nameOf(consent)],
    ] as const) {
      const sum = (map.get(name) ?? 0) + bytes;
      if (sum > 0) map.set(name, sum);
      else map.delete(name);
    }
    this.total += bytes;
  }

  private write(record: UploadRecord): Promise<void> {
    const { store } = this.modules;
    const { account, sessionId } = record.consent;
    return store.write([store.uploads.putOp([account, sessionId], record)], false);
  }

  private now(): number {
    return this.modules.clock.now();
  }
}

function nameOf({ account, sessionId }: UploadConsent): string {
  return toHex(account) + toHex(sessionId);
}

function limit(message: string): NodeError {
  return new NodeError({ code: "UPLOAD_LIMIT", message });
}
