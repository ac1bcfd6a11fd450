import "../promiseWithResolvers.js";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import {
  type ComponentLogger,
  type Connection,
  type DialTransportOptions,
  type Listener,
  serviceCapabilities,
  type Transport,
  transportSymbol,
} from "@libp2p/interface";
import type { Multiaddr } from "@multiformats/multiaddr";
import { SocksClient } from "socks";
import { P2pError } from "../errors.js";
import { type OnionTarget, onionOf } from "./addresses.js";
import { SocketConnection } from "./socketConnection.js";

export interface OnionTransportOptions {
  /** SOCKS5 port of Tor; an IP address, since looking a name up would tell somebody. */
  readonly proxy: { readonly host: string; readonly port: number };
  /** Milliseconds for the circuit to the service. */
  readonly dialTimeout: number;
  /** Milliseconds after which a second circuit is tried beside one that is not there yet. */
  readonly secondTry: number;
  /** Tor could not be reached, or can be again. */
  readonly onProxy?: (reachable: boolean) => void;
  /** Tor was there and did not find or reach a service. */
  readonly onUnreached?: () => void;
}

/**
 * Dials /onion3 addresses through Tor. It listens on nothing: an onion service is a TCP port on loopback, which the TCP
 * transport opens. Names are resolved by Tor and nobody else.
 */
export class OnionTransport implements Transport {
  readonly [transportSymbol] = true as const;
  readonly [Symbol.toStringTag] = "lucid/onion3";
  readonly [serviceCapabilities] = ["@libp2p/transport"];
  private readonly options: OnionTransportOptions;
  private readonly log: ReturnType<ComponentLogger["forComponent"]>;

  constructor(options: OnionTransportOptions, components: { readonly logger: ComponentLogger }) {
    this.options = options;
    this.log = components.logger.forComponent("lucid:onion");
  }

  /** @throws P2pError P2P_TOR_UNREACHABLE, P2P_PEER_GONE, P2P_BAD_ADDRESS */
  async dial(address: Multiaddr, options: DialTransportOptions): Promise<Connection> {
    const socket = await this.reach(address, options.signal);
    const connection = new SocketConnection({ socket, direction: "outbound", remoteAddr: address, log: this.log });
    try {
      return await options.upgrader.upgradeOutbound(connection, options);
    } catch (error) {
      connection.abort(
        error instanceof Error ? error : new P2pError({ code: "P2P_PEER_GONE", message: "no handshake" }),
      );
      throw error;
    }
  }

  createListener(): Listener {
    throw new P2pError({ code: "P2P_LISTEN_FAILED", message: "an onion address cannot be listened on" });
  }

  listenFilter(): Multiaddr[] {
    return [];
  }

  dialFilter(addresses: Multiaddr[]): Multiaddr[] {
    return addresses.filter((address) => onionOf(address) !== undefined);
  }

  /** One try, and a second one beside it where that takes long: Tor may wait for a circuit that has gone without a word. */
  private async reach(address: Multiaddr, signal: AbortSignal): Promise<Socket> {
    const target = onionOf(address);
    if (target === undefined) {
      throw new P2pError({ code: "P2P_BAD_ADDRESS", message: `${address} is not the address of an onion service` });
    }
    const over = new AbortController();
    const either = AbortSignal.any([signal, over.signal]);
    let reached: Socket | undefined;
    const attempt = async (): Promise<Socket> => {
      const socket = await this.open(target, either);
      // Both came at once.
      if (reached !== undefined) socket.destroy();
      reached ??= socket;
      return reached;
    };
    try {
      const first = attempt();
      const early = await Promise.race([first, delay(this.options.secondTry, undefined, { signal: either })]);
      return early ?? (await Promise.any([first, attempt()]));
    } catch (error) {
      throw error instanceof AggregateError ? error.errors[0] : error;
    } finally {
      over.abort();
    }
  }

  private async open(target: OnionTarget, signal: AbortSignal): Promise<Socket> {
    const socket = await this.reachProxy(signal);
    const onAbort = () => socket.destroy();
    signal.addEventListener("abort", onAbort);
    try {
      const { proxy, dialTimeout } = this.options;
      const { host, port } = target;
      await SocksClient.createConnection({
        // Tor keeps streams with other credentials on other circuits: what else uses this Tor is not tied to the node, and a circuit
        // that is broken is not used again for the next attempt.
        proxy: { ...proxy, type: 5, userId: "lucid", password: randomBytes(16).toString("hex") },
        command: "connect",
        destination: { host, port },
        timeout: dialTimeout,
        existing_socket: socket,
      });
      signal.throwIfAborted();
      socket.setNoDelay(true);
      return socket;
    } catch (cause) {
      socket.destroy();
      signal.throwIfAborted();
      this.options.onUnreached?.();
      throw new P2pError({ code: "P2P_PEER_GONE", message: `Tor cannot reach ${target.host}`, cause });
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  private async reachProxy(signal: AbortSignal): Promise<Socket> {
    const { host, port } = this.options.proxy;
    signal.throwIfAborted();
    const socket = connect({ host, port, keepAlive: true });
    // Whoever listens closes it; an error that comes between two listeners must not end the process.
    socket.on("error", () => undefined);
    try {
      await once(socket, "connect", { signal });
    } catch (cause) {
      socket.destroy();
      signal.throwIfAborted();
      this.options.onProxy?.(false);
      throw new P2pError({
        code: "P2P_TOR_UNREACHABLE",
        message: `Tor does not answer at ${host}:${port}`,
        meta: { host, port },
        cause,
      });
    }
    this.options.onProxy?.(true);
    return socket;
  }
}
