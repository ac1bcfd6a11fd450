import { fromHex, hasCode, toHex } from "@lucid/consensus/base";
import { contractAddresses, lucidAnchorsAbi } from "@lucid/contracts";
import { anchorSession, formatAddress, releaseSession, type SessionResult } from "@lucid/storage";
import { encodeEventTopics, type Hex, keccak256 } from "viem";
import { NodeError } from "../../errors.js";
import type { NodeClient } from "../nodeClient.js";
import { nonceOf, sendRaw, signCall, waitFinal } from "../transactions.js";
import { findSession, registerCall, retentionPrice } from "./anchors.js";
import { awaitCopies } from "./copies.js";
import type { Workspace } from "./workspace.js";

/** Longest wait for the anchor's block, milliseconds: two slots of the slowest network and some more. */
const FINAL_MS = 300_000;

export interface Anchored {
  readonly txHash: Hex;
  readonly blockNumber: number;
  /** Wei that were paid for retention; undefined when an earlier run had paid. */
  readonly paid: bigint | undefined;
  /** From sending to final; undefined when an earlier run had sent it. */
  readonly secondsToFinal: number | undefined;
}

/** The transaction that registered a session, by its event. */
async function registrationOf(client: NodeClient, owner: Hex, sessionId: Uint8Array): Promise<Anchored | undefined> {
  const topics = encodeEventTopics({
    abi: lucidAnchorsAbi,
    eventName: "SessionRegistered",
    args: { owner, sessionId: toHex(sessionId) },
  });
  const filter = { address: contractAddresses.LucidAnchors, topics, fromBlock: "earliest", toBlock: "latest" };
  const logs = await client.rpc("eth_getLogs", [filter]);
  const log: unknown = Array.isArray(logs) ? logs[0] : undefined;
  if (typeof log !== "object" || log === null || !("transactionHash" in log) || !("blockNumber" in log))
    return undefined;
  return {
    txHash: String(log.transactionHash) as Hex,
    blockNumber: Number(log.blockNumber),
    paid: undefined,
    secondsToFinal: undefined,
  };
}

/**
 * Waits until enough nodes hold every chunk, registers a sealed and delivered session on the chain and empties the staging folder. An anchor that an earlier run
 * sent before it was interrupted is found, not sent again.
 * @throws NodeError REPLICAS_MISSING, INSUFFICIENT_FUNDS, NOT_FINAL, TRANSACTION_REVERTED, INTERRUPTED
 */
export async function anchor(
  workspace: Workspace,
  result: SessionResult,
  options: { readonly days: number; readonly signal?: AbortSignal; note(text: string): void },
): Promise<Anchored> {
  const { client, owner, writing } = workspace;
  const address = formatAddress(owner.address);
  const { sessionId, anchor: facts } = result;
  const earlier = await earlierAnchor(client, address, sessionId, options.signal);
  const done = earlier ?? (await register(workspace, result, options));
  const found = await findSession(client, address, sessionId);
  if (found === undefined || toHex(found.manifestHash) !== toHex(facts.manifestHash)) {
    const what = found === undefined ? "does not show the session that it made final" : "holds another manifest";
    throw new NodeError({
      code: "NODE_REFUSED",
      message: `the chain ${what} under the id ${toHex(sessionId)} (transaction ${done.txHash}, block ${done.blockNumber})`,
      meta: { fix: "store the recording again; report this" },
    });
  }
  await anchorSession(sessionId, { txHash: fromHex(done.txHash, 32), blockNumber: done.blockNumber }, writing);
  await releaseSession(sessionId, writing);
  return done;
}

/** Waits for what the account has in the pool, then looks the session up. */
async function earlierAnchor(
  client: NodeClient,
  owner: Hex,
  sessionId: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<Anchored | undefined> {
  const deadline = performance.now() + FINAL_MS;
  while (performance.now() < deadline) {
    signal?.throwIfAborted();
    if ((await findSession(client, owner, sessionId)) !== undefined) {
      return await registrationOf(client, owner, sessionId);
    }
    const [latest, pending] = await Promise.all([nonceOf(client, owner, "latest"), nonceOf(client, owner, "pending")]);
    if (pending <= latest) return undefined;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return undefined;
}

async function register(
  { client, owner, consents, writing }: Workspace,
  result: SessionResult,
  options: { readonly days: number; readonly signal?: AbortSignal; note(text: string): void },
): Promise<Anchored> {
  await awaitCopies(
    result.sessionId,
    { client, owner, consents, clock: writing.clock, journal: writing.journal },
    { signal: options.signal },
  );
  const price = await retentionPrice(client, result.anchor.chunkCount, options.days);
  const raw = await signCall(client, owner.account, registerCall(result.anchor, price));
  const txHash = keccak256(raw);
  const sentAt = performance.now();
  await sendRaw(client, raw);
  options.note(`Anchoring ${result.anchor.chunkCount} chunks for ${options.days} days, waiting for a block ...`);
  try {
    const wait = { timeoutMs: FINAL_MS, ...(options.signal === undefined ? {} : { signal: options.signal }) };
    const receipt = await waitFinal(client, txHash, wait);
    const secondsToFinal = (performance.now() - sentAt) / 1000;
    return { txHash, blockNumber: Number(receipt.blockNumber), paid: price, secondsToFinal };
  } catch (error) {
    if (!hasCode(error, "TRANSACTION_REVERTED")) throw error;
    // Two runs may have sent it; then the first one counts.
    const first = await registrationOf(client, formatAddress(owner.address), result.sessionId);
    if (first === undefined) throw error;
    return first;
  }
}
