import { EXCHANGE_INTERVAL } from "../params.js";
import { slotAt, slotStart } from "../slots.js";
import type { Block } from "../types/body.js";
import type { CommitCertificate } from "../types/certificate.js";
import { headerRoot } from "../types/header.js";
import type { SignedVote } from "../types/vote.js";
import { votesRequest } from "./exchange.js";
import { Guard } from "./guard.js";
import { Height } from "./height.js";
import type { Host } from "./host.js";
import { Reception } from "./reception.js";
import { restore } from "./restore.js";
import { soundRules } from "./rules.js";
import { statusOf, votesOf } from "./status.js";
import { rootKey } from "./tally.js";
import type { AgreementOptions, AgreementStatus, Effect, HeightContext, Input, StepResult } from "./types.js";

/** PoOT's agreement: see types.ts for how it is driven and height.ts for its rules. */
export class Agreement {
  readonly #options: AgreementOptions;
  readonly #guard: Guard | undefined;
  readonly #host: Host;
  readonly #reception: Reception;
  #effects: Effect[] = [];
  #now = 0;
  #clockTrusted = true;
  /** Milliseconds by which the own clock is behind the peers' median. */
  #clockOffset = 0;
  /** Unix milliseconds; undefined until the first height opens. */
  #listenUntil: number | undefined;
  #nextExchange = Number.POSITIVE_INFINITY;
  /** When time alone may fire a rule. */
  #wake = Number.NEGATIVE_INFINITY;
  #halted = false;

