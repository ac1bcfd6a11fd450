import "../promiseWithResolvers.js";
import type { Connection, PeerId as HostPeerId } from "@libp2p/interface";
import { peerIdFromString } from "@libp2p/peer-id";
import { hasCode } from "@lucid/consensus/base";
import type { Multiaddr } from "@multiformats/multiaddr";
import { P2pError } from "../errors.js";
import type { ConsensusNetwork, NetworkCounters, PeerId, PeerInfo, Protocol, Topic, Verdict } from "../network.js";
import type { ProviderNetwork } from "../providers.js";
import type { ByteChannel, StreamNetwork, StreamProtocol } from "../streams.js";
import { addressGroup, parseAddress, peerOfAddress } from "./addresses.js";
import { Conduct } from "./conduct.js";
import { Dialer } from "./dialer.js";
import { Discovery } from "./discovery.js";
import { Gate } from "./gate.js";
import { Gossip } from "./gossip.js";
import { createHost, type Host } from "./host.js";
import { Membership } from "./membership.js";
import { NO_NAT } from "./natTraversal.js";
import { limitsWith, type NetworkLimits } from "./networkLimits.js";
import type { Libp2pNetworkModules, Libp2pNetworkOptions } from "./networkOptions.js";
import { connectionCounts, type NetworkReport } from "./networkReport.js";
import { ProtocolNames } from "./protocolNames.js";
import { ProviderRecords } from "./providerRecords.js";
import { QuotaDatastore } from "./quotaDatastore.js";
import { Requests, translate } from "./requests.js";
import { StreamService } from "./streamService.js";
import { checkAddresses, OnionDoor, ownAddresses, torLimits } from "./tor.js";

/** A connection that has lasted for so long, milliseconds, is meant to stay. */
const SETTLED = 2_000;

/** The network between nodes: a libp2p host (TCP, Noise, yamux) with gossip and requests under our own protocol names. */
export class Libp2pNetwork implements ConsensusNetwork, StreamNetwork, ProviderNetwork {
  private readonly options: Libp2pNetworkOptions;
  private readonly modules: Libp2pNetworkModules;
  private readonly limits: NetworkLimits;
  private readonly names: ProtocolNames;
  private readonly conduct: Conduct;
  private readonly gate: Gate;
  private readonly gossip: Gossip;
  private readonly requests: Requests;
  private readonly byteStreams: StreamService;
  private readonly dialer: Dialer;
  private readonly handlers = new Map<string, () => Promise<void>>();
  private readonly listeners = new Set<(peer: PeerInfo, connected: boolean) => void>();
  private readonly connected = new Map<PeerId, PeerInfo>();
  private readonly datastore: QuotaDatastore;
  private readonly bootnodes: readonly Multiaddr[];
  private host: Host | undefined;
  private membership: Membership | undefined;
  private discovery: Discovery | undefined;
  private records: ProviderRecords | undefined;
  private door: OnionDoor | undefined;
  /** Tor's SOCKS port did not answer last time. */
  private torGone = false;
  private state: "new" | "running" | "stopped" = "new";

