import "../promiseWithResolvers.js";
import type { Connection, IdentifyResult } from "@libp2p/interface";
import type { Clock, Timer } from "@lucid/consensus/base";
import { P2pError } from "../errors.js";
import type { Host } from "./host.js";
import type { NetworkLimits } from "./networkLimits.js";
import type { ProtocolNames } from "./protocolNames.js";

export interface MembershipModules {
  readonly clock: Clock;
  readonly limits: NetworkLimits;
  readonly names: ProtocolNames;
  /** A peer of another network was turned away. */
  readonly onStranger: (connection: Connection, reason: P2pError) => void;
}

/** Lets stay who says in time that it belongs to this network. */
export class Membership {
  private readonly modules: MembershipModules;
  private readonly unknown = new Map<Connection, Timer>();

  constructor(host: Host, modules: MembershipModules) {
    this.modules = modules;
    host.addEventListener("connection:open", ({ detail }) => this.opened(detail));
    host.addEventListener("connection:close", ({ detail }) => this.settle(detail));
    host.addEventListener("peer:identify", ({ detail }) => this.identified(detail));
  }

  stop(): void {
    for (const timer of this.unknown.values()) timer.cancel();
    this.unknown.clear();
  }

  private opened(connection: Connection): void {
    const { clock, limits } = this.modules;
    const timer = clock.setTimer(limits.handshake, () => {
      this.unknown.delete(connection);
      connection.abort(new P2pError({ code: "P2P_TIMEOUT", message: "the peer did not say what it is" }));
    });
    this.unknown.set(connection, timer);
  }

  private settle(connection: Connection): void {
    this.unknown.get(connection)?.cancel();
    this.unknown.delete(connection);
  }

  private identified({ connection, protocols }: IdentifyResult): void {
    this.settle(connection);
    if (protocols.some((protocol) => this.modules.names.belongs(protocol))) return;
    const reason = new P2pError({ code: "P2P_WRONG_NETWORK", message: "the peer belongs to another network" });
    this.modules.onStranger(connection, reason);
    connection.abort(reason);
  }
}
