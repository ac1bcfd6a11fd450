import "../promiseWithResolvers.js";
import { type Datastore, Key } from "interface-datastore";
import { setBounded } from "../boundedMap.js";
import type { PeerId } from "../network.js";
import { TokenBucket } from "../tokenBucket.js";
import type { NetworkLimits } from "./networkLimits.js";

/** Rejected messages that are forgiven each second. */
const FORGIVEN = 1 / 60;
/** Bytes of a row before the address: the end of the ban and the length of the address. */
const HEAD = 9;
/** Bytes of a reason that are kept. */
const REASON_BYTES = 256;

/**
 * Rows of bans: the prefix and the peer; its end as u64, Unix milliseconds, big-endian, the length of the address as u8, the address,
 * then the reason, both in UTF-8.
 */
export const BAN_ROWS = "/bans/";

export interface Ban {
  readonly peer: PeerId;
  /** Unix milliseconds. */
  readonly until: number;
  /** What the peer did. */
  readonly reason: string;
  /** Its address, as `addressGroup` says it. */
  readonly address?: string | undefined;
}

/** Remembers who sent what no honest node sends, and who is banned for it: bans last through a restart. */
export class Conduct {
  private readonly limits: NetworkLimits;
  private readonly rows: Datastore;
  private readonly patience = new Map<PeerId, TokenBucket>();
  /** In the order in which they end. */
  private readonly bans = new Map<PeerId, Ban>();
  private writing: Promise<unknown> = Promise.resolve();

  /** @param rows where bans are kept, open before `load`; it has room for `limits.bans` rows under `BAN_ROWS`. */
  constructor(limits: NetworkLimits, rows: Datastore) {
    this.limits = limits;
    this.rows = rows;
  }

  /** Takes up the bans of an earlier run that have not ended. */
  async load(now: number): Promise<readonly Ban[]> {
    const kept: Ban[] = [];
    for await (const { key, value } of this.rows.query({ prefix: BAN_ROWS })) {
      const ban = decodeBan(key.toString().slice(BAN_ROWS.length), value);
      // A clock that was set back since then makes no ban longer.
      if (ban !== undefined && ban.until > now)
        kept.push({ ...ban, until: Math.min(ban.until, now + this.limits.banTime) });
      else await this.rows.delete(key);
    }
    kept.sort((a, b) => a.until - b.until);
    for (const ban of kept) setBounded(this.bans, ban.peer, ban, this.limits.bans);
    return kept;
  }

  /** All bans are on their way to the disk. */
  async written(): Promise<void> {
    await this.writing;
  }

  /** One more such message; true when it was one too many and the peer is banned from now on. */
  offence(peer: PeerId, reason: string, now: number, address?: string): boolean {
    let bucket = this.patience.get(peer);
    if (bucket === undefined) {
      // The last of `rejects` messages is the one that bans.
      bucket = new TokenBucket({ rate: FORGIVEN, burst: this.limits.rejects - 1 }, now);
      setBounded(this.patience, peer, bucket, this.limits.bans);
    }
    if (bucket.spend(1, now) === 0) return false;
    this.ban(peer, reason, now, address);
    return true;
  }

  ban(peer: PeerId, reason: string, now: number, address?: string): void {
    this.patience.delete(peer);
    const ban = { peer, until: now + this.limits.banTime, reason, address };
    setBounded(this.bans, peer, ban, this.limits.bans);
    this.write(() => this.rows.put(rowOf(peer), encodeBan(ban)));
  }

  isBanned(peer: PeerId, now: number): boolean {
    this.forget(now);
    return this.bans.has(peer);
  }

  /** As many peers of this address are banned as may be. */
  isSpoilt(address: string, now: number): boolean {
    this.forget(now);
    let count = 0;
    for (const ban of this.bans.values()) if (ban.address === address) count++;
    return count >= this.limits.bansPerAddress;
  }

  /** Peers that are banned at this moment. */
  banned(now: number): number {
    this.forget(now);
    return this.bans.size;
  }

  private forget(now: number): void {
    for (const { peer, until } of this.bans.values()) {
      if (now < until) return;
      this.bans.delete(peer);
      this.write(() => this.rows.delete(rowOf(peer)));
    }
  }

  /** One after the other. On a disk that cannot be written a ban lasts as long as the process. */
  private write(change: () => unknown): void {
    this.writing = this.writing.then(change).catch(() => undefined);
  }
}

function rowOf(peer: PeerId): Key {
  return new Key(BAN_ROWS + peer);
}

function encodeBan({ until, reason, address = "" }: Ban): Uint8Array {
  const place = Buffer.from(address).subarray(0, 255);
  const head = Buffer.alloc(HEAD);
  head.writeBigUInt64BE(BigInt(until));
  head.writeUInt8(place.length, 8);
  return Buffer.concat([head, place, Buffer.from(reason).subarray(0, REASON_BYTES)]);
}

function decodeBan(peer: PeerId, bytes: Uint8Array): Ban | undefined {
  if (bytes.length < HEAD) return undefined;
  const row = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = HEAD + row.readUInt8(8);
  if (row.length < end) return undefined;
  const address = end === HEAD ? undefined : row.toString("utf8", HEAD, end);
  return { peer, until: Number(row.readBigUInt64BE()), reason: row.toString("utf8", end), address };
}
