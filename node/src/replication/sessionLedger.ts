import { equalBytes, toHex } from "@lucid/consensus/base";
import { sessionRoot } from "@lucid/consensus/proofs";
import { callData, word } from "../governance/abiReader.js";
import type { ChainReader } from "../interfaces.js";
import { ANCHORS_ADDRESS, sessionOfLog } from "../proof/sessionEvent.js";
import { decodeCount, decodeSession, type SessionView } from "../rpc/anchorsAbi.js";
import type { AnchoredSession, ReplicationStore } from "./replicationStore.js";
import { MAX_SESSION_CHUNKS } from "./wire.js";

export interface SessionLedgerModules {
  readonly chain: Pick<ChainReader, "head" | "receipts">;
  /** A view of a contract at the head; undefined when it reverts. */
  readonly call: (to: Uint8Array, data: Uint8Array) => Promise<Uint8Array | undefined>;
  readonly store: ReplicationStore;
}

/** The chain keeps a session renewable for so long after what is paid has ended, and nodes keep its chunks. Seconds. */
export const GRACE_SECONDS = 30 * 86_400;
/** What is paid for longer than this is not read again. Seconds. */
const REREAD_SECONDS = 2 * 86_400;

/** The sessions of the chain as this node has to know them: read from LucidAnchors once each, and again when they may lapse. */
export class SessionLedger {
  private readonly modules: SessionLedgerModules;
  /** Sessions by id; two owners may have used the same one. */
  private readonly numbers = new Map<string, number[]>();
  private count = 0;

  private constructor(modules: SessionLedgerModules) {
    this.modules = modules;
  }

  static async open(modules: SessionLedgerModules): Promise<SessionLedger> {
    const ledger = new SessionLedger(modules);
    for await (const [number, session] of modules.store.anchored.entries()) ledger.note(number, session);
    return ledger;
  }

  get size(): number {
    return this.count;
  }

  /** Sessions under an id. */
  byId(sessionId: Uint8Array): AnchoredSession[] {
    return this.numbersOf(sessionId).flatMap((number) => this.modules.store.anchored.get(number) ?? []);
  }

  /** True when the list of roots of an owner's session is here and is the chain's: nothing that anybody tells changes it. */
  knowsRoots(owner: Uint8Array, sessionId: Uint8Array): boolean {
    return this.byId(sessionId).some((session) => session.rootsKnown && equalBytes(session.owner, owner));
  }

  /** Numbers on chain of the sessions under an id. */
  numbersOf(sessionId: Uint8Array): readonly number[] {
    return this.numbers.get(toHex(sessionId)) ?? [];
  }

  /** From the chain; undefined for a session that is not there any more. */
  async manifestHash(number: number): Promise<Uint8Array | undefined> {
    return (await this.session(number))?.manifestHash;
  }

  /** True when one of these roots is the whole manifest of a session under this id: all but the largest have one part. */
  async hasManifest(sessionId: Uint8Array, roots: readonly Uint8Array[]): Promise<boolean> {
    const hashes = roots.map((root) => toHex(sessionRoot([root])));
    for (const number of this.numbersOf(sessionId)) {
      const hash = await this.manifestHash(number);
      if (hash !== undefined && hashes.includes(toHex(hash))) return true;
    }
    return false;
  }

  entries(): AsyncGenerator<readonly [number, AnchoredSession], void, void> {
    return this.modules.store.anchored.entries();
  }

  /** True for a block with a registration. */
  registersIn(height: number): boolean {
    const receipts = this.modules.chain.receipts(height) ?? [];
    return receipts.some(({ status, logs }) => status === 1 && logs.some((log) => sessionOfLog(log) !== undefined));
  }

  /**
   * Reads what is new, and what may have been renewed. Returns how many sessions are known then.
   * @param isOver asked before each session: true ends the reading early; the next one goes on where it was
   */
  async update(nowSeconds: number, isOver: () => boolean = () => false): Promise<number> {
    const { store } = this.modules;
    const total = await this.read(callData("sessionCount()"), decodeCount);
    for (let number = this.count + 1; number <= (total ?? 0) && !isOver(); number++) {
      const view = await this.session(number);
      if (view === undefined) break;
      const session = sessionFrom(view, false);
      await store.write([store.anchored.putOp(number, session)], false);
      this.note(number, session);
    }
    for await (const [number, session] of this.entries()) {
      if (isOver()) break;
      const settled = session.paidUntil > nowSeconds + REREAD_SECONDS || isEnded(session, nowSeconds);
      const view = settled ? undefined : await this.session(number);
      if (view === undefined || Number(view.paidUntil) === session.paidUntil) continue;
      await store.write([store.anchored.putOp(number, sessionFrom(view, session.rootsKnown))], false);
    }
    return this.count;
  }

  /** Keeps a list of roots if it is the session's: as many as the chain says, with its Merkle root. */
  async learnRoots(number: number, session: AnchoredSession, roots: readonly Uint8Array[]): Promise<boolean> {
    const { store } = this.modules;
    const fits = roots.length === session.chunkCount && roots.length > 0 && roots.length <= MAX_SESSION_CHUNKS;
    if (!fits || !equalBytes(sessionRoot([...roots]), session.merkleRoot)) return false;
    const known = { ...session, rootsKnown: true };
    await store.write([...store.rootsOps(session, roots), store.anchored.putOp(number, known)], true);
    return true;
  }

  private note(number: number, session: AnchoredSession): void {
    const name = toHex(session.sessionId);
    this.numbers.set(name, [...(this.numbers.get(name) ?? []), number]);
    this.count = Math.max(this.count, number);
  }

  private session(number: number): Promise<SessionView | undefined> {
    return this.read(callData("sessionByNumber(uint32)", word(number)), decodeSession);
  }

  private async read<T>(data: Uint8Array, decode: (bytes: Uint8Array) => T): Promise<T | undefined> {
    const answer = await this.modules.call(ANCHORS_ADDRESS, data);
    return answer === undefined || answer.length === 0 ? undefined : decode(answer);
  }
}

/** Nobody owes its chunks any more. */
export function isEnded({ paidUntil }: AnchoredSession, nowSeconds: number): boolean {
  return nowSeconds >= paidUntil + GRACE_SECONDS;
}

function sessionFrom(view: SessionView, rootsKnown: boolean): AnchoredSession {
  const { owner, sessionId, merkleRoot, chunkCount } = view;
  return {
    owner,
    sessionId,
    merkleRoot,
    chunkCount,
    registeredAt: Number(view.registeredAt),
    paidUntil: Number(view.paidUntil),
    rootsKnown,
  };
}