  /** @throws P2pError P2P_BAD_ADDRESS, P2P_CLEARNET, P2P_NO_TOR */
  constructor(options: Libp2pNetworkOptions, modules: Libp2pNetworkModules) {
    this.options = options;
    this.modules = modules;
    const { clock } = modules;
    const limits = torLimits(limitsWith(options.limits), options.tor);
    this.limits = limits;
    this.names = new ProtocolNames(options.genesisRoot, options.forkVersion);
    this.bootnodes = (options.bootnodes ?? []).map(parseAddress);
    const directPeers = (options.directPeers ?? []).map(parseDirect);
    const peers = [...options.peers.map(parseAddress), ...directPeers];
    const [listen, announce] = [options.listen.map(parseAddress), (options.announce ?? []).map(parseAddress)];
    checkAddresses({ listen, announce, dial: [...peers, ...this.bootnodes] }, options.tor);
    this.datastore = new QuotaDatastore(options.database, limits);
    const nameOf = (name: string) => this.names.of(name);
    const onOffence = (peer: PeerId) => this.onOffence(peer, "sent too much that is not valid");
    this.conduct = new Conduct(limits, this.datastore);
    this.gate = new Gate({ clock, limits, conduct: this.conduct, onionOnly: options.tor?.only === true });
    const onDeaf = (peer: PeerId) =>
      this.expel(peer, new P2pError({ code: "P2P_BUSY", message: `${peer} does not read its gossip` }));
    const isBanned = (peer: PeerId) => this.conduct.isBanned(peer, clock.now());
    this.gossip = new Gossip({ ...options, directPeers }, { clock, limits, nameOf, isBanned, onOffence, onDeaf });
    this.requests = new Requests({
      clock,
      limits,
      nameOf,
      onOffence,
      addressOf: (peer) => this.addressOf(peer),
      connectionTo: (peer) => this.connectionTo(peer),
      onBadAnswer: (peer, error) => this.expel(peer, error),
    });
    this.byteStreams = new StreamService({
      clock,
      limits,
      nameOf,
      connect: (peer, signal) => this.connect(peer, signal),
    });
    this.dialer = new Dialer(peers, {
      clock,
      limits,
      dial: (address, signal) => this.dial(address, signal),
      isConnected: (peer) => this.connectionTo(peer) !== undefined,
      onFailure: (address, cause) => {
        const gone = () => new P2pError({ code: "P2P_PEER_GONE", message: "the peer cannot be reached", cause });
        const error = hasCode(cause, "P2P_TOR_UNREACHABLE") && cause instanceof P2pError ? cause : gone();
        modules.onEvent?.("refused", address.toString(), error);
      },
    });
  }

  /** @throws P2pError P2P_LISTEN_FAILED */
  async start(): Promise<void> {
    if (this.state !== "new") return;
    this.state = "running";
    const { peerKey, tor, userAgent = "lucid", privateAddresses = false } = this.options;
    const { listen, announce, appendAnnounce } = ownAddresses(
      { listen: this.options.listen, announce: this.options.announce ?? [], peerKey },
      tor,
    );
    const { limits, gate, gossip, datastore, names } = this;
    const dht = this.options.discovery
      ? { protocol: names.dht, server: listen.length > 0, privateAddresses }
      : undefined;
    await datastore.open();
    await this.resumeBans();
    const nat = tor?.only === true ? NO_NAT : this.options.nat;
    const options = { peerKey, listen, announce, appendAnnounce, userAgent, dht, tor, nat, network: names.digest };
    const onProxy = (reachable: boolean) => this.onProxy(reachable);
    const onUnreached = () => {
      if (this.connected.size === 0) this.door?.forget();
    };
    const { clock, onTor } = this.modules;
    const onExcess = (peer: PeerId) => this.onOffence(peer, "opens streams too fast again and again");
    const host = await createHost(options, { limits, gate, gossip, datastore, clock, onExcess, onProxy, onUnreached });
    this.host = host;
    this.records = new ProviderRecords(host, limits);
    this.door = new OnionDoor(host, peerKey, tor, {
      clock,
      limits,
      onState: (up, reason) => onTor?.("service", up, reason),
    });
    this.membership = new Membership(host, {
      clock: this.modules.clock,
      limits,
      names,
      onStranger: ({ remoteAddr }, reason) => this.modules.onEvent?.("refused", remoteAddr.toString(), reason),
    });
    // Its name says who is a member; nobody opens it, and one that is closed on this side only would stay half open.
    await host.handle(this.names.goodbye, (stream) => stream.abort(unused()), { runOnLimitedConnection: true });
    await host.register(this.names.goodbye, {
      notifyOnLimitedConnection: true,
      onConnect: (peer, connection) => this.onConnect(peer, connection),
      onDisconnect: (peer) => this.onDisconnect(peer),
    });
    // The registrar tells of nobody whose row has left the store of known peers meanwhile.
    host.addEventListener("connection:close", ({ detail: { remotePeer } }) => {
      const id = remotePeer.toString();
      if (this.connectionTo(id) === undefined) this.leave(id);
    });
    for (const [, handle] of this.handlers) await handle();
    try {
      await host.start();
    } catch (cause) {
      this.state = "stopped";
      await this.door.stop();
      await host.stop();
      await datastore.end();
      const message = `cannot listen on ${listen.join(", ")}`;
      throw new P2pError({ code: "P2P_LISTEN_FAILED", message, meta: { listen: listen.join(",") }, cause });
    }
    // Not before: a service that has not started takes no subscription.
    if (host.services.gossip !== undefined) gossip.attach(host.services.gossip);
    this.dialer.start();
    if (this.options.discovery === true) this.discover(host);
  }

