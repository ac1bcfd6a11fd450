import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { type Clock, sha256, type Timer, toHex } from "@lucid/consensus/base";
import { P2pError } from "../errors.js";
import { type TransportLimits, transportLimits } from "../limits.js";
import type { ConsensusNetwork, NetworkCounters, PeerId, PeerInfo, Protocol, Topic, Verdict } from "../network.js";
import { SeenCache } from "../seenCache.js";
import { formatAddress, type HostPort, parseLoopbackAddress } from "./address.js";
import { encodeFrame } from "./frames.js";
import { PeerConnection, type PeerHandlers } from "./peerConnection.js";

export interface TcpNetworkOptions {
  readonly genesisRoot: Uint8Array;
  /** HOST:PORT on loopback; undefined does not listen. */
  readonly listen?: string | undefined;
  /** HOST:PORT of each peer to keep a connection to. */
  readonly peers: readonly string[];
  readonly limits?: Partial<TransportLimits>;
}

export interface TcpNetworkModules {
  readonly clock: Clock;
  /** Told of each refused or lost connection. */
  readonly onEvent?: (event: "connected" | "closed" | "refused", address: string, reason?: P2pError) => void;
}

interface Subscription {
  readonly topic: Topic<unknown>;
  readonly validate: (message: unknown, from: PeerId) => Verdict | Promise<Verdict>;
  /** Validations under way. */
  running: number;
}

interface Dial {
  readonly address: HostPort;
  wait: number;
  /** Who answered last: no second connection while that one stands. */
  peer?: PeerId;
  timer?: Timer;
  socket?: Socket;
}

/**
 * Plain TCP between processes of one machine: no encryption, no authentication, loopback only. Gossip is flooding
 * after validation, which is right for the few nodes of a devnet.
 */
export class TcpNetwork implements ConsensusNetwork {
  private readonly options: TcpNetworkOptions;
  private readonly modules: TcpNetworkModules;
  private readonly limits: TransportLimits;
  private readonly localId = new Uint8Array(randomBytes(32));
  private readonly connections = new Set<PeerConnection>();
  private readonly byId = new Map<PeerId, PeerConnection>();
  private readonly subscriptions = new Map<string, Subscription>();
  private readonly protocols = new Map<string, (message: Uint8Array, from: PeerId) => Promise<Uint8Array>>();
  private readonly listeners = new Set<(peer: PeerInfo, connected: boolean) => void>();
  private readonly dials: Dial[];
  private readonly listenAddress: HostPort | undefined;
  private readonly seen: SeenCache;
  private readonly counts = { received: 0, accepted: 0, ignored: 0, rejected: 0, dropped: 0, bytesIn: 0, bytesOut: 0 };
  private server: Server | undefined;
  private state: "new" | "running" | "stopped" = "new";

  /** @throws P2pError P2P_BAD_ADDRESS, P2P_NOT_LOOPBACK */
  constructor(options: TcpNetworkOptions, modules: TcpNetworkModules) {
    this.options = options;
    this.modules = modules;
    this.limits = { ...transportLimits, ...options.limits };
    this.seen = new SeenCache(this.limits.seen);
    this.listenAddress = options.listen === undefined ? undefined : parseLoopbackAddress(options.listen);
    this.dials = options.peers.map((peer) => ({ address: parseLoopbackAddress(peer), wait: this.limits.redialFirst }));
  }

  /** @throws P2pError P2P_LISTEN_FAILED */
  async start(): Promise<void> {
    if (this.state !== "new") return;
    this.state = "running";
    if (this.listenAddress !== undefined) {
      const { host, port } = this.listenAddress;
      this.server = createServer((socket) => this.accept(socket));
      this.server.listen({ host, port });
      try {
        await once(this.server, "listening");
      } catch (cause) {
        this.state = "stopped";
        const message = `cannot listen on ${formatAddress(this.listenAddress)}`;
        throw new P2pError({ code: "P2P_LISTEN_FAILED", message, meta: { host, port }, cause });
      }
    }
    for (const dial of this.dials) this.dial(dial);
  }

