import { BlsVerifier, chunkReceiptSigningRoot, nodeIdOf, type SigningContext } from "@lucid/consensus";
import { equalBytes, fromHex, toHex } from "@lucid/consensus/base";
import { z } from "zod";
import { NodeError } from "../../errors.js";
import { MAX_ASKED_RECEIPTS } from "../../replication/uploadReceipts.js";
import type { NodeClient } from "../nodeClient.js";
import { fields } from "../ownFacts.js";

const hex = (bytes: number) => z.string().regex(new RegExp(`^0x[0-9a-f]{${2 * bytes}}$`));
const u32 = z.number().int().min(0).max(0xffff_ffff);
const reportSchema = z.object({
  receipts: z.array(z.object({ chunkRoot: hex(32), node: hex(32), epoch: u32, forkVersion: u32, signature: hex(96) })),
  keys: z.record(hex(32), hex(48)),
});

/** A chunk as the owner sent it. */
export interface SentChunk {
  readonly root: Uint8Array;
  /** Bytes of the blob. */
  readonly size: number;
}

/**
 * Checks what the node says of copies: for every chunk, nodes of `copies` different operators have signed that they hold the
 * blob of this length. A node id is the hash of its key, so a key cannot be invented for a registered node; that a node is registered,
 * and whose it is, is what the chain of the node that is asked says.
 * @throws NodeError RECEIPT_INVALID, NODE_REFUSED
 */
export async function checkReceipts(
  client: NodeClient,
  session: { readonly sessionId: Uint8Array; readonly chunks: readonly SentChunk[]; readonly copies: number },
  signal?: AbortSignal,
): Promise<void> {
  const { sessionId, chunks, copies } = session;
  const { genesisRoot } = fields(await client.rpc("lucid_nodeInfo"));
  const check = new ReceiptCheck(client, fromHex(String(genesisRoot), 32));
  for (let at = 0; at < chunks.length; at += MAX_ASKED_RECEIPTS) {
    signal?.throwIfAborted();
    const part = chunks.slice(at, at + MAX_ASKED_RECEIPTS);
    const answer = await client.receipts(
      sessionId,
      part.map(({ root }) => root),
    );
    const operators = await check.operatorsOf(part, answer);
    for (const { root } of part) {
      const count = operators.get(toHex(root))?.size ?? 0;
      if (count >= copies) continue;
      throw new NodeError({
        code: "RECEIPT_INVALID",
        message: `the node says that chunk ${toHex(root)} has ${copies} copies, but shows the signatures of ${count}`,
        meta: { root: toHex(root), copies, signed: count },
      });
    }
  }
}

class ReceiptCheck {
  private readonly client: NodeClient;
  private readonly genesisRoot: Uint8Array;
  private readonly verifier = new BlsVerifier();
  /** By nodeId; undefined for who keeps nothing for anybody. */
  private readonly operators = new Map<string, string | undefined>();

  constructor(client: NodeClient, genesisRoot: Uint8Array) {
    this.client = client;
    this.genesisRoot = genesisRoot;
  }

  /** By chunk root: the operators whose nodes have signed. What is not right does not count. */
  async operatorsOf(chunks: readonly SentChunk[], answer: unknown): Promise<Map<string, Set<string>>> {
    const parsed = reportSchema.safeParse(answer);
    if (!parsed.success) {
      throw new NodeError({ code: "RECEIPT_INVALID", message: "the node's answer is no list of receipts" });
    }
    const { receipts, keys } = parsed.data;
    const sizes = new Map(chunks.map(({ root, size }) => [toHex(root) as string, size]));
    const items = [];
    for (const { chunkRoot, node, epoch, forkVersion, signature } of receipts) {
      const size = sizes.get(chunkRoot);
      const operator = await this.operatorOf(node);
      const publicKey = keys[node] === undefined ? undefined : fromHex(keys[node], 48);
      const nodeId = fromHex(node, 32);
      if (size === undefined || operator === undefined || publicKey === undefined) continue;
      if (!equalBytes(nodeIdOf(publicKey), nodeId)) continue;
      const context: SigningContext = { genesisRoot: this.genesisRoot, forkVersion };
      const receipt = { chunkRoot: fromHex(chunkRoot, 32), blobLength: BigInt(size), nodeId, epoch };
      const message = chunkReceiptSigningRoot(receipt, context);
      items.push({ chunkRoot, operator, publicKey, message, signature: fromHex(signature, 96) });
    }
    const found = new Map<string, Set<string>>();
    for (const [i, isRight] of this.verifier.verifyBatch(items).entries()) {
      const item = items[i];
      if (!isRight || item === undefined) continue;
      const signed = found.get(item.chunkRoot) ?? new Set();
      found.set(item.chunkRoot, signed.add(item.operator));
    }
    return found;
  }

  private async operatorOf(node: string): Promise<string | undefined> {
    if (!this.operators.has(node)) {
      const standing = fields(await this.client.rpc("lucid_getNode", [node]));
      const { operator, retired } = standing;
      const keeps = typeof operator === "string" && retired === false;
      this.operators.set(node, keeps ? operator : undefined);
    }
    return this.operators.get(node);
  }
}
