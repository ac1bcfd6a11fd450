import { equalBytes } from "../base/bytes.js";
import { sha256 } from "../base/hash.js";
import { commitVote, signersWeight, verifyQuorum } from "../certificates.js";
import { drawChallenges } from "../challenges/draw.js";
import { NO_SESSIONS, type SessionList } from "../challenges/sessionList.js";
import { type ChainConfig, forkVersionAt } from "../config.js";
import { nextMix, vrfMessage } from "../crypto/signing.js";
import type { SignatureItem, Verifier } from "../crypto/types.js";
import { ConsensusError } from "../errors.js";
import { ANSWER_BLOCKS } from "../params.js";
import { proposerAt } from "../schedule/leaders.js";
import { totalWeight } from "../schedule/quorum.js";
import { epochOfSlot, slotTimestamp } from "../slots.js";
import { type Block, Body } from "../types/body.js";
import {
  type CommitCertificate,
  CommitCertificate as CommitCertificateType,
  NO_CERTIFICATE,
} from "../types/certificate.js";
import { Header } from "../types/header.js";
import { activeSetRoot, ConsensusState, type RecentBlock } from "../types/state.js";
import type { Task } from "../types/task.js";
import { MAX_ROUND } from "../types/view.js";
import { nextBaseFee } from "./baseFee.js";
import { bookBeacons, bookCommit, type Ledger } from "./bookings.js";
import { demand } from "./checks.js";
import { draftOf, shareUnchanged } from "./draft.js";
import { crossBoundary } from "./epochBoundary.js";
import { bookEvidence } from "./evidence.js";
import { applyRegistry, isJailed } from "./registry.js";
import { bookReward, takeWithdrawals } from "./rewards.js";
import { bookSkip } from "./skips.js";
import { bookAnswers, bookReceipts } from "./storageBookings.js";
import { jailedBetween, systemCallsOf } from "./systemCalls.js";
import type { BlockInputs, BlockPlan, ExecutionOutcome, Tip, UndrawnPlan } from "./types.js";
import { openSchedule, votersOfHeight } from "./votersOf.js";

/** Blocks that the state remembers before its head. */
const KEPT_BLOCKS = 16;

/** How a block is looked at beside its own bytes. */
export interface BlockChecks {
  /** A quorum has signed the block, so that proofs of storage may have been pruned from it. */
  readonly certified?: boolean;
}

/** The transition up to the draw and the execution. With a verifier every signature is checked. @throws ConsensusError */
function transition(
  config: ChainConfig,
  tip: Tip,
  wanted: BlockInputs,
  verifier: Verifier | undefined,
  { certified = false }: BlockChecks,
): Omit<UndrawnPlan, "transactionBytes"> {
  const { params } = config;
  const before = tip.state;
  const { slot, round, parentCommit } = wanted;
  const height = before.height + 1;
  demand(slot > before.slot, "BAD_HEADER", `slot ${slot} is not after the parent's, ${before.slot}`);
  const proposer = (config.proposerAt ?? proposerAt)(openSchedule(before, params.epochSlots), { slot, round });
  demand(
    proposer !== undefined && equalBytes(proposer.nodeId, wanted.proposer),
    "BAD_HEADER",
    `slot ${slot}, round ${round} has another proposer`,
  );
  checkVrf(config, before, wanted, proposer.blsPublicKey, verifier);
  checkParentCommit(config, tip, parentCommit, slot, verifier);

  const draft = draftOf(before);
  const withdrawals = takeWithdrawals(draft, height, params);
  const entry = draft.nodes[proposer.node];
  demand(entry !== undefined, "BAD_STATE", "a voter is not in the registry");
  demand(!isJailed(entry, before.epoch.epoch), "BAD_HEADER", "the proposer is jailed");
  const parentEpoch = epochOfSlot(before.slot, params.epochSlots);
  const closes = epochOfSlot(slot, params.epochSlots) === parentEpoch ? undefined : parentEpoch;
  const eligibility = closes === undefined ? [] : crossBoundary(draft, height, params);

  const timestamp = slotTimestamp(config.clock, slot);
  const tasks: Task[] = [];
  const ledger: Ledger = { slot, timestamp, tasks };
  const blocks: RecentBlock[] = [...before.recentBlocks, { height: before.height, slot: before.slot, root: tip.root }];
  const certifiers = votersOfHeight(before, before.height);
  if (certifiers !== undefined) bookCommit(draft, ledger, certifiers, parentCommit);
  const rules = { planning: verifier === undefined, certified };
  const signatures: SignatureItem[] = [];
  const storage = bookAnswers(draft, ledger, wanted.tasks.storage, proposer.node, config, rules, signatures);
  const relay = bookReceipts(draft, ledger, wanted.tasks.relay, config, rules, signatures);
  const signed = verifier === undefined || verifier.verifyBatch(signatures).every(Boolean);
  demand(signed, "BAD_TASK", "the signature of an answer or of a receipt is wrong");
  const inputs = { ...wanted, tasks: { ...wanted.tasks, storage, relay } };
  for (const task of inputs.tasks.beacons) bookBeacons(draft, ledger, task, blocks, config, verifier);
  for (const skip of inputs.skips) bookSkip(draft, before, skip, slot, config, verifier);
  for (const evidence of inputs.evidence) bookEvidence(draft, before, evidence, config, verifier);
  bookReward(
    draft,
    proposer.node,
    slot,
    before.voters,
    commitShare(before, parentCommit),
    beaconShare(before, inputs),
    params,
  );

  draft.epoch.blocks++;
  draft.height = height;
  draft.slot = slot;
  draft.mix = nextMix(before.mix, inputs.vrfProof);
  draft.recentBlocks = blocks.slice(-KEPT_BLOCKS);
  shareUnchanged(draft, before);
  return {
    inputs,
    environment: {
      height,
      timestamp,
      gasLimit: params.gasLimit,
      baseFeePerGas: nextBaseFee(tip.header),
      coinbase: entry.operator,
      prevRandao: draft.mix,
    },
    withdrawals,
    systemCalls: systemCallsOf(eligibility, jailedBetween(before, draft)),
    eligibility,
    state: draft,
    tasks,
    closes,
  };
}

