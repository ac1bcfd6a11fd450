import "../promiseWithResolvers.js";
import type { Clock } from "@lucid/consensus/base";
import type { Multiaddr } from "@multiformats/multiaddr";
import { P2pError } from "../errors.js";
import { hostOf, isLoopback, isLoopbackAddress, onionOf, parseAddress } from "./addresses.js";
import type { Host } from "./host.js";
import type { NetworkLimits } from "./networkLimits.js";
import { ONION_PORT, onionKeyOf } from "./onionAddress.js";
import { OnionService } from "./onionService.js";
import type { TorControlOptions } from "./torControl.js";

export interface TorOptions {
  /** SOCKS5 port of Tor, by IP address. */
  readonly proxy: { readonly host: string; readonly port: number };
  /** Nothing but onion services is dialled, nothing but loopback listened on. */
  readonly only: boolean;
  /** Control port of Tor, where the node is to set up an onion service for itself. */
  readonly control?: TorControlOptions | undefined;
}

export type TorListener = (part: "proxy" | "service", up: boolean, reason?: P2pError) => void;

/** Addresses of a node, as they were given. */
export interface GivenAddresses {
  readonly listen: readonly Multiaddr[];
  readonly announce: readonly Multiaddr[];
  /** Peers and bootstrap nodes. */
  readonly dial: readonly Multiaddr[];
}

/** Refuses what cannot be kept apart from the clearnet. @throws P2pError P2P_CLEARNET, P2P_NO_TOR */
export function checkAddresses(addresses: GivenAddresses, tor: TorOptions | undefined): void {
  if (tor === undefined) {
    const onion = addresses.dial.find((address) => onionOf(address) !== undefined);
    if (onion !== undefined) throw refusal("P2P_NO_TOR", onion, "is an onion service, and there is no Tor to reach it");
    return;
  }
  if (!tor.only) return;
  for (const address of addresses.listen) {
    if (!isLoopbackAddress(address)) {
      throw refusal("P2P_CLEARNET", address, "is not loopback: others would reach the node without Tor");
    }
  }
  for (const address of [...addresses.announce, ...addresses.dial]) {
    if (onionOf(address) === undefined) throw refusal("P2P_CLEARNET", address, "is not an onion service");
  }
}

/** Of addresses that somebody else chose (the network's file), those that this node can and may dial. @throws P2pError P2P_BAD_ADDRESS */
export function reachableAddresses(addresses: readonly string[], tor: TorOptions | undefined): readonly string[] {
  return addresses.filter((text) => {
    const onion = onionOf(parseAddress(text)) !== undefined;
    return onion ? tor !== undefined : tor?.only !== true;
  });
}

function refusal(code: "P2P_CLEARNET" | "P2P_NO_TOR", address: Multiaddr, why: string): P2pError {
  const text = address.toString();
  return new P2pError({ code, message: `${text} ${why}`, meta: { address: text } });
}

/** Circuits are slow: where there is Tor, peers get more time. */
export function torLimits(limits: NetworkLimits, tor: TorOptions | undefined): NetworkLimits {
  if (tor === undefined) return limits;
  const { onionDialTimeout: dialTimeout, onionHandshake: handshake, onionRequestRead: requestRead } = limits;
  return { ...limits, dialTimeout, handshake, requestRead };
}

export interface OwnAddresses {
  readonly listen: readonly string[];
  readonly announce: readonly string[];
  /** Told to peers beside those that are listened on. */
  readonly appendAnnounce: readonly string[];
}

/** What a node listens on and tells others, with the onion service that it sets up for itself. */
export function ownAddresses(
  given: { readonly listen: readonly string[]; readonly announce: readonly string[]; readonly peerKey: Uint8Array },
  tor: TorOptions | undefined,
): OwnAddresses {
  const { listen, announce, peerKey } = given;
  if (tor?.control === undefined) return { listen, announce, appendAnnounce: [] };
  const onion = `/onion3/${onionKeyOf(peerKey).address}:${ONION_PORT}`;
  const behind = listen.length > 0 ? listen : ["/ip4/127.0.0.1/tcp/0"];
  if (tor.only || announce.length > 0) return { listen: behind, announce: [...announce, onion], appendAnnounce: [] };
  return { listen: behind, announce, appendAnnounce: [onion] };
}

export interface OnionDoorModules {
  readonly clock: Clock;
  readonly limits: NetworkLimits;
  readonly onState: (up: boolean, reason?: P2pError) => void;
}

/** Offers what the host listens on as an onion service, from the moment that it listens; none without a control port. */
export class OnionDoor {
  private service: OnionService | undefined;

  constructor(host: Host, peerKey: Uint8Array, tor: TorOptions | undefined, modules: OnionDoorModules) {
    const control = tor?.control;
    if (control === undefined) return;
    const { clock, limits, onState } = modules;
    host.addEventListener("transport:listening", ({ detail }) => {
      const target = targetOf(detail.getAddrs());
      if (this.service !== undefined || target === undefined) return;
      const { expandedSecret } = onionKeyOf(peerKey);
      this.service = new OnionService(
        {
          control,
          service: { expandedSecret, virtualPort: ONION_PORT, target },
          forgetAfter: limits.onionForget,
          retry: [limits.redialFirst, limits.redialLongest],
        },
        { clock, onState },
      );
      this.service.start();
    });
  }

  /** Nobody can be reached. */
  forget(): void {
    this.service?.forget();
  }

  async stop(): Promise<void> {
    await this.service?.stop();
  }
}

/** Where Tor hands connections over: on loopback if the node listens there. */
function targetOf(addresses: readonly Multiaddr[]): { readonly host: string; readonly port: number } | undefined {
  const found = addresses.find(isLoopbackAddress) ?? addresses[0];
  const host = found === undefined ? undefined : hostOf(found);
  const port = Number(found?.getComponents()[1]?.value);
  if (host === undefined || !Number.isInteger(port)) return undefined;
  return { host: isLoopback(host) && host.includes(":") ? `[${host}]` : host, port };
}
