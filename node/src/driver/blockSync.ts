import type { Input } from "@lucid/consensus";
import type { Clock, Timer } from "@lucid/consensus/base";
import type { ConsensusNetwork, PeerId } from "@lucid/p2p";
import type { ChainReader } from "../interfaces.js";
import type { Logger } from "../node/logging.js";
import { sourceOf } from "./gossipSources.js";
import { protocols } from "./topics.js";

export interface BlockSyncModules {
  readonly network: ConsensusNetwork;
  readonly chain: ChainReader;
  /** The driver's input. */
  readonly offer: (input: Input) => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Milliseconds for a fetched block to become final; a peer whose block does not is not asked again. */
const DECIDE_TIMEOUT = 15_000;

/**
 * Brings a node that is behind to the head of its peers: for each missing height it hands the certificate and the block to
 * the agreement, which decides them as it decides everything. One height at a time, one peer at a time.
 */
export class BlockSync {
  private readonly modules: BlockSyncModules;
  /** Highest height that a peer is known to have decided. */
  private target = 0;
  private readonly holders = new Set<PeerId>();
  private running: Promise<void> | undefined;
  private stopped = false;
  private wake: (() => void) | undefined;
  private readonly unsubscribe: () => void;

  constructor(modules: BlockSyncModules) {
    this.modules = modules;
    this.unsubscribe = modules.chain.onBlock(() => this.wake?.());
  }

  /** Height of the highest peer, for eth_syncing. */
  get highest(): number {
    return Math.max(this.target, this.modules.chain.head().header.height);
  }

  /** `peer` has decided `height`, or votes on the one after it. */
  notice(peer: PeerId | undefined, height: number): void {
    if (peer === undefined || height <= this.modules.chain.head().header.height) return;
    this.target = Math.max(this.target, height);
    this.holders.add(peer);
    if (!this.stopped) this.running ??= this.run();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.unsubscribe();
    this.wake?.();
    await this.running;
  }

  private async run(): Promise<void> {
    const { chain, logger } = this.modules;
    for (;;) {
      const next = chain.head().header.height + 1;
      const [peer] = this.holders;
      if (this.stopped || next > this.target || peer === undefined) break;
      try {
        await this.fetchHeight(peer, next);
      } catch (error) {
        logger.debug({ error, height: next }, "a peer did not bring a block");
        this.holders.delete(peer);
      }
    }
    this.running = undefined;
  }

  private async fetchHeight(peer: PeerId, height: number): Promise<void> {
    const { network, chain, offer } = this.modules;
    const found = await network.request(peer, protocols.certifiedBlock, height);
    if (found === undefined || found.block.header.height !== height) {
      this.holders.delete(peer);
      return;
    }
    const done = () => this.stopped || chain.head().header.height >= height;
    let timer: Timer | undefined;
    const settled = new Promise<void>((resolve) => {
      timer = this.modules.clock.setTimer(DECIDE_TIMEOUT, resolve);
      this.wake = () => {
        if (done()) resolve();
      };
    });
    const source = sourceOf("sync", peer);
    offer({ type: "block", source, block: found.block });
    offer({ type: "commit", source, certificate: found.certificate });
    this.wake?.();
    await settled;
    timer?.cancel();
    this.wake = undefined;
    if (!done()) this.holders.delete(peer);
  }
}
