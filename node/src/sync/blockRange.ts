import { setImmediate } from "node:timers/promises";
import {
  type BlocksRequest,
  type BlocksResponse,
  Body,
  CertifiedBlock,
  type Header,
  type HeadersResponse,
  headerRoot,
  LONGEST_CERTIFIED_BLOCK,
  RANGE_BLOCKS,
  RANGE_BYTES,
  RANGE_HEADERS,
} from "@lucid/consensus";
import { equalBytes } from "@lucid/consensus/base";
import type { ChainReader } from "../interfaces.js";

/** Milliseconds of reading blocks before the event loop gets a turn. */
const SLICE = 5;
/** Of an element's offset in the list. */
const OFFSET_BYTES = 4;

/** The answer to `blocks-by-range/1`: as many of the asked blocks as there are and as fit. */
export async function serveRange(chain: ChainReader, { start, count }: BlocksRequest): Promise<BlocksResponse> {
  const blocks: CertifiedBlock[] = [];
  const end = start + Math.min(count, RANGE_BLOCKS);
  let bytes = OFFSET_BYTES;
  let turn = performance.now();
  // Genesis has no certificate; everybody makes it.
  for (let height = Math.max(1, start); height < end && height >= chain.earliestHeight(); height++) {
    const block = chain.blockByHeight(height);
    const certificate = chain.commit(height);
    if (block === undefined || certificate === undefined) break;
    const entry = { block: { header: block.header, body: block.body }, certificate };
    bytes += OFFSET_BYTES + CertifiedBlock.value_serializedSize(entry);
    if (bytes > RANGE_BYTES) break;
    blocks.push(entry);
    if (performance.now() - turn > SLICE) {
      await setImmediate();
      turn = performance.now();
    }
  }
  return { blocks };
}

/** The answer to `headers-by-range/1`. */
export function serveHeaders(chain: ChainReader, { start, count }: BlocksRequest): HeadersResponse {
  const headers: Header[] = [];
  const end = start + Math.min(count, RANGE_HEADERS);
  for (let height = start; height < end; height++) {
    const block = chain.blockByHeight(height);
    if (block === undefined) break;
    headers.push(block.header);
  }
  return { headers };
}

/** What is wrong with an answer, whatever the chain; undefined: nothing, but for what its certificates must show. */
export function rangeFault(request: BlocksRequest, { blocks }: BlocksResponse, claimed: number): string | undefined {
  if (blocks.length > request.count) return "more blocks than were asked for";
  let parent: Uint8Array | undefined;
  let bytes = OFFSET_BYTES;
  for (const [index, entry] of blocks.entries()) {
    const { block, certificate } = entry;
    const root = headerRoot(block.header);
    if (block.header.height !== request.start + index) return "a block of another height";
    if (parent !== undefined && !equalBytes(block.header.parentRoot, parent)) return "blocks that do not follow";
    if (!equalBytes(Body.hashTreeRoot(block.body), block.header.bodyRoot)) return "a body of another block";
    if (certificate.height !== block.header.height || !equalBytes(certificate.blockRoot, root)) {
      return "a certificate of another block";
    }
    parent = root;
    bytes += OFFSET_BYTES + CertifiedBlock.value_serializedSize(entry);
  }
  const last = request.start + blocks.length - 1;
  const wanted = Math.min(request.start + request.count - 1, claimed);
  // Who trickles blocks one by one would hold up everybody behind him.
  const full = bytes + OFFSET_BYTES + LONGEST_CERTIFIED_BLOCK > RANGE_BYTES;
  if (blocks.length > 0 && last < wanted && !full) return "fewer blocks than it says to have";
  return undefined;
}