  /** @throws ConsensusError BAD_STATE when the restored record belongs to another network or key. */
  constructor(options: AgreementOptions) {
    this.#options = options;
    if (options.signer !== undefined) {
      this.#guard = new Guard({
        signer: options.signer,
        genesisRoot: options.genesisRoot,
        forkVersionAt: options.forkVersionAt,
        comparePositions: (options.rules ?? soundRules).comparePositions,
        ...(options.restored === undefined ? {} : { restored: options.restored.record }),
      });
    }
    const self = this;
    this.#host = {
      options,
      rules: options.rules ?? soundRules,
      guard: this.#guard,
      get now() {
        return self.#now;
      },
      get clockTrusted() {
        return self.#clockTrusted;
      },
      get networkNow() {
        return self.#clockTrusted ? self.#now : self.#now + self.#clockOffset;
      },
      get listening() {
        return self.#isListening();
      },
      emit: (effect) => {
        this.#effects.push(effect);
        if (effect.type === "halt") this.#halted = true;
      },
    };
    this.#reception = new Reception(this.#host);
  }

  step(now: number, input: Input): StepResult {
    const back = now < this.#now;
    if (back) this.#setBack(now - this.#now);
    this.#now = now;
    this.#effects = [];
    if (!this.#halted) {
      const changed = this.#take(input);
      // Most of what comes in over a mesh is known already: no rule can fire before its time then.
      if (changed || back || now >= this.#wake) this.#advance();
    }
    const effects = this.#withPersist(input.type === "close");
    this.#effects = [];
    return { effects, wakeAt: this.#halted ? Number.POSITIVE_INFINITY : this.#wake };
  }

  /** The clock was corrected: without this, timers of an hour ahead would leave the node dumb for an hour. */
  #setBack(milliseconds: number): void {
    this.#reception.height?.shift(milliseconds);
    this.#nextExchange += milliseconds;
    if (this.#listenUntil !== undefined) this.#listenUntil += milliseconds;
  }

  /** A block of the open or the last height, decided or not, for peers that ask by root. */
  block(root: Uint8Array): Block | undefined {
    return this.#reception.height?.candidates.block(root) ?? this.#reception.previous?.candidates.block(root);
  }

  /** The fullest certificate of the open height's parent that this node holds. */
  parentCommit(): CommitCertificate | undefined {
    return this.#reception.height?.parentCommit;
  }

  /** Votes of one voter that this node holds, of the last height and the open one (`own-votes/1`). */
  votesOf(nodeId: Uint8Array): SignedVote[] {
    // Most of a slot the open height has no votes yet, and a clone that starts then must still be found out.
    return [this.#reception.previous, this.#reception.height].flatMap((height) =>
      height === undefined ? [] : votesOf(height, nodeId),
    );
  }

  status(): AgreementStatus | undefined {
    const height = this.#reception.height;
    if (height === undefined) return undefined;
    return statusOf(height, this.#reception.previous, this.#guard, {
      listening: this.#isListening(),
      halted: this.#halted,
    });
  }

  #isListening(): boolean {
    return this.#listenUntil !== undefined && this.#now < this.#listenUntil;
  }

  /** False when nothing changed that a rule looks at. */
  #take(input: Input): boolean {
    const reception = this.#reception;
    switch (input.type) {
      case "tick":
        return false;
      case "height":
        this.#open(input.context);
        return true;
      case "proposal":
        return reception.verdict(input.source, reception.proposal(input.source, input.proposal));
      case "body":
        return reception.verdict(input.source, reception.body(input.body));
      case "block":
        reception.block(input.block);
        return true;
      case "votes":
        return reception.votes(input.votes, true);
      case "ownVotes":
        reception.ownVotes(input.votes);
        return true;
      case "commit":
        return reception.verdict(input.source, reception.commit(input.source, input.certificate));
      case "certificate":
        return reception.verdict(input.source, reception.certificate(input.source, input.certificate));
      case "votesRequest":
        reception.request(input.source, input.request);
        return false;
      case "votesResponse":
        reception.response(input.response);
        return true;
      case "built":
        if (input.block !== undefined) this.#reception.height?.addBuilt(input.slot, input.round, input.block);
        return true;
      case "executed":
        this.#reception.height?.blocks.executed(input.root, input.valid);
        return true;
      case "clock":
        this.#clockTrusted = input.trusted;
        this.#clockOffset = input.offset;
        if (!input.trusted) this.#reception.height?.retreat();
        return true;
      case "promise":
        this.#guard?.raiseFork(input.forkVersion);
        return true;
      case "trust":
        this.#guard?.trust();
        return true;
      case "close":
        this.#guard?.close();
        return true;
    }
  }

  /** Applies the rules until none fires. */
  #advance(): void {
    this.#applyRules();
    this.#wake = this.#wakeAt();
  }

  #applyRules(): void {
    const height = this.#reception.height;
    if (height === undefined) return;
    if (this.#listenUntil !== undefined && this.#now >= this.#listenUntil) {
      this.#listenUntil = undefined;
      height.castDue();
    }
    const idle = this.#isIdle(height);
    height.run();
    if (height.step === "decided") this.#reception.decided(height);
    if (height.step === "decided" || (!idle && this.#now < this.#nextExchange)) return;
    this.#nextExchange = this.#now + EXCHANGE_INTERVAL;
    if (idle) return;
    if (height.context.voters.members.length > 1 || height.own === undefined) {
      this.#effects.push({ type: "exchange", request: votesRequest(height) });
    }
    for (const root of height.missing()) {
      this.#effects.push({ type: "fetch", height: height.context.height, root });
    }
  }

  /** Before the height's first slot nobody has votes of it that could be asked for, unless the clock is wrong. */
  #isIdle(height: Height): boolean {
    return height.step === "waiting" && this.#clockTrusted;
  }

  #wakeAt(): number {
    const height = this.#reception.height;
    if (this.#halted || height === undefined) return Number.POSITIVE_INFINITY;
    const asks = height.step !== "decided" && !this.#isIdle(height);
    return Math.min(
      height.wakeAt(),
      this.#listenUntil ?? Number.POSITIVE_INFINITY,
      asks ? this.#nextExchange : Number.POSITIVE_INFINITY,
    );
  }

  /** The record goes to the disk before anything that this step signed leaves the process. */
  #withPersist(closing: boolean): Effect[] {
    const guard = this.#guard;
    if (guard === undefined || (!guard.dirty && !closing)) return this.#effects;
    guard.dirty = false;
    const height = this.#reception.height;
    const blocks = new Map<string, Block>();
    if (height !== undefined) {
      guard.keep(height.context.height, { lock: height.locked, valid: height.valid });
      const roots = [height.locked?.blockRoot, height.valid?.blockRoot];
      for (const { proposal } of guard.proposals) roots.push(headerRoot(proposal.header));
      for (const root of roots) {
        const block = root === undefined ? undefined : height.candidates.block(root);
        if (root !== undefined && block !== undefined) blocks.set(rootKey(root), block);
      }
    }
    const record = guard.record(closing ? this.#now : 0);
    return [{ type: "persist", record, blocks: [...blocks.values()] }, ...this.#effects];
  }

  #open(context: HeightContext): void {
    const last = this.#reception.height;
    if (last !== undefined && context.height <= last.context.height) return;
    const height = new Height(this.#host, context);
    this.#reception.open(height, context.parentRoot);
    this.#guard?.open(context.height);
    if (last !== undefined) height.candidates.takeEarly(last.candidates);
    if (last === undefined) this.#listenUntil = this.#listeningEnd(height);
    restore(height, this.#host, this.#options.restored?.blocks ?? []);
    this.#nextExchange = this.#now + EXCHANGE_INTERVAL;
    this.#reception.takeHeld();
  }

  /** When a just started voter may sign (consensus.md section 5); undefined: at once. */
  #listeningEnd(height: Height): number | undefined {
    const guard = this.#guard;
    if (guard === undefined || height.context.height === 1) return undefined;
    const { members } = height.context.voters;
    if (members.length === 1 && height.own !== undefined) return undefined;
    const closedAt = Number(this.#options.restored?.record.closedAt ?? 0n);
    if (closedAt > 0 && this.#now >= closedAt && this.#now - closedAt < this.#options.slotDuration) return undefined;
    const endOfSlot = slotStart(this.#options, slotAt(this.#options, this.#now) + 1);
    return Math.max(endOfSlot, this.#now + this.#options.params.minimumListening);
  }

  /** True for what was accepted. */
}
