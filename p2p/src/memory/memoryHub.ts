import { P2pError } from "../errors.js";
import type { ConsensusNetwork, NetworkCounters, PeerId, PeerInfo, Protocol, Topic, Verdict } from "../network.js";
import { SeenCache } from "../seenCache.js";

/** Whether a message from one node reaches another one now; tests cut links with it. */
export type LinkFilter = (from: PeerId, to: PeerId) => boolean;

/**
 * Networks of several nodes in one process, each connected to each: for tests and simulations on a virtual clock. Messages
 * go through their codecs, as on a wire, and arrive in a later turn of the event loop, in the order in which they were sent.
 */
export class MemoryHub {
  private readonly nodes = new Map<PeerId, MemoryNetwork>();
  private links: LinkFilter = () => true;
  /** Pairs of which one has banned the other. */
  private readonly severed = new Set<string>();
  private underWay = 0;

  /** A network for one more node. Its name must be new. */
  join(id: PeerId): MemoryNetwork {
    return new MemoryNetwork(id, this);
  }

  setLinks(filter: LinkFilter): void {
    this.links = filter;
  }

  /** Messages and requests that have been sent and not yet been answered or judged. */
  get busy(): number {
    return this.underWay;
  }

  /** For MemoryNetwork. */
  attach(network: MemoryNetwork): void {
    const others = [...this.nodes.values()].filter(({ id }) => !this.isSevered(network.id, id));
    // Before anybody hears of it, who may ask it something at once.
    this.nodes.set(network.id, network);
    for (const other of others) {
      other.notify(network.id, true);
      network.notify(other.id, true);
    }
  }

  detach(network: MemoryNetwork): void {
    if (!this.nodes.delete(network.id)) return;
    for (const other of this.nodes.values()) {
      if (!this.isSevered(network.id, other.id)) other.notify(network.id, false);
    }
  }

  /** Ends the connection of two nodes, for good or until the next turn of the event loop. */
  disconnect(from: PeerId, to: PeerId, forGood: boolean): void {
    const [one, two] = [this.nodes.get(from), this.nodes.get(to)];
    if (one === undefined || two === undefined || this.isSevered(from, to)) return;
    const name = pair(from, to);
    this.severed.add(name);
    one.notify(to, false);
    two.notify(from, false);
    if (forGood) return;
    setImmediate(() => {
      this.severed.delete(name);
      if (this.nodes.get(from) !== one || this.nodes.get(to) !== two) return;
      one.notify(to, true);
      two.notify(from, true);
    });
  }

  isSevered(one: PeerId, two: PeerId): boolean {
    return this.severed.has(pair(one, two));
  }

  peersOf(id: PeerId): readonly PeerId[] {
    if (!this.nodes.has(id)) return [];
    return [...this.nodes.keys()].filter((other) => other !== id && !this.isSevered(id, other));
  }

  /** @param gone called instead when the connection ended meanwhile; what is lost on a cut link is told to nobody. */
  send(
    from: PeerId,
    to: PeerId,
    deliver: (target: MemoryNetwork) => Promise<void>,
    gone: () => void = () => undefined,
  ): void {
    this.underWay++;
    setImmediate(() => {
      const target = this.nodes.get(to);
      if (this.isSevered(from, to)) gone();
      const arrives = target !== undefined && this.links(from, to) && !this.isSevered(from, to);
      void (arrives ? deliver(target) : Promise.resolve()).finally(() => {
        this.underWay--;
      });
    });
  }

  reachable(from: PeerId, to: PeerId): MemoryNetwork | undefined {
    const open = this.links(from, to) && this.links(to, from) && !this.isSevered(from, to);
    return open ? this.nodes.get(to) : undefined;
  }
}

/** Messages that are remembered so that they are not delivered twice. */
const SEEN = 16_384;

/** One node's end of a MemoryHub. */
export class MemoryNetwork implements ConsensusNetwork {
  readonly id: PeerId;
  private readonly hub: MemoryHub;
  private readonly validators = new Map<string, (message: Uint8Array, from: PeerId) => Promise<Verdict>>();
  private readonly protocols = new Map<string, (message: Uint8Array, from: PeerId) => Promise<Uint8Array>>();
  private readonly listeners = new Set<(peer: PeerInfo, connected: boolean) => void>();
  private readonly seen = new SeenCache(SEEN);
  private readonly counts = { received: 0, accepted: 0, ignored: 0, rejected: 0, dropped: 0, bytesIn: 0, bytesOut: 0 };

