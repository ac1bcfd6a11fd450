import {
  ANCESTOR_HEADERS,
  Body,
  CHUNK_TARGET,
  type ChainConfig,
  ConsensusState,
  commitVote,
  decodeExact,
  decodeSsz,
  forkVersionAt,
  type Header,
  headerRoot,
  SNAPSHOT_HEAD_BYTES,
  SnapshotHead,
  type Verifier,
  verifyQuorum,
  votersOfHeight,
} from "@lucid/consensus";
import { equalBytes } from "@lucid/consensus/base";
import { type BlockStore, type FinalBlock, storedBlock } from "../chain/blockStore.js";
import { encodeReceipts, ReceiptsRecord } from "../chain/receiptsCodec.js";
import { NodeError } from "../errors.js";
import { receiptsRoot, transactionHash } from "../execution/index.js";
import { recoverSender } from "../execution/sender.js";
import { decodeTransaction } from "../execution/transaction.js";

/** The head of a snapshot of the chain's own head, in pieces. Synchronous: all of it is of one block. */
export function headPieces(blocks: BlockStore): Uint8Array[] {
  const head = blocks.head();
  const block = head === undefined ? undefined : blocks.block(head.height);
  const consensusState = blocks.consensusState();
  if (head === undefined || block === undefined || consensusState === undefined) {
    throw new NodeError({ code: "CHAIN_CORRUPT", message: "the head of the chain and its block do not fit" });
  }
  const certificate = blocks.commit(head.height);
  const receipts = blocks.receiptBytes(head.height);
  if (certificate === undefined || receipts === undefined) {
    throw new NodeError({ code: "SNAPSHOT_TOO_EARLY", message: "there is no block but genesis yet" });
  }
  const ancestors: Header[] = [];
  for (let height = Math.max(0, head.height - ANCESTOR_HEADERS); height < head.height; height++) {
    const header = blocks.header(height);
    if (header === undefined) throw new NodeError({ code: "CHAIN_CORRUPT", message: `header ${height} is missing` });
    ancestors.push(header);
  }
  const { header, body } = block;
  const bytes = SnapshotHead.serialize({ block: { header, body }, certificate, receipts, ancestors, consensusState });
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += CHUNK_TARGET) pieces.push(bytes.subarray(at, at + CHUNK_TARGET));
  return pieces;
}

/** A head that belongs to a trusted block: all that a node writes for it. */
export interface CheckedHead {
  readonly final: FinalBlock;
  readonly state: ConsensusState;
  readonly ancestors: readonly Header[];
}

/**
 * Checks the head of a snapshot against the root of a block that is trusted, and the certificate beside it.
 * @throws NodeError SNAPSHOT_DAMAGED
 */
export function checkHead(bytes: Uint8Array, root: Uint8Array, config: ChainConfig, verifier: Verifier): CheckedHead {
  try {
    return readHead(bytes, root, config, verifier);
  } catch (cause) {
    if (cause instanceof NodeError && cause.code === "SNAPSHOT_DAMAGED") throw cause;
    throw new NodeError({ code: "SNAPSHOT_DAMAGED", message: "the head of the snapshot is damaged", cause });
  }
}

function readHead(bytes: Uint8Array, root: Uint8Array, config: ChainConfig, verifier: Verifier): CheckedHead {
  const head = decodeSsz(SnapshotHead, bytes, SNAPSHOT_HEAD_BYTES);
  const { block, certificate, ancestors } = head;
  const { header, body } = block;
  demand(equalBytes(headerRoot(header), root), "its block is another one");
  demand(equalBytes(Body.hashTreeRoot(body), header.bodyRoot), "its body is of another block");
  const state = decodeExact(ConsensusState, head.consensusState, SNAPSHOT_HEAD_BYTES);
  demand(equalBytes(ConsensusState.hashTreeRoot(state), header.consensusRoot), "its consensus state is another one");
  checkAncestors(ancestors, header);
  const voters = votersOfHeight(state, header.height);
  const context = { genesisRoot: config.genesisRoot, forkVersion: forkVersionAt(config, certificate.slot) };
  const signed =
    certificate.height === header.height &&
    equalBytes(certificate.blockRoot, root) &&
    voters !== undefined &&
    verifyQuorum(commitVote(certificate), certificate, voters, context, verifier);
  demand(signed, "its block is not signed by a quorum of this network");
  const record = new ReceiptsRecord(head.receipts);
  const receipts = record.receipts();
  const transactionHashes = body.transactions.map(transactionHash);
  const again = encodeReceipts(root, receipts, transactionHashes);
  demand(
    receipts.length === transactionHashes.length &&
      equalBytes(receiptsRoot(receipts), header.receiptsRoot) &&
      equalBytes(again, head.receipts),
    "its receipts are of another block",
  );
  const operator = state.nodes.find(({ nodeId }) => equalBytes(nodeId, header.proposer))?.operator;
  const final: FinalBlock = {
    block: storedBlock(block),
    receipts,
    transactionHashes,
    senders: body.transactions.map((raw) => recoverSender(decodeTransaction(raw))),
    coinbase: operator ?? new Uint8Array(20),
    prevRandao: state.mix,
    commit: certificate,
    voters: state.voters.members,
    consensusState: head.consensusState,
  };
  return { final, state, ancestors };
}

/** They lead up to the parent, each named by the next one. */
function checkAncestors(ancestors: readonly Header[], { height, parentRoot }: Header): void {
  demand(ancestors.length === Math.min(ANCESTOR_HEADERS, height), "it lacks headers of the blocks before");
  let expected = parentRoot;
  for (let index = ancestors.length - 1; index >= 0; index--) {
    const header = ancestors[index];
    const fits = header !== undefined && equalBytes(headerRoot(header), expected);
    demand(fits && header.height === height - ancestors.length + index, "its headers do not lead to the block");
    expected = header?.parentRoot ?? expected;
  }
}

function demand(condition: boolean, what: string): asserts condition {
  if (!condition) throw new NodeError({ code: "SNAPSHOT_DAMAGED", message: `the snapshot is damaged: ${what}` });
}