  async stop(): Promise<void> {
    if (this.state === "stopped") return;
    this.state = "stopped";
    for (const dial of this.dials) {
      dial.timer?.cancel();
      dial.socket?.destroy();
    }
    const server = this.server;
    const closed = server === undefined ? undefined : new Promise<void>((resolve) => server.close(() => resolve()));
    const stopped = new P2pError({ code: "P2P_STOPPED", message: "the network is stopped" });
    for (const connection of [...this.connections]) connection.close(stopped);
    await closed;
  }

  /** HOST:PORT that peers can dial; undefined when not listening. */
  address(): string | undefined {
    const bound = this.server?.address();
    return bound === null || bound === undefined || typeof bound === "string"
      ? undefined
      : formatAddress({ host: bound.address, port: bound.port });
  }

  peers(): readonly PeerInfo[] {
    return [...this.byId.values()].map(({ id, address, direction, connectedAt }) => ({
      id,
      address,
      direction,
      connectedAt,
    }));
  }

  counters(): NetworkCounters {
    return { ...this.counts };
  }

  publish<T>(topic: Topic<T>, message: T): void {
    const bytes = topic.encode(message);
    if (bytes.length > topic.maxBytes) throw tooLarge(topic.name, bytes.length);
    this.seen.add(messageId(topic.name, bytes));
    this.forward(topic.name, bytes);
  }

  subscribe<T>(topic: Topic<T>, validate: (message: T, from: PeerId) => Verdict | Promise<Verdict>): () => void {
    const subscription: Subscription = {
      topic: topic as Topic<unknown>,
      validate: validate as Subscription["validate"],
      running: 0,
    };
    this.subscriptions.set(topic.name, subscription);
    return () => {
      if (this.subscriptions.get(topic.name) === subscription) this.subscriptions.delete(topic.name);
    };
  }

  handle<Q, R>(protocol: Protocol<Q, R>, serve: (request: Q, from: PeerId) => R | Promise<R>): () => void {
    this.protocols.set(protocol.name, async (message, from) => {
      if (message.length > protocol.maxRequestBytes) throw tooLarge(protocol.name, message.length);
      return protocol.response.encode(await serve(protocol.request.decode(message), from));
    });
    return () => void this.protocols.delete(protocol.name);
  }

  async request<Q, R>(peer: PeerId, protocol: Protocol<Q, R>, request: Q): Promise<R> {
    const connection = this.byId.get(peer);
    if (connection === undefined) throw new P2pError({ code: "P2P_PEER_GONE", message: "the peer is not connected" });
    const message = protocol.request.encode(request);
    if (message.length > protocol.maxRequestBytes) throw tooLarge(protocol.name, message.length);
    const response = await connection.request(protocol, message);
    try {
      return protocol.response.decode(response);
    } catch (cause) {
      const error = new P2pError({ code: "P2P_BAD_FRAME", message: `bad answer to ${protocol.name}`, cause });
      connection.close(error);
      throw error;
    }
  }

