import type { Attempt, DeathProof } from "../domain/documents.js";
import { PayoutError } from "../errors.js";
import type { Block, TronNode } from "./node.js";

export type Watched = Pick<Attempt, "txid" | "expiration" | "refBlock">;

/** What one node's solidified history says about one transaction. */
export type ScanResult =
  | { readonly seenIn: number }
  | {
      readonly firstBlock: number;
      readonly lastBlock: number;
      readonly lastBlockId: string;
      readonly lastTimestamp: number;
    };

/** Pages of getblockbylimitnext. */
const PAGE = 100;
/** A day of blocks of three seconds, with a margin. */
const MAX_BLOCKS = 30_000;

/**
 * Reads one node's solid blocks without a gap from each transaction's reference block to the first block whose time is not
 * before its expiration. A block after that one has a parent that old, so the chain refuses the transaction from there
 * on; absent from all of those blocks means dead for ever. Hosted nodes stand behind load balancers whose backends lag,
 * so a lookup that finds nothing proves nothing; links from parent to child do.
 * @throws PayoutError PROOF_INCOMPLETE when the node's solid history does not reach that far yet; NODES_DISAGREE when it
 *   does not contain a reference block
 */
export async function scanHistory(node: TronNode, watched: readonly Watched[]): Promise<Map<string, ScanResult>> {
  const results = new Map<string, ScanResult>();
  const open = new Map(watched.map((one) => [one.txid, one]));
  if (open.size === 0) return results;
  const latestExpiration = Math.max(...watched.map(({ expiration }) => expiration));
  // The head first: what is read afterwards is at least as new.
  const head = await node.latest("solid");
  if (head.timestamp < latestExpiration) {
    throw new PayoutError("PROOF_INCOMPLETE", `${node.name}: the solid head is before the expiration`);
  }
  const refs = new Map(watched.map(({ refBlock }) => [refBlock.number, refBlock.id]));
  const first = Math.min(...refs.keys());
  let previous: Block | undefined;
  for (let from = first; open.size > 0; ) {
    if (from - first > MAX_BLOCKS) throw new PayoutError("PROOF_INCOMPLETE", "the range is longer than a day");
    const page = await node.solidBlocks(from, Math.min(from + PAGE - 1, head.number));
    if (page.length === 0) throw new PayoutError("PROOF_INCOMPLETE", `${node.name}: block ${from} is missing`);
    for (const block of page) {
      if (previous !== undefined && block.parentId !== previous.id) {
        throw new PayoutError(
          "PROOF_INCOMPLETE",
          `${node.name}: block ${block.number} is not a child of the one before`,
        );
      }
      previous = block;
      const ref = refs.get(block.number);
      if (ref !== undefined && ref !== block.id) {
        throw new PayoutError("NODES_DISAGREE", `${node.name}: block ${block.number} is ${block.id}, it was ${ref}`);
      }
      for (const txid of block.txids) {
        if (open.delete(txid)) results.set(txid, { seenIn: block.number });
      }
      for (const { txid, expiration, refBlock } of open.values()) {
        if (block.timestamp < expiration) continue;
        open.delete(txid);
        results.set(txid, {
          firstBlock: refBlock.number,
          lastBlock: block.number,
          lastBlockId: block.id,
          lastTimestamp: block.timestamp,
        });
      }
    }
    from = (page.at(-1)?.number ?? from) + 1;
  }
  return results;
}

/**
 * The scans of several nodes as one verdict. @throws PayoutError NODES_DISAGREE when one saw it and another did not, or
 * when their chains differ
 */
export function joinScans(
  txid: string,
  scans: readonly { node: string; result: ScanResult }[],
  now: number,
): DeathProof | { seenIn: number } {
  const [first] = scans;
  if (first === undefined) throw new PayoutError("PROOF_INCOMPLETE", "no node could be read");
  for (const { node, result } of scans) {
    const same =
      "seenIn" in result
        ? "seenIn" in first.result && result.seenIn === first.result.seenIn
        : "lastBlockId" in first.result && result.lastBlockId === first.result.lastBlockId;
    if (!same) throw new PayoutError("NODES_DISAGREE", `${first.node} and ${node} differ on transaction ${txid}`);
  }
  if ("seenIn" in first.result) return first.result;
  return { how: "expired", ...first.result, nodes: scans.map(({ node }) => node), at: now };
}
