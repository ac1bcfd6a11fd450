import { type Clock, hasCode, toHex } from "@lucid/consensus/base";
import { type ChunkSink, formatAddress, type SessionJournal, StorageError } from "@lucid/storage";
import { NodeError } from "../../errors.js";
import {
  UPLOAD_DOMAIN_NAME,
  UPLOAD_DOMAIN_VERSION,
  UPLOAD_SECONDS,
  uploadTypes,
} from "../../replication/uploadConsent.js";
import type { NodeClient } from "../nodeClient.js";
import { chainIdOf } from "../transactions.js";
import type { Owner } from "./owner.js";
import { checkReceipts, type SentChunk } from "./receiptCheck.js";

/** Bytes that a consent covers: nodes have limits of their own, and a recording does not know its length. */
const MAX_BYTES = 2n ** 40n;
/** A consent is renewed when half of its time is over. Milliseconds. */
const RENEW_AFTER = (UPLOAD_SECONDS / 2) * 1000;
/** Longest time without one more confirmed chunk before the command gives up. Milliseconds. */
const PATIENCE = 180_000;
const WAIT = 2_000;

export interface CopiesModules {
  readonly client: NodeClient;
  readonly owner: Owner;
  readonly clock: Clock;
}

/** Lets the node take chunks for the owner and pass them on to others: signs what they ask to see. */
export class UploadConsents {
  private readonly modules: CopiesModules;
  private readonly given = new Map<string, { readonly at: number; readonly done: Promise<void> }>();

  constructor(modules: CopiesModules) {
    this.modules = modules;
  }

  /** Resolves when the node has a consent that holds. @throws NodeError NODE_REFUSED, NODE_UNREACHABLE */
  ensure(sessionId: Uint8Array): Promise<void> {
    const name = toHex(sessionId);
    const now = this.modules.clock.now();
    const known = this.given.get(name);
    if (known !== undefined && now < known.at + RENEW_AFTER) return known.done;
    const done = this.give(sessionId, now);
    this.given.set(name, { at: now, done });
    done.catch(() => this.given.delete(name));
    return done;
  }

  private async give(sessionId: Uint8Array, now: number): Promise<void> {
    const { client, owner } = this.modules;
    const message = {
      account: formatAddress(owner.address),
      sessionId: toHex(sessionId),
      maxBytes: MAX_BYTES,
      expiry: BigInt(Math.floor(now / 1000) + UPLOAD_SECONDS),
    };
    const signature = await owner.account.signTypedData({
      domain: { name: UPLOAD_DOMAIN_NAME, version: UPLOAD_DOMAIN_VERSION, chainId: await chainIdOf(client) },
      types: uploadTypes,
      primaryType: "Upload",
      message,
    });
    await client.putUpload({
      ...message,
      maxBytes: String(message.maxBytes),
      expiry: String(message.expiry),
      signature,
    });
  }
}

/** The node's chunk store behind its unix socket, which passes the chunks on. */
export function replicatingSink(client: NodeClient, consents: UploadConsents): ChunkSink {
  return {
    async deliver({ sessionId, root, blob }, signal) {
      await consents.ensure(sessionId);
      return await client.putChunk(root, blob, signal);
    },
  };
}

/**
 * Waits until enough nodes have signed for every chunk of a session, and checks what they signed, so that it may be anchored. Nothing is lost when it
 * gives up: the node goes on, and the next command asks again.
 * @param onProgress told after each change @throws NodeError REPLICAS_MISSING, RECEIPT_INVALID, INTERRUPTED
 */
export async function awaitCopies(
  sessionId: Uint8Array,
  modules: CopiesModules & { readonly journal: SessionJournal; readonly consents: UploadConsents },
  options: {
    readonly signal?: AbortSignal | undefined;
    readonly onProgress?: (confirmed: number, total: number) => void;
  },
): Promise<void> {
  const { client, clock, journal, consents } = modules;
  await consents.ensure(sessionId);
  const chunks: SentChunk[] = [];
  for await (const { root, size } of journal.chunks(sessionId)) chunks.push({ root, size });
  const roots = chunks.map(({ root }) => root);
  if (roots.length === 0) throw new StorageError({ code: "SESSION_STATE", message: "the session has no chunks" });
  await client.putRoots(sessionId, roots);
  let best = -1;
  let since = clock.now();
  for (;;) {
    options.signal?.throwIfAborted();
    const report = await client.copies(sessionId, best < 0 ? 0 : WAIT, options.signal);
    // The node has seen its anchor: an earlier command had sent it.
    if (report === undefined) return;
    if (report.complete && report.chunks >= roots.length) {
      try {
        await checkReceipts(client, { sessionId, chunks, copies: report.copies }, options.signal);
        return;
      } catch (error) {
        // A node that has seen the anchor, which another command had sent, forgets receipts.
        if (hasCode(error, "RECEIPT_INVALID") && (await client.copies(sessionId, 0)) === undefined) return;
        throw error;
      }
    }
    if (report.confirmed > best) {
      best = report.confirmed;
      since = clock.now();
    }
    options.onProgress?.(report.confirmed, roots.length);
    if (clock.now() > since + PATIENCE) {
      const refusals = Object.entries(report.refusals).map(([code, times]) => `${code} (${times})`);
      throw new NodeError({
        code: "REPLICAS_MISSING",
        message: `${report.confirmed} of ${roots.length} chunks have ${report.copies} confirmed copies; nodes answered ${refusals.join(", ") || "nothing"}`,
        meta: { confirmed: report.confirmed, chunks: roots.length, copies: report.copies },
      });
    }
  }
}
