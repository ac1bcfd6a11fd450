import type { RpcBackend, RpcModules } from "./backend.js";
import { CallGate } from "./callGate.js";
import { ChainView } from "./chainView.js";
import { type DispatcherOptions, RpcDispatcher } from "./dispatcher.js";
import { FilterStore } from "./filterStore.js";
import type { RpcLimits } from "./limits.js";
import type { RpcMethod } from "./method.js";
import { buildMethodTable } from "./methods/index.js";
import { RateLimiter } from "./rateLimit.js";
import { SubscriptionHub } from "./subscriptionHub.js";

export interface RpcCoreOptions extends Pick<DispatcherOptions, "onDefect" | "onRequest"> {
  /** Modules that are switched on, of RPC_MODULES. */
  readonly modules: readonly string[];
  readonly limits: RpcLimits;
  /** Methods of other parts of the node; those of module `admin` are served on the unix socket only. */
  readonly extraMethods?: readonly RpcMethod[];
}

/** Methods, filters and subscriptions of one node, without a transport; every transport gets the dispatcher. */
export class RpcCore {
  readonly dispatcher: RpcDispatcher;
  readonly backend: RpcBackend;

  constructor(options: RpcCoreOptions, modules: RpcModules) {
    const { limits } = options;
    const view = new ChainView({ chain: modules.chain });
    const hub = new SubscriptionHub(
      { maxPerConnection: limits.maxSubscriptionsPerConnection },
      { ...modules, view, ...(options.onDefect && { onDefect: options.onDefect }) },
    );
    this.backend = {
      ...modules,
      limits,
      view,
      hub,
      filters: new FilterStore(limits, { clock: modules.clock }),
      calls: new CallGate({ concurrent: limits.concurrentCalls, queued: limits.queuedCalls }),
    };
    const table = buildMethodTable(this.backend, {
      modules: options.modules,
      ...(options.extraMethods && { extra: options.extraMethods }),
    });
    const limiter = new RateLimiter(
      { ...limits.rateLimit, maxTrackedClients: limits.maxTrackedClients },
      { now: () => modules.clock.now() },
    );
    this.dispatcher = new RpcDispatcher(
      {
        limits,
        // The unix socket belongs to the node's owner.
        allow: (client, cost) => client === UNIX_CLIENT || limiter.allow(client, cost),
        ...(options.onDefect && { onDefect: options.onDefect }),
        ...(options.onRequest && { onRequest: options.onRequest }),
      },
      { table },
    );
  }

  start(): void {
    this.backend.hub.start();
  }

  stop(): void {
    this.backend.hub.stop();
  }
}

/** The client name of requests that come over the unix socket. */
export const UNIX_CLIENT = "unix";
