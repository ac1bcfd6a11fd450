import { BitArray } from "@chainsafe/ssz";
import { toHex } from "../base/bytes.js";
import { aggregateVotes, commitVote } from "../certificates.js";
import { type ChainConfig, forkVersionAt } from "../config.js";
import { beaconSigningRoot, nodeIdOf, type SigningContext, voteSigningRoot } from "../crypto/signing.js";
import type { Signer, Verifier } from "../crypto/types.js";
import { ConsensusError } from "../errors.js";
import { proposerAt } from "../schedule/leaders.js";
import { beaconRoot } from "../transition/bookings.js";
import { isJailed, isRetired } from "../transition/registry.js";
import type { Tip } from "../transition/types.js";
import { openSchedule, votersOfHeight } from "../transition/votersOf.js";
import { type CommitCertificate, NO_CERTIFICATE, type SkipCertificate } from "../types/certificate.js";
import { ZERO_ROOT } from "../types/ssz.js";
import type { BeaconTask } from "../types/task.js";
import { type Vote, VoteKind } from "../types/vote.js";

/**
 * All keys of a network in one hand: whatever its validators would sign for a chain, without agreement, network or clock.
 * For tests and benchmarks; who holds this for a real network is an attacker.
 */
export class ChainKeys {
  readonly #config: ChainConfig;
  readonly #verifier: Verifier;
  readonly #signers = new Map<string, Signer>();

  constructor(config: ChainConfig, signers: readonly Signer[], verifier: Verifier) {
    this.#config = config;
    this.#verifier = verifier;
    for (const signer of signers) this.add(signer);
  }

  /** The key of a node that registers later. */
  add(signer: Signer): void {
    this.#signers.set(toHex(nodeIdOf(signer.publicKey)), signer);
  }

  /** @throws ConsensusError BAD_KEY for a stranger */
  signerOf(nodeId: Uint8Array): Signer {
    const signer = this.#signers.get(toHex(nodeId));
    if (signer === undefined) throw new ConsensusError({ code: "BAD_KEY", message: "no key of this node" });
    return signer;
  }

  context(slot: number): SigningContext {
    return { genesisRoot: this.#config.genesisRoot, forkVersion: forkVersionAt(this.#config, slot) };
  }

  /** Who proposes on this tip. */
  proposerOf({ state }: Tip, slot: number, round: number): Signer {
    const proposer = proposerAt(openSchedule(state, this.#config.params.epochSlots), { slot, round });
    return this.signerOf(proposer?.nodeId ?? ZERO_ROOT);
  }

  /** The first round of a slot whose proposer is not jailed. */
  firstFreeRound({ state }: Tip, slot: number): number {
    const schedule = openSchedule(state, this.#config.params.epochSlots);
    for (let round = 0; round < schedule.voters.members.length; round++) {
      const node = state.nodes[proposerAt(schedule, { slot, round })?.node ?? -1];
      if (node !== undefined && !isJailed(node, state.epoch.epoch)) return round;
    }
    return 0;
  }

  /** Signatures of voters of the vote's height, aggregated. @param by registry indices; default all */
  sign({ state }: Tip, vote: Vote, by?: readonly number[]): { signers: BitArray; signature: Uint8Array } {
    const voters = votersOfHeight(state, vote.height) ?? state.voters;
    const message = voteSigningRoot(vote, this.context(vote.slot));
    const signatures = new Map<number, Uint8Array>();
    voters.members.forEach((member, index) => {
      if (by === undefined || by.includes(member.node)) {
        signatures.set(index, this.signerOf(member.nodeId).sign(message));
      }
    });
    return aggregateVotes(voters.members.length, signatures, this.#verifier);
  }

  /** Precommits of the block `blockRoot` on `parent`, in this view. */
  commit(
    parent: Tip,
    blockRoot: Uint8Array,
    view: { readonly slot: number; readonly round: number },
    by?: readonly number[],
  ): CommitCertificate {
    const fields = { height: parent.state.height + 1, ...view, blockRoot };
    return { ...fields, ...this.sign(parent, commitVote({ ...NO_CERTIFICATE, ...fields }), by) };
  }

  /** A skip certificate of the height that is open on the tip. */
  skip(tip: Tip, slot: number, by?: readonly number[]): SkipCertificate {
    const height = tip.state.height + 1;
    const vote = { kind: VoteKind.PrecommitAbsent, height, slot, round: 0, blockRoot: ZERO_ROOT };
    return { height, slot, ...this.sign(tip, vote, by) };
  }

  /** Beacons of a slot that the next block may carry. @param by registry indices; default all */
  beacons({ state, root }: Tip, slot: number, by?: readonly number[]): BeaconTask[] {
    const blocks = [...state.recentBlocks, { height: state.height, slot: state.slot, root }];
    const signed = slot > 0 ? beaconRoot(blocks, slot) : undefined;
    if (signed === undefined) return [];
    const message = beaconSigningRoot({ slot, blockRoot: signed }, this.context(slot));
    const nodes = BitArray.fromBitLen(state.nodes.length);
    const signatures: Uint8Array[] = [];
    state.nodes.forEach((node, index) => {
      if (by !== undefined && !by.includes(index)) return;
      if (isJailed(node, state.epoch.epoch) || isRetired(node)) return;
      nodes.set(index, true);
      signatures.push(this.signerOf(node.nodeId).sign(message));
    });
    return signatures.length === 0 ? [] : [{ slot, nodes, signature: this.#verifier.aggregate(signatures) }];
  }
}
