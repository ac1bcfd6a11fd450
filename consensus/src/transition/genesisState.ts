import { BitArray } from "@chainsafe/ssz";
import { fromHex } from "../base/bytes.js";
import type { ChainConfig } from "../config.js";
import { nodeIdOf, possessionMessage } from "../crypto/signing.js";
import type { Verifier } from "../crypto/types.js";
import { ConsensusError } from "../errors.js";
import { BASE_FEE_FLOOR, CREDIT_GENESIS_SLOT, LIVE_SCORE_FULL } from "../params.js";
import { grantsOf, makeVoterSet, type RankedVoter } from "../schedule/voterSet.js";
import { weightsOf } from "../schedule/weights.js";
import { type Block, Body, EMPTY_BODY } from "../types/body.js";
import type { Header } from "../types/header.js";
import { ZERO_ROOT, ZERO_SIGNATURE } from "../types/ssz.js";
import { activeSetRoot, ConsensusState, type EpochBucket, type NodeEntry } from "../types/state.js";
import { emptyTally } from "./draft.js";

/** keccak256(rlp("")): root of the empty trie. */
const EMPTY_TRIE_ROOT = fromHex("56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421");

/**
 * State after genesis. Every genesis node has a full validator's credits in each epoch of the window, so that the first
 * hour does not weigh more than all before it (consensus-attacks H8). The mix starts as the genesis root.
 * @throws ConsensusError BAD_GENESIS for a doubled key or a failing proof of possession
 */
export function genesisState(config: ChainConfig, verifier: Verifier): ConsensusState {
  const { genesis, genesisRoot, params } = config;
  const nodes = genesis.validators.map((validator, index): NodeEntry => {
    const { blsPublicKey, proofOfPossession, peerId, operator } = validator;
    const message = possessionMessage(genesis.chainId, blsPublicKey, operator);
    if (!verifier.verify(blsPublicKey, message, proofOfPossession)) {
      throw new ConsensusError({
        code: "BAD_GENESIS",
        message: `validator ${index} does not prove that it holds its key`,
        meta: { field: "validators", index },
      });
    }
    return {
      nodeId: nodeIdOf(blsPublicKey),
      blsPublicKey,
      peerId,
      operator,
      poolId: ZERO_ROOT,
      capacityMiB: 0,
      joinedEpoch: 0,
      joinedDay: 0,
      joinedDayBlocks: 0,
      jailedUntil: 0,
      creditsFrom: 0,
      settledEpoch: 0,
      retiredEpoch: 0,
    };
  });
  const distinct = new Set(nodes.map((node) => Buffer.from(node.nodeId).toString("hex")));
  if (distinct.size !== nodes.length) {
    throw new ConsensusError({ code: "BAD_GENESIS", message: "two validators have the same key" });
  }
  const credits = nodes.map(() => CREDIT_GENESIS_SLOT * params.epochSlots);
  const window = Array.from(
    { length: params.windowEpochs },
    (_, epoch): EpochBucket => ({
      epoch,
      firstHeight: 0,
      credits,
      voters: BitArray.fromBitLen(nodes.length),
    }),
  );
  const total = CREDIT_GENESIS_SLOT * params.epochSlots * params.windowEpochs;
  const weights = weightsOf(
    nodes.map(() => total),
    total,
  );
  const ranked = nodes.map(({ nodeId, blsPublicKey }, index): RankedVoter => {
    const weight = weights[index] ?? 1;
    return { voter: { node: index, nodeId, blsPublicKey, weight, entity: nodeId }, rankKey: total };
  });
  const rules = { epochSlots: params.epochSlots, cooldownSlots: params.cooldownSlots };
  const voters = makeVoterSet(ranked, genesisRoot, [], rules);
  const nextVoters = makeVoterSet(ranked, genesisRoot, grantsOf(voters), rules);
  const zeros = (): number[] => nodes.map(() => 0);
  return {
    height: 0,
    slot: 0,
    mix: genesisRoot,
    voters,
    votersSince: 1,
    nextVoters,
    previousVoters: voters,
    previousSince: 1,
    nodes,
    liveScore: nodes.map(() => LIVE_SCORE_FULL),
    silence: zeros(),
    unpaid: zeros(),
    earned: zeros(),
    eligible: BitArray.fromBitLen(nodes.length),
    proven: zeros(),
    epoch: emptyTally(params.windowEpochs, 0, nodes.length, 0),
    window,
    uptime: [],
    jailQueue: [],
    withdrawalIndex: 0,
    recentBlocks: [],
    recentBeacons: [],
    countedSkips: [],
    presences: [],
    sessions: 0,
    placementMixes: [],
    challenges: [],
  };
}

/** The block of height 0; `state` is the genesis state. Its parent root is the genesis root. */
export function genesisBlock(config: ChainConfig, state: ConsensusState): Block {
  const header: Header = {
    forkVersion: config.genesis.forkVersion,
    height: 0,
    slot: 0,
    round: 0,
    timestamp: config.genesis.genesisTime,
    proposer: ZERO_ROOT,
    parentRoot: config.genesisRoot,
    stateRoot: config.genesis.stateRoot,
    consensusRoot: ConsensusState.hashTreeRoot(state),
    activeSetRoot: activeSetRoot(state.voters),
    transactionsRoot: EMPTY_TRIE_ROOT,
    receiptsRoot: EMPTY_TRIE_ROOT,
    withdrawalsRoot: EMPTY_TRIE_ROOT,
    bodyRoot: Body.hashTreeRoot(EMPTY_BODY),
    logsBloom: new Uint8Array(256),
    gasUsed: 0n,
    gasLimit: config.params.gasLimit,
    baseFeePerGas: BASE_FEE_FLOOR,
    vrfProof: ZERO_SIGNATURE,
  };
  return { header, body: EMPTY_BODY };
}
