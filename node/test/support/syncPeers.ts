import assert from "node:assert/strict";
import type { BlocksRequest, BlocksResponse, Status } from "@lucid/consensus";
import type { ConsensusNetwork, MemoryHub, MemoryNetwork } from "@lucid/p2p";
import { protocols } from "../../src/driver/topics.js";
import { serveRange } from "../../src/sync/blockRange.js";
import type { BuiltChain } from "./builtChain.js";

export type Answer = (honest: BlocksResponse, request: BlocksRequest) => BlocksResponse | Promise<BlocksResponse>;

/**
 * Makes a peer of anybody: it says that it has a built chain, and serves it or something else.
 * @param now Unix milliseconds
 */
export function serveChain(
  network: ConsensusNetwork,
  source: BuiltChain,
  answer: Answer = (honest) => honest,
  now: () => number = () => source.now,
): { readonly requests: BlocksRequest[]; readonly status: () => Status } {
  const requests: BlocksRequest[] = [];
  const status = (): Status => {
    const { header, root } = source.chain.head();
    const { slot, height } = header;
    return { headRoot: root, height, slot, earliest: 1, time: now(), nodeId: new Uint8Array(32), forkVersion: 1 };
  };
  network.handle(protocols.status, status);
  network.handle(protocols.ownVotes, () => []);
  network.handle(protocols.blocksByRange, async (request) => {
    requests.push(request);
    return answer(await serveRange(source.chain, request), request);
  });
  return { requests, status };
}

/** A peer of a network in memory that has a built chain and serves it, or something else. */
export class ServingPeer {
  readonly network: MemoryNetwork;
  readonly requests: readonly BlocksRequest[];

  constructor(name: string, hub: MemoryHub, source: BuiltChain, answer?: Answer) {
    this.network = hub.join(name);
    this.requests = serveChain(this.network, source, answer).requests;
  }

  get id(): string {
    return this.network.id;
  }

  start(): Promise<void> {
    return this.network.start();
  }
}

/** A range whose block of `height` is changed, and with it all that names it in the same answer. */
export function withBlock(
  { blocks }: BlocksResponse,
  index: number,
  change: (block: BlocksResponse["blocks"][number]) => BlocksResponse["blocks"][number],
): BlocksResponse {
  const changed = [...blocks];
  const entry = changed[index] ?? assert.fail("no such block");
  changed[index] = change(entry);
  return { blocks: changed };
}
