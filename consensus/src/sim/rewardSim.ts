import { concatBytes, u32be } from "../base/bytes.js";
import { sha256 } from "../base/hash.js";
import { assignedTo, placementSetOf } from "../challenges/assignment.js";
import { challengedLeaf, placementMix } from "../challenges/draw.js";
import { StandInSigner, StandInVerifier } from "../crypto/standIn.js";
import type { Params } from "../params.js";
import { type Block, Body } from "../types/body.js";
import type { ChallengeSet, ConsensusState } from "../types/state.js";
import type { RelayTask, StorageProof, StorageTask } from "../types/task.js";
import { ChainBuilder } from "./chainBuilder.js";
import { simCheckPlan, simNetwork } from "./simChain.js";
import { SimSessions, signAnswer, signReceipt } from "./simSessions.js";

export interface RewardOptions {
  readonly preset: Params["preset"];
  readonly nodes: number;
  /** Chunks of 8 MiB in the network. */
  readonly chunks: number;
  /** That are counted, after three in which the placement settles. */
  readonly epochs: number;
  /** Share of its chunks that the dropper lacks, in percent. */
  readonly dropPercent: number;
  readonly seed: number;
}

/** What the nodes with these registry indices do; all others are honest. */
export const RewardRole = { dropper: 0, forger: 1, colluderA: 2, colluderB: 3, idlerA: 4, idlerB: 5 } as const;

export interface RewardReport extends RewardOptions {
  readonly blocks: number;
  readonly challengesPerBlock: number;
  /** Credits in thousandths of the counted epochs, and gwei of the epochs' pools, each per node: of an honest one the mean. */
  readonly honest: { readonly storage: number; readonly relay: number; readonly credits: number };
  readonly dropper: {
    /** Challenges that were its to answer, and those that it answered. */
    readonly due: number;
    readonly answered: number;
    /** Of the chunks that belong to it. */
    readonly lackingPercent: number;
    /** Less storage credits for its due challenges than the honest got for theirs, percent. */
    readonly lostPercent: number;
    /** Blocks from one miss to the next: by the odds, and as it was. */
    readonly expectedBlocksToSee: number;
    readonly meanBlocksToSee: number;
    readonly blocksToFirst: number;
  };
  readonly forger: {
    readonly forged: number;
    /** Forged tasks that a proposer took, and blocks with one that a voter took. */
    readonly taken: number;
    readonly validBlocks: number;
    /** Credits from answers of its own. */
    readonly storage: number;
    /** For including answers of others. */
    readonly included: number;
  };
  /** Two that store what they should and sign 1 GiB for each other in every epoch, and two that store nothing. */
  readonly colluders: {
    /** Relay credits in percent of their storage credits. */
    readonly relayPercent: number;
    /** All credits, in percent more than an honest node's mean. */
    readonly gainPercent: number;
  };
  readonly idlers: { readonly relay: number; readonly storage: number; readonly included: number };
}

/** Leaves of a blob of 8 MiB. */
const LEAVES = 2_048;
const SESSION_CHUNKS = 20;
const SETTLING_EPOCHS = 3;

interface Account {
  storage: number;
  relay: number;
  credits: number;
  /** Part of storage: for including answers. */
  included: number;
}

/**
 * Epochs of a network in which some nodes cheat, by the true rules and with true proofs: who drops chunks, who forges answers,
 * who signs relay receipts for a friend. Signatures are stand-ins.
 */
export function simulateRewards(options: RewardOptions): RewardReport {
  const run = new RewardRun(options);
  return run.report();
}

class RewardRun {
  private readonly options: RewardOptions;
  private readonly verifier = new StandInVerifier();
  private readonly sessions = new SimSessions();
  private readonly chain: ChainBuilder;
  private readonly accounts: Account[];
  private due = 0;
  private answered = 0;
  private missedAt: number[] = [];
  private counting = false;
  private firstCounted = 0;
  private forged = 0;
  private taken = 0;
  private validBlocks = 0;
  private lacking = 0;
  private owned = 0;
  private dueOfHonest = 0;
  private honestAnswers = 0;

  constructor(options: RewardOptions) {
    this.options = options;
    const base = simNetwork(options.nodes, options.preset, this.verifier, (seed) => new StandInSigner(seed));
    this.chain = new ChainBuilder({ ...base, sessions: this.sessions }, this.verifier);
    this.accounts = Array.from({ length: options.nodes }, () => ({ storage: 0, relay: 0, credits: 0, included: 0 }));
  }

