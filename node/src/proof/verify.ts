import {
  type ChainConfig,
  chainConfig,
  commitVote,
  forkVersionAt,
  genesisState,
  type Header,
  headerRoot,
  signersWeight,
  slotStart,
  totalWeight,
  type Verifier,
  type VoterSet,
  Voters,
  verifyQuorum,
  ZERO_ROOT,
} from "@lucid/consensus";
import { equalBytes, fromHex, toHex } from "@lucid/consensus/base";
import { verifyChunkProof } from "@lucid/consensus/proofs";
import { NodeError } from "../errors.js";
import { verifyListItem } from "./listProof.js";
import { type AnchorProof, type CertifiedHeader, parseProofFile } from "./proofFile.js";
import { decodeReceipt, type RegisteredSession, sessionOfLog } from "./sessionEvent.js";

/** What the verifier already believes; nothing in a proof can vouch for this. */
export interface ProofTrust {
  /** hash_tree_root of the network's genesis. */
  readonly genesisRoot: Uint8Array;
  /** Block root of a final block. A proof with a checkpoint is accepted only with this one. */
  readonly checkpoint?: Uint8Array;
}

export interface ProofModules {
  readonly verifier: Verifier;
  /** Who votes on height 1; by default those of the genesis state. @throws ConsensusError */
  readonly firstVoters?: (config: ChainConfig) => VoterSet["members"];
}

/** What a verified proof proves. */
export interface ProvenAnchor {
  readonly session: RegisteredSession;
  /** The part of the session that the proof is about, when it is about one. */
  readonly chunk: { readonly index: number; readonly root: Uint8Array } | undefined;
  readonly network: { readonly name: string; readonly chainId: bigint; readonly genesisRoot: Uint8Array };
  readonly block: { readonly height: number; readonly root: Uint8Array; readonly slot: number };
  /** End of the slot in which the block became final, Unix seconds: the registration existed by then. */
  readonly notLaterThan: number;
  /** Who vouches for it: voters of the height that signed, and their weight. */
  readonly signers: {
    readonly count: number;
    readonly voters: number;
    readonly weight: number;
    readonly totalWeight: number;
  };
  /** Where trust starts, and how many changes of the voters lie between there and the block. */
  readonly trust: {
    readonly from: "genesis" | "checkpoint";
    readonly height: number;
    readonly setChanges: number;
    /**
     * Unix seconds from which this start is too old to rely on: keys of voters who left long ago can be bought, and
     * could then sign another history (consensus.md section 5, long range).
     */
    readonly staleAfter: number;
  };
}

/**
 * Checks a proof file without a node, clock or network. Hashes come first and signatures last, so that a damaged file
 * is refused in no time.
 * @throws NodeError ANCHOR_PROOF_MALFORMED, ANCHOR_PROOF_UNTRUSTED, ANCHOR_PROOF_INVALID (the message names the step)
 */
export function verifyProof(text: string, trust: ProofTrust, modules: ProofModules): ProvenAnchor {
  const proof = parseProofFile(text);
  const config = checkGenesis(proof, trust);
  for (const [index, change] of proof.sets.entries()) checkHashes(change, `sets.${index}`);
  checkHashes(proof.block, "block");
  const { header, commit } = proof.block;
  const session = checkReceipt(proof, header);
  checkSession(proof.session, session);
  checkChunk(proof.chunk, session);
  const { voters, start } = followVoters(proof, trust, config, modules);
  checkSignatures(proof.block, voters, config, modules.verifier, "block");
  return {
    session,
    chunk: proof.chunk && { index: proof.chunk.index, root: proof.chunk.root },
    network: { name: config.network, chainId: config.genesis.chainId, genesisRoot: config.genesisRoot },
    block: { height: header.height, root: headerRoot(header), slot: commit.slot },
    notLaterThan: slotStart(config.clock, commit.slot + 1) / 1000,
    signers: {
      count: commit.signers.getTrueBitIndexes().length,
      voters: voters.members.length,
      weight: signersWeight(voters, commit.signers) ?? 0,
      totalWeight: totalWeight(voters),
    },
    trust: { ...start, setChanges: proof.sets.length, staleAfter: staleAfter(config, proof) },
  };
}

/** Half of the credit window after the start. */
function staleAfter({ genesis, params }: ChainConfig, { checkpoint }: AnchorProof): number {
  const start = Number(checkpoint?.header.timestamp ?? genesis.genesisTime);
  return start + (params.windowEpochs / 2) * params.epochSlots * genesis.slotDuration;
}

function checkGenesis(proof: AnchorProof, trust: ProofTrust): ChainConfig {
  const config = readConfig(proof);
  if (!equalBytes(config.genesisRoot, trust.genesisRoot)) {
    throw new NodeError({
      code: "ANCHOR_PROOF_UNTRUSTED",
      message: `the proof is of the network with genesis root ${toHex(config.genesisRoot)}, not ${toHex(trust.genesisRoot)}`,
    });
  }
  return config;
}

function readConfig(proof: AnchorProof): ChainConfig {
  try {
    return chainConfig(proof.genesis);
  } catch (cause) {
    throw invalid("genesis", "its genesis is not that of a network", cause);
  }
}

