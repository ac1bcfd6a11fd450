import { concatBytes, equalBytes, u32be } from "../base/bytes.js";
import { sha256 } from "../base/hash.js";
import type { SessionList } from "../challenges/sessionList.js";
import { type ChainConfig, chainConfig, forkVersionAt, shortTextOf } from "../config.js";
import { nodeIdOf, possessionMessage, vrfMessage } from "../crypto/signing.js";
import { StandInSigner, StandInVerifier } from "../crypto/standIn.js";
import type { Signer, Verifier } from "../crypto/types.js";
import { ConsensusError } from "../errors.js";
import { FORK_VERSION, type Params, presets } from "../params.js";
import { grantsOf, makeVoterSet, type RankedVoter } from "../schedule/voterSet.js";
import { checkBlock, completeBlock, planBlock, verifyBlock } from "../transition/blockPlan.js";
import { genesisBlock, genesisState } from "../transition/genesisState.js";
import type { BlockInputs, BlockPlan, ExecutionOutcome, Tip } from "../transition/types.js";
import type { Block } from "../types/body.js";
import type { Genesis } from "../types/genesis.js";
import { headerRoot } from "../types/header.js";
import { ZERO_ROOT } from "../types/ssz.js";
import type { ConsensusState } from "../types/state.js";

/** Unix seconds of the simulated slot 0. */
const GENESIS_TIME = 1_700_000_000n;

export interface SimNetwork {
  readonly config: ChainConfig;
  readonly signers: readonly Signer[];
  readonly genesis: Tip;
  /** What stands in LucidAnchors; default nothing. */
  readonly sessions?: SessionList;
}

/** Weights of the first set and of the one after it, by node; a weight of 0 leaves the node out of that set. */
export interface SimWeights {
  readonly voters: readonly number[];
  readonly nextVoters: readonly number[];
}

/** Another start than genesis: sets that differ in weights and members, as the chain may reach them. */
function reweigh(state: ConsensusState, weights: SimWeights, params: Params): ConsensusState {
  const rules = { epochSlots: params.epochSlots, cooldownSlots: params.cooldownSlots };
  const ranked = (list: readonly number[]): RankedVoter[] =>
    state.voters.members.flatMap((voter) => {
      const weight = list[voter.node] ?? 0;
      return weight === 0 ? [] : [{ voter: { ...voter, weight }, rankKey: weight }];
    });
  const voters = makeVoterSet(ranked(weights.voters), state.mix, [], rules);
  const nextVoters = makeVoterSet(ranked(weights.nextVoters), state.mix, grantsOf(voters), rules);
  return { ...state, voters, previousVoters: voters, nextVoters };
}

/** Networks of stand-in keys, the same for every seed. */
const standIns = new Map<string, SimNetwork>();
const MAX_STAND_INS = 32;

/** A network with stand-ins for keys and signatures; made once for each shape, since nothing in it ever changes. */
export function standInNetwork(
  size: number,
  preset: Params["preset"],
  slotDuration?: number,
  weights?: SimWeights,
): SimNetwork {
  const name = `${size}:${preset}:${slotDuration}`;
  let network = standIns.get(name);
  if (network === undefined) {
    if (standIns.size >= MAX_STAND_INS) standIns.clear();
    network = simNetwork(size, preset, new StandInVerifier(), (seed) => new StandInSigner(seed), slotDuration);
    standIns.set(name, network);
  }
  return weights === undefined ? network : reweighed(network, weights);
}

/** The same network with other sets to start from. */
function reweighed(network: SimNetwork, weights: SimWeights): SimNetwork {
  const { config, genesis } = network;
  const state = reweigh(genesis.state, weights, config.params);
  const { header } = genesisBlock(config, state);
  return { ...network, genesis: { header, root: headerRoot(header), state } };
}

/** A network of n validators with keys made from numbers. */
export function simNetwork(
  size: number,
  preset: Params["preset"],
  verifier: Verifier,
  signerOf: (seed: Uint8Array) => Signer,
  slotDuration?: number,
  weights?: SimWeights,
  stateRoot = sha256(new Uint8Array(1)),
): SimNetwork {
  const signers = Array.from({ length: size }, (_, index) => signerOf(sha256(concatBytes(u32be(index), u32be(7)))));
  const { chainId } = presets[preset];
  const genesis: Genesis = {
    forkVersion: FORK_VERSION,
    network: shortTextOf("simulation"),
    preset: shortTextOf(preset),
    chainId,
    genesisTime: GENESIS_TIME,
    slotDuration: slotDuration ?? presets[preset].slotDuration,
    stateRoot,
    validators: signers.map((signer, index) => {
      const operator = sha256(u32be(index)).slice(0, 20);
      return {
        blsPublicKey: signer.publicKey,
        proofOfPossession: signer.sign(possessionMessage(chainId, signer.publicKey, operator)),
        peerId: sha256(u32be(index + 1_000_000)),
        operator,
      };
    }),
  };
  const config = chainConfig(genesis);
  const state = genesisState(config, verifier);
  const { header } = genesisBlock(config, state);
  const network = { config, signers, genesis: { header, root: headerRoot(header), state } };
  return weights === undefined ? network : reweighed(network, weights);
}

