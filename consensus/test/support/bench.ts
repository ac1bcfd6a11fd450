import assert from "node:assert/strict";
import { Agreement } from "../../src/agreement/agreement.js";
import type { GuardOptions } from "../../src/agreement/guard.js";
import type { AgreementOptions, Effect, Input } from "../../src/agreement/types.js";
import { aggregateVotes } from "../../src/certificates.js";
import { forkVersionAt } from "../../src/config.js";
import { proposalSigningRoot, voteSigningRoot } from "../../src/crypto/signing.js";
import { StandInSigner, StandInVerifier } from "../../src/crypto/standIn.js";
import { proposerAt } from "../../src/schedule/leaders.js";
import { simBuild, simNetwork } from "../../src/sim/index.js";
import { heightContext } from "../../src/transition/heightContext.js";
import { openSchedule } from "../../src/transition/votersOf.js";
import {
  type Block,
  headerRoot,
  NO_CERTIFICATE,
  NO_VIEW,
  type PrevoteCertificate,
  type SignedProposal,
  type SignedVote,
  type View,
  VoteKind,
  type VoterRecord,
  ZERO_ROOT,
} from "../../src/types/index.js";

const SIZE = 4;
const EMPTY = { parentCommit: NO_CERTIFICATE, skips: [], evidence: [], tasks: { storage: [], relay: [], beacons: [] } };

/** One voter under test among four; the test plays the other three. */
export class Bench {
  readonly verifier = new StandInVerifier();
  readonly network = simNetwork(SIZE, "mainnet", this.verifier, (seed) => new StandInSigner(seed));
  /** Indices by role: voters are in registry order, so they are node indices too. */
  readonly self: number;
  agreement: Agreement;
  now: number;
  effects: Effect[] = [];
  record: VoterRecord | undefined;
  blocks: readonly Block[] = [];

  constructor(self: number) {
    this.self = self;
    this.now = this.at(1, 0);
    this.agreement = new Agreement(this.options());
    this.step({ type: "height", context: heightContext(this.network.config, this.network.genesis, NO_CERTIFICATE) });
  }

  options(): AgreementOptions {
    const { config, signers } = this.network;
    const signer = signers[this.self];
    assert.ok(signer !== undefined);
    return {
      params: config.params,
      genesisRoot: config.genesisRoot,
      genesisTime: config.clock.genesisTime,
      slotDuration: config.clock.slotDuration,
      forkVersionAt: (slot) => forkVersionAt(config, slot),
      verifier: this.verifier,
      signer,
      startedAt: this.now,
      ...(this.record === undefined ? {} : { restored: { record: this.record, blocks: this.blocks } }),
    };
  }

  guardOptions(): GuardOptions {
    const { config, signers } = this.network;
    const signer = signers[this.self];
    assert.ok(signer !== undefined);
    return { signer, genesisRoot: config.genesisRoot, forkVersionAt: (slot) => forkVersionAt(config, slot) };
  }

  /** Power off and on again with what was persisted. */
  restart(): void {
    this.agreement = new Agreement(this.options());
    this.effects = [];
    this.step({ type: "height", context: heightContext(this.network.config, this.network.genesis, NO_CERTIFICATE) });
  }

  at(slot: number, milliseconds: number): number {
    const { genesisTime, slotDuration } = this.network.config.clock;
    return genesisTime + slot * slotDuration + milliseconds;
  }

  step(input: Input): void {
    const { effects } = this.agreement.step(this.now, input);
    for (const effect of effects) {
      this.effects.push(effect);
      if (effect.type === "persist") {
        this.record = effect.record;
        this.blocks = effect.blocks;
      }
      // Everything that is executed is valid here.
      if (effect.type === "execute") this.step({ type: "executed", root: effect.root, valid: true });
    }
  }

  wait(milliseconds: number): void {
    this.now += milliseconds;
    this.step({ type: "tick" });
  }

  proposerOf(view: View): number {
    return proposerAt(openSchedule(this.network.genesis.state, 30), view)?.node ?? -1;
  }

  block(view: View, mark = 0): Block {
    const signer = this.network.signers[this.proposerOf(view)];
    assert.ok(signer !== undefined);
    const built = simBuild(
      this.network,
      this.network.genesis,
      signer,
      view,
      EMPTY,
      [Uint8Array.of(mark)],
      this.verifier,
    );
    assert.ok(built !== undefined);
    return built.block;
  }

  vote(voter: number, kind: VoteKind, view: View, blockRoot: Uint8Array = ZERO_ROOT): SignedVote {
    const vote = { kind, height: 1, ...view, blockRoot };
    const context = { genesisRoot: this.network.config.genesisRoot, forkVersion: 1 };
    const signature = this.network.signers[voter]?.sign(voteSigningRoot(vote, context));
    assert.ok(signature !== undefined);
    return { vote, voter, signature };
  }

  votes(voters: readonly number[], kind: VoteKind, view: View, blockRoot?: Uint8Array): void {
    this.step({
      type: "votes",
      votes: voters.map((voter) => ({ source: voter, vote: this.vote(voter, kind, view, blockRoot) })),
    });
  }

  certificate(voters: readonly number[], view: View, blockRoot: Uint8Array): PrevoteCertificate {
    const signatures = new Map(
      voters.map((voter) => [voter, this.vote(voter, VoteKind.Prevote, view, blockRoot).signature]),
    );
    return { height: 1, ...view, blockRoot, ...aggregateVotes(SIZE, signatures, this.verifier) };
  }

  proposal(block: Block, view: View, valid?: PrevoteCertificate): SignedProposal {
    const { slot: validSlot, round: validRound } = valid ?? NO_VIEW;
    const proposal = { height: 1, ...view, validSlot, validRound, header: block.header };
    const context = { genesisRoot: this.network.config.genesisRoot, forkVersion: 1 };
    const signature = this.network.signers[this.proposerOf(view)]?.sign(proposalSigningRoot(proposal, context));
    assert.ok(signature !== undefined);
    return { proposal, signature, validCertificate: valid === undefined ? [] : [valid] };
  }

  propose(block: Block, view: View, valid?: PrevoteCertificate): void {
    this.step({ type: "proposal", source: 9, proposal: this.proposal(block, view, valid) });
    this.step({ type: "body", source: 9, body: { blockRoot: headerRoot(block.header), body: block.body } });
  }

  /** Kinds and roots of what the voter has voted in a view. */
  cast(view: View): { kind: number; root: Uint8Array }[] {
    return this.effects.flatMap((effect) => {
      if (effect.type !== "broadcast" || effect.gossip.topic !== "vote") return [];
      const { vote } = effect.gossip.message;
      return vote.slot === view.slot && vote.round === view.round ? [{ kind: vote.kind, root: vote.blockRoot }] : [];
    });
  }

  of<T extends Effect["type"]>(type: T): Extract<Effect, { type: T }>[] {
    return this.effects.filter((effect): effect is Extract<Effect, { type: T }> => effect.type === type);
  }
}

/** A voter that proposes in none of the first views. */
export function watcher(): { bench: Bench; others: number[] } {
  const probe = new Bench(0);
  const busy = new Set([0, 1, 2].map((round) => probe.proposerOf({ slot: 1, round })));
  const self = [0, 1, 2, 3].find((index) => !busy.has(index)) ?? 0;
  return { bench: new Bench(self), others: [0, 1, 2, 3].filter((index) => index !== self) };
}

export const V0 = { slot: 1, round: 0 };
export const V1 = { slot: 1, round: 1 };
export const V2 = { slot: 1, round: 2 };