/**
 * Adds what the block draws from the sessions in the state after its parent. Only this needs to know how the parent was
 * executed, if that registered no node.
 */
export function drawPlan(config: ChainConfig, undrawn: UndrawnPlan, sessions: SessionList): BlockPlan {
  const { closes, ...plan } = undrawn;
  const { slot, vrfProof } = plan.inputs;
  const { height } = plan.environment;
  const state = { ...plan.state };
  if (closes !== undefined) noteRegistrations(state, closes, vrfProof, sessions);
  const drawn = drawChallenges(config, state, { height, slot, vrfProof }, sessions);
  state.challenges = [
    ...state.challenges.filter((set) => set.height > height - ANSWER_BLOCKS),
    ...(drawn === undefined ? [] : [drawn]),
  ];
  return { ...plan, state };
}

/**
 * As an epoch begins: when sessions were registered in the one before, what draws the last replica of their chunks is noted.
 * All blocks since the last boundary are of that epoch.
 */
function noteRegistrations(state: ConsensusState, closed: number, vrfProof: Uint8Array, sessions: SessionList): void {
  const { count } = sessions.ledger();
  if (count === state.sessions) return;
  state.sessions = count;
  state.placementMixes = [...state.placementMixes, { epoch: closed, mix: sha256(vrfProof) }];
}

function checkVrf(
  config: ChainConfig,
  before: ConsensusState,
  inputs: BlockInputs,
  publicKey: Uint8Array,
  verifier: Verifier | undefined,
): void {
  if (verifier === undefined) return;
  const context = { genesisRoot: config.genesisRoot, forkVersion: forkVersionAt(config, inputs.slot) };
  const message = vrfMessage(context, before.mix, inputs.slot);
  demand(verifier.verify(publicKey, message, inputs.vrfProof), "BAD_HEADER", "the VRF proof is wrong");
}

/** The certificate must be the parent's, by the voters of the parent, of a slot before this one. */
function checkParentCommit(
  config: ChainConfig,
  tip: Tip,
  certificate: CommitCertificate,
  slot: number,
  verifier: Verifier | undefined,
): void {
  const { height } = tip.state;
  if (height === 0) {
    const empty = CommitCertificateType.equals(certificate, NO_CERTIFICATE);
    demand(empty, "BAD_CERTIFICATE", "genesis has no certificate");
    return;
  }
  demand(
    certificate.height === height && equalBytes(certificate.blockRoot, tip.root),
    "BAD_CERTIFICATE",
    "the certificate is not the parent's",
  );
  // At most one decision a slot: what counts is when the parent was decided, not when it was proposed.
  demand(slot > certificate.slot, "BAD_HEADER", `slot ${slot} is not after the parent's decision`);
  const voters = votersOfHeight(tip.state, height);
  demand(voters !== undefined, "BAD_STATE", "the parent's voters are not in the state");
  if (verifier === undefined) return;
  const context = { genesisRoot: config.genesisRoot, forkVersion: forkVersionAt(config, certificate.slot) };
  const proven = verifyQuorum(commitVote(certificate), certificate, voters, context, verifier);
  demand(proven, "BAD_CERTIFICATE", "the parent's certificate is not signed by a quorum");
}

