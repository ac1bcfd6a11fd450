import "../promiseWithResolvers.js";
import type { ConnectionGater, MultiaddrConnection } from "@libp2p/interface";
import type { Clock } from "@lucid/consensus/base";
import type { Multiaddr } from "@multiformats/multiaddr";
import { setBounded } from "../boundedMap.js";
import { perMinute, TokenBucket } from "../tokenBucket.js";
import { addressGroup, onionOf } from "./addresses.js";
import type { Conduct } from "./conduct.js";
import type { NetworkLimits } from "./networkLimits.js";

export interface GateModules {
  readonly clock: Clock;
  readonly limits: NetworkLimits;
  readonly conduct: Conduct;
  /** Nothing but onion services is dialled. */
  readonly onionOnly?: boolean;
}

/** Who may connect: not the banned, not more than there is room for, not too many from one address. Counts bytes too. */
export class Gate implements ConnectionGater {
  private readonly modules: GateModules;
  private readonly inbound = new Set<MultiaddrConnection>();
  private readonly inboundOf = new Map<string, number>();
  private readonly circuits: TokenBucket;
  private readonly circuitsOf = new Map<string, TokenBucket>();
  private readonly counts = { bytesIn: 0, bytesOut: 0, refused: 0 };

  constructor(modules: GateModules) {
    this.modules = modules;
    const { limits, clock } = modules;
    this.circuits = new TokenBucket(perMinute(limits.relayCircuits), clock.now());
  }

  counters(): Readonly<Gate["counts"]> {
    return { ...this.counts };
  }

  denyDialPeer = (peer: { toString(): string }): boolean => this.isBanned(peer);

  denyDialMultiaddr = (address: Multiaddr): boolean =>
    this.modules.onionOnly === true && onionOf(address) === undefined;

  denyInboundConnection = (connection: MultiaddrConnection): boolean => {
    const { limits, conduct, clock } = this.modules;
    const group = addressGroup(connection.remoteAddr);
    const own = group === undefined ? 0 : (this.inboundOf.get(group) ?? 0);
    const crowded =
      own >= limits.connectionsPerAddress || (group !== undefined && conduct.isSpoilt(group, clock.now()));
    if (crowded || this.inbound.size >= limits.inboundConnections) {
      this.counts.refused++;
      return true;
    }
    this.inbound.add(connection);
    if (group !== undefined) this.inboundOf.set(group, own + 1);
    connection.addEventListener("close", () => this.leave(connection, group));
    return false;
  };

  denyInboundEncryptedConnection = (peer: { toString(): string }, connection: MultiaddrConnection): boolean =>
    this.judge(peer, connection);

  denyOutboundEncryptedConnection = (peer: { toString(): string }, connection: MultiaddrConnection): boolean =>
    this.judge(peer, connection);

  /** A place at this relay, for a node behind a router. */
  denyInboundRelayReservation = (peer: { toString(): string }): boolean => this.isBanned(peer);

  /** A connection through this relay. */
  denyOutboundRelayedConnection = (source: { toString(): string }, target: { toString(): string }): boolean => {
    const { limits, clock } = this.modules;
    const now = clock.now();
    const name = source.toString();
    const own = this.circuitsOf.get(name) ?? new TokenBucket(perMinute(limits.relayCircuitsPerPeer), now);
    setBounded(this.circuitsOf, name, own, limits.bans);
    const denied = this.isBanned(source) || this.isBanned(target) || !own.take(1, now) || !this.circuits.take(1, now);
    if (denied) this.counts.refused++;
    return denied;
  };

  /** Somebody whom a relay leads to us. */
  denyInboundRelayedConnection = (_relay: { toString(): string }, peer: { toString(): string }): boolean =>
    this.isBanned(peer);

  private judge(peer: { toString(): string }, connection: MultiaddrConnection): boolean {
    if (this.isBanned(peer)) {
      this.counts.refused++;
      return true;
    }
    this.countBytes(connection);
    return false;
  }

  private leave(connection: MultiaddrConnection, group: string | undefined): void {
    if (!this.inbound.delete(connection) || group === undefined) return;
    const left = (this.inboundOf.get(group) ?? 1) - 1;
    if (left > 0) this.inboundOf.set(group, left);
    else this.inboundOf.delete(group);
  }

  private isBanned(peer: { toString(): string }): boolean {
    return this.modules.conduct.isBanned(peer.toString(), this.modules.clock.now());
  }

  /** From the end of the handshake on: a listener before it would take the bytes from those that they are for. */
  private countBytes(connection: MultiaddrConnection): void {
    connection.addEventListener("message", ({ data }) => {
      this.counts.bytesIn += data.byteLength;
    });
    const send = connection.send.bind(connection);
    connection.send = (data) => {
      this.counts.bytesOut += data.byteLength;
      return send(data);
    };
  }
}