  constructor(id: PeerId, hub: MemoryHub) {
    this.id = id;
    this.hub = hub;
  }

  async start(): Promise<void> {
    this.hub.attach(this);
  }

  async stop(): Promise<void> {
    this.hub.detach(this);
  }

  peers(): readonly PeerInfo[] {
    return this.hub.peersOf(this.id).map(infoOf);
  }

  publish<T>(topic: Topic<T>, message: T): void {
    const bytes = topic.encode(message);
    if (bytes.length > topic.maxBytes) {
      throw new P2pError({ code: "P2P_TOO_LARGE", message: `${bytes.length} bytes are too many for ${topic.name}` });
    }
    for (const peer of this.hub.peersOf(this.id)) {
      this.counts.bytesOut += bytes.length;
      this.hub.send(this.id, peer, (target) => target.receive(topic.name, bytes.slice(), this.id));
    }
  }

  subscribe<T>(topic: Topic<T>, validate: (message: T, from: PeerId) => Verdict | Promise<Verdict>): () => void {
    this.validators.set(topic.name, async (bytes, from) => validate(topic.decode(bytes), from));
    return () => void this.validators.delete(topic.name);
  }

  handle<Q, R>(protocol: Protocol<Q, R>, serve: (request: Q, from: PeerId) => R | Promise<R>): () => void {
    this.protocols.set(protocol.name, async (bytes, from) =>
      protocol.response.encode(await serve(protocol.request.decode(bytes), from)),
    );
    return () => void this.protocols.delete(protocol.name);
  }

  async request<Q, R>(peer: PeerId, protocol: Protocol<Q, R>, request: Q): Promise<R> {
    const target = this.hub.reachable(this.id, peer);
    if (target === undefined) throw new P2pError({ code: "P2P_PEER_GONE", message: "the peer is not connected" });
    const message = protocol.request.encode(request);
    if (message.length > protocol.maxRequestBytes) {
      throw new P2pError({
        code: "P2P_TOO_LARGE",
        message: `${message.length} bytes are too many for ${protocol.name}`,
      });
    }
    const answer = await new Promise<Uint8Array>((resolve, reject) => {
      this.hub.send(
        this.id,
        peer,
        (node) => node.answer(protocol.name, message.slice(), this.id).then(resolve, reject),
        () => reject(new P2pError({ code: "P2P_PEER_GONE", message: "the peer left" })),
      );
    });
    if (answer.length > protocol.maxResponseBytes) {
      throw new P2pError({ code: "P2P_BAD_FRAME", message: `response of ${answer.length} bytes` });
    }
    return protocol.response.decode(answer);
  }

  drop(peer: PeerId, _reason: P2pError, { ban }: { readonly ban: boolean }): void {
    this.hub.disconnect(this.id, peer, ban);
  }

  onPeer(listener: (peer: PeerInfo, connected: boolean) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  counters(): NetworkCounters {
    return { ...this.counts };
  }

  /** For MemoryHub. */
  notify(peer: PeerId, connected: boolean): void {
    for (const listener of this.listeners) listener(infoOf(peer), connected);
  }

  async receive(topic: string, bytes: Uint8Array, from: PeerId): Promise<void> {
    if (!this.seen.add(`${topic}/${Buffer.from(bytes).toString("latin1")}`)) return;
    this.counts.received++;
    this.counts.bytesIn += bytes.length;
    const verdict = await (this.validators
      .get(topic)?.(bytes, from)
      .catch((): Verdict => "reject") ?? "ignore");
    this.counts[verdict === "accept" ? "accepted" : verdict === "ignore" ? "ignored" : "rejected"]++;
  }

  async answer(name: string, message: Uint8Array, from: PeerId): Promise<Uint8Array> {
    const serve = this.protocols.get(name);
    if (serve === undefined) throw new P2pError({ code: "P2P_UNKNOWN_PROTOCOL", message: `${name} is not served` });
    try {
      return await serve(message, from);
    } catch (cause) {
      throw new P2pError({ code: "P2P_REMOTE_FAILED", message: "the peer could not answer", cause });
    }
  }
}

function pair(one: PeerId, two: PeerId): string {
  return [one, two].sort().join("\n");
}

function infoOf(id: PeerId): PeerInfo {
  return { id, address: id, direction: "out", connectedAt: 0 };
}