  report(): RewardReport {
    const { options, chain } = this;
    const time = Number(chain.tip.header.timestamp);
    for (let i = 0; i * SESSION_CHUNKS < options.chunks; i++) {
      this.sessions.registerNew(`${options.seed}/${i}`, SESSION_CHUNKS, LEAVES, time);
    }
    const start = chain.tip.state.epoch.epoch;
    let blocks = 0;
    while (chain.tip.state.epoch.epoch < start + SETTLING_EPOCHS + options.epochs) {
      const { slot, epoch } = chain.tip.state;
      // The next block opens the first epoch that is counted.
      const opens = (slot + 1) % chain.network.config.params.epochSlots === 0;
      if (opens && epoch.epoch === start + SETTLING_EPOCHS - 1) {
        this.counting = true;
        this.firstCounted = chain.tip.state.height;
        this.countOwned();
      }
      this.step();
      if (this.counting) blocks++;
    }
    return this.figures(blocks);
  }

  /** What the dropper should have, and what it lacks. */
  private countOwned(): void {
    const { state } = this.chain.tip;
    const { config } = this.chain.network;
    const placement = placementSetOf(state, state.epoch.epoch, config.params);
    for (const { chunks, registeredAt } of this.sessions.all()) {
      const mix = placementMix(config, state, registeredAt);
      for (const { root } of chunks) {
        if (!placement.assign(root, mix).some(({ node }) => node === RewardRole.dropper)) continue;
        this.owned++;
        if (!this.dropperHas(root)) this.lacking++;
      }
    }
  }

  private dropperHas(root: Uint8Array): boolean {
    const draw = sha256(concatBytes(u32be(this.options.seed), root));
    return ((draw[0] ?? 0) * 256 + (draw[1] ?? 0)) % 10_000 >= this.options.dropPercent * 100;
  }

  private holds(node: number, root: Uint8Array): boolean {
    if (node === RewardRole.dropper) return this.dropperHas(root);
    return node !== RewardRole.forger && node !== RewardRole.idlerA && node !== RewardRole.idlerB;
  }

  private step(): void {
    const { chain, sessions } = this;
    const { config } = chain.network;
    const before = chain.tip;
    const signerOf = (nodeId: Uint8Array) => chain.keys.signerOf(nodeId);
    const right = sessions.answers(config, before.state, signerOf, (node, root) => this.holds(node, root));
    const forged = this.forgeries(before.state);
    const block = chain.next({ storage: [...forged, ...right], relay: this.receipts(before.state) });
    this.forged += forged.length;
    this.taken += block.body.tasks.storage.filter((task) => forged.includes(task)).length;
    this.tryInvalid(before, block, forged);
    this.book(before.state, chain.tip.state, block);
    if (this.counting) this.watch(before.state, block);
  }

  /** A hostile proposer puts one forged answer into its block. */
  private tryInvalid(parent: ChainBuilder["tip"], block: Block, forged: readonly StorageTask[]): void {
    const [task] = forged;
    if (task === undefined) return;
    const tasks = { ...block.body.tasks, storage: [...block.body.tasks.storage, task] };
    const body = { ...block.body, tasks };
    const changed = { header: { ...block.header, bodyRoot: Body.hashTreeRoot(body) }, body };
    if (simCheckPlan(this.chain.network, parent, changed, this.verifier) !== undefined) this.validBlocks++;
  }

  /** Answers that the forger makes up for its own challenges of the newest block: leaf, path, length, session path. */
  private forgeries(state: ConsensusState): StorageTask[] {
    const { config } = this.chain.network;
    const set = state.challenges.at(-1);
    const node = RewardRole.forger;
    const nodeId = state.nodes[node]?.nodeId;
    if (set === undefined || nodeId === undefined) return [];
    const signer = this.chain.keys.signerOf(nodeId);
    return set.items.flatMap((item, challenge) => {
      const blob = this.sessions.chunk(set, challenge);
      const assigned = assignedTo(state, set.epoch, item, blob.root, config.params);
      if (!assigned.some((each) => each.node === node)) return [];
      const [proof] = this.sessions.answer(config, set, challenge, node, signer).proof;
      if (proof === undefined) return [];
      return forgedProofs(set, challenge, blob.length, proof).map(([blobLength, wrong]) =>
        signAnswer(config, set, { node, challenge, blobLength, proof: wrong }, signer),
      );
    });
  }

  /** 1 GiB between the two of each pair, as soon as an epoch has begun. */
  private receipts(state: ConsensusState): RelayTask[] {
    const { colluderA, colluderB, idlerA, idlerB } = RewardRole;
    const pairs = [
      [colluderA, colluderB],
      [colluderB, colluderA],
      [idlerA, idlerB],
      [idlerB, idlerA],
    ] as const;
    // The credits are capped by the storage credits so far: a receipt that says a little more each time moves with them.
    const step = state.height - state.epoch.firstHeight + 1;
    return pairs.flatMap(([downloader, server]) => {
      const nodeId = state.nodes[downloader]?.nodeId;
      if (nodeId === undefined) return [];
      const bytes = BigInt(step * 34 * 1024 * 1024);
      const receipt = { downloader, server, epoch: state.epoch.epoch, bytes };
      return [signReceipt(this.chain.network.config, receipt, state.slot, this.chain.keys.signerOf(nodeId))];
    });
  }

