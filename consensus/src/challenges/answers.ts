import { equalBytes } from "../base/bytes.js";
import { type ChainConfig, forkVersionAt } from "../config.js";
import { storageSigningRoot } from "../crypto/signing.js";
import type { SignatureItem } from "../crypto/types.js";
import { FULL_BLOB, INCLUDER_SHARE } from "../params.js";
import { chunkRootFromLeaf, verifyChunkProof } from "../proofs/index.js";
import { demand } from "../transition/checks.js";
import { isJailed, isRetired } from "../transition/registry.js";
import type { Challenge, ChallengeSet, ConsensusState, NodeEntry } from "../types/state.js";
import { StorageProof, type StorageTask } from "../types/task.js";
import { assignedTo } from "./assignment.js";
import { challengedLeaf } from "./draw.js";

/** A challenge with the place where it stands, and who answers it. */
export interface AnsweredChallenge {
  readonly set: ChallengeSet;
  readonly challenge: Challenge;
  readonly node: NodeEntry;
}

/**
 * What an answer is an answer to: a challenge of one of the last two blocks, which the node has not answered.
 * @throws ConsensusError BAD_TASK
 */
export function challengeOf(state: ConsensusState, task: StorageTask): AnsweredChallenge {
  const set = state.challenges.find(({ height }) => height === task.height);
  const challenge = set?.items[task.challenge];
  demand(set !== undefined && challenge !== undefined, "BAD_TASK", "there is no such challenge, or it is too old");
  const node = state.nodes[task.node];
  demand(node !== undefined && !isRetired(node), "BAD_TASK", "an answer of a node that is not there");
  demand(!isJailed(node, state.epoch.epoch), "BAD_TASK", "an answer of a jailed node");
  demand(!challenge.answered.includes(task.node), "BAD_TASK", "an answer counts once");
  return { set, challenge, node };
}

/**
 * The root of the chunk whose holder alone could make the proof of an answer: the leaf that was asked for, of a blob of this
 * length, in the chunk that was asked for.
 * @throws ConsensusError BAD_TASK for a proof that is not one
 */
export function provenRoot(task: StorageTask, { set, challenge }: AnsweredChallenge): Uint8Array {
  const [proof] = task.proof;
  demand(proof !== undefined, "BAD_TASK", "an answer without its proof");
  demand(equalBytes(StorageProof.hashTreeRoot(proof), task.proofRoot), "BAD_TASK", "the proof is of another answer");
  const blobLength = Number(task.blobLength);
  const root = chunkRootFromLeaf({
    blobLength,
    leafIndex: blobLength > 0 ? challengedLeaf(set.seed, task.challenge, blobLength) : 0,
    leaf: proof.leaf,
    path: proof.leafPath,
  });
  demand(root !== undefined, "BAD_TASK", "the leaf is not one of a blob of this length");
  const { chunk: index, chunkCount: count, merkleRoot } = challenge;
  const inSession = verifyChunkProof({ chunkRoot: root, index, count, path: proof.chunkPath }, merkleRoot);
  demand(inSession, "BAD_TASK", "the leaf is not one of the chunk that was asked for");
  return root;
}

/** Whether the chunk belongs to the node that answers, in the challenge's epoch. */
export function isAssigned(
  { params }: Pick<ChainConfig, "params">,
  state: ConsensusState,
  { node }: Pick<StorageTask, "node">,
  { set, challenge }: AnsweredChallenge,
  chunkRoot: Uint8Array,
): boolean {
  return assignedTo(state, set.epoch, challenge, chunkRoot, params).some((each) => each.node === node);
}

/** Checks everything of an answer but the signature. @throws ConsensusError BAD_TASK */
export function checkProof(
  config: Pick<ChainConfig, "params">,
  state: ConsensusState,
  task: StorageTask,
  answered: AnsweredChallenge,
): void {
  const assigned = isAssigned(config, state, task, answered, provenRoot(task, answered));
  demand(assigned, "BAD_TASK", "the chunk does not belong to the node that answers");
}

/** What an answer's signature has to be checked against. */
export function answerSignature(
  config: ChainConfig,
  task: StorageTask,
  { set, node }: AnsweredChallenge,
): SignatureItem {
  const context = { genesisRoot: config.genesisRoot, forkVersion: forkVersionAt(config, set.slot) };
  return { publicKey: node.blsPublicKey, message: storageSigningRoot(task, context), signature: task.signature };
}

/** Credits of an answer, thousandths, of which the node that includes it gets `included`. */
export function answerCredits(rate: number, blobLength: number): { readonly own: number; readonly included: number } {
  const all = Math.floor((rate * Math.min(blobLength, FULL_BLOB)) / FULL_BLOB);
  const included = Math.floor(all / INCLUDER_SHARE);
  return { own: all - included, included };
}