/** Weight of the commit bits, in proportion to the weight of the open height's voters. */
function commitShare(before: ConsensusState, certificate: CommitCertificate): number {
  const total = totalWeight(before.voters);
  const certifiers = votersOfHeight(before, before.height);
  // Height 1 leaves nobody out.
  if (before.height === 0 || certifiers === undefined) return total;
  const weight = signersWeight(certifiers, certificate.signers) ?? 0;
  return Number((BigInt(weight) * BigInt(total)) / BigInt(totalWeight(certifiers)));
}

/** Weight of the voters whose beacons of the slot before the block includes. */
function beaconShare(before: ConsensusState, { slot, tasks }: BlockInputs): number {
  let weight = 0;
  for (const { slot: of, nodes } of tasks.beacons) {
    if (of !== slot - 1) continue;
    for (const { node, weight: own } of before.voters.members) {
      if (node < nodes.bitLen && nodes.get(node)) weight += own;
    }
  }
  return weight;
}

/** The plan with the lists of inputs without those that would make the block invalid; each was verified when it came in. */
function usable(config: ChainConfig, tip: Tip, inputs: BlockInputs): ReturnType<typeof transition> {
  const works = (trial: BlockInputs): ReturnType<typeof transition> | undefined => {
    try {
      return transition(config, tip, trial, undefined, {});
    } catch (error) {
      if (error instanceof ConsensusError) return undefined;
      throw error;
    }
  };
  const all = works(inputs);
  if (all !== undefined) return all;
  let best: BlockInputs = { ...inputs, skips: [], evidence: [], tasks: { ...inputs.tasks, beacons: [] } };
  for (const skip of inputs.skips) {
    const trial = { ...best, skips: [...best.skips, skip] };
    if (works(trial) !== undefined) best = trial;
  }
  for (const evidence of inputs.evidence) {
    const trial = { ...best, evidence: [...best.evidence, evidence] };
    if (works(trial) !== undefined) best = trial;
  }
  for (const beacon of inputs.tasks.beacons) {
    const trial = { ...best, tasks: { ...best.tasks, beacons: [...best.tasks.beacons, beacon] } };
    if (works(trial) !== undefined) best = trial;
  }
  return transition(config, tip, best, undefined, {});
}

/**
 * Plans an own block. Tasks, skips and evidence that do not count (any more) are left out.
 * @throws ConsensusError BAD_HEADER when it is not this proposer's turn, BAD_CERTIFICATE
 */
export function planBlock(
  config: ChainConfig,
  tip: Tip,
  inputs: BlockInputs,
  sessions: SessionList = NO_SESSIONS,
): BlockPlan {
  const plan = usable(config, tip, inputs);
  const transactionBytes = config.params.bodyLimit - Body.value_serializedSize(bodyOf(plan, []));
  return drawPlan(config, { ...plan, transactionBytes }, sessions);
}

/**
 * Checks all of a block but its execution. @param sessions those in the state after the parent
 * @throws ConsensusError naming the rule
 */
export function checkBlock(
  config: ChainConfig,
  tip: Tip,
  block: Block,
  verifier: Verifier,
  { sessions = NO_SESSIONS, ...checks }: BlockChecks & { readonly sessions?: SessionList } = {},
): BlockPlan {
  return drawPlan(config, checkUndrawn(config, tip, block, verifier, checks), sessions);
}

/** As `checkBlock`, before anybody can tell what the parent's execution did to the sessions. @throws ConsensusError */
export function checkUndrawn(
  config: ChainConfig,
  tip: Tip,
  block: Block,
  verifier: Verifier,
  checks: BlockChecks = {},
): UndrawnPlan {
  const { header, body } = block;
  checkHeader(config, tip, header);
  const size = Body.value_serializedSize(body);
  demand(size <= config.params.bodyLimit, "TOO_LARGE", `the body of ${size} bytes is over the limit`);
  demand(equalBytes(Body.hashTreeRoot(body), header.bodyRoot), "BAD_BODY", "the body is not the header's");
  const { slot, round, proposer, vrfProof } = header;
  const { tasks, parentCommit, skips, evidence } = body;
  const inputs = { slot, round, proposer, vrfProof, tasks, parentCommit, skips, evidence };
  const plan = transition(config, tip, inputs, verifier, checks);
  const expected = { ...body, withdrawals: plan.withdrawals };
  demand(Body.equals(body, expected), "BAD_BODY", "the withdrawals are not those that are due");
  return { ...plan, transactionBytes: config.params.bodyLimit - Body.value_serializedSize(bodyOf(plan, [])) };
}