/** Walks from what is trusted to the voters of the block's height. */
function followVoters(
  proof: AnchorProof,
  trust: ProofTrust,
  config: ChainConfig,
  modules: ProofModules,
): { voters: VoterSet; start: { from: "genesis" | "checkpoint"; height: number } } {
  let { members, height } = startOf(proof, trust, config, modules);
  const start = { from: proof.checkpoint === undefined ? ("genesis" as const) : ("checkpoint" as const), height };
  for (const [index, change] of proof.sets.entries()) {
    const step = `sets.${index}`;
    if (change.header.height <= height) throw invalid(step, "changes of the voters are not in order");
    checkSignatures(change, setOf(members), config, modules.verifier, step);
    checkRoot(change.voters, change.header, step);
    // A change that changes nothing proves nothing, so an honest proof does not hold it.
    if (equalBytes(Voters.hashTreeRoot(members), change.header.activeSetRoot)) {
      throw invalid(step, "the voters do not change there");
    }
    members = change.voters;
    height = change.header.height;
  }
  if (proof.block.header.height <= height) throw invalid("header", "the block is not after the last change of voters");
  return { voters: setOf(members), start };
}

function startOf(
  proof: AnchorProof,
  trust: ProofTrust,
  config: ChainConfig,
  modules: ProofModules,
): { members: VoterSet["members"]; height: number } {
  const { checkpoint } = proof;
  if (checkpoint === undefined) return { members: firstVoters(config, modules), height: 0 };
  const root = headerRoot(checkpoint.header);
  if (trust.checkpoint === undefined || !equalBytes(root, trust.checkpoint)) {
    const given = trust.checkpoint === undefined ? "no checkpoint is trusted" : `not ${toHex(trust.checkpoint)}`;
    throw new NodeError({
      code: "ANCHOR_PROOF_UNTRUSTED",
      message: `the proof starts from the checkpoint ${toHex(root)}, ${given}`,
    });
  }
  checkRoot(checkpoint.voters, checkpoint.header, "checkpoint");
  return { members: checkpoint.voters, height: checkpoint.header.height };
}

function firstVoters(config: ChainConfig, modules: ProofModules): VoterSet["members"] {
  try {
    const { verifier } = modules;
    return modules.firstVoters?.(config) ?? genesisState(config, verifier).voters.members;
  } catch (cause) {
    throw invalid("genesis", "its validators are not valid", cause);
  }
}

function checkRoot(voters: VoterSet["members"], header: Header, step: string): void {
  if (!equalBytes(Voters.hashTreeRoot(voters), header.activeSetRoot)) {
    throw invalid(step, "the voters are not those that the header names");
  }
}

/** Only the members count here; who proposes when does not. */
const setOf = (members: VoterSet["members"]): VoterSet => ({ seed: ZERO_ROOT, members, primaries: [], fallbacks: [] });

function checkHashes({ parent, header, commit }: CertifiedHeader, step: string): void {
  if (commit.height !== header.height || !equalBytes(commit.blockRoot, headerRoot(header))) {
    throw invalid(step, "the commit certificate is of another block");
  }
  if (commit.slot < header.slot) throw invalid(step, "the commit certificate is older than the block");
  if (parent.height !== header.height - 1 || !equalBytes(headerRoot(parent), header.parentRoot)) {
    throw invalid(step, "the parent is not the block before");
  }
}

/** More than 2/3 of exactly the voters of this height signed: those that the parent names. */
function checkSignatures(
  { parent, commit }: CertifiedHeader,
  voters: VoterSet,
  config: ChainConfig,
  verifier: Verifier,
  step: string,
): void {
  if (!equalBytes(Voters.hashTreeRoot(voters.members), parent.activeSetRoot)) {
    throw invalid(step, "a change of the voters before it is missing");
  }
  const context = { genesisRoot: config.genesisRoot, forkVersion: forkVersionAt(config, commit.slot) };
  if (!verifyQuorum(commitVote(commit), commit, voters, context, verifier)) {
    throw invalid(step, "the commit certificate does not hold valid signatures of more than 2/3 of the weight");
  }
}

function checkReceipt(proof: AnchorProof, header: Header): RegisteredSession {
  const { transactionIndex, logIndex, nodes } = proof.receipt;
  const bytes = verifyListItem(header.receiptsRoot, transactionIndex, nodes);
  if (bytes === undefined) throw invalid("receipt", "the receipt is not at this place of the block");
  let receipt: ReturnType<typeof decodeReceipt>;
  try {
    receipt = decodeReceipt(bytes);
  } catch (cause) {
    throw invalid("receipt", "the receipt is not in its consensus encoding", cause);
  }
  const log = receipt.logs[logIndex];
  const session = log === undefined || !receipt.succeeded ? undefined : sessionOfLog(log);
  if (session === undefined) throw invalid("receipt", "the log is not a registration by LucidAnchors");
  return session;
}

function checkSession(claimed: AnchorProof["session"], proven: RegisteredSession): void {
  const same =
    equalBytes(fromHex(claimed.sessionId), proven.sessionId) &&
    equalBytes(fromHex(claimed.owner), proven.owner) &&
    equalBytes(fromHex(claimed.manifestHash), proven.manifestHash) &&
    equalBytes(fromHex(claimed.merkleRoot), proven.merkleRoot) &&
    claimed.number === proven.number &&
    BigInt(claimed.startedAt) === proven.startedAt &&
    claimed.chunkCount === proven.chunkCount;
  if (!same) throw invalid("session", "the session is not the one that was registered");
}

function checkChunk(chunk: AnchorProof["chunk"], session: RegisteredSession): void {
  if (chunk === undefined) return;
  const { index, root, path } = chunk;
  if (!verifyChunkProof({ chunkRoot: root, index, count: session.chunkCount, path }, session.merkleRoot)) {
    throw invalid("chunk", "the chunk is not at this place of the session");
  }
}

function invalid(step: string, why: string, cause?: unknown): NodeError {
  return new NodeError({
    code: "ANCHOR_PROOF_INVALID",
    message: `the anchor proof fails at "${step}": ${why}`,
    meta: { step },
    cause,
  });
}
