import { ANCESTOR_HEADERS, Body, headerRoot } from "@lucid/consensus";
import { equalBytes, toHex } from "@lucid/consensus/base";
import type { CheckContext, Invariant, KeyValueStore } from "@lucid/storage";
import { readStateHead } from "../state/index.js";
import { BlockStore } from "./blockStore.js";
import { consensusInvariants } from "./consensusInvariants.js";
import { indexInvariants } from "./indexInvariants.js";

/** What holds between the blocks, their certificates, receipts and indexes of a database that nobody writes to. */
export function chainInvariants(store: KeyValueStore, genesisRoot: Uint8Array): Invariant[] {
  const blocks = new BlockStore(store);
  return [
    ...blockInvariants(blocks, store, genesisRoot),
    ...indexInvariants(store),
    ...consensusInvariants(store, genesisRoot),
  ];
}

function blockInvariants(blocks: BlockStore, store: KeyValueStore, genesisRoot: Uint8Array): Invariant[] {
  return [
    {
      name: "chain.blocks",
      summary: "Every block up to the head is there, has its root and its body, and names its parent.",
      check: async ({ report, looked }) => {
        const head = blocks.head();
        if (head === undefined) return report({ code: "CHAIN_CORRUPT", message: "there is no head" });
        let parent = checkBlock(blocks, 0, genesisRoot, report) ?? genesisRoot;
        const base = blocks.base();
        // A snapshot's first block names a parent of which the header alone is here.
        if (base > 1) parent = ancestorRoot(blocks, base - 1, report) ?? parent;
        for (let height = base; height <= head.height; height++) {
          looked();
          parent = checkBlock(blocks, height, parent, report) ?? parent;
        }
        if (!equalBytes(parent, head.root)) {
          report({
            code: "CHAIN_CORRUPT",
            message: `the head is ${toHex(head.root)}, the last block ${toHex(parent)}`,
          });
        }
        return undefined;
      },
    },
    {
      name: "chain.certificates",
      summary: "Every block but genesis has the commit certificate that makes it final.",
      check: async ({ report, looked }) => {
        for (let height = blocks.base(); height <= (blocks.head()?.height ?? 0); height++) {
          looked();
          const commit = blocks.commit(height);
          const root = blocks.block(height)?.root;
          if (commit === undefined || root === undefined || !equalBytes(commit.blockRoot, root)) {
            report({
              code: "CHAIN_CORRUPT",
              message: `the certificate of block ${height} is missing or of another block`,
            });
          }
        }
      },
    },
    {
      name: "chain.transactions",
      summary: "Every transaction has its receipt, its sender, and its place in the index.",
      check: async (context) => {
        for (let height = blocks.base(); height <= (blocks.head()?.height ?? 0); height++)
          checkTransactions(blocks, height, context);
      },
    },
    {
      name: "chain.state",
      summary: "The state is that of the head.",
      check: async ({ report, looked }) => {
        looked();
        const head = blocks.head();
        const state = readStateHead(store);
        const expected = head === undefined ? undefined : blocks.block(head.height)?.header.stateRoot;
        if (state === undefined || state.height !== head?.height || expected === undefined) {
          report({
            code: "STATE_CORRUPT",
            message: `the state is of height ${state?.height}, the head of ${head?.height}`,
          });
        } else if (!equalBytes(state.root, expected)) {
          report({ code: "STATE_CORRUPT", message: "the root of the state is not the one that the head names" });
        }
      },
    },
  ];
}

/** The headers before a snapshot's block, each named by the next one. @returns the root of the last */
function ancestorRoot(blocks: BlockStore, last: number, report: CheckContext["report"]): Uint8Array | undefined {
  let next = blocks.header(last);
  for (let height = last - 1; next !== undefined && height >= Math.max(0, last - ANCESTOR_HEADERS + 1); height--) {
    const header = blocks.header(height);
    if (header === undefined || !equalBytes(headerRoot(header), next.parentRoot)) {
      report({ code: "CHAIN_CORRUPT", message: `header ${height} is missing or of another chain` });
      break;
    }
    next = header;
  }
  const header = blocks.header(last);
  if (header === undefined) report({ code: "CHAIN_CORRUPT", message: `header ${last} is missing` });
  return header === undefined ? undefined : headerRoot(header);
}

/** @returns the block's root */
function checkBlock(
  blocks: BlockStore,
  height: number,
  parent: Uint8Array,
  report: CheckContext["report"],
): Uint8Array | undefined {
  const block = blocks.block(height);
  if (block === undefined) {
    report({ code: "CHAIN_CORRUPT", message: `block ${height} is missing` });
    return undefined;
  }
  const { header, body, root } = block;
  const wrong: string[] = [];
  if (!equalBytes(headerRoot(header), root)) wrong.push("its header has another root");
  if (header.height !== height) wrong.push(`it says that its height is ${header.height}`);
  if (!equalBytes(header.parentRoot, parent)) wrong.push("it names another parent");
  if (!equalBytes(Body.hashTreeRoot(body), header.bodyRoot)) wrong.push("its body is of another block");
  if (blocks.heightOfRoot(root) !== height) wrong.push("the index of roots does not lead to it");
  if (wrong.length > 0) report({ code: "CHAIN_CORRUPT", message: `block ${height}: ${wrong.join(", ")}` });
  return root;
}

function checkTransactions(blocks: BlockStore, height: number, { report, looked }: CheckContext): void {
  const block = blocks.block(height);
  if (block === undefined) return;
  const count = block.body.transactions.length;
  const receipts = blocks.receipts(height);
  looked();
  if (receipts === undefined || receipts.count !== count) {
    report({ code: "CHAIN_CORRUPT", message: `block ${height} has ${count} transactions and other receipts` });
    return;
  }
  for (let index = 0; index < count; index++) {
    const hash = receipts.transactionHash(index);
    const found = blocks.location(hash);
    if (found?.height !== height || found.index !== index) {
      report({ code: "DB_INDEX", message: `transaction ${toHex(hash)} of block ${height} is not in the index` });
    }
  }
}
