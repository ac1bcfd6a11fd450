import "../promiseWithResolvers.js";
import {
  type GossipSub,
  type GossipsubMessage,
  type GossipsubOpts,
  gossipsub,
  TopicValidatorResult,
} from "@libp2p/gossipsub";
import { peerIdFromString } from "@libp2p/peer-id";
import { type Clock, sha256 } from "@lucid/consensus/base";
import type { Multiaddr } from "@multiformats/multiaddr";
import { P2pError } from "../errors.js";
import type { PeerId, Topic, Verdict } from "../network.js";
import { peerOfAddress } from "./addresses.js";
import { gossipParams } from "./gossipParams.js";
import type { NetworkLimits } from "./networkLimits.js";
import { tooLarge } from "./requests.js";
import { StreamMeter } from "./streamMeter.js";

/** Messages up to this size go to every peer at once when they are ours; larger ones through the mesh only, bytes. */
const FLOOD_BYTES = 16 * 1024;
/** Heartbeats without a stream to a peer; opening one takes a round trip. */
const DEAF_HEARTBEATS = 15;

/** What a topic must say before the host starts: the library is told all names that it may ever handle. */
export type TopicLimits = Pick<Topic<unknown>, "name" | "maxBytes" | "maxQueued">;

export interface GossipOptions {
  /** Milliseconds. */
  readonly slotDuration: number;
  readonly topics: readonly TopicLimits[];
  /** Addresses with the peer id of those between whom and us everything passes. */
  readonly directPeers: readonly Multiaddr[];
}

export interface GossipModules {
  readonly clock: Clock;
  readonly limits: NetworkLimits;
  readonly nameOf: (topic: string) => string;
  /** What else has come of it is not worth a look. */
  readonly isBanned: (peer: PeerId) => boolean;
  /** The peer sent what no honest node sends. */
  readonly onOffence: (peer: PeerId) => void;
  /** Gossip to the peer does not flow any more. */
  readonly onDeaf: (peer: PeerId) => void;
}

/** The class has more than its published interface says. */
export interface GossipService extends GossipSub {
  publish(topic: string, data: Uint8Array, options?: { floodPublish?: boolean }): ReturnType<GossipSub["publish"]>;
  reportMessageValidationResult(id: string, source: string, result: TopicValidatorResult): void;
  getMeshPeers(topic: string): string[];
  getScore(peer: string): number;
  readonly streamsOutbound: ReadonlyMap<string, unknown>;
}

interface Subscription {
  readonly topic: Topic<unknown>;
  validate: ((message: unknown, from: PeerId) => Verdict | Promise<Verdict>) | undefined;
  /** Validations under way, of all and of each peer. */
  running: number;
  readonly runningOf: Map<PeerId, number>;
}

const results = {
  accept: TopicValidatorResult.Accept,
  ignore: TopicValidatorResult.Ignore,
  reject: TopicValidatorResult.Reject,
} as const satisfies Record<Verdict, TopicValidatorResult>;

/**
 * Gossip over gossipsub: unsigned messages (what needs a signature carries its own), named by SHA-256 of topic and data,
 * each forwarded only after its validator has accepted it. A peer that sends faster than its share is slowed by
 * back-pressure, one that sends rubbish is reported.
 */
export class Gossip {
  private readonly options: GossipOptions;
  private readonly modules: GossipModules;
  private readonly subscriptions = new Map<string, Subscription>();
  private readonly meter: StreamMeter;
  private readonly deaf = new Map<PeerId, number>();
  private readonly counts = { received: 0, accepted: 0, ignored: 0, rejected: 0, dropped: 0 };
  private service: GossipService | undefined;

  constructor(options: GossipOptions, modules: GossipModules) {
    this.options = options;
    this.modules = modules;
    const { clock, limits } = modules;
    this.meter = new StreamMeter(
      {
        bytes: { rate: limits.gossipBytesRate, burst: limits.gossipBytesBurst },
        messages: { rate: limits.gossipMessageRate, burst: limits.gossipMessageBurst },
        peers: limits.bans,
      },
      clock,
    );
  }

  counters(): Readonly<Gossip["counts"]> & { readonly slowed: number } {
    return { ...this.counts, slowed: this.meter.slowed };
  }

  /** For the service table of the host. */
  factory(): ReturnType<typeof gossipsub> {
    const make = gossipsub(this.settings());
    return ({ privateKey, peerId, peerStore, registrar, connectionManager, logger }) =>
      make({ privateKey, peerId, peerStore, registrar: this.meter.metered(registrar), connectionManager, logger });
  }

  private settings(): Partial<GossipsubOpts> {
    const { limits, nameOf } = this.modules;
    const names = this.options.topics.map(({ name }) => nameOf(name));
    return {
      ...gossipParams({
        slotDuration: this.options.slotDuration,
        topics: names,
        connectionsPerAddress: limits.connectionsPerAddress,
      }),
      globalSignaturePolicy: "StrictNoSign",
      msgIdFn: ({ topic, data }) => sha256(Buffer.from(topic, "latin1"), data),
      msgIdToStrFn: (id) => Buffer.from(id).toString("base64"),
      asyncValidation: true,
      awaitRpcHandler: true,
      emitSelf: false,
      fallbackToFloodsub: false,
      floodPublish: false,
      doPX: false,
      directPeers: this.options.directPeers.map((address) => ({
        id: peerIdFromString(peerOfAddress(address) ?? ""),
        addrs: [address],
      })),
      batchPublish: true,
      allowPublishToZeroTopicPeers: true,
      ignoreDuplicatePublishError: true,
      allowedTopics: names,
      maxTopicBytesPerPeer: limits.gossipTopicBytes,
      maxInboundDataLength: limits.gossipFrame,
      maxOutboundBufferSize: limits.gossipOutbound,
      // Who reaches others only through a relay takes part as well.
      runOnLimitedConnection: true,
      maxInboundStreams: 2,
      maxOutboundStreams: 2,
      decodeRpcLimits: {
        maxSubscriptions: limits.gossipPerFrame,
        maxMessages: limits.gossipPerFrame,
        maxControlMessages: limits.gossipPerFrame,
        maxIhaveMessageIDs: limits.gossipPerFrame,
        maxIwantMessageIDs: limits.gossipPerFrame,
        maxIdontwantMessageIDs: limits.gossipPerFrame,
        maxPeerInfos: 0,
      },
    };
  }

