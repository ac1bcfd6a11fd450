import "../promiseWithResolvers.js";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { ComponentLogger, Connection, IdentifyResult, Libp2p, PeerId, Upgrader } from "@libp2p/interface";
import type { Clock, Timer } from "@lucid/consensus/base";
import { CODE_P2P_CIRCUIT, type Multiaddr, multiaddr } from "@multiformats/multiaddr";
import { P2pError } from "../errors.js";
import type { NetworkLimits } from "./networkLimits.js";
import { SocketConnection } from "./socketConnection.js";

/** Milliseconds between two attempts at an address whose router refused the last one: the other end's has not got out yet. */
const BETWEEN = 200;

type Events = Pick<Libp2p, "addEventListener" | "removeEventListener">;

export interface HolePuncherComponents {
  readonly peerId: PeerId;
  readonly events: Events;
  readonly upgrader: Upgrader;
  readonly logger: ComponentLogger;
}

export interface HolePuncherModules {
  readonly clock: Clock;
  readonly limits: NetworkLimits;
}

/** A connection to a relay for no other purpose than to hear under which address the router shows its port. */
interface Lookout {
  readonly port: number;
  readonly seen: Multiaddr;
  readonly connection: Connection;
}

export interface PunchOptions {
  readonly signal: AbortSignal;
  /** Whether this end speaks first on the connection; the two ends must not agree. */
  readonly initiator: boolean;
}

/**
 * Opens TCP connections between two nodes whose routers let nothing in: both dial at the same moment, each from a port of which
 * the other knows how its router shows it, so that either router takes what comes for the answer to what went (simultaneous open,
 * RFC 9293 section 3.5; DCUtR, https://github.com/libp2p/specs/blob/master/relay/DCUtR.md).
 *
 * libp2p for Node.js dials from a new port each time, of which nobody knows anything. Here a fresh port is taken, the relay is
 * dialled from it, and what the relay sees is the address to name. Linux lets several sockets leave from one port as long as
 * none listens on it; where a system does not, or a router shows each connection under another port, the hole is not
 * found and the relayed connection stays.
 */
export class HolePuncher {
  private readonly components: HolePuncherComponents;
  private readonly modules: HolePuncherModules;
  private readonly log: ReturnType<ComponentLogger["forComponent"]>;
  private looking: Promise<void> | undefined;
  private lookout: Lookout | undefined;
  private timer: Timer | undefined;

  constructor(components: HolePuncherComponents, modules: HolePuncherModules) {
    this.components = components;
    this.modules = modules;
    this.log = components.logger.forComponent("lucid:hole-puncher");
  }

  /** How the router shows the port from which `punch` dials; none while that is not known. */
  get addresses(): readonly Multiaddr[] {
    return this.lookout === undefined ? [] : [this.lookout.seen];
  }

  /** Finds that out from the relay of a relayed connection. Never rejects: without it nothing is lost but the attempt. */
  async look(relayed: Multiaddr): Promise<void> {
    this.hold();
    if (this.lookout !== undefined) return;
    this.looking ??= this.lookFrom(relayed)
      .catch((error: unknown) => this.log("no lookout at %a: %s", relayed, error))
      .finally(() => {
        this.looking = undefined;
      });
    await this.looking;
  }

  /**
   * Dials all addresses from the port that the router shows, again and again until one answers.
   * @throws P2pError P2P_PEER_GONE; the signal's reason
   */
  async punch(targets: readonly Multiaddr[], { signal, initiator }: PunchOptions): Promise<Connection> {
    const { lookout } = this;
    if (lookout === undefined) throw gone("the port that the router shows is not known");
    this.hold();
    const rest = new AbortController();
    const attempts = AbortSignal.any([signal, rest.signal]);
    const chosen = targets.slice(0, this.modules.limits.holePunchAddresses);
    let met: { readonly socket: Socket; readonly target: Multiaddr } | undefined;
    try {
      met = await Promise.any(
        chosen.map(async (target) => ({ target, socket: await this.knock(target, lookout.port, attempts) })),
      );
    } catch (cause) {
      signal.throwIfAborted();
      throw gone("no hole to any of its addresses", cause);
    } finally {
      rest.abort();
    }
    return await this.upgrade(met.socket, met.target, initiator, signal);
  }

  private async knock(target: Multiaddr, port: number, signal: AbortSignal): Promise<Socket> {
    for (let left = this.modules.limits.holePunchAttempts; ; left--) {
      try {
        return await connectFrom(port, target, signal);
      } catch (error) {
        signal.throwIfAborted();
        // A router that says that nobody is there, instead of nothing: the other end's first packet was not out yet.
        if (left <= 1) throw error;
        await delay(BETWEEN, undefined, { signal });
      }
    }
  }