const NO_LOGS = new Uint8Array(256);

/** A state machine that only remembers what it was given: enough to tell two histories apart. */
export function simExecute(tip: Tip, transactions: readonly Uint8Array[]): ExecutionOutcome {
  return {
    stateRoot: sha256(concatBytes(tip.header.stateRoot, ...transactions)),
    transactionsRoot: sha256(concatBytes(...transactions, new Uint8Array(1))),
    receiptsRoot: ZERO_ROOT,
    withdrawalsRoot: ZERO_ROOT,
    logsBloom: NO_LOGS,
    gasUsed: BigInt(transactions.length) * 21_000n,
    registry: [],
  };
}

export type SimInputs = Pick<BlockInputs, "parentCommit" | "skips" | "evidence" | "tasks">;

/** What `make` gives, or undefined when the rules refuse it. */
function ifValid<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof ConsensusError) return undefined;
    throw error;
  }
}

/** A block before its execution, as a proposer plans it. Undefined when it is not its turn. */
export function simPlan(
  { config, sessions }: SimNetwork,
  tip: Tip,
  signer: Signer,
  view: { readonly slot: number; readonly round: number },
  inputs: SimInputs,
): BlockPlan | undefined {
  const context = { genesisRoot: config.genesisRoot, forkVersion: forkVersionAt(config, view.slot) };
  const planned = {
    ...view,
    ...inputs,
    proposer: nodeIdOf(signer.publicKey),
    vrfProof: signer.sign(vrfMessage(context, tip.state.mix, view.slot)),
  };
  return ifValid(() => planBlock(config, tip, planned, sessions));
}

export interface SimBlock {
  readonly block: Block;
  /** After it. */
  readonly tip: Tip;
}

/** The block of a plan that was executed. */
export function simComplete(
  { config }: SimNetwork,
  tip: Tip,
  plan: BlockPlan,
  transactions: readonly Uint8Array[],
  outcome: ExecutionOutcome,
  verifier: Verifier,
): SimBlock | undefined {
  return ifValid(() => {
    const { block, state } = completeBlock(config, tip, plan, transactions, outcome, verifier);
    return { block, tip: { header: block.header, root: headerRoot(block.header), state } };
  });
}

/** A valid block on a tip, as a proposer makes it. Undefined when it is not its turn. */
export function simBuild(
  network: SimNetwork,
  tip: Tip,
  signer: Signer,
  view: { readonly slot: number; readonly round: number },
  inputs: SimInputs,
  transactions: readonly Uint8Array[],
  verifier: Verifier,
): SimBlock | undefined {
  const plan = simPlan(network, tip, signer, view, inputs);
  return plan && simComplete(network, tip, plan, transactions, simExecute(tip, transactions), verifier);
}

/** The plan of somebody's block, or undefined when it is not valid on this parent, whatever its execution gives. */
export function simCheckPlan(
  { config, sessions }: SimNetwork,
  tip: Tip,
  block: Block,
  verifier: Verifier,
): BlockPlan | undefined {
  if (!equalBytes(block.header.parentRoot, tip.root)) return undefined;
  return ifValid(() => checkBlock(config, tip, block, verifier, sessions === undefined ? {} : { sessions }));
}

/** The tip after a block that was executed, or undefined when it claims something else. */
export function simVerify(
  { config }: SimNetwork,
  tip: Tip,
  block: Block,
  plan: BlockPlan,
  outcome: ExecutionOutcome,
  verifier: Verifier,
): Tip | undefined {
  return ifValid(() => {
    const { state } = verifyBlock(config, tip, block, plan, outcome, verifier);
    return { header: block.header, root: headerRoot(block.header), state };
  });
}

/** The tip after a block, or undefined when it is not valid on this parent. */
export function simCheck(network: SimNetwork, tip: Tip, block: Block, verifier: Verifier): Tip | undefined {
  const plan = simCheckPlan(network, tip, block, verifier);
  return plan && simVerify(network, tip, block, plan, simExecute(tip, block.body.transactions), verifier);
}
