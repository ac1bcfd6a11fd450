import { equalBytes } from "../base/bytes.js";
import { type Block, type Body, Body as BodyType } from "../types/body.js";
import type { Header } from "../types/header.js";
import { rootKey } from "./tally.js";

/** A block that somebody proposed for the open height, as far as it is here. */
export interface Candidate {
  readonly root: Uint8Array;
  header: Header | undefined;
  body: Body | undefined;
  verdict: "unknown" | "executing" | "valid" | "invalid";
  /** Votes prove that it exists: it is fetched until it is here. */
  wanted: boolean;
}

/** Bodies are up to 2 MiB each. */
const MAX_BODIES = 8;
const MAX_HEADERS = 512;
/** Bodies that came before their proposals. */
const MAX_EARLY = 4;

export class Candidates {
  readonly #byRoot = new Map<string, Candidate>();
  /** How many of them have a body. */
  #bodies = 0;
  /** Body messages by the root that they claim; nothing vouches for them yet. */
  readonly #early = new Map<string, Body>();
  /** Headers of whole blocks among them; a header's root proves itself. */
  readonly #earlyHeaders = new Map<string, Header>();

  get(root: Uint8Array): Candidate | undefined {
    return this.#byRoot.get(rootKey(root));
  }

  block(root: Uint8Array): Block | undefined {
    const candidate = this.get(root);
    if (candidate?.header === undefined || candidate.body === undefined) return undefined;
    return { header: candidate.header, body: candidate.body };
  }

  /** The candidate of a root, made if unknown. */
  of(root: Uint8Array): Candidate {
    const key = rootKey(root);
    let candidate = this.#byRoot.get(key);
    if (candidate === undefined) {
      candidate = { root, header: undefined, body: undefined, verdict: "unknown", wanted: false };
      this.#byRoot.set(key, candidate);
    }
    return candidate;
  }

  /** A whole block that nobody has vouched for yet: sync brings the block first, the certificate after it. */
  addEarlyBlock(root: Uint8Array, block: Block): void {
    this.#makeRoom(this.#earlyHeaders, rootKey(root));
    this.#earlyHeaders.set(rootKey(root), block.header);
    this.addBody(root, block.body);
  }

  /** Takes up the header of a block that came early, once votes prove that it exists. */
  adoptEarly(root: Uint8Array): void {
    const header = this.#earlyHeaders.get(rootKey(root));
    if (header === undefined) return;
    this.#earlyHeaders.delete(rootKey(root));
    this.addHeader(root, header);
  }

  /** Takes over what came early at the height before: it may belong to this one, whose proposals were held. */
  takeEarly(before: Candidates): void {
    for (const [key, body] of before.#early) this.#early.set(key, body);
    for (const [key, header] of before.#earlyHeaders) this.#earlyHeaders.set(key, header);
  }

  #makeRoom(map: Map<string, unknown>, key: string): void {
    map.delete(key);
    if (map.size >= MAX_EARLY) map.delete(map.keys().next().value ?? key);
  }

  addHeader(root: Uint8Array, header: Header): Candidate {
    const candidate = this.of(root);
    candidate.header ??= header;
    const key = rootKey(root);
    const early = this.#early.get(key);
    if (early !== undefined) {
      this.#early.delete(key);
      this.addBody(root, early);
    }
    return candidate;
  }

  /** "late": no header names it yet, it is kept for a while. "wrong": it is not the body of that header. */
  addBody(root: Uint8Array, body: Body): "added" | "known" | "late" | "wrong" {
    const candidate = this.get(root);
    if (candidate?.header === undefined) {
      const key = rootKey(root);
      this.#makeRoom(this.#early, key);
      this.#early.set(key, body);
      return "late";
    }
    if (candidate.body !== undefined) return "known";
    if (!equalBytes(BodyType.hashTreeRoot(body), candidate.header.bodyRoot)) return "wrong";
    // The root does not tell whether the proofs of storage are there: who took them out on the way must not spoil the block.
    if (body.tasks.storage.some(({ proof }) => proof.length === 0)) return "wrong";
    candidate.body = body;
    this.#bodies++;
    return "added";
  }

  /** Whether there is more than the caps allow. */
  get full(): boolean {
    return this.#bodies > MAX_BODIES || this.#byRoot.size > MAX_HEADERS;
  }

  /** Forgets bodies and headers beyond the caps, oldest first, but for those of `keep`. */
  prune(keep: readonly (Uint8Array | undefined)[]): void {
    const kept = new Set(keep.filter((root) => root !== undefined).map(rootKey));
    for (const [key, candidate] of this.#byRoot) {
      if (kept.has(key) || candidate.wanted || candidate.verdict === "executing") continue;
      if (candidate.body !== undefined && this.#bodies > MAX_BODIES) {
        this.#bodies--;
        candidate.body = undefined;
      }
      if (this.#byRoot.size <= MAX_HEADERS) continue;
      if (candidate.body !== undefined) this.#bodies--;
      this.#byRoot.delete(key);
    }
  }

  values(): IterableIterator<Candidate> {
    return this.#byRoot.values();
  }
}
