import "../promiseWithResolvers.js";
import type { ConnectionEncrypter, MessageStream } from "@libp2p/interface";
import type { Clock } from "@lucid/consensus/base";
import type { Multiaddr } from "@multiformats/multiaddr";
import { setBounded } from "../boundedMap.js";
import { P2pError } from "../errors.js";
import type { PeerId } from "../network.js";
import { TokenBucket } from "../tokenBucket.js";
import { addressGroup } from "./addresses.js";
import type { NetworkLimits } from "./networkLimits.js";
import type { Allowance } from "./streamMeter.js";

export interface NewStreamsModules {
  readonly clock: Clock;
  readonly limits: NetworkLimits;
  /** The peer, not only its address, opens streams faster than it may. */
  readonly onExcess: (peer: PeerId) => void;
}

type EncrypterFactory<Parts extends unknown[]> = (...parts: Parts) => ConnectionEncrypter;

interface Opener {
  readonly peer: PeerId;
  isRefused: boolean;
  readonly buckets: readonly { readonly bucket: TokenBucket; readonly whose: "the peer" | "its address" }[];
}

/**
 * How many streams peers may open. The allowance is the peer's, not the connection's, and a larger one is its address's: neither
 * a new connection nor a new key fills it again.
 */
export class NewStreams {
  private readonly modules: NewStreamsModules;
  private readonly openers = new WeakMap<MessageStream, Opener>();
  private readonly ofPeers = new Map<PeerId, TokenBucket>();
  private readonly ofAddresses = new Map<string, TokenBucket>();

  constructor(modules: NewStreamsModules) {
    this.modules = modules;
  }

  /** The encryption with which it becomes known who is at the other end: a multiplexer is not told. */
  identified<Parts extends unknown[]>(make: EncrypterFactory<Parts>): EncrypterFactory<Parts> {
    return (...parts) => {
      const encrypter = make(...parts);
      const noting =
        (secure: ConnectionEncrypter["secureInbound"]): ConnectionEncrypter["secureInbound"] =>
        async (connection, options) => {
          const secured = await secure(connection, options);
          const { remoteAddr } = connection as MessageStream & { readonly remoteAddr?: Multiaddr };
          this.openers.set(secured.connection, this.openerOf(secured.remotePeer.toString(), remoteAddr));
          return secured;
        };
      encrypter.secureInbound = noting(encrypter.secureInbound.bind(encrypter));
      encrypter.secureOutbound = noting(encrypter.secureOutbound.bind(encrypter));
      return encrypter;
    };
  }

  /** The other end of an encrypted connection opens one more. @throws P2pError P2P_BUSY when that is too many */
  take(connection: MessageStream): void {
    const now = this.modules.clock.now();
    const opener = this.of(connection);
    for (const { bucket, whose } of opener.buckets) {
      if (bucket.take(1, now)) continue;
      if (whose === "the peer" && !opener.isRefused) this.modules.onExcess(opener.peer);
      // What else was on its way is no further offence.
      opener.isRefused = true;
      throw new P2pError({ code: "P2P_BUSY", message: `${whose} opens streams too fast` });
    }
  }

  private of(connection: MessageStream): Opener {
    const known = this.openers.get(connection);
    if (known !== undefined) return known;
    // Of an encryption that is not ours: then the connection's own.
    const opener = this.openerOf("", undefined);
    this.openers.set(connection, opener);
    return opener;
  }

  private openerOf(peer: PeerId, address: Multiaddr | undefined): Opener {
    const { newStreamRate, newStreamBurst, addressStreamRate, addressStreamBurst } = this.modules.limits;
    const own = this.bucketOf(this.ofPeers, peer, { rate: newStreamRate, burst: newStreamBurst });
    const group = address === undefined ? undefined : addressGroup(address);
    // All of loopback is one machine, and whoever comes through Tor comes from there.
    if (group === undefined) return { peer, isRefused: false, buckets: [{ bucket: own, whose: "the peer" }] };
    const shared = this.bucketOf(this.ofAddresses, group, { rate: addressStreamRate, burst: addressStreamBurst });
    return {
      peer,
      isRefused: false,
      buckets: [
        { bucket: own, whose: "the peer" },
        { bucket: shared, whose: "its address" },
      ],
    };
  }

  private bucketOf(buckets: Map<string, TokenBucket>, name: string, allowance: Allowance): TokenBucket {
    const { clock, limits } = this.modules;
    const bucket = buckets.get(name) ?? new TokenBucket(allowance, clock.now());
    // The one that came back longest ago leaves.
    if (name !== "") setBounded(buckets, name, bucket, limits.bans);
    return bucket;
  }
}
