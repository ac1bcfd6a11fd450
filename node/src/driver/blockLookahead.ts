import {
  type AggregateItem,
  type CertifiedBlock,
  type ChainConfig,
  expectedSignatures,
  type Tip,
} from "@lucid/consensus";
import { type BlockChecker, type CheckAnswer, checkRequest } from "./blockChecks.js";
import type { RememberingVerifier } from "./rememberingVerifier.js";

export interface BlockLookaheadOptions {
  readonly config: ChainConfig;
}

export interface BlockLookaheadModules {
  readonly checker: BlockChecker;
  /** Is told which signatures are good. */
  readonly verifier: RememberingVerifier;
}

interface Group {
  readonly items: readonly AggregateItem[];
  /** Undefined: nobody could tell. */
  readonly answer: Promise<CheckAnswer | undefined>;
  /** The verifier knows them. */
  told: boolean;
}

interface Expected {
  readonly entry: CertifiedBlock;
  readonly group: Group;
  /** Of its first transaction in the group's answer. */
  readonly offset: number;
}

/** Blocks that are checked together: the more, the cheaper each signature, and the later the first one is done. */
const GROUP = 8;
/** Blocks that are looked at ahead of the one that is executed. */
const WINDOW = 3 * GROUP;

/**
 * Looks ahead in a list of decided blocks: what costs most of a block's check, its signatures and the senders of its
 * transactions, is done for a group of blocks together on another thread, while those before them are executed. Whoever
 * checks a block then meets signatures that the verifier knows. Nothing is believed that was not verified: what was expected
 * wrongly, or could not be told, is verified where it is needed.
 */
export class BlockLookahead {
  private readonly options: BlockLookaheadOptions;
  private readonly modules: BlockLookaheadModules;
  private expected: Expected[] = [];
  /** Up to this height a group was bad, or nobody could tell: its blocks are not looked at again. */
  private blindUntil = 0;

  constructor(options: BlockLookaheadOptions, modules: BlockLookaheadModules) {
    this.options = options;
    this.modules = modules;
  }

  /** Has as many of the blocks checked, which follow on `tip`, as there is room for. */
  prepare(tip: Tip, blocks: readonly CertifiedBlock[]): void {
    if (this.expected[0]?.entry !== blocks[0]) this.expected = [];
    while (tip.state.height >= this.blindUntil && this.expected.length + GROUP <= WINDOW) {
      const from = this.expected.length;
      const ahead = blocks.slice(0, from + GROUP);
      if (ahead.length === from) return;
      const items = expectedSignatures(this.options.config, tip, ahead, from).flat();
      const group = this.ask(items, ahead.slice(from));
      let offset = 0;
      for (const entry of ahead.slice(from)) {
        this.expected.push({ entry, group, offset });
        offset += entry.block.body.transactions.length;
      }
    }
  }

  /** Senders of the first of the blocks that `prepare` was given, as far as they are known; its signatures are known then. */
  async take(entry: CertifiedBlock): Promise<readonly (Uint8Array | undefined)[] | undefined> {
    const [first] = this.expected;
    if (first?.entry !== entry) return undefined;
    const { group, offset } = first;
    const answer = await group.answer;
    if (answer?.verified !== true) {
      this.blindUntil = this.expected.findLast((each) => each.group === group)?.entry.block.header.height ?? 0;
      this.expected = [];
      return undefined;
    }
    this.expected.shift();
    if (!group.told) for (const item of group.items) this.modules.verifier.remember(item);
    group.told = true;
    return answer.senders.slice(offset, offset + entry.block.body.transactions.length);
  }

  private ask(items: readonly AggregateItem[], blocks: readonly CertifiedBlock[]): Group {
    const transactions = blocks.flatMap(({ block }) => block.body.transactions);
    const answer = this.modules.checker.check(checkRequest(items, transactions)).catch((): undefined => undefined);
    return { items, answer, told: false };
  }
}
