import { equalBytes } from "../base/bytes.js";
import type { Block, Body } from "../types/body.js";
import type { Header } from "../types/header.js";
import { type Candidate, Candidates } from "./candidates.js";
import type { Host } from "./host.js";
import { rootKey } from "./tally.js";
import type { HeightContext } from "./types.js";

/** The blocks of one height: each that is here whole is executed, each that votes prove to exist is fetched. */
export class HeightBlocks {
  readonly candidates = new Candidates();
  readonly #host: Host;
  readonly #context: HeightContext;

  constructor(host: Host, context: HeightContext) {
    this.#host = host;
    this.#context = context;
  }

  /** A proposal's. */
  addHeader(root: Uint8Array, header: Header): void {
    this.#execute(this.candidates.addHeader(root, header));
  }

  addBody(root: Uint8Array, body: Body): ReturnType<Candidates["addBody"]> {
    const result = this.candidates.addBody(root, body);
    const candidate = this.candidates.get(root);
    if (result === "added" && candidate !== undefined) this.#execute(candidate);
    return result;
  }

  /** A block that came as the answer to `fetch`. */
  addBlock(block: Block, root: Uint8Array): boolean {
    if (this.candidates.get(root) === undefined) {
      if (block.header.height === this.#context.height) this.candidates.addEarlyBlock(root, block);
      return false;
    }
    this.candidates.addHeader(root, block.header);
    return this.addBody(root, block.body) === "added";
  }

  executed(root: Uint8Array, valid: boolean): void {
    const candidate = this.candidates.get(root);
    if (candidate?.verdict === "executing") candidate.verdict = valid ? "valid" : "invalid";
  }

  /** Votes prove that the block exists: it is fetched and executed. */
  want(root: Uint8Array): Candidate {
    const candidate = this.candidates.of(root);
    this.candidates.adoptEarly(root);
    if (this.candidates.block(root) === undefined) {
      if (!candidate.wanted) this.#host.emit({ type: "fetch", height: this.#context.height, root });
      candidate.wanted = true;
    } else {
      candidate.wanted = false;
      this.#execute(candidate);
    }
    return candidate;
  }

  /** Roots that are wanted, and that of the current view's proposal, as long as their blocks are not here. */
  missing(proposed: Uint8Array | undefined): Uint8Array[] {
    const roots = new Map<string, Uint8Array>();
    for (const candidate of this.candidates.values()) {
      if (candidate.wanted && this.candidates.block(candidate.root) === undefined) {
        roots.set(rootKey(candidate.root), candidate.root);
      }
    }
    if (proposed !== undefined && this.candidates.block(proposed) === undefined) roots.set(rootKey(proposed), proposed);
    return [...roots.values()];
  }

  #execute(candidate: Candidate): void {
    const block = this.candidates.block(candidate.root);
    if (block === undefined || candidate.verdict !== "unknown") return;
    if (!this.#fits(block.header)) {
      candidate.verdict = "invalid";
      return;
    }
    candidate.verdict = "executing";
    this.#host.emit({ type: "execute", root: candidate.root, block });
  }

  /** What the height alone says of a header; the rest is `checkBlock`'s. */
  #fits(header: Header): boolean {
    const { height, parentRoot, parent } = this.#context;
    return header.height === height && equalBytes(header.parentRoot, parentRoot) && header.slot > parent.slot;
  }
}