  async stop(): Promise<void> {
    if (this.state === "stopped") return;
    this.state = "stopped";
    this.requests.stop();
    this.byteStreams.stop();
    this.records?.stop();
    await Promise.all([this.dialer.stop(), this.discovery?.stop(), this.door?.stop()]);
    this.membership?.stop();
    await this.host?.stop();
    await this.conduct.written();
    await this.datastore.end();
    for (const peer of [...this.connected.keys()]) this.leave(peer);
  }

  /** The peer id, base58. */
  get peerId(): PeerId | undefined {
    return this.host?.peerId.toString();
  }

  /** The same as it stands in messages of libp2p. */
  get peerIdBytes(): Uint8Array | undefined {
    return this.host?.peerId.toMultihash().bytes;
  }

  /** Multiaddresses with the peer id under which this node can be dialled. */
  addresses(): readonly string[] {
    return this.host?.getMultiaddrs().map(String) ?? [];
  }

  /** The first of them; undefined when not listening. */
  address(): string | undefined {
    return this.addresses()[0];
  }

  peers(): readonly PeerInfo[] {
    return [...this.connected.values()];
  }

  publish<T>(topic: Topic<T>, message: T): void {
    this.gossip.publish(topic, message);
  }

  subscribe<T>(topic: Topic<T>, validate: (message: T, from: PeerId) => Verdict | Promise<Verdict>): () => void {
    return this.gossip.subscribe(topic, validate);
  }

  handle<Q, R>(protocol: Protocol<Q, R>, serve: (request: Q, from: PeerId) => R | Promise<R>): () => void {
    const name = this.names.of(protocol.name);
    const limits = protocol as unknown as Protocol<never, unknown>;
    const answer = async (message: Uint8Array, from: PeerId): Promise<Uint8Array> =>
      protocol.response.encode(await serve(decodeRequest(protocol, message), from));
    const handle = async (): Promise<void> => {
      await this.host?.handle(
        name,
        (stream, connection) => this.requests.serve(limits, answer, stream, connection.remotePeer.toString()),
        // Beyond the quota a peer is told so; beyond twice the quota its streams are reset.
        { maxInboundStreams: 2 * this.limits.requestsInFlight, force: true, runOnLimitedConnection: true },
      );
    };
    return this.addHandler(name, handle);
  }

  request<Q, R>(peer: PeerId, protocol: Protocol<Q, R>, request: Q): Promise<R> {
    return this.requests.request(peer, protocol, request);
  }

  drop(peer: PeerId, reason: P2pError, { ban }: { readonly ban: boolean }): void {
    if (ban) this.conduct.ban(peer, reason.message, this.modules.clock.now(), this.addressOf(peer));
    this.modules.onEvent?.(ban ? "banned" : "refused", this.connected.get(peer)?.address ?? peer, reason);
    this.expel(peer, reason);
  }

  handleStream(protocol: StreamProtocol, serve: (channel: ByteChannel) => Promise<void>): () => void {
    const name = this.names.of(protocol.name);
    const handle = async (): Promise<void> => {
      await this.host?.handle(
        name,
        (stream, connection) => this.byteStreams.serve(protocol, serve, stream, connection.remotePeer.toString()),
        { maxInboundStreams: 2 * protocol.streamsPerPeer, force: true },
      );
    };
    return this.addHandler(name, handle);
  }

  openStream(peer: PeerId, protocol: StreamProtocol, signal?: AbortSignal): Promise<ByteChannel> {
    return this.byteStreams.openTo(peer, protocol, signal);
  }

  async announce(key: Uint8Array, signal?: AbortSignal): Promise<boolean> {
    return this.state === "running" && (await this.records?.announce(key, signal)) === true;
  }

