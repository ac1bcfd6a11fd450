import { concatBytes, u32be } from "../base/bytes.js";
import { sha256 } from "../base/hash.js";
import type { ChainConfig } from "../config.js";
import { CREDIT_STORAGE, CREDIT_STORAGE_SHARE } from "../params.js";
import { leafCount } from "../proofs/chunkRoot.js";
import { epochOfSlot, slotAt, slotTimestamp } from "../slots.js";
import { ZERO_ROOT } from "../types/ssz.js";
import type { Challenge, ChallengeSet, ConsensusState } from "../types/state.js";
import type { AnchorLedger, SessionList } from "./sessionList.js";

const LABEL = new TextEncoder().encode("lucid-challenge");
const CHUNK = Uint8Array.of(0);
const LEAF = Uint8Array.of(1);

/** SHA-256("lucid-challenge" || VRF output), the output being SHA-256 of the proof in the header. */
export function challengeSeed(vrfProof: Uint8Array): Uint8Array {
  return sha256(concatBytes(LABEL, sha256(vrfProof)));
}

/** The first 64 bits of SHA-256(seed || purpose || i) modulo `below`. The bias is below/2^64: nothing. */
function draw(seed: Uint8Array, purpose: Uint8Array, i: number, below: number): number {
  const hash = sha256(seed, purpose, u32be(i));
  const number = new DataView(hash.buffer, hash.byteOffset).getBigUint64(0);
  return Number(number % BigInt(below));
}

/** Which leaf of the blob challenge `i` asks for. */
export function challengedLeaf(seed: Uint8Array, i: number, blobLength: number): number {
  return draw(seed, LEAF, i, leafCount(blobLength));
}

/**
 * So many different numbers below `total`, each set equally likely: the first steps of a Fisher-Yates shuffle, of which only
 * the places that were touched are kept.
 */
export function drawDistinct(seed: Uint8Array, count: number, total: number): number[] {
  const moved = new Map<number, number>();
  const drawn: number[] = [];
  for (let i = 0; i < Math.min(count, total); i++) {
    const j = i + draw(seed, CHUNK, i, total - i);
    drawn.push(moved.get(j) ?? j);
    moved.set(j, moved.get(i) ?? i);
  }
  return drawn;
}

/** The session that a chunk's number lies in. */
function sessionOf(sessions: SessionList, ledger: AnchorLedger, chunk: number): number {
  let low = ledger.firstNumber;
  let high = ledger.count;
  while (low < high) {
    const middle = low + Math.ceil((high - low) / 2);
    if (sessions.firstChunk(middle) <= chunk) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The mix that draws the last replica of sessions registered at this time; undefined while it is not known. */
export function placementMix(
  config: Pick<ChainConfig, "clock" | "params">,
  { placementMixes }: Pick<ConsensusState, "placementMixes">,
  registeredAt: number,
): Uint8Array | undefined {
  const epoch = epochOfSlot(slotAt(config.clock, registeredAt * 1000), config.params.epochSlots);
  let low = 0;
  let high = placementMixes.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((placementMixes[middle]?.epoch ?? 0) >= epoch) high = middle;
    else low = middle + 1;
  }
  const found = placementMixes[low];
  return found?.epoch === epoch ? found.mix : undefined;
}

/** Credits of an answer for a blob of 8 MiB, so that storage as a whole never pays more than signing and uptime. */
export function storageRate(voters: number, challenges: number, replicas: number): number {
  return Math.min(CREDIT_STORAGE, Math.floor((CREDIT_STORAGE_SHARE * voters) / (replicas * challenges)));
}

/**
 * The challenges of a block, of sessions that stood in the state before it. A session that has lapsed is passed over: the
 * block then has fewer challenges, each of which pays more.
 * @param state the state after the block, as far as it is known before its execution
 */
export function drawChallenges(
  config: ChainConfig,
  state: ConsensusState,
  block: { readonly height: number; readonly slot: number; readonly vrfProof: Uint8Array },
  sessions: SessionList,
): ChallengeSet | undefined {
  const { params, clock } = config;
  const ledger = sessions.ledger();
  const total = ledger.totalChunks - ledger.firstChunk;
  if (total <= 0) return undefined;
  const seed = challengeSeed(block.vrfProof);
  const time = Number(slotTimestamp(clock, block.slot));
  const items: Challenge[] = [];
  for (const drawn of drawDistinct(seed, params.challengesPerBlock, total)) {
    const chunk = ledger.firstChunk + drawn;
    const session = sessionOf(sessions, ledger, chunk);
    const { merkleRoot, chunkCount, firstChunk, registeredAt, paidUntil } = sessions.session(session);
    if (time >= paidUntil) continue;
    const mix = placementMix(config, state, registeredAt) ?? ZERO_ROOT;
    items.push({ session, merkleRoot, chunkCount, chunk: chunk - firstChunk, mix, answered: [] });
  }
  if (items.length === 0) return undefined;
  const rate = storageRate(state.voters.members.length, items.length, params.replicas);
  return { height: block.height, slot: block.slot, epoch: state.epoch.epoch, seed, total, rate, items };
}