/** What a header must be on this parent, whatever its body. */
function checkHeader(config: ChainConfig, tip: Tip, header: Header): void {
  const { params, clock } = config;
  const known = config.forks.at(-1)?.version ?? 0;
  demand(header.forkVersion <= known, "OLD_FORK", `fork version ${header.forkVersion} is newer than this build`);
  demand(header.forkVersion === forkVersionAt(config, header.slot), "BAD_HEADER", "the fork version is wrong");
  demand(header.round <= MAX_ROUND, "BAD_HEADER", "there is no such round");
  demand(header.height === tip.state.height + 1, "BAD_HEADER", "the height does not follow the parent's");
  demand(equalBytes(header.parentRoot, tip.root), "BAD_HEADER", "the parent is another block");
  demand(header.timestamp === slotTimestamp(clock, header.slot), "BAD_HEADER", "the time is not the slot's start");
  demand(header.gasLimit === params.gasLimit, "BAD_HEADER", "the gas limit is fixed");
  demand(header.gasUsed <= header.gasLimit, "BAD_HEADER", "more gas used than the limit");
  demand(header.baseFeePerGas === nextBaseFee(tip.header), "BAD_HEADER", "the base fee does not follow the parent's");
}

function bodyOf(plan: Pick<BlockPlan, "inputs" | "withdrawals">, transactions: readonly Uint8Array[]): Body {
  const { tasks, parentCommit, skips, evidence } = plan.inputs;
  return { transactions: [...transactions], tasks, parentCommit, skips, evidence, withdrawals: plan.withdrawals };
}

/** The executed block with its header, and the state after it. */
export function completeBlock(
  config: ChainConfig,
  tip: Tip,
  plan: BlockPlan,
  transactions: readonly Uint8Array[],
  outcome: ExecutionOutcome,
  verifier: Verifier,
): { readonly block: Block; readonly state: ConsensusState } {
  const body = bodyOf(plan, transactions);
  let state = plan.state;
  if (outcome.registry.length > 0) {
    state = draftOf(state);
    applyRegistry(state, outcome.registry, config, verifier);
  }
  const { slot, round, proposer, vrfProof } = plan.inputs;
  const { height, timestamp, gasLimit, baseFeePerGas } = plan.environment;
  const { stateRoot, transactionsRoot, receiptsRoot, withdrawalsRoot, logsBloom, gasUsed } = outcome;
  const header: Header = {
    forkVersion: forkVersionAt(config, slot),
    height,
    slot,
    round,
    timestamp,
    proposer,
    parentRoot: tip.root,
    stateRoot,
    consensusRoot: ConsensusState.hashTreeRoot(state),
    activeSetRoot: activeSetRoot(state.voters),
    transactionsRoot,
    receiptsRoot,
    withdrawalsRoot,
    bodyRoot: Body.hashTreeRoot(body),
    logsBloom,
    gasUsed,
    gasLimit,
    baseFeePerGas,
    vrfProof,
  };
  return { block: { header, body }, state };
}

/** Fields that execution decides, for the text of an error. */
const EXECUTED_FIELDS = [
  "stateRoot",
  "transactionsRoot",
  "receiptsRoot",
  "withdrawalsRoot",
  "logsBloom",
  "consensusRoot",
  "activeSetRoot",
] as const;

/**
 * Compares an executed block with its header. `plan` comes from `checkBlock` of the same block.
 * @throws ConsensusError ROOT_MISMATCH with the first field that differs
 */
export function verifyBlock(
  config: ChainConfig,
  tip: Tip,
  block: Block,
  plan: BlockPlan,
  outcome: ExecutionOutcome,
  verifier: Verifier,
): { readonly state: ConsensusState } {
  const { block: rebuilt, state } = completeBlock(config, tip, plan, block.body.transactions, outcome, verifier);
  for (const field of EXECUTED_FIELDS) {
    demand(equalBytes(rebuilt.header[field], block.header[field]), "ROOT_MISMATCH", `${field} differs`);
  }
  demand(rebuilt.header.gasUsed === block.header.gasUsed, "ROOT_MISMATCH", "gasUsed differs");
  demand(Header.equals(rebuilt.header, block.header), "ROOT_MISMATCH", "the header differs from the block's");
  return { state };
}