  private async lookFrom(relayed: Multiaddr): Promise<void> {
    const relay = relayOf(relayed);
    const controller = new AbortController();
    // Not AbortSignal.timeout: libp2p keeps the signal, and what is open must not end with it.
    const timer = this.modules.clock.setTimer(this.modules.limits.dialTimeout / 2, () => controller.abort(late()));
    const identities = new Map<string, Multiaddr | undefined>();
    const onIdentify = ({ detail }: CustomEvent<IdentifyResult>): void =>
      void identities.set(detail.connection.id, detail.observedAddr);
    this.components.events.addEventListener("peer:identify", onIdentify);
    try {
      const port = await unusedPort();
      const socket = await connectFrom(port, relay, controller.signal);
      const connection = await this.upgrade(socket, relay, true, controller.signal);
      try {
        while (!identities.has(connection.id)) await identified(this.components.events, controller.signal);
        const [host, shown] = identities.get(connection.id)?.getComponents() ?? [];
        if (host === undefined || shown?.name !== "tcp") throw gone("the relay does not say what it sees");
        const seen = multiaddr([host, shown]).encapsulate(`/p2p/${this.components.peerId}`);
        this.lookout = { port, seen, connection };
        this.log("port %d is seen as %a", port, seen);
        connection.addEventListener("close", () => this.forget(connection));
        if (connection.status !== "open") this.forget(connection);
      } catch (error) {
        await connection.close().catch(() => connection.abort(late()));
        throw error;
      }
    } finally {
      timer.cancel();
      this.components.events.removeEventListener("peer:identify", onIdentify);
    }
  }

  private async upgrade(
    socket: Socket,
    remoteAddr: Multiaddr,
    initiator: boolean,
    signal: AbortSignal,
  ): Promise<Connection> {
    const { upgrader, events } = this.components;
    const direction = initiator ? "outbound" : "inbound";
    const raw = new SocketConnection({ socket, direction, remoteAddr, log: this.log });
    let opened: Connection | undefined;
    const onOpen = ({ detail }: CustomEvent<Connection>): void => {
      if (detail.timeline === raw.timeline) opened = detail;
    };
    events.addEventListener("connection:open", onOpen);
    try {
      if (initiator) return await upgrader.upgradeOutbound(raw, { signal });
      await upgrader.upgradeInbound(raw, { signal });
      if (opened === undefined) throw gone("the connection was closed at once");
      return opened;
    } catch (error) {
      raw.abort(error instanceof Error ? error : gone("no handshake", error));
      throw error;
    } finally {
      events.removeEventListener("connection:open", onOpen);
    }
  }

  /** The lookout stays while it may be needed: the router forgets a port that nobody uses. */
  private hold(): void {
    const { clock, limits } = this.modules;
    this.timer?.cancel();
    this.timer = clock.setTimer(limits.holePunchHold, () => {
      this.timer = undefined;
      const { connection } = this.lookout ?? {};
      if (connection === undefined) return;
      // libp2p may have taken it for something else meanwhile.
      if (connection.streams.length > 0) this.hold();
      else connection.close().catch(() => connection.abort(late()));
    });
  }

  private forget(connection: Connection): void {
    if (this.lookout?.connection !== connection) return;
    this.lookout = undefined;
    this.timer?.cancel();
    this.timer = undefined;
  }
}

/** Connects from a port on which others may be connected too. */
async function connectFrom(localPort: number, target: Multiaddr, signal: AbortSignal): Promise<Socket> {
  const [host, port] = target.getComponents();
  signal.throwIfAborted();
  const socket = connect({
    localPort,
    host: host?.value ?? "",
    port: Number(port?.value),
    keepAlive: true,
    noDelay: true,
  });
  // Whoever listens closes it; an error that comes between two listeners must not end the process.
  socket.on("error", () => undefined);
  try {
    await once(socket, "connect", { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** One that the system would have given. */
async function unusedPort(): Promise<number> {
  const server = createServer().listen(0);
  try {
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw gone("the system names no port");
    return address.port;
  } finally {
    server.close();
  }
}

/** What stands before "/p2p-circuit". */
function relayOf(relayed: Multiaddr): Multiaddr {
  const components = relayed.getComponents();
  return multiaddr(
    components.slice(
      0,
      components.findIndex(({ code }) => code === CODE_P2P_CIRCUIT),
    ),
  );
}

async function identified(events: Events, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const done = (): void => {
      events.removeEventListener("peer:identify", done);
      signal.removeEventListener("abort", done);
      if (signal.aborted) reject(late());
      else resolve();
    };
    events.addEventListener("peer:identify", done);
    signal.addEventListener("abort", done);
  });
}

function gone(message: string, cause?: unknown): P2pError {
  return new P2pError({ code: "P2P_PEER_GONE", message, cause });
}

function late(): P2pError {
  return new P2pError({ code: "P2P_TIMEOUT", message: "no answer in time" });
}
