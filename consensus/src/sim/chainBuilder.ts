import type { SigningContext } from "../crypto/signing.js";
import type { Signer, Verifier } from "../crypto/types.js";
import { ConsensusError } from "../errors.js";
import type { Tip } from "../transition/types.js";
import type { Block } from "../types/body.js";
import { type CommitCertificate, NO_CERTIFICATE, type SkipCertificate } from "../types/certificate.js";
import type { Evidence } from "../types/evidence.js";
import type { RelayTask, StorageTask } from "../types/task.js";
import { ChainKeys } from "./chainKeys.js";
import { type SimNetwork, simBuild } from "./simChain.js";

export interface NextBlock {
  /** Default: the slot after the last decision's. */
  readonly slot?: number;
  /** Default: the first whose proposer is not jailed. */
  readonly round?: number;
  /** Registry indices of who precommits; default all. */
  readonly commitBy?: readonly number[];
  /** Registry indices of who sends a beacon of the slot before; default all; [] for none. */
  readonly beaconsBy?: readonly number[];
  readonly storage?: readonly StorageTask[];
  readonly relay?: readonly RelayTask[];
  readonly transactions?: readonly Uint8Array[];
  readonly skips?: readonly SkipCertificate[];
  readonly evidence?: readonly Evidence[];
}

/**
 * Makes a valid chain as fast as it can be computed, with all keys in hand, time as a number and the simulator's execution:
 * for tests of the transition itself. (The node's tests have one with the true execution.)
 */
export class ChainBuilder {
  readonly network: SimNetwork;
  readonly keys: ChainKeys;
  readonly blocks: { readonly block: Block; readonly certificate: CommitCertificate; readonly tip: Tip }[] = [];
  readonly #verifier: Verifier;

  constructor(network: SimNetwork, verifier: Verifier) {
    this.network = network;
    this.#verifier = verifier;
    this.keys = new ChainKeys(network.config, network.signers, verifier);
  }

  get tip(): Tip {
    return this.blocks.at(-1)?.tip ?? this.network.genesis;
  }

  get certificate(): CommitCertificate {
    return this.blocks.at(-1)?.certificate ?? NO_CERTIFICATE;
  }

  context(slot: number): SigningContext {
    return this.keys.context(slot);
  }

  proposerOf(slot: number, round = 0): Signer {
    return this.keys.proposerOf(this.tip, slot, round);
  }

  /** Appends one block and its certificate. */
  next(options: NextBlock = {}): Block {
    const { tip } = this;
    const slot = options.slot ?? Math.max(tip.state.slot, this.certificate.slot) + 1;
    const round = options.round ?? this.keys.firstFreeRound(tip, slot);
    const built = simBuild(
      this.network,
      tip,
      this.proposerOf(slot, round),
      { slot, round },
      {
        parentCommit: this.certificate,
        skips: [...(options.skips ?? [])],
        evidence: [...(options.evidence ?? [])],
        tasks: {
          storage: [...(options.storage ?? [])],
          relay: [...(options.relay ?? [])],
          beacons: this.keys.beacons(tip, slot - 1, options.beaconsBy),
        },
      },
      options.transactions ?? [],
      this.#verifier,
    );
    if (built === undefined) {
      throw new ConsensusError({ code: "BAD_HEADER", message: `no block can be built for slot ${slot}` });
    }
    const certificate = this.keys.commit(tip, built.tip.root, { slot, round }, options.commitBy);
    this.blocks.push({ ...built, certificate });
    return built.block;
  }

  commit(parent: Tip, tip: Tip, slot: number, round: number, by?: readonly number[]): CommitCertificate {
    return this.keys.commit(parent, tip.root, { slot, round }, by);
  }

  /** A skip certificate of the open height. */
  skip(slot: number, by?: readonly number[]): SkipCertificate {
    return this.keys.skip(this.tip, slot, by);
  }
}