  /** Takes the service that the host made of `factory`. */
  attach(service: GossipSub): void {
    this.service = service as GossipService;
    service.addEventListener("gossipsub:message", ({ detail }) => void this.receive(detail));
    service.addEventListener("gossipsub:heartbeat", () => this.findDeaf(service as GossipService));
    // Whoever subscribed before the host was made.
    for (const { topic } of this.subscriptions.values()) service.subscribe(this.modules.nameOf(topic.name));
  }

  /** Peers to which messages of a topic are forwarded. */
  meshPeers(topic: string): readonly PeerId[] {
    return this.service?.getMeshPeers(this.modules.nameOf(topic)) ?? [];
  }

  scoreOf(peer: PeerId): number {
    return this.service?.getScore(peer) ?? 0;
  }

  /** @throws P2pError P2P_TOO_LARGE, P2P_UNKNOWN_TOPIC */
  publish<T>(topic: Topic<T>, message: T): void {
    this.checkKnown(topic.name);
    const bytes = topic.encode(message);
    if (bytes.length > topic.maxBytes) throw tooLarge(topic.name, bytes.length);
    const { service } = this;
    if (service === undefined) return;
    const options = { floodPublish: bytes.length <= FLOOD_BYTES };
    service.publish(this.modules.nameOf(topic.name), bytes, options).catch(() => {
      // Only a stopped service refuses with these options.
      this.counts.dropped++;
    });
  }

  subscribe<T>(topic: Topic<T>, validate: (message: T, from: PeerId) => Verdict | Promise<Verdict>): () => void {
    this.checkKnown(topic.name);
    const subscription: Subscription = {
      topic: topic as Topic<unknown>,
      validate: validate as Subscription["validate"],
      running: 0,
      runningOf: new Map(),
    };
    this.subscriptions.set(topic.name, subscription);
    this.service?.subscribe(this.modules.nameOf(topic.name));
    // The topic stays in the mesh: leaving it and coming back costs a back-off at every peer.
    return () => {
      subscription.validate = undefined;
    };
  }

  /** A slow reader's stream is closed by its full buffer and not opened again: its connection is of no more use. */
  private findDeaf(service: GossipService): void {
    const peers = new Set(service.getPeers().map(String));
    for (const peer of this.deaf.keys()) if (!peers.has(peer)) this.deaf.delete(peer);
    for (const peer of peers) {
      const beats = service.streamsOutbound.has(peer) ? 0 : (this.deaf.get(peer) ?? 0) + 1;
      this.deaf.set(peer, beats);
      if (beats === DEAF_HEARTBEATS) this.modules.onDeaf(peer);
    }
  }

  private checkKnown(name: string): void {
    if (this.options.topics.some((topic) => topic.name === name)) return;
    throw new P2pError({ code: "P2P_UNKNOWN_TOPIC", message: `${name} is not among the topics of this network` });
  }

  private async receive({ propagationSource, msgId, msg }: GossipsubMessage): Promise<void> {
    const peer = propagationSource.toString();
    const subscription = this.subscriptions.get(this.shortName(msg.topic));
    this.counts.received++;
    this.meter.message(peer);
    this.settle(peer, msgId, await this.judge(subscription, msg.data, peer));
  }

  private shortName(full: string): string {
    return full.slice(this.modules.nameOf("").length);
  }

  /** The validator's answer; undefined when there was no room to ask it. */
  private async judge(
    subscription: Subscription | undefined,
    data: Uint8Array,
    peer: PeerId,
  ): Promise<Verdict | undefined> {
    if (subscription?.validate === undefined) return "ignore";
    if (this.modules.isBanned(peer)) return undefined;
    const { topic, validate, runningOf } = subscription;
    if (data.length > topic.maxBytes) return "reject";
    const own = runningOf.get(peer) ?? 0;
    // One peer cannot take more than half of the room, so that the others' messages still find some.
    if (subscription.running >= topic.maxQueued || own >= Math.max(1, topic.maxQueued / 2)) return undefined;
    subscription.running++;
    runningOf.set(peer, own + 1);
    try {
      return await validate(topic.decode(data), peer);
    } catch {
      // What does not decode is nothing that an honest node sends; validators answer by verdict, they do not throw.
      return "reject";
    } finally {
      subscription.running--;
      const left = (runningOf.get(peer) ?? 1) - 1;
      if (left > 0) runningOf.set(peer, left);
      else runningOf.delete(peer);
    }
  }

  /** The one place where a validation result becomes ACCEPT, IGNORE or REJECT, and is counted. */
  private settle(peer: PeerId, id: string, verdict: Verdict | undefined): void {
    if (verdict === undefined) this.counts.dropped++;
    else if (verdict === "accept") this.counts.accepted++;
    else if (verdict === "ignore") this.counts.ignored++;
    else this.counts.rejected++;
    this.service?.reportMessageValidationResult(id, peer, results[verdict ?? "ignore"]);
    if (verdict === "reject") this.modules.onOffence(peer);
  }
}
