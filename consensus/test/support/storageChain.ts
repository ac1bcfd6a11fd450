import { StandInSigner, StandInVerifier } from "../../src/crypto/standIn.js";
import { ChainBuilder, type NextBlock, SimSessions, simNetwork } from "../../src/sim/index.js";
import { simCheckPlan } from "../../src/sim/simChain.js";
import { type Block, Body, type StorageTask } from "../../src/types/index.js";

export const verifier = new StandInVerifier();
/** Leaves of a blob of 8 MiB. */
export const FULL_LEAVES = 2_048;

/** A chain with sessions in LucidAnchors and all keys at hand. */
export class StorageChain {
  readonly sessions = new SimSessions();
  readonly chain: ChainBuilder;

  constructor(nodes: number) {
    const base = simNetwork(nodes, "devnet", verifier, (seed) => new StandInSigner(seed));
    this.chain = new ChainBuilder({ ...base, sessions: this.sessions }, verifier);
  }

  get config() {
    return this.chain.network.config;
  }

  get state() {
    return this.chain.tip.state;
  }

  /** Unix seconds of the head. */
  get time(): number {
    return Number(this.chain.tip.header.timestamp);
  }

  /** What honest holders answer on the head. */
  answers(holds?: (node: number, root: Uint8Array) => boolean): StorageTask[] {
    return this.sessions.answers(this.config, this.state, (id) => this.chain.keys.signerOf(id), holds);
  }

  signer(node: number) {
    return this.chain.keys.signerOf(this.state.nodes[node]?.nodeId ?? new Uint8Array(32));
  }

  /** A block in which everybody answers what is open. */
  next(options: NextBlock = {}): Block {
    return this.chain.next({ storage: this.answers(), ...options });
  }

  /** Whether a block with other tasks than it has breaks no rule on the tip before it; its roots are not compared. */
  accepts(block: Block, parent: ChainBuilder["tip"], tasks: Partial<Body["tasks"]>): boolean {
    const body = { ...block.body, tasks: { ...block.body.tasks, ...tasks } };
    const changed = { header: { ...block.header, bodyRoot: Body.hashTreeRoot(body) }, body };
    return simCheckPlan(this.chain.network, parent, changed, verifier) !== undefined;
  }
}
