import "../promiseWithResolvers.js";
import { identifyPush } from "@libp2p/identify";
import type { StreamHandler } from "@libp2p/interface";
import { setBounded } from "../boundedMap.js";
import { P2pError } from "../errors.js";
import { perMinute, TokenBucket } from "../tokenBucket.js";
import { withMethods, withOwn } from "./components.js";
import type { HolePuncherModules } from "./holePuncher.js";

/**
 * Tells peers when the addresses of this node have changed, and hears it from them: a place at a relay, and an address that autonat
 * has confirmed, come after the peers have said what they are.
 */
export function addressChanges({ limits, clock }: HolePuncherModules): ReturnType<typeof identifyPush> {
  const make = identifyPush({ timeout: limits.handshake });
  const told = new Map<string, TokenBucket>();
  const mayTell = (peer: string): boolean => {
    const own = told.get(peer) ?? new TokenBucket(perMinute(limits.addressChanges), clock.now());
    setBounded(told, peer, own, limits.bans);
    return own.take(1, clock.now());
  };
  return (components) => {
    const { registrar } = components;
    const handle: typeof registrar.handle = (protocol, handler, options) => {
      const limited: StreamHandler = (stream, connection) => {
        if (mayTell(connection.remotePeer.toString())) return handler(stream, connection);
        stream.abort(new P2pError({ code: "P2P_BUSY", message: "the peer changes its addresses too often" }));
      };
      return registrar.handle(protocol, limited, options);
    };
    return make(withOwn(components, { registrar: withMethods(registrar, { handle }) }));
  };
}