  private book(before: ConsensusState, after: ConsensusState, { header, body }: Block): void {
    if (!this.counting) return;
    const same = before.epoch.epoch === after.epoch.epoch;
    this.accounts.forEach((account, node) => {
      const grown = (name: "storage" | "relay" | "credits") =>
        (after.epoch[name][node] ?? 0) - (same ? (before.epoch[name][node] ?? 0) : 0);
      account.storage += grown("storage");
      account.relay += grown("relay");
      account.credits += grown("credits");
      const isProposer = Buffer.compare(after.nodes[node]?.nodeId ?? header.parentRoot, header.proposer) === 0;
      if (!isProposer) return;
      for (const { height } of body.tasks.storage) {
        const rate = before.challenges.find((set) => set.height === height)?.rate ?? 0;
        account.included += Math.floor(rate / 16);
      }
    });
  }

  /** Which challenges of the block before the parent's were answered in the end. */
  private watch(before: ConsensusState, { header, body }: Block): void {
    const set = before.challenges.find(({ height }) => height === header.height - 2);
    if (set === undefined || set.height <= this.firstCounted) return;
    const { params } = this.chain.network.config;
    let missed = false;
    for (const [i, item] of set.items.entries()) {
      const { root } = this.sessions.chunk(set, i);
      const last = body.tasks.storage.filter(({ height, challenge }) => height === set.height && challenge === i);
      const done = new Set([...item.answered, ...last.map(({ node }) => node)]);
      for (const { node } of assignedTo(before, set.epoch, item, root, params)) {
        if (node > RewardRole.idlerB) {
          this.dueOfHonest++;
          if (done.has(node)) this.honestAnswers++;
        }
        if (node !== RewardRole.dropper) continue;
        this.due++;
        if (done.has(node)) this.answered++;
        else missed = true;
      }
    }
    if (missed) this.missedAt.push(set.height);
  }

  private figures(blocks: number): RewardReport {
    const { options, accounts, due, answered, missedAt } = this;
    const { params } = this.chain.network.config;
    const of = (node: number): Account => accounts[node] ?? { storage: 0, relay: 0, credits: 0, included: 0 };
    const honest = accounts.slice(RewardRole.idlerB + 1);
    const mean = (name: keyof Account) => honest.reduce((sum, each) => sum + each[name], 0) / honest.length;
    const perDue = due / blocks;
    const share = due === 0 ? 0 : (due - answered) / due;
    const gaps = missedAt.map((height, i) => height - (missedAt[i - 1] ?? this.firstCounted));
    const honestRate = this.honestAnswers / Math.max(1, this.dueOfHonest);
    // A block is seen to lack something when at least one of its challenges was missed.
    const odds = 1 - (1 - this.lacking / Math.max(1, this.owned)) ** perDue;
    const [a, b] = [of(RewardRole.colluderA), of(RewardRole.colluderB)];
    const [c, d] = [of(RewardRole.idlerA), of(RewardRole.idlerB)];
    const forger = of(RewardRole.forger);
    return {
      ...options,
      blocks,
      challengesPerBlock: params.challengesPerBlock,
      honest: { storage: mean("storage"), relay: mean("relay"), credits: mean("credits") },
      dropper: {
        due,
        answered,
        lackingPercent: this.owned === 0 ? 0 : (100 * this.lacking) / this.owned,
        lostPercent: 100 * (1 - (1 - share) / honestRate),
        expectedBlocksToSee: odds === 0 ? Number.POSITIVE_INFINITY : 1 / odds,
        meanBlocksToSee: gaps.reduce((sum, gap) => sum + gap, 0) / Math.max(1, gaps.length),
        blocksToFirst: gaps[0] ?? Number.POSITIVE_INFINITY,
      },
      forger: {
        forged: this.forged,
        taken: this.taken,
        validBlocks: this.validBlocks,
        storage: forger.storage - forger.included,
        included: forger.included,
      },
      colluders: {
        relayPercent: (100 * (a.relay + b.relay)) / Math.max(1, a.storage + b.storage),
        gainPercent: (100 * (a.credits + b.credits)) / (2 * mean("credits")) - 100,
      },
      idlers: {
        relay: c.relay + d.relay,
        storage: c.storage + d.storage - c.included - d.included,
        included: c.included + d.included,
      },
    };
  }
}

/** Proofs with one thing wrong each, and the length that goes with them. */
function forgedProofs(
  set: ChallengeSet,
  challenge: number,
  length: number,
  proof: StorageProof,
): readonly (readonly [number, StorageProof])[] {
  const flip = (list: readonly Uint8Array[]) => list.map((hash, i) => (i === 0 ? hash.map((byte) => byte ^ 1) : hash));
  const made = new Uint8Array(proof.leaf.length).fill(challengedLeaf(set.seed, challenge, length) & 255);
  return [
    [length, { ...proof, leaf: made }],
    [length, { ...proof, leafPath: flip(proof.leafPath) }],
    [length, { ...proof, chunkPath: flip(proof.chunkPath) }],
    [2 * length, proof],
  ];
}