  onPeer(listener: (peer: PeerInfo, connected: boolean) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  private accept(socket: Socket): void {
    if (this.state !== "running" || this.connections.size >= this.limits.peers) socket.destroy();
    else this.open(socket, { host: socket.remoteAddress ?? "?", port: socket.remotePort ?? 0 }, "in");
  }

  private dial(dial: Dial): void {
    if (this.state !== "running") return;
    if (dial.peer !== undefined && this.byId.has(dial.peer)) {
      this.redial(dial);
      return;
    }
    const socket = connect(dial.address);
    dial.socket = socket;
    socket.once("connect", () => {
      if (this.connections.size >= this.limits.peers) socket.destroy();
      else this.open(socket, dial.address, "out", dial);
    });
    socket.on("error", () => socket.destroy());
    socket.once("close", () => this.redial(dial));
  }

  private redial(dial: Dial): void {
    if (this.state !== "running") return;
    dial.timer = this.modules.clock.setTimer(dial.wait, () => this.dial(dial));
    dial.wait = Math.min(dial.wait * 2, this.limits.redialLongest);
  }

  private open(socket: Socket, address: HostPort, direction: "in" | "out", dial?: Dial): void {
    const handlers: PeerHandlers = {
      ready: (peer) => {
        if (dial !== undefined) dial.peer = peer.id;
        const admitted = this.admit(peer);
        if (admitted && dial !== undefined) dial.wait = this.limits.redialFirst;
        return admitted;
      },
      gossip: (peer, topic, message) => this.onGossip(peer, topic, message),
      serve: async (peer, protocol, message) => {
        const serve = this.protocols.get(protocol);
        if (serve === undefined) throw new P2pError({ code: "P2P_UNKNOWN_PROTOCOL", message: "protocol not served" });
        return serve(message, peer.id);
      },
      closed: (peer, reason) => this.onClosed(peer, reason),
      bytes: (incoming, outgoing) => {
        this.counts.bytesIn += incoming;
        this.counts.bytesOut += outgoing;
      },
    };
    const { genesisRoot } = this.options;
    const options = { genesisRoot, localId: this.localId, address: formatAddress(address), direction };
    this.connections.add(
      new PeerConnection(socket, options, { clock: this.modules.clock, limits: this.limits, handlers }),
    );
  }

  /** Two nodes that dial each other keep the connection that the smaller id dialled: both ends agree on it. */
  private admit(peer: PeerConnection): boolean {
    const own = toHex(this.localId).slice(2);
    if (peer.id === own) return false;
    const existing = this.byId.get(peer.id);
    if (existing !== undefined) {
      const dialler = (each: PeerConnection) => (each.direction === "out" ? own : peer.id);
      if (existing.direction !== peer.direction && dialler(existing) < dialler(peer)) return false;
      existing.close(new P2pError({ code: "P2P_PEER_GONE", message: "replaced by another connection" }));
    }
    this.byId.set(peer.id, peer);
    this.modules.onEvent?.("connected", peer.address);
    for (const listener of this.listeners) listener(peer, true);
    return true;
  }

  private onClosed(peer: PeerConnection, reason: P2pError): void {
    this.connections.delete(peer);
    if (this.byId.get(peer.id) !== peer) {
      if (reason.code === "P2P_WRONG_NETWORK") this.modules.onEvent?.("refused", peer.address, reason);
      return;
    }
    this.byId.delete(peer.id);
    this.modules.onEvent?.("closed", peer.address, reason);
    for (const listener of this.listeners) listener(peer, false);
  }

  private forward(topic: string, message: Uint8Array, except?: PeerConnection): void {
    if (this.byId.size === 0) return;
    const frame = encodeFrame({ kind: "gossip", topic, message });
    for (const peer of this.byId.values()) {
      if (peer !== except && !peer.gossip(frame)) this.counts.dropped++;
    }
  }

  private onGossip(peer: PeerConnection, name: string, bytes: Uint8Array): void {
    this.counts.received++;
    const subscription = this.subscriptions.get(name);
    if (subscription !== undefined && bytes.length > subscription.topic.maxBytes) {
      this.reject(peer);
      return;
    }
    const id = messageId(name, bytes);
    // Not subscribed: not validated, so not forwarded.
    if (subscription === undefined || !this.seen.add(id)) {
      this.counts.ignored++;
      return;
    }
    if (subscription.running < subscription.topic.maxQueued) {
      void this.validate(subscription, peer, bytes);
      return;
    }
    this.counts.dropped++;
    // Dropped unread: another peer may bring it again.
    this.seen.delete(id);
  }

  private async validate(subscription: Subscription, peer: PeerConnection, bytes: Uint8Array): Promise<void> {
    let verdict: Verdict;
    subscription.running++;
    try {
      verdict = await subscription.validate(subscription.topic.decode(bytes), peer.id);
    } catch {
      // What does not decode is nothing that an honest node sends; validators answer by verdict, they do not throw.
      verdict = "reject";
    } finally {
      subscription.running--;
    }
    if (this.state !== "running") return;
    if (verdict === "reject") this.reject(peer);
    else if (verdict === "ignore") this.counts.ignored++;
    else {
      this.counts.accepted++;
      this.forward(subscription.topic.name, bytes, peer);
    }
  }

  private reject(peer: PeerConnection): void {
    this.counts.rejected++;
    peer.rejects++;
    if (peer.rejects < this.limits.rejects) return;
    peer.close(new P2pError({ code: "P2P_BAD_FRAME", message: `${peer.address} sent too much that is not valid` }));
  }
}

function messageId(topic: string, message: Uint8Array): string {
  return Buffer.from(sha256(Buffer.from(topic, "latin1"), message)).toString("base64");
}

function tooLarge(name: string, length: number): P2pError {
  return new P2pError({ code: "P2P_TOO_LARGE", message: `${length} bytes are too many for ${name}`, meta: { length } });
}
