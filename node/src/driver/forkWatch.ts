import {
  type ChainConfig,
  ConsensusError,
  checkRecovery,
  latestFork,
  type Recovery,
  type RecoveryConsent,
  type RecoveryWeight,
  type Tip,
  type Verifier,
} from "@lucid/consensus";
import { equalBytes } from "@lucid/consensus/base";
import type { ConsensusNetwork, PeerId } from "@lucid/p2p";
import type { Logger } from "../node/logging.js";
import { protocols } from "./topics.js";

export interface ForkWatchModules {
  readonly config: ChainConfig;
  readonly network: ConsensusNetwork;
  /** The head with the state after it. */
  readonly tip: () => Tip;
  readonly verifier: Verifier;
  readonly logger: Logger;
  /** Keeps the file for the operator; resolves with its path. */
  readonly keep: (recovery: Recovery) => Promise<string>;
  /** Of this validator. */
  readonly nodeId: Uint8Array | undefined;
  /** This key has signed the recovery, and the disk has forgotten it (a restored backup). */
  readonly onPromise: (forkVersion: number) => void;
}

/** A recovery that this node has not adopted and that is proven on its own chain. */
export interface RecoveryOffer {
  readonly forkVersion: number;
  readonly height: number;
  readonly weight: RecoveryWeight;
  /** Where the file lies that the operator may adopt. */
  readonly file: string;
}

/**
 * Knows which peers live under another fork version, whose signatures say nothing here, and finds out by what recovery the
 * network went on without this node. It adopts nothing: that is the operator's to do.
 */
export class ForkWatch {
  private readonly modules: ForkWatchModules;
  /** Of peers whose fork version is another one. */
  private readonly others = new Map<PeerId, number>();
  private asking = false;
  private fetched: Recovery | undefined;
  offer: RecoveryOffer | undefined;

  constructor(modules: ForkWatchModules) {
    this.modules = modules;
  }

  start(): () => void {
    const { network, config } = this.modules;
    return network.handle(protocols.recovery, (version) =>
      config.recoveries.find(({ plan }) => plan.forkVersion > version),
    );
  }

  get forkVersion(): number {
    return latestFork(this.modules.config);
  }

  isOther(peer: PeerId): boolean {
    return this.others.has(peer);
  }

  forget(peer: PeerId): void {
    this.others.delete(peer);
  }

  /** @returns the height up to which the peer's blocks can be followed */
  learn(peer: PeerId, forkVersion: number, height: number): number {
    if (forkVersion === this.forkVersion) {
      this.others.delete(peer);
      return height;
    }
    this.others.set(peer, forkVersion);
    if (forkVersion < this.forkVersion) return height;
    void this.find(peer);
    return Math.min(height, this.fetched?.plan.height ?? 0);
  }

  private async find(peer: PeerId): Promise<void> {
    if (this.asking || this.offer !== undefined) return;
    this.asking = true;
    try {
      const { network } = this.modules;
      this.fetched ??= await network.request(peer, protocols.recovery, this.forkVersion);
      if (this.fetched !== undefined) await this.judge(this.fetched);
    } catch {
      // No answer, or bytes that are none: another peer, or another time.
    } finally {
      this.asking = false;
    }
  }

  private async judge(recovery: Recovery): Promise<void> {
    const { config, tip, verifier, logger, keep, nodeId, onPromise } = this.modules;
    const { forkVersion, height } = recovery.plan;
    // Not there yet: it can be checked when the last common block is.
    if (height > tip().state.height && forkVersion === this.forkVersion + 1) return;
    try {
      const weight = checkRecovery(config, tip(), recovery, verifier);
      const own = (consent: RecoveryConsent) => nodeId !== undefined && equalBytes(consent.nodeId, nodeId);
      if (recovery.consents.some(own)) onPromise(forkVersion);
      this.offer = { forkVersion, height, weight, file: await keep(recovery) };
      logger.warn(
        { ...this.offer },
        "the network was recovered and goes on under the next fork; adopt the file to follow it",
      );
    } catch (error) {
      this.fetched = undefined;
      if (!(error instanceof ConsensusError)) throw error;
      logger.debug({ error }, "a peer showed a recovery that does not fit this chain");
    }
  }
}
