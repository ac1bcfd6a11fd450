import { setMaxListeners } from "node:events";
import { CID } from "multiformats/cid";
import { create as createDigest } from "multiformats/hashes/digest";
import type { PeerId } from "../network.js";
import type { Host } from "./host.js";
import type { NetworkLimits } from "./networkLimits.js";

/** Codes of the multicodec table. */
const RAW = 0x55;
const SHA2_256 = 0x12;

/** Records in the DHT of who holds what. The store behind them has a quota for each peer and for all (QuotaDatastore). */
export class ProviderRecords {
  private readonly host: Host;
  private readonly limits: NetworkLimits;
  private readonly stopped = new AbortController();

  constructor(host: Host, limits: NetworkLimits) {
    this.host = host;
    this.limits = limits;
    setMaxListeners(0, this.stopped.signal);
  }

  /** Ends searches and announcements that are under way. */
  stop(): void {
    this.stopped.abort();
  }

  async announce(key: Uint8Array, signal: AbortSignal | undefined): Promise<boolean> {
    // A record without an address is refused by others, and one of a node that only asks leads nowhere.
    if (this.host.services.dht?.getMode() !== "server" || this.host.getMultiaddrs().length === 0) return false;
    await this.host.contentRouting.provide(cidOf(key), { signal: this.limited(signal) });
    return true;
  }

  async withdraw(key: Uint8Array): Promise<void> {
    if (this.host.services.dht === undefined || this.stopped.signal.aborted) return;
    await this.host.contentRouting.cancelReprovide(cidOf(key));
  }

  async *find(key: Uint8Array, signal: AbortSignal | undefined): AsyncGenerator<PeerId, void, void> {
    if (this.host.services.dht === undefined) return;
    const own = this.host.peerId.toString();
    let left = this.limits.providersAsked;
    try {
      for await (const { id } of this.host.contentRouting.findProviders(cidOf(key), { signal: this.limited(signal) })) {
        if (id.toString() === own) continue;
        yield id.toString();
        if (--left === 0) return;
      }
    } catch {
      // Nobody was found in time: the normal state of a new network.
    }
  }

  private limited(signal: AbortSignal | undefined): AbortSignal {
    const signals = [this.stopped.signal, AbortSignal.timeout(this.limits.providerSearch)];
    const limited = AbortSignal.any(signal === undefined ? signals : [...signals, signal]);
    // A query listens to it in many places at once.
    setMaxListeners(0, limited);
    return limited;
  }
}

/** CIDv1 of a SHA-256. */
function cidOf(key: Uint8Array): CID {
  return CID.createV1(RAW, createDigest(SHA2_256, key));
}
