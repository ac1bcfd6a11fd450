import "../promiseWithResolvers.js";
import type { Clock } from "@lucid/consensus/base";
import { P2pError } from "../errors.js";
import { parseAddress } from "./addresses.js";
import { Conduct } from "./conduct.js";
import { Gate } from "./gate.js";
import { createHost, type Host } from "./host.js";
import { Membership } from "./membership.js";
import { limitsWith, type NetworkLimits } from "./networkLimits.js";
import { ProtocolNames } from "./protocolNames.js";
import { QuotaDatastore } from "./quotaDatastore.js";

export interface BootnodeOptions {
  readonly genesisRoot: Uint8Array;
  readonly forkVersion: number;
  /** Ed25519 seed, 32 bytes. */
  readonly peerKey: Uint8Array;
  readonly listen: readonly string[];
  readonly announce: readonly string[];
  readonly privateAddresses: boolean;
  /** Folder of the database of known peers; in memory without one. */
  readonly database?: string;
  readonly userAgent: string;
  readonly limits?: Partial<NetworkLimits>;
}

/** A peer without a chain: it answers newcomers who else is there. */
export class Bootnode {
  private readonly options: BootnodeOptions;
  private readonly clock: Clock;
  private readonly limits: NetworkLimits;
  private readonly datastore: QuotaDatastore;
  private host: Host | undefined;
  private membership: Membership | undefined;

  /** @throws P2pError P2P_BAD_ADDRESS */
  constructor(options: BootnodeOptions, modules: { readonly clock: Clock }) {
    this.options = options;
    this.clock = modules.clock;
    this.limits = limitsWith(options.limits);
    for (const address of [...options.listen, ...options.announce]) parseAddress(address);
    this.datastore = new QuotaDatastore(options.database, this.limits);
  }

  /** @throws P2pError P2P_LISTEN_FAILED */
  async start(): Promise<void> {
    if (this.host !== undefined) return;
    const { limits, datastore, clock, options } = this;
    const names = new ProtocolNames(options.genesisRoot, options.forkVersion);
    const gate = new Gate({ clock, limits, conduct: new Conduct(limits) });
    await datastore.open();
    const dht = { protocol: names.dht, server: true, privateAddresses: options.privateAddresses };
    const host = await createHost({ ...options, dht }, { limits, gate, datastore });
    this.host = host;
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
    await this.host?.stop();
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