  async withdraw(key: Uint8Array): Promise<void> {
    if (this.state === "running") await this.records?.withdraw(key);
  }

  async *providers(key: Uint8Array, signal?: AbortSignal): AsyncGenerator<PeerId, void, void> {
    if (this.state === "running" && this.records !== undefined) yield* this.records.find(key, signal);
  }

  async reach(peer: PeerId, signal?: AbortSignal): Promise<void> {
    try {
      await this.connect(peer, signal);
    } catch (cause) {
      throw translate(cause, "reach");
    }
  }

  onPeer(listener: (peer: PeerInfo, connected: boolean) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  counters(): NetworkCounters {
    const { received, accepted, ignored, rejected, dropped } = this.gossip.counters();
    const { bytesIn, bytesOut } = this.gate.counters();
    return { received, accepted, ignored, rejected, dropped, bytesIn, bytesOut };
  }

  report(): NetworkReport {
    const connections = this.host?.getConnections() ?? [];
    const { refused } = this.gate.counters();
    return {
      ...connectionCounts(connections, this.host?.getProtocols() ?? [], this.names),
      refused,
      banned: this.conduct.banned(this.modules.clock.now()),
      slowed: this.gossip.counters().slowed,
      requests: this.requests.counters(),
      byteStreams: this.byteStreams.counters(),
      records: this.datastore.sizes(),
      reservations: this.host?.services.relay?.reservations.size ?? 0,
      torReachable: !this.torGone,
      dials: this.host?.getDialQueue().length ?? 0,
      mesh: Object.fromEntries(this.options.topics.map(({ name }) => [name, this.meshPeers(name).length])),
      worstScore: Math.min(0, ...[...this.connected.keys()].map((peer) => this.gossip.scoreOf(peer))),
    };
  }

  /** Peers to which messages of this topic are forwarded. */
  meshPeers(topic: string): readonly PeerId[] {
    return this.gossip.meshPeers(topic);
  }

  private discover(host: Host): void {
    const { clock } = this.modules;
    this.discovery = new Discovery(
      { bootnodes: this.bootnodes, wanted: this.limits.outboundConnections, member: this.names.goodbye },
      {
        host,
        clock,
        limits: this.limits,
        peerCount: () => this.connected.size,
        isWelcome: (peer) => !this.conduct.isBanned(peer, clock.now()),
        isCutOff: () => this.torGone,
      },
    );
    this.discovery.start();
    // Whom the local network names.
    host.addEventListener("peer:discovery", ({ detail }) => this.discovery?.found(detail.id.toString()));
  }

  private onProxy(reachable: boolean): void {
    if (this.torGone !== reachable) return;
    this.torGone = !reachable;
    if (reachable) this.discovery?.forgive();
    this.modules.onTor?.("proxy", reachable);
  }

  private onConnect(hostPeer: HostPeerId, connection: Connection): void {
    const id = hostPeer.toString();
    // It may have gone while what it is was being written down.
    if (this.state !== "running" || connection.status !== "open") return;
    const known = this.connected.get(id);
    // One connection more: of interest only when it replaces one through a relay.
    if (known !== undefined && !(isRelayed(known.address) && connection.limits === undefined)) return;
    const address = connection.remoteAddr.toString();
    const direction = connection.direction === "outbound" ? "out" : "in";
    const connectedAt = known?.connectedAt ?? this.modules.clock.now();
    const info: PeerInfo = { id, address, direction, connectedAt };
    this.connected.set(id, info);
    if (known !== undefined) return;
    this.modules.onEvent?.("connected", address);
    for (const listener of this.listeners) listener(info, true);
  }

  private onDisconnect(hostPeer: HostPeerId): void {
    this.leave(hostPeer.toString());
  }

  private leave(id: PeerId): void {
    const info = this.connected.get(id);
    if (info === undefined) return;
    this.connected.delete(id);
    this.modules.onEvent?.("closed", info.address);
    for (const listener of this.listeners) listener(info, false);
    this.dialer.lost(id);
  }

  private connectionTo(peer: PeerId): Connection | undefined {
    if (this.host === undefined || this.host.status !== "started") return undefined;
    const open = this.host
      .getConnections()
      .filter(({ remotePeer, status }) => status === "open" && remotePeer.toString() === peer);
    const direct = open.filter(({ limits }) => limits === undefined);
    // The latest of several: whoever comes again has lost the one before, which may look open here for half a minute. One by which a
    // peer only tries whether it reaches this node (autonat) is closed at once.
    const settled = this.modules.clock.now() - SETTLED;
    return direct.findLast(({ timeline }) => timeline.open <= settled) ?? direct[0] ?? open[0];
  }

  private addHandler(name: string, handle: () => Promise<void>): () => void {
    this.handlers.set(name, handle);
    if (this.host !== undefined) void handle();
    return () => {
      if (this.handlers.get(name) !== handle) return;
      this.handlers.delete(name);
      if (this.state === "running") void this.host?.unhandle(name);
    };
  }

  private async connect(peer: PeerId, signal: AbortSignal | undefined): Promise<Connection> {
    const open = this.connectionTo(peer);
    if (open !== undefined) return open;
    if (this.host === undefined || this.state !== "running") {
      throw new P2pError({ code: "P2P_STOPPED", message: "the network is not running" });
    }
    // Its address comes from the address book, else from the DHT.
    const time = AbortSignal.timeout(this.limits.dialTimeout);
    return await this.host.dial(peerIdFromString(peer), {
      signal: signal === undefined ? time : AbortSignal.any([signal, time]),
    });
  }

  private async dial(address: Multiaddr, signal: AbortSignal): Promise<PeerId> {
    if (this.host === undefined) throw new P2pError({ code: "P2P_STOPPED", message: "the network is not running" });
    const connection = await this.host.dial(address, { signal });
    return connection.remotePeer.toString();
  }

  /** The start of a node has two networks, one after the other, and a node is started again: who was banned stays so. */
  private async resumeBans(): Promise<void> {
    for (const { peer, until, reason } of await this.conduct.load(this.modules.clock.now())) {
      const message = `banned before, until ${new Date(until).toISOString()}: ${reason}`;
      this.modules.onEvent?.("banned", peer, new P2pError({ code: "P2P_BAD_FRAME", message }));
    }
  }

  /** What counts as its address. */
  private addressOf(peer: PeerId): string | undefined {
    const address = this.connectionTo(peer)?.remoteAddr;
    return address === undefined || isRelayed(address.toString()) ? undefined : addressGroup(address);
  }

  private onOffence(peer: PeerId, what: string): void {
    if (this.conduct.isBanned(peer, this.modules.clock.now())) return;
    const reason = new P2pError({ code: "P2P_BAD_FRAME", message: `${peer} ${what}` });
    if (!this.conduct.offence(peer, reason.message, this.modules.clock.now(), this.addressOf(peer))) return;
    this.modules.onEvent?.("banned", this.connected.get(peer)?.address ?? peer, reason);
    this.expel(peer, reason);
  }

  private expel(peer: PeerId, reason: P2pError): void {
    const connections = this.host?.getConnections() ?? [];
    // What waits for an answer of this peer ends with it; the reason is none of these.
    const error = new P2pError({ code: "P2P_PEER_GONE", message: `dropped: ${reason.message}`, cause: reason });
    for (const connection of connections) {
      if (connection.remotePeer.toString() === peer) connection.abort(error);
    }
  }
}

function isRelayed(address: string): boolean {
  return address.includes("/p2p-circuit");
}

function unused(): P2pError {
  return new P2pError({ code: "P2P_UNKNOWN_PROTOCOL", message: "nothing is said on this protocol" });
}

/** @throws P2pError P2P_BAD_ADDRESS */
function parseDirect(text: string): Multiaddr {
  const address = parseAddress(text);
  if (peerOfAddress(address) !== undefined) return address;
  const message = `${text} does not name its peer; append /p2p/ and the peer id`;
  throw new P2pError({ code: "P2P_BAD_ADDRESS", message, meta: { address: text } });
}

function decodeRequest<Q>(protocol: Protocol<Q, unknown>, message: Uint8Array): Q {
  try {
    return protocol.request.decode(message);
  } catch (cause) {
    throw new P2pError({ code: "P2P_BAD_FRAME", message: `a request of ${protocol.name} that is none`, cause });
  }
}
