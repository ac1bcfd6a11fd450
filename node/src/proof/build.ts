import type { Genesis } from "@lucid/consensus";
import { equalBytes, hasCode, toHex } from "@lucid/consensus/base";
import { buildChunkProof, sessionRoot } from "@lucid/consensus/proofs";
import { NodeError } from "../errors.js";
import { encodeReceipt } from "../execution/lists.js";
import type { ChainReader, FoundLog, StoredBlock } from "../interfaces.js";
import { proveListItem } from "./listProof.js";
import {
  type AnchorProof,
  type AnchorProofFile,
  type CertifiedHeader,
  encodeProof,
  type SetChange,
} from "./proofFile.js";
import { ANCHORS_ADDRESS, type RegisteredSession, SESSION_REGISTERED, sessionOfLog } from "./sessionEvent.js";
import type { SetChanges } from "./setChanges.js";

export interface ProofBuilderModules {
  readonly chain: ChainReader;
  readonly genesis: Genesis;
  readonly changes: SetChanges;
}

export interface FoundSession {
  readonly session: RegisteredSession;
  readonly log: FoundLog;
}

/** Registrations of one id that are looked at: every account may register any id once. */
const MAX_CANDIDATES = 100;

/**
 * The registration of a session. Ids belong to owners, so one id can have several; without an owner there must be one.
 * @throws NodeError ANCHOR_PROOF_UNAVAILABLE
 */
export async function findSession(
  chain: ChainReader,
  sessionId: Uint8Array,
  owner: Uint8Array | undefined,
): Promise<FoundSession> {
  return onlySession(await sessionCandidates(chain, sessionId, owner), sessionId);
}

/** All registrations of an id, or the owner's. @throws NodeError ANCHOR_PROOF_UNAVAILABLE when there are very many */
export async function sessionCandidates(
  chain: ChainReader,
  sessionId: Uint8Array,
  owner: Uint8Array | undefined,
): Promise<readonly FoundSession[]> {
  const ownerTopic = owner === undefined ? undefined : [Buffer.concat([Buffer.alloc(12), owner])];
  const filter = {
    fromHeight: chain.earliestHeight(),
    toHeight: chain.head().header.height,
    addresses: [ANCHORS_ADDRESS],
    topics: [[SESSION_REGISTERED], ownerTopic, [sessionId]],
  };
  return (await logsOf(chain, filter)).flatMap((log) => {
    const session = sessionOfLog(log);
    return session === undefined ? [] : [{ session, log }];
  });
}

/** @throws NodeError ANCHOR_PROOF_UNAVAILABLE unless there is exactly one */
export function onlySession(found: readonly FoundSession[], sessionId: Uint8Array): FoundSession {
  const [first, second] = found;
  if (first === undefined) throw unavailable(`no session ${toHex(sessionId)} is registered`);
  if (second !== undefined) {
    throw unavailable(`${found.length} accounts registered the session ${toHex(sessionId)}, name the owner`);
  }
  return first;
}

async function logsOf(chain: ChainReader, filter: Parameters<ChainReader["logs"]>[0]): Promise<readonly FoundLog[]> {
  try {
    return await chain.logs(filter, MAX_CANDIDATES);
  } catch (cause) {
    if (!hasCode(cause, "LOG_LIMIT")) throw cause;
    throw unavailable("very many accounts registered this session id, name the owner", cause);
  }
}

/**
 * The portable proof of a registration.
 * @throws NodeError ANCHOR_PROOF_UNAVAILABLE when the node no longer has a part of it
 */
export async function buildAnchorProof(found: FoundSession, modules: ProofBuilderModules): Promise<AnchorProof> {
  const { chain, genesis } = modules;
  const { session, log } = found;
  const block = need(chain.blockByHeight(log.height), `block ${log.height}`);
  const sets: SetChange[] = [];
  for (const height of await modules.changes.upTo(log.height)) sets.push(setChange(chain, height));
  return {
    session: {
      sessionId: toHex(session.sessionId),
      owner: toHex(session.owner),
      number: session.number,
      startedAt: Number(session.startedAt),
      manifestHash: toHex(session.manifestHash),
      merkleRoot: toHex(session.merkleRoot),
      chunkCount: session.chunkCount,
    },
    chunk: undefined,
    receipt: receiptProof(chain, log),
    block: certified(chain, block),
    sets,
    checkpoint: startOf(chain),
    genesis,
  };
}

/** A chain that began with a snapshot proves from its block on: the verifier has to trust that one. */
function startOf(chain: ChainReader): AnchorProof["checkpoint"] {
  const height = chain.earliestHeight();
  if (height === 0) return undefined;
  const { header } = need(chain.blockByHeight(height), `block ${height}`);
  return { header, voters: need(chain.voters(header.activeSetRoot), `the voters after block ${height}`) };
}

function certified(chain: ChainReader, block: StoredBlock): CertifiedHeader {
  const { header } = block;
  const { height } = header;
  return {
    parent: need(chain.blockByHeight(height - 1), `block ${height - 1}`).header,
    header,
    commit: need(chain.commit(height), `the commit certificate of block ${height}`),
  };
}

function setChange(chain: ChainReader, height: number): SetChange {
  const block = need(chain.blockByHeight(height), `block ${height}`);
  const voters = need(chain.voters(block.header.activeSetRoot), `the voters after block ${height}`);
  return { ...certified(chain, block), voters };
}

function receiptProof(chain: ChainReader, log: FoundLog): AnchorProof["receipt"] {
  const receipts = need(chain.receipts(log.height), `the receipts of block ${log.height}`);
  const before = receipts.slice(0, log.transactionIndex).reduce((sum, receipt) => sum + receipt.logs.length, 0);
  return {
    transactionIndex: log.transactionIndex,
    logIndex: log.logIndex - before,
    nodes: proveListItem(receipts.map(encodeReceipt), log.transactionIndex),
  };
}

/**
 * Adds the path of one chunk to a proof.
 * @param chunkRoots of the whole session in order, the manifest's parts last
 * @throws NodeError ANCHOR_PROOF_UNAVAILABLE when they are not those that were registered
 */
export function withChunk(proof: AnchorProof, chunkRoots: readonly Uint8Array[], index: number): AnchorProof {
  const root = Buffer.from(proof.session.merkleRoot.slice(2), "hex");
  if (chunkRoots.length !== proof.session.chunkCount || !equalBytes(sessionRoot(chunkRoots), root)) {
    throw unavailable("the chunks of the session are not all known here");
  }
  if (index >= chunkRoots.length) throw unavailable(`the session has ${chunkRoots.length} chunks, no chunk ${index}`);
  const { chunkRoot, path } = buildChunkProof(chunkRoots, index);
  return { ...proof, chunk: { index, root: chunkRoot, path } };
}

export const proofToFile = (proof: AnchorProof): AnchorProofFile => encodeProof(proof);

function need<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw unavailable(`${name} is no longer kept here`);
  return value;
}

function unavailable(why: string, cause?: unknown): NodeError {
  return new NodeError({ code: "ANCHOR_PROOF_UNAVAILABLE", message: `no anchor proof: ${why}`, cause });
}
