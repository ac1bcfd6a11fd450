import { BitArray } from "@chainsafe/ssz";
import { aggregateVotes, commitVote } from "../certificates.js";
import { forkVersionAt } from "../config.js";
import { beaconSigningRoot, nodeIdOf, type SigningContext, voteSigningRoot } from "../crypto/signing.js";
import type { Signer, Verifier } from "../crypto/types.js";
import { ConsensusError } from "../errors.js";
import { proposerAt } from "../schedule/leaders.js";
import { beaconRoot } from "../transition/bookings.js";
import type { Tip } from "../transition/types.js";
import { openSchedule, votersOfHeight } from "../transition/votersOf.js";
import type { Block } from "../types/body.js";
import { type CommitCertificate, NO_CERTIFICATE, type SkipCertificate } from "../types/certificate.js";
import type { Evidence } from "../types/evidence.js";
import { ZERO_ROOT } from "../types/ssz.js";
import type { BeaconTask } from "../types/task.js";
import { type Vote, VoteKind } from "../types/vote.js";
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
  readonly transactions?: readonly Uint8Array[];
  readonly skips?: readonly SkipCertificate[];
  readonly evidence?: readonly Evidence[];
}

/**
 * Makes a valid chain as fast as it can be computed, with all keys in hand and time as a number: long chains for tests of
 * sync, import, queries and of the transition itself.
 */
export class ChainBuilder {
  readonly network: SimNetwork;
  readonly blocks: { readonly block: Block; readonly certificate: CommitCertificate; readonly tip: Tip }[] = [];
  readonly #verifier: Verifier;
  readonly #signers = new Map<string, Signer>();

  constructor(network: SimNetwork, verifier: Verifier) {
    this.network = network;
    this.#verifier = verifier;
    for (const signer of network.signers) this.addSigner(signer);
  }

  /** The key of a node that registers later. */
  addSigner(signer: Signer): void {
    this.#signers.set(Buffer.from(nodeIdOf(signer.publicKey)).toString("hex"), signer);
  }

  get tip(): Tip {
    return this.blocks.at(-1)?.tip ?? this.network.genesis;
  }

  get certificate(): CommitCertificate {
    return this.blocks.at(-1)?.certificate ?? NO_CERTIFICATE;
  }

  context(slot: number): SigningContext {
    const { config } = this.network;
    return { genesisRoot: config.genesisRoot, forkVersion: forkVersionAt(config, slot) };
  }

  signerOf(nodeId: Uint8Array): Signer {
    const signer = this.#signers.get(Buffer.from(nodeId).toString("hex"));
    if (signer === undefined) throw new ConsensusError({ code: "BAD_KEY", message: "no key of this node" });
    return signer;
  }

  proposerOf(slot: number, round = 0): Signer {
    const proposer = proposerAt(openSchedule(this.tip.state, this.network.config.params.epochSlots), { slot, round });
    return this.signerOf(proposer?.nodeId ?? ZERO_ROOT);
  }

  /** The first round of a slot whose proposer is not jailed. */
  firstFreeRound(slot: number): number {
    const { state } = this.tip;
    const schedule = openSchedule(state, this.network.config.params.epochSlots);
    for (let round = 0; round < schedule.voters.members.length; round++) {
      const node = state.nodes[proposerAt(schedule, { slot, round })?.node ?? -1];
      if (node !== undefined && node.jailedUntil <= state.epoch.epoch) return round;
    }
    return 0;
  }

  /** Appends one block and its certificate. */
  next(options: NextBlock = {}): Block {
    const { tip } = this;
    const slot = options.slot ?? Math.max(tip.state.slot, this.certificate.slot) + 1;
    const round = options.round ?? this.firstFreeRound(slot);
    const built = simBuild(
      this.network,
      tip,
      this.proposerOf(slot, round),
      { slot, round },
      {
        parentCommit: this.certificate,
        skips: [...(options.skips ?? [])],
        evidence: [...(options.evidence ?? [])],
        tasks: { storage: [], relay: [], beacons: this.beacons(slot - 1, options.beaconsBy) },
      },
      options.transactions ?? [],
      this.#verifier,
    );
    if (built === undefined) {
      throw new ConsensusError({ code: "BAD_HEADER", message: `no block can be built for slot ${slot}` });
    }
    const certificate = this.commit(tip, built.tip, slot, round, options.commitBy);
    this.blocks.push({ ...built, certificate });
    return built.block;
  }

  /** Signatures of voters of the open height, aggregated. */
  sign(state: Tip["state"], vote: Vote, by?: readonly number[]): { signers: BitArray; signature: Uint8Array } {
    const voters = votersOfHeight(state, vote.height) ?? state.voters;
    const message = voteSigningRoot(vote, this.context(vote.slot));
    const signatures = new Map<number, Uint8Array>();
    voters.members.forEach((member, index) => {
      if (by === undefined || by.includes(member.node))
        signatures.set(index, this.signerOf(member.nodeId).sign(message));
    });
    return aggregateVotes(voters.members.length, signatures, this.#verifier);
  }

  commit(parent: Tip, tip: Tip, slot: number, round: number, by?: readonly number[]): CommitCertificate {
    const fields = { height: tip.header.height, slot, round, blockRoot: tip.root };
    const empty = { signers: BitArray.fromBitLen(0), signature: new Uint8Array(96) };
    return { ...fields, ...this.sign(parent.state, commitVote({ ...fields, ...empty }), by) };
  }

  /** A skip certificate of the open height. */
  skip(slot: number, by?: readonly number[]): SkipCertificate {
    const height = this.tip.state.height + 1;
    const vote = { kind: VoteKind.PrecommitAbsent, height, slot, round: 0, blockRoot: ZERO_ROOT };
    return { height, slot, ...this.sign(this.tip.state, vote, by) };
  }

  beacons(slot: number, by?: readonly number[]): BeaconTask[] {
    const { state, root } = this.tip;
    const blocks = [...state.recentBlocks, { height: state.height, slot: state.slot, root }];
    const signed = slot > 0 ? beaconRoot(blocks, slot) : undefined;
    if (signed === undefined) return [];
    const message = beaconSigningRoot({ slot, blockRoot: signed }, this.context(slot));
    const nodes = BitArray.fromBitLen(state.nodes.length);
    const signatures: Uint8Array[] = [];
    state.nodes.forEach((node, index) => {
      if (by !== undefined && !by.includes(index)) return;
      if (node.jailedUntil > state.epoch.epoch || node.retiredEpoch !== 0) return;
      nodes.set(index, true);
      signatures.push(this.signerOf(node.nodeId).sign(message));
    });
    return signatures.length === 0 ? [] : [{ slot, nodes, signature: this.#verifier.aggregate(signatures) }];
  }
}
