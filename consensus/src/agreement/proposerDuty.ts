import { equalBytes } from "../base/bytes.js";
import { slotAt, slotStart } from "../slots.js";
import type { Block } from "../types/body.js";
import type { PrevoteCertificate } from "../types/certificate.js";
import { headerRoot } from "../types/header.js";
import { NO_VIEW, type View, viewKey } from "../types/view.js";
import type { Height } from "./height.js";
import type { Host } from "./host.js";

/** What a height's proposer does: have a block built ahead, and propose it, or the valid block, once in its view. */
export class ProposerDuty {
  readonly #host: Host;
  readonly #height: Height;
  #proposed = false;
  /** Whether the view's proposer is this node. */
  #mine = false;
  /** viewKey of the last view for which a block was asked. */
  #asked = 0;
  #built: { readonly key: number; readonly block: Block; readonly root: Uint8Array } | undefined;

  constructor(host: Host, height: Height) {
    this.#host = host;
    this.#height = height;
  }

  /** A view begins; `known` when a proposal of it is here already, perhaps the own one from before a restart. */
  enter(known: boolean): void {
    this.#proposed = known;
    this.#mine = this.#isProposer(this.#height.view);
  }

  addBuilt(view: View, block: Block): void {
    this.#built = { key: viewKey(view), block, root: headerRoot(block.header) };
  }

  #isProposer(view: View): boolean {
    const { guard } = this.#host;
    if (guard === undefined || this.#height.context.barred.some((nodeId) => equalBytes(nodeId, guard.nodeId))) {
      return false;
    }
    const proposer = this.#height.proposerOf(view);
    return proposer !== undefined && equalBytes(proposer.nodeId, guard.nodeId);
  }

  #isSilent(): boolean {
    return this.#host.guard?.isSilent(this.#height.context.height) !== false;
  }

  #ask(view: View): void {
    if (viewKey(view) <= this.#asked) return;
    this.#asked = viewKey(view);
    const { context, parentCommit } = this.#height;
    this.#host.emit({ type: "build", height: context.height, slot: view.slot, round: view.round, parentCommit });
  }

  /** A block is built and executed before its slot opens. */
  prepare(): void {
    const { now, options, clockTrusted } = this.#host;
    const { view, valid, firstSlot } = this.#height;
    if (!clockTrusted) return;
    const slot = Math.max(slotAt(options, now), view.slot, firstSlot - 1) + 1;
    if (valid !== undefined || now < slotStart(options, slot) - options.params.buildLead) return;
    const next = { slot, round: 0 };
    if (viewKey(next) > this.#asked && !this.#isSilent() && this.#isProposer(next)) this.#ask(next);
  }

  /** The valid block if there is one, else a new one. True when something was proposed. */
  propose(): boolean {
    const { listening } = this.#host;
    const { step, view, valid, candidates } = this.#height;
    if (step !== "propose" || this.#proposed || listening || !this.#mine || this.#isSilent()) return false;
    if (valid !== undefined) {
      const block = candidates.block(valid.blockRoot);
      return block !== undefined && this.#send(block, valid.blockRoot, valid);
    }
    if (this.#built?.key !== viewKey(view)) {
      this.#ask(view);
      return false;
    }
    const { block, root } = this.#built;
    candidates.addHeader(root, block.header);
    candidates.addBody(root, block.body);
    // Building has executed it.
    candidates.of(root).verdict = "valid";
    return this.#send(block, root, undefined);
  }

  #send(block: Block, root: Uint8Array, valid: PrevoteCertificate | undefined): boolean {
    const { guard, emit } = this.#host;
    const { slot: validSlot, round: validRound } = valid ?? NO_VIEW;
    const { context, view } = this.#height;
    const proposal = { height: context.height, ...view, validSlot, validRound, header: block.header };
    this.#proposed = true;
    const signed = guard?.signProposal(proposal, valid);
    if (signed === undefined) return false;
    emit({ type: "broadcast", gossip: { topic: "proposal", message: signed } });
    emit({ type: "broadcast", gossip: { topic: "body", message: { blockRoot: root, body: block.body } } });
    this.#height.addProposal(signed, root);
    return true;
  }
}
