import "../promiseWithResolvers.js";
import type { Clock } from "@lucid/consensus/base";
import { P2pError } from "../errors.js";
import { parseAddress } from "./addresses.js";
import { Conduct } from "./conduct.js";
import { Gate } from "./gate.js";
import { createHost, type Host } from "./host.js";
import { Membership } from "./membership.js";
import { type NatOptions, NO_NAT } from "./natTraversal.js";
import { limitsWith, type NetworkLimits } from "./networkLimits.js";
import type { Libp2pNetworkOptions } from "./networkOptions.js";
import { ProtocolNames } from "./protocolNames.js";
import { QuotaDatastore } from "./quotaDatastore.js";
import { checkAddresses, OnionDoor, ownAddresses, type TorListener, type TorOptions, torLimits } from "./tor.js";

export interface BootnodeOptions
  extends Pick<Libp2pNetworkOptions, "genesisRoot" | "forkVersion" | "peerKey" | "listen" | "database" | "limits">,
    Required<Pick<Libp2pNetworkOptions, "announce" | "privateAddresses" | "userAgent">> {
  /** Be reached as an onion service, and with `only` in no other way. */
  readonly tor?: TorOptions | undefined;
  /** Ways past routers: a bootstrap node is a natural relay. None in Tor mode. */
  readonly nat?: NatOptions | undefined;
}

export interface BootnodeModules {
  readonly clock: Clock;
  /** Its onion service is there, or is not and why. */
  readonly onTor?: TorListener;
}

/** A peer without a chain: it answers newcomers who else is there. */
export class Bootnode {
  private readonly options: BootnodeOptions;
  private readonly modules: BootnodeModules;
  private readonly limits: NetworkLimits;
  private readonly datastore: QuotaDatastore;
  private readonly conduct: Conduct;
  private host: Host | undefined;
  private membership: Membership | undefined;
  private door: OnionDoor | undefined;

  /** @throws P2pError P2P_BAD_ADDRESS, P2P_CLEARNET */
  constructor(options: BootnodeOptions, modules: BootnodeModules) {
    this.options = options;
    this.modules = modules;
    this.limits = torLimits(limitsWith(options.limits), options.tor);
    const [listen, announce] = [options.listen.map(parseAddress), options.announce.map(parseAddress)];
    checkAddresses({ listen, announce, dial: [] }, options.tor);
    this.datastore = new QuotaDatastore(options.database, this.limits);
    this.conduct = new Conduct(this.limits, this.datastore);
  }

  /** @throws P2pError P2P_LISTEN_FAILED */
  async start(): Promise<void> {
    if (this.host !== undefined) return;
    const { limits, datastore, options } = this;
    const { clock, onTor } = this.modules;
    const names = new ProtocolNames(options.genesisRoot, options.forkVersion);
    const { tor, peerKey } = options;
    const nat = tor?.only === true ? NO_NAT : options.nat;
    const { conduct } = this;
    const gate = new Gate({ clock, limits, conduct, onionOnly: tor?.only === true });
    await datastore.open();
    await conduct.load(clock.now());
    const onExcess = (peer: string) => void conduct.offence(peer, "it opens streams too fast", clock.now());
    const dht = { protocol: names.dht, server: true, privateAddresses: options.privateAddresses };
    const host = await createHost(
      { ...options, ...ownAddresses(options, tor), dht, nat, network: names.digest },
      { limits, gate, datastore, clock, onExcess },
    );
    this.host = host;
    const onState = (up: boolean, reason?: P2pError) => onTor?.("service", up, reason);
    this.door = new OnionDoor(host, peerKey, tor, { clock, limits, onState });
    this.membership = new Membership(host, { clock, limits, names, onStranger: () => undefined });
    try {
      await host.start();
    } catch (cause) {
      await this.stop();
      const message = `cannot listen on ${options.listen.join(", ")}`;
      throw new P2pError({ code: "P2P_LISTEN_FAILED", message, meta: { listen: options.listen.join(",") }, cause });
    }
  }

  async stop(): Promise<void> {
    this.membership?.stop();
    await this.door?.stop();
    await this.host?.stop();
    await this.conduct.written();
    await this.datastore.end();
  }

  get peerId(): string | undefined {
    return this.host?.peerId.toString();
  }

  /** Multiaddresses with the peer id. */
  addresses(): readonly string[] {
    return this.host?.getMultiaddrs().map(String) ?? [];
  }

  /** Rows of its store. */
  get records(): ReturnType<QuotaDatastore["sizes"]> {
    return this.datastore.sizes();
  }

  /** Connections at this moment. */
  get connections(): number {
    return this.host?.getConnections().length ?? 0;
  }
}
